// Advantage, proximity and density against loops over dense tables.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/measures/complexity/proximity.hpp>
#include <kedja/measures/complexity/rca.hpp>

namespace kedja::measures {
namespace {

struct dense {
  std::uint32_t rows = 0, columns = 0;
  std::vector<double> value;
  [[nodiscard]] double at(std::uint32_t r, std::uint32_t c) const {
    return value[std::size_t{r} * columns + c];
  }
  [[nodiscard]] sparse_table table() const {
    std::vector<std::uint32_t> r, c;
    std::vector<double> v;
    for (std::uint32_t i = 0; i < rows; ++i)
      for (std::uint32_t j = 0; j < columns; ++j)
        if (at(i, j) > 0) r.push_back(i), c.push_back(j), v.push_back(at(i, j));
    return {rows, columns, r, c, v};
  }
};

/// Up to 7 x 7, a third of the cells filled; rows and columns may be empty.
dense make(std::uint64_t seed, bool binary) {
  random_stream random(seed, 4);
  dense d;
  d.rows = static_cast<std::uint32_t>(random.below(8));
  d.columns = static_cast<std::uint32_t>(random.below(8));
  d.value.resize(std::size_t{d.rows} * d.columns, 0.0);
  for (double& v : d.value)
    if (random.below(3) == 0) v = binary ? 1.0 : static_cast<double>(1 + random.below(9));
  return d;
}

dense dense_of(const sparse_table& t) {
  dense d{t.rows(), t.columns(), std::vector<double>(std::size_t{t.rows()} * t.columns(), 0.0)};
  for (std::uint32_t r = 0; r < t.rows(); ++r)
    for (const auto& e : t.row(r)) d.value[std::size_t{r} * d.columns + e.column] = e.value;
  return d;
}

TEST(Rca, IsTheRatioOfShares) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const dense x = make(seed, false);
    std::vector<double> row(x.rows, 0.0), column(x.columns, 0.0);
    double all = 0;
    for (std::uint32_t r = 0; r < x.rows; ++r)
      for (std::uint32_t c = 0; c < x.columns; ++c)
        row[r] += x.at(r, c), column[c] += x.at(r, c), all += x.at(r, c);
    const sparse_table table = x.table();
    const rca_result got = rca(table);
    std::size_t at = 0, empty_rows = 0, empty_columns = 0;
    for (std::uint32_t r = 0; r < x.rows; ++r) {
      empty_rows += row[r] == 0;
      for (std::uint32_t c = 0; c < x.columns; ++c)
        if (x.at(r, c) > 0) {
          EXPECT_NEAR(got.value[at++], x.at(r, c) * all / (row[r] * column[c]), 1e-12);
        }
    }
    for (const double sum : column) empty_columns += sum == 0;
    EXPECT_EQ(at, got.value.size());
    EXPECT_EQ(empty_rows, got.empty_rows.size());
    EXPECT_EQ(empty_columns, got.empty_columns.size());
    const dense special = dense_of(specialisation(table, 1.0));
    for (std::uint32_t r = 0; r < x.rows; ++r)
      for (std::uint32_t c = 0; c < x.columns; ++c) {
        const double ratio = x.at(r, c) > 0 ? (x.at(r, c) / row[r]) / (column[c] / all) : 0.0;
        EXPECT_EQ(special.at(r, c), ratio >= 1.0 ? 1.0 : 0.0);
      }
  }
}

TEST(Proximity, IsTheSmallerConditionalProbability) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const dense m = make(seed, true);
    const dense phi = dense_of(proximity(m.table(), {.threads = 2}));
    for (std::uint32_t k = 0; k < m.columns; ++k)
      for (std::uint32_t l = 0; l < m.columns; ++l) {
        double both = 0, in_k = 0, in_l = 0;
        for (std::uint32_t r = 0; r < m.rows; ++r)
          both += m.at(r, k) * m.at(r, l), in_k += m.at(r, k), in_l += m.at(r, l);
        const double expected = in_k > 0 && in_l > 0 ? std::min(both / in_k, both / in_l) : 0.0;
        EXPECT_NEAR(phi.at(k, l), expected, 1e-15);
      }
  }
}

TEST(Density, IsTheShareOfWhatIsNear) {
  for (const bool itself : {false, true})
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const dense m = make(seed, true);
      const sparse_table table = m.table();
      const sparse_table near = proximity(table);
      const dense phi = dense_of(near);
      const auto got = density(table, near, {.count_itself = itself});
      for (std::uint32_t c = 0; c < m.rows; ++c)
        for (std::uint32_t k = 0; k < m.columns; ++k) {
          double has = 0, all = 0;
          for (std::uint32_t l = 0; l < m.columns; ++l)
            if (itself || l != k) has += m.at(c, l) * phi.at(k, l), all += phi.at(k, l);
          const double value = got[std::size_t{c} * m.columns + k];
          if (all > 0) {
            EXPECT_NEAR(value, has / all, 1e-13);
          } else {
            EXPECT_TRUE(std::isnan(value));
          }
        }
    }
}

}  // namespace
}  // namespace kedja::measures
