// Complexity, sums over what is near, relatedness and cohesion against loops over dense tables.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/common/cooccurrence.hpp>
#include <kedja/measures/complexity/added_density.hpp>
#include <kedja/measures/complexity/cohesion.hpp>
#include <kedja/measures/complexity/complexity.hpp>
#include <kedja/measures/complexity/near_sums.hpp>
#include <kedja/measures/complexity/outlook.hpp>
#include <kedja/measures/complexity/relatedness.hpp>

namespace kedja::measures {
namespace {

/// A 0/1 table with `per_cent` of its cells filled; rows and columns may be empty.
sparse_table make(std::uint64_t seed, std::uint32_t rows, std::uint32_t columns,
                  std::uint64_t per_cent) {
  random_stream random(seed, 6);
  std::vector<std::uint32_t> row, column;
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::uint32_t c = 0; c < columns; ++c)
      if (random.below(100) < per_cent) row.push_back(r), column.push_back(c);
  return {rows, columns, row, column};
}

TEST(Cooccurrence, CountsTheSameAlongColumnsAndInBits) {
  for (const std::uint64_t per_cent : {3u, 20u, 95u}) {  // lists are cheaper, then bits
    const sparse_table m = make(per_cent, 90, 150, per_cent);
    const auto counts = cooccurrence(m, {.threads = 3});
    std::size_t pairs = 0;
    for (std::uint32_t a = 0; a < m.rows(); ++a) {
      std::vector<std::uint32_t> expected(m.rows(), 0);
      for (std::uint32_t b = 0; b < m.rows(); ++b)
        for (const auto& x : m.row(a))
          for (const auto& y : m.row(b)) expected[b] += x.column == y.column;
      for (const auto& [b, count] : counts.row(a)) EXPECT_EQ(count, expected[b]);
      for (const std::uint32_t e : expected) pairs += e > 0;
    }
    EXPECT_EQ(pairs, counts.pairs.size());
  }
}

TEST(NearSums, BothWaysGiveTheSumsOverProximities) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_stream random(seed, 8);
    const sparse_table m = make(seed, static_cast<std::uint32_t>(random.below(40)),
                                static_cast<std::uint32_t>(random.below(40)), 30);
    std::vector<double> weight(m.columns());
    for (double& w : weight) w = random.uniform() - 0.4;
    const sparse_table phi = proximity(m);
    for (const bool itself : {false, true}) {
      const auto by_size = detail::near_sums_by_size(m, weight, itself, {.threads = 2});
      const auto by_matrix = detail::near_sums_by_matrix(m, phi, weight, itself, {.threads = 3});
      std::vector<double> all(m.columns(), 0.0);
      std::vector<double> has(std::size_t{m.rows()} * m.columns(), 0.0);
      for (std::uint32_t l = 0; l < m.columns(); ++l)
        for (const auto& e : phi.row(l))
          if (itself || e.column != l) {
            all[e.column] += weight[l] * e.value;
            for (std::uint32_t c = 0; c < m.rows(); ++c)
              for (const auto& own : m.row(c))
                if (own.column == l)
                  has[std::size_t{c} * m.columns() + e.column] += weight[l] * e.value;
          }
      for (std::size_t i = 0; i < has.size(); ++i) {
        EXPECT_NEAR(by_size.has[i], has[i], 1e-13);
        EXPECT_NEAR(by_matrix.has[i], has[i], 1e-13);
      }
      for (std::size_t k = 0; k < all.size(); ++k) {
        EXPECT_NEAR(by_size.all[k], all[k], 1e-13);
        EXPECT_NEAR(by_matrix.all[k], all[k], 1e-13);
      }
      EXPECT_EQ(detail::near_sums_by_size(m, weight, itself, {}, true).all, by_size.all);
      EXPECT_EQ(detail::near_sums_by_matrix(m, phi, weight, itself, {}, true).all, by_matrix.all);
    }
  }
}

