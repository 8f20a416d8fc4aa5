// Relatedness and added density against loops over dense tables.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/measures/complexity/added_density.hpp>
#include <kedja/measures/complexity/proximity.hpp>
#include <kedja/measures/complexity/relatedness.hpp>

namespace kedja::measures {
namespace {

using dense = std::vector<std::vector<double>>;

dense make(std::uint64_t seed, std::uint32_t rows, std::uint32_t columns) {
  random_stream random(seed, 31);
  dense m(rows, std::vector<double>(columns));
  for (auto& row : m)
    for (double& cell : row) cell = random.below(100) < 30 ? 1 : 0;
  return m;
}

sparse_table sparse(const dense& m, std::uint32_t columns) {
  std::vector<std::uint32_t> row, column;
  for (std::uint32_t r = 0; r < m.size(); ++r)
    for (std::uint32_t c = 0; c < columns; ++c)
      if (m[r][c] != 0) row.push_back(r), column.push_back(c);
  return {static_cast<std::uint32_t>(m.size()), columns, row, column};
}

double cell(const sparse_table& t, std::uint32_t row, std::uint32_t column) {
  for (const auto& e : t.row(row))
    if (e.column == column) return e.value;
  return 0;
}

TEST(Relatedness, OfEveryKindOnManyTables) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_stream random(seed, 32);
    const auto rows = static_cast<std::uint32_t>(random.below(20));
    const auto columns = 1 + static_cast<std::uint32_t>(random.below(15));
    const dense m = make(seed, rows, columns);
    dense together(columns, std::vector<double>(columns, 0.0));
    std::vector<double> s(columns, 0.0);
    double all = 0;
    for (std::uint32_t i = 0; i < columns; ++i)
      for (std::uint32_t j = 0; j < columns; ++j) {
        if (i == j) continue;
        for (const auto& row : m) together[i][j] += row[i] * row[j];
        s[i] += together[i][j], all += together[i][j];
      }
    const sparse_table table = sparse(m, columns);
    const sparse_table association = relatedness(table, relatedness_method::association);
    const sparse_table cosine = relatedness(table, relatedness_method::cosine);
    const sparse_table jaccard = relatedness(table, relatedness_method::jaccard);
    const sparse_table probability = relatedness(table, relatedness_method::probability);
    for (std::uint32_t i = 0; i < columns; ++i)
      for (std::uint32_t j = 0; j < columns; ++j) {
        const double c = together[i][j];
        if (c == 0) {
          EXPECT_EQ(cell(association, i, j) + cell(cosine, i, j) + cell(jaccard, i, j) +
                        cell(probability, i, j),
                    0);
          continue;
        }
        EXPECT_NEAR(cell(association, i, j), c * all / (s[i] * s[j]), 1e-12);
        EXPECT_NEAR(cell(cosine, i, j), c / std::sqrt(s[i] * s[j]), 1e-12);
        EXPECT_NEAR(cell(jaccard, i, j), c / (s[i] + s[j] - c), 1e-12);
        // Two draws without return, in either order, from all ends of pairs.
        const double chance = s[i] / all * s[j] / (all - s[i]) + s[j] / all * s[i] / (all - s[j]);
        EXPECT_NEAR(cell(probability, i, j), c / (chance * all / 2), 1e-9);
      }
  }
}

TEST(AddedDensity, IsWhatAPartnerAddsAroundWhatOneLacks) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_stream random(seed, 33);
    const auto rows = 1 + static_cast<std::uint32_t>(random.below(12));
    const auto columns = 1 + static_cast<std::uint32_t>(random.below(12));
    const dense m = make(seed, rows, columns);
    const sparse_table table = sparse(m, columns);
    const sparse_table near = proximity(table);
    const auto mean = added_density(table, near, std::nullopt, {.threads = 2});
    for (std::uint32_t a = 0; a < rows; ++a)
      for (std::uint32_t b = 0; b < rows; ++b) {
        double sum = 0, lacked = 0;
        for (std::uint32_t k = 0; k < columns; ++k) {
          double around = 0, gain = 0;
          for (std::uint32_t l = 0; l < columns; ++l) {
            if (l == k) continue;
            around += cell(near, k, l);
            if (m[b][l] != 0 && m[a][l] == 0) gain += cell(near, k, l);
          }
          const bool counts = m[a][k] == 0 && around > 0;
          const double one = added_density(table, near, k)[std::size_t{a} * rows + b];
          if (a == b || !counts) {
            EXPECT_TRUE(std::isnan(one));
            continue;
          }
          EXPECT_NEAR(one, gain / around, 1e-13);
          sum += gain / around, ++lacked;
        }
        const double got = mean[std::size_t{a} * rows + b];
        if (a == b || lacked == 0)
          EXPECT_TRUE(std::isnan(got));
        else
          EXPECT_NEAR(got, sum / lacked, 1e-13);
      }
  }
}

}  // namespace
}  // namespace kedja::measures
