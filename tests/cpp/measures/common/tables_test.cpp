// Sparse tables and false discovery rates.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/measures/common/benjamini_hochberg.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {
namespace {

using positions = std::vector<std::uint32_t>;

TEST(SparseTable, SumsRepeatedCellsAndSortsRows) {
  const positions row = {1, 0, 1, 1}, column = {2, 1, 0, 2};
  const std::vector<double> value = {1.5, 4, 2, 0.25};
  const sparse_table t(2, 3, row, column, value);
  EXPECT_EQ(t.rows(), 2u);
  EXPECT_EQ(t.columns(), 3u);
  EXPECT_EQ(t.size(), 3u);
  ASSERT_EQ(t.row(1).size(), 2u);
  EXPECT_EQ(t.row(1)[0].column, 0u);
  EXPECT_EQ(t.row(1)[1].value, 1.75);
  const sparse_table turned = t.transposed();
  EXPECT_EQ(turned.rows(), 3u);
  EXPECT_EQ(turned.columns(), 2u);
  EXPECT_EQ(turned.row(2)[0].column, 1u);
  EXPECT_EQ(turned.row(2)[0].value, 1.75);
  const sparse_table kept = t.where([](double v) { return v > 1.8; });
  EXPECT_EQ(kept.rows(), 2u);
  EXPECT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept.row(0)[0].value, 1.0);
}

TEST(SparseTable, WithoutValuesEveryCellCountsOne) {
  const positions row = {0, 0}, column = {1, 1};
  EXPECT_EQ(sparse_table(1, 2, row, column).row(0)[0].value, 2.0);
}

TEST(SparseTable, RefusesImpossibleCells) {
  const positions row = {0, 2}, column = {0, 0}, one = {0};
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(sparse_table(2, 1, row, column), invalid_argument);
  EXPECT_THROW(sparse_table(3, 0, row, column), invalid_argument);
  EXPECT_THROW(sparse_table(3, 1, row, one), invalid_argument);
  for (const double bad : {-1.0, std::nan(""), infinity}) {
    const std::vector<double> value = {1.0, bad};
    EXPECT_THROW(sparse_table(3, 1, row, column, value), invalid_argument);
  }
  const positions same = {0, 0};
  const std::vector<double> huge = {1.7e308, 1.7e308};
  EXPECT_THROW(sparse_table(1, 1, same, same, huge), invalid_argument);
}

TEST(QValues, FollowTheDefinition) {
  random_stream random(1, 5);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> p(random.below(30));
    for (double& x : p)
      x = random.below(6) == 0 ? std::nan("") : std::round(random.uniform() * 20) / 20;
    double tests = 0;
    for (const double x : p) tests += !std::isnan(x);
    const auto q = q_values(p);
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (std::isnan(p[i])) {
        EXPECT_TRUE(std::isnan(q[i]));
        continue;
      }
      // The least rate at which a threshold at or above p[i] calls i significant.
      double least = 1.0;
      for (const double t : p) {
        if (std::isnan(t) || t < p[i]) continue;
        double called = 0;
        for (const double x : p) called += !std::isnan(x) && x <= t;
        least = std::min(least, t * tests / called);
      }
      EXPECT_NEAR(q[i], least, 1e-15);
    }
  }
}

}  // namespace
}  // namespace kedja::measures