TEST(Proximity, FormsDivideTheSharedRows) {
  const sparse_table m = make(2, 20, 15, 30);
  const sparse_table by_column = m.transposed();
  const auto rows_of = [&](std::uint32_t k) {
    return static_cast<double>(by_column.row(k).size());
  };
  const sparse_table count = proximity(m, proximity_form::count);
  for (const auto form :
       {proximity_form::minimum, proximity_form::geometric, proximity_form::conditional}) {
    const sparse_table phi = proximity(m, form, {.threads = 2});
    ASSERT_EQ(phi.size(), count.size());
    for (std::uint32_t k = 0; k < 15; ++k)
      for (std::size_t i = 0; i < phi.row(k).size(); ++i) {
        const auto [l, value] = phi.row(k)[i];
        const double a = rows_of(k), b = rows_of(l);
        const double by = form == proximity_form::minimum     ? std::max(a, b)
                          : form == proximity_form::geometric ? std::sqrt(a * b)
                                                              : a;
        EXPECT_EQ(count.row(k)[i].column, l);
        EXPECT_DOUBLE_EQ(value * by, count.row(k)[i].value);
      }
  }
}

TEST(Outlook, TakesWhatIsNearAsGiven) {
  for (const auto& [rows, columns] : {std::pair{20u, 15u}, std::pair{15u, 20u}}) {
    const sparse_table m = make(4, rows, columns, 40);
    const sparse_table phi = proximity(m);
    std::vector<double> pci(columns);
    for (std::uint32_t k = 0; k < columns; ++k) pci[k] = 1.0 + k;
    const auto own = outlook(m, pci, outlook_options{});
    outlook_options options;
    options.near = &phi;
    options.of_held = true;
    const auto given = outlook(m, pci, options);
    for (std::uint32_t c = 0; c < rows; ++c) {
      EXPECT_NEAR(own.coi[c], given.coi[c], 1e-12);
      std::vector<char> has(columns, 0);
      for (const auto& e : m.row(c)) has[e.column] = 1;
      for (std::uint32_t k = 0; k < columns; ++k) {
        double gain = 0;  // from every column that the row lacks
        for (std::uint32_t l = 0; l < columns; ++l) {
          double around = 0, near = 0;
          for (const auto& e : phi.row(l)) around += e.value, near += e.column == k ? e.value : 0;
          if (has[l] == 0 && around > 0) gain += pci[l] * near / around;
        }
        EXPECT_NEAR(given.cog[c * columns + k], gain, 1e-10);
        EXPECT_NEAR(own.cog[c * columns + k], has[k] ? 0 : gain, 1e-10);
      }
    }
    const sparse_table other(3, 3, {}, {});
    options.near = &other;
    EXPECT_THROW((void)outlook(m, pci, options), invalid_argument);
  }
}

TEST(Outlook, GivesTheSameBitsFromAGivenDensity) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_stream random(seed, 10);
    const sparse_table m = make(seed, 1 + static_cast<std::uint32_t>(random.below(50)),
                                1 + static_cast<std::uint32_t>(random.below(50)), 25);
    const auto found = complexity(m);
    for (const bool itself : {false, true}) {
      const auto density_of = density(m, density_options{itself}, {.threads = 2});
      const auto alone = outlook(m, found, {itself, true, false, {}}, {.threads = 3});
      const auto given = outlook(m, found, {itself, true, false, density_of});
      const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
        return std::ranges::equal(
            a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
      };
      EXPECT_TRUE(same(alone.coi, given.coi));
      EXPECT_TRUE(same(alone.cog, given.cog));
      EXPECT_TRUE(same(alone.density, density_of));
      EXPECT_TRUE(given.density.empty());
    }
    EXPECT_THROW(
        (void)outlook(m, found, {true, true, false, std::vector<double>(m.columns() + 1000)}),
        invalid_argument);
  }
}

TEST(Complexity, IsAnEigenvectorOfAverages) {
  int solved = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_stream random(seed, 9);
    const sparse_table m = make(seed, 2 + static_cast<std::uint32_t>(random.below(120)),
                                2 + static_cast<std::uint32_t>(random.below(120)), 15);
    const sparse_table by_column = m.transposed();
    const auto r = complexity(m);
    ASSERT_TRUE(r.iteration.converged);
    for (std::uint32_t c = 0; c < m.rows(); ++c) {
      if (r.row_status[c] != value_status::ok) {
        EXPECT_TRUE(std::isnan(r.eci[c]));
        continue;
      }
      ++solved;
      double mean = 0;
      for (const auto& e : m.row(c)) mean += r.pci[e.column];
      EXPECT_NEAR(mean / static_cast<double>(m.row(c).size()), r.eci[c], 1e-9);
    }
    // D_k^-1 M' ECI = lambda PCI up to the shift that both have.
    for (std::uint32_t k = 0; k < m.columns(); ++k) {
      if (r.column_status[k] != value_status::ok) continue;
      double mean = 0;
      for (const auto& e : by_column.row(k)) mean += r.eci[e.column];
      mean /= static_cast<double>(by_column.row(k).size());
      const double shift = r.pci_unshifted[k] - r.pci[k];
      const auto& part = r.components[r.column_component[k]];
      EXPECT_NEAR(mean + shift, part.second * r.pci_unshifted[k], 1e-9);
    }
  }
  EXPECT_GT(solved, 2000);
}

TEST(Complexity, FollowsDiversityAndRefusesBadOptions) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const sparse_table m = make(seed, 30, 40, 30);
    const auto r = complexity(m);
    double mean = 0, together = 0;
    for (std::uint32_t c = 0; c < 30; ++c) mean += static_cast<double>(m.row(c).size()) / 30;
    for (std::uint32_t c = 0; c < 30; ++c)
      together += r.eci[c] * (static_cast<double>(m.row(c).size()) - mean);
    EXPECT_GE(together, 0);
  }
  const sparse_table m = make(1, 5, 5, 50);
  EXPECT_THROW((void)complexity(m, {.ddof = 2}), invalid_argument);
  EXPECT_THROW((void)complexity(m, {.reflections = 5}), invalid_argument);
  EXPECT_THROW((void)complexity(m, {.method = complexity_method::reflections}), invalid_argument);
  EXPECT_THROW((void)complexity(m, {.tolerance = 0}), invalid_argument);
  EXPECT_TRUE(complexity(sparse_table()).eci.empty());
}

TEST(Complexity, ThreadsChangeNoBitAndCanBeCancelled) {
  const sparse_table m = make(3, 150, 400, 12);
  const auto found = complexity(m);
  const auto one = outlook(m, found, outlook_options{}, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const auto other = outlook(m, found, outlook_options{}, {.threads = threads});
    EXPECT_EQ(one.coi, other.coi);
    EXPECT_EQ(0, std::memcmp(one.cog.data(), other.cog.data(), one.cog.size() * sizeof(double)));
  }
  run_context stop{.on_progress = [](double) { return false; }};
  EXPECT_THROW((void)complexity(m, {}, stop), cancelled);
  EXPECT_THROW((void)outlook(m, found, outlook_options{}, stop), cancelled);
  EXPECT_THROW((void)relatedness(m, relatedness_method::cosine, stop), cancelled);
}

TEST(AddedDensity, RefusesWhatDoesNotFit) {
  const sparse_table m = make(3, 4, 5, 50);
  EXPECT_THROW((void)added_density(m, sparse_table(4, 4, {}, {})), invalid_argument);
  EXPECT_THROW((void)added_density(m, proximity(m), 5), invalid_argument);
}

TEST(Cohesion, OfAHandCountedExample) {
  // a-b are close (3), c-d closer (5), b-c a little (1); e stands alone.
  const std::vector<std::uint32_t> a = {0, 1, 2, 3, 1, 2}, b = {1, 0, 3, 2, 2, 1};
  const std::vector<double> near = {3, 3, 5, 5, 1, 1};
  const std::vector<std::uint32_t> item = {0, 1, 2, 3, 4}, cluster = {0, 0, 1, 1, 2};
  const graph::grouping groups(5, 3, item, cluster);
  const auto r = cohesion(sparse_table(5, 5, a, b, near), groups);
  EXPECT_EQ(r.size, (std::vector<std::uint32_t>{2, 2, 1}));
  EXPECT_DOUBLE_EQ(r.within[0], 3);
  EXPECT_DOUBLE_EQ(r.within[1], 5);
  EXPECT_DOUBLE_EQ(r.between_mean[0], (0.25 + 0) / 2);  // one of four pairs with B, none with C
  EXPECT_EQ(r.status[2], value_status::too_small);
  EXPECT_DOUBLE_EQ(r.validation_score, 1.0);
  EXPECT_THROW((void)cohesion(sparse_table(5, 4, {}, {}), groups), invalid_argument);
  EXPECT_THROW((void)cohesion(sparse_table(5, 5, a, b, near), groups, {.quantile = 1}),
               invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
