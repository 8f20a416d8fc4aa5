#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/binomial.hpp>
#include <kedja/measures/gap/coverage.hpp>
#include <kedja/measures/gap/fragility.hpp>
#include <kedja/measures/gap/unmet_need.hpp>

namespace {

using kedja::graph::csr_graph;
using kedja::graph::grouping;
using namespace kedja::measures;
using u32s = std::vector<std::uint32_t>;
using doubles = std::vector<double>;

TEST(Binomial, IntervalHasTheTailsThatDefineIt) {
  for (const auto& [x, n] : {std::pair{0, 7}, {1, 12}, {10, 40}, {39, 40}, {40, 40}}) {
    const auto [low, high] =
        binomial_interval(static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(n), 0.9);
    // Plain sums over the probability function, by multiplication.
    const auto at_most = [n = n](int k, double p) {
      double sum = 0;
      for (int i = 0; i <= k; ++i) {
        double term = 1;
        for (int j = 0; j < i; ++j) term *= p * (n - j) / (j + 1);
        sum += term * std::pow(1 - p, n - i);
      }
      return sum;
    };
    EXPECT_NEAR(x == 0 ? low : 1 - at_most(x - 1, low), x == 0 ? 0.0 : 0.05, 1e-9) << x;
    EXPECT_NEAR(x == n ? high : at_most(x, high), x == n ? 1.0 : 0.05, 1e-9) << x;
  }
  EXPECT_THROW((void)binomial_interval(3, 2, 0.9), kedja::invalid_argument);
}

/// Clusters 0 {0, 1, 2}, 1 {3}, 2 {4}; 2 did not answer. Requirements 0, 1, 2 with needs 1, 1, 2.
struct answers {
  grouping groups{5, 3, u32s{0, 1, 2, 3, 4}, u32s{0, 0, 0, 1, 2}};
  sparse_table level{5, 3, u32s{0, 1, 1, 3, 4}, u32s{0, 0, 1, 2, 1}, doubles{0.5, 0.5, 1, 1, 1}};
  doubles need = {1, 1, 2};
  std::vector<char> said = {1, 1, 0, 1, 1};
};

TEST(Coverage, IsWhatNobodyCanSupply) {
  const answers a;
  const auto r = coverage_gap(a.groups, a.level, a.need, a.said);
  EXPECT_EQ(r.answered, (u32s{2, 1, 1}));
  // Lacking: 0.5 * 0.5 of the first, none of the second, all of the third.
  EXPECT_DOUBLE_EQ(r.gap[0].value, 0.25 * 0.25 + 0.5);
  EXPECT_DOUBLE_EQ(r.breadth_gap[0].value, 1 - (0.25 * 0.5 + 0.25 * 0.5));
  EXPECT_EQ(r.gap[0].high, r.gap[0].value);
  EXPECT_LT(r.gap[0].low, r.gap[0].value);  // the silent member may have more
  EXPECT_EQ(r.gap[1].low, r.gap[1].value);  // all of cluster 1 answered
  const auto cover = greedy_cover(r, doubles{0.25, 0.25, 0.5}, 0, 3);
  ASSERT_EQ(cover.size(), 1u);  // cluster 1 has the third; nobody adds to the first
  EXPECT_EQ(cover[0].cluster, 1u);
  EXPECT_DOUBLE_EQ(cover[0].gain, 0.5);
}

TEST(Coverage, WithoutAnswersIsUndecidedNeverZero) {
  const answers a;
  const auto r = coverage_gap(a.groups, a.level, a.need, std::vector<char>{0, 0, 0, 1, 1});
  EXPECT_EQ(r.answered[0], 0u);
  EXPECT_TRUE(std::isnan(r.gap[0].value) && std::isnan(r.lack[0]));
}

TEST(Coverage, RefusesWhatDoesNotFit) {
  const answers a;
  EXPECT_THROW((void)coverage_gap(a.groups, a.level, doubles{0, 0, 0}, a.said),
               kedja::invalid_argument);
  EXPECT_THROW((void)coverage_gap(a.groups, a.level, doubles{1, 1}, a.said),
               kedja::invalid_argument);
  const sparse_table above(5, 3, u32s{0}, u32s{0}, doubles{1.5});
  EXPECT_THROW((void)coverage_gap(a.groups, above, a.need, a.said), kedja::invalid_argument);
}

TEST(Coverage, GreedyGainsAreAtLeastThoseOfTheBestSingleCluster) {
  kedja::random_stream random(2, 0);
  constexpr std::uint32_t clusters = 8, wide = 6;
  u32s vertex, group, row, column;
  for (std::uint32_t v = 0; v < 24; ++v) {
    vertex.push_back(v), group.push_back(v % clusters);
    for (std::uint32_t q = 0; q < wide; ++q)
      if (random.below(5) == 0) row.push_back(v), column.push_back(q);
  }
  const doubles need(wide, 1.0 / wide);
  const auto r = coverage_gap(grouping(24, clusters, vertex, group),
                              sparse_table(24, wide, row, column), need, std::vector<char>(24, 1));
  for (std::uint32_t a = 0; a < clusters; ++a) {
    double best = 0;
    for (std::uint32_t b = 0; b < clusters; ++b) {
      double gain = 0;
      for (std::uint32_t q = 0; q < wide; ++q)
        if (b != a) gain += need[q] * r.lack[a * wide + q] * (1 - r.lack[b * wide + q]);
      best = std::max(best, gain);
    }
    const auto cover = greedy_cover(r, need, a, 3);
    EXPECT_NEAR(cover.empty() ? 0.0 : cover[0].gain, best, 1e-12);
    for (std::size_t i = 1; i < cover.size(); ++i) EXPECT_LE(cover[i].gain, cover[i - 1].gain);
  }
}

/// 0, 1, 2 sell to 3 and 4. Sectors: 0 and 1 are of sector 0, 2 of sector 1, the buyers of 2.
csr_graph supply() {
  const u32s source = {0, 1, 2, 0, 2, 2}, target = {3, 3, 3, 4, 4, 5};
  const doubles value = {90, 10, 100, 50, 50, 1};
  return csr_graph(6, std::span<const std::uint32_t>(source),
                   std::span<const std::uint32_t>(target), value);
}
const u32s sectors = {0, 0, 1, 2, 2, 2};

TEST(Fragility, CountsTypesOfInputFromOneSupplier) {
  const auto g = supply();
  const auto r = single_sources(g, sectors, 3);
  // 3 buys 100 of sector 0 (90 from 0) and 100 of sector 1 (all from 2): both above 0.8.
  EXPECT_DOUBLE_EQ(r.dependence[3], 1.0);
  EXPECT_TRUE(std::isnan(r.dependence[0]));
  EXPECT_DOUBLE_EQ(single_sources(g, sectors, 3, {}, 0.95).dependence[3], 0.5);
  // theta itself is not above theta; 1 asks for the only supplier.
  EXPECT_DOUBLE_EQ(single_sources(g, sectors, 3, {}, 0.9).dependence[3], 0.5);
  EXPECT_DOUBLE_EQ(single_sources(g, sectors, 3, {}, 1.0).dependence[3], 0.5);
  // Only sector 1 is essential for sector 2.
  const doubles essential = {0, 0, 0, 0, 0, 1, 0, 0, 0};
  const auto weighed = single_sources(g, sectors, 3, essential);
  EXPECT_DOUBLE_EQ(weighed.dependence[3], 0.5);
  ASSERT_EQ(weighed.found.size(), 3u);
  EXPECT_EQ(weighed.found[0].supplier, 2u);
  EXPECT_THROW((void)single_sources(g, sectors, 3, {}, 1.5), kedja::invalid_argument);
  EXPECT_THROW((void)single_sources(g, sectors, 2), kedja::invalid_argument);
}

TEST(Fragility, OfAClusterIsTheWeightedMeanOfItsBuyers) {
  const auto g = supply();
  const grouping groups(6, 2, u32s{0, 3, 4, 1, 2}, u32s{0, 0, 0, 1, 1});
  const auto sources = single_sources(g, sectors, 3, {}, 0.95);
  const doubles weight = {7, 7, 7, 1, 3, 7};  // 3 depends by 1/2, 4 by 1
  const auto rows = fragility(sources, groups, weight, u32s{0, 1});
  EXPECT_DOUBLE_EQ(rows[0].whole.value, (0.5 + 3 * 1.0) / 4);
  EXPECT_EQ(rows[0].members, 3u);
  EXPECT_EQ(rows[0].buyers, 2u);
  EXPECT_LE(rows[0].whole.low, rows[0].whole.value);
  EXPECT_GE(rows[0].whole.high, rows[0].whole.value);
  EXPECT_TRUE(std::isnan(rows[1].whole.value));  // its members buy nothing
  // 0 is a member of the buyers' cluster; 1 sells the same outside its own cluster 1.
  const outside_sales sales(g, groups, sectors, 3);
  EXPECT_EQ(sales.instead_of(0, 0, 0, groups).company, 1u);
  EXPECT_EQ(sales.instead_of(1, 2, 0, groups).company, kedja::no_vertex);
}

TEST(Fragility, SameBitsForAnyNumberOfThreads) {
  kedja::random_stream random(6, 0);
  u32s source, target, sector, vertex, group;
  doubles value;
  for (int i = 0; i < 4000; ++i) {
    source.push_back(static_cast<std::uint32_t>(random.below(500)));
    target.push_back(static_cast<std::uint32_t>(random.below(500)));
    value.push_back(random.uniform());
  }
  for (std::uint32_t v = 0; v < 500; ++v) {
    sector.push_back(static_cast<std::uint32_t>(random.below(40)));
    vertex.push_back(v), group.push_back(v % 30);
  }
  const csr_graph g(500, std::span<const std::uint32_t>(source),
                    std::span<const std::uint32_t>(target), value);
  const grouping groups(500, 30, vertex, group);
  u32s all(30);
  for (std::uint32_t a = 0; a < 30; ++a) all[a] = a;
  const auto one = fragility(single_sources(g, sector, 40, {}, 0.8, {.threads = 1}), groups, {},
                             all, {}, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const auto many = fragility(single_sources(g, sector, 40, {}, 0.8, {.threads = threads}),
                                groups, {}, all, {}, {.threads = threads});
    for (std::size_t a = 0; a < 30; ++a) {
      EXPECT_EQ(one[a].whole.value, many[a].whole.value);
      EXPECT_EQ(one[a].whole.low, many[a].whole.low);
      EXPECT_EQ(one[a].random.high, many[a].random.high);
    }
  }
}

/// The transportation problem by augmenting one unit at a time (Ford and Fulkerson 1956).
int max_flow(const std::vector<int>& unmet, const std::vector<int>& spare) {
  const std::size_t n = unmet.size();
  std::vector<std::vector<int>> sent(n, std::vector<int>(n, 0));  // from b to a
  std::vector<int> left = spare, missing = unmet;
  int total = 0;
  for (;;) {
    std::vector<char> seen(n, 0);
    std::function<bool(std::size_t)> reach = [&](std::size_t b) {  // another unit out of b
      for (std::size_t a = 0; a < n; ++a) {
        if (a == b || seen[a] != 0) continue;
        seen[a] = 1;
        if (missing[a] > 0) {
          --missing[a], ++sent[b][a];
          return true;
        }
        for (std::size_t c = 0; c < n; ++c)
          if (sent[c][a] > 0 && c != b && reach(c)) {
            --sent[c][a], ++sent[b][a];
            return true;
          }
      }
      return false;
    };
    bool more = false;
    for (std::size_t b = 0; b < n && !more; ++b)
      if (left[b] > 0 && reach(b)) --left[b], more = true;
    if (!more) return total;
    ++total;
  }
}

TEST(UnmetNeed, JointOptimumIsTheMaximumFlow) {
  kedja::random_stream random(8, 0);
  int bound_by_one = 0;
  for (int run = 0; run < 3000; ++run) {
    const std::size_t n = 2 + static_cast<std::size_t>(random.below(4));
    std::vector<int> unmet(n), spare(n);
    doubles u(n), s(n), received;
    for (std::size_t a = 0; a < n; ++a) {
      unmet[a] = random.below(2) == 0 ? 0 : static_cast<int>(random.below(7));
      spare[a] = random.below(2) == 0 ? 0 : static_cast<int>(random.below(7));
      u[a] = unmet[a], s[a] = spare[a];
    }
    const double best = joint_optimum(u, s, received);
    ASSERT_DOUBLE_EQ(best, max_flow(unmet, spare));
    // The shares can be delivered: together they are the optimum, nobody gets more than it lacks
    // or than others have, and (Hall) every supplier finds takers.
    double sum = 0, all = 0;
    for (const double x : s) all += x;
    for (std::size_t a = 0; a < n; ++a) {
      sum += received[a];
      EXPECT_LE(received[a], u[a] + 1e-12);
      EXPECT_LE(received[a], all - s[a] + 1e-12);
    }
    EXPECT_NEAR(sum, best, 1e-12);
    bound_by_one += best < std::min(all, std::accumulate(u.begin(), u.end(), 0.0));
  }
  EXPECT_GT(bound_by_one, 50);  // the third term of the closed form was needed
}

TEST(UnmetNeed, PairsAndGapFollowTheDefinition) {
  // Two kinds, three clusters. a = 0 lacks 4 of kind 0 and 2 of kind 1.
  need_and_supply n{3, 2, {5, 2, 0, 0, 0, 1}, {1, 0, 3, 0, 2, 5}, {}};
  home_first(n);
  EXPECT_EQ(n.home, (doubles{1, 0, 0, 0, 0, 1}));
  std::vector<char> tied(9, 0);
  tied[0 * 3 + 1] = tied[1 * 3 + 0] = 1;
  const doubles omega = {1, 2};
  const auto r = unmet_need(n, omega, tied);
  EXPECT_DOUBLE_EQ(r.unmet[0], 4 + 2 * 2);
  EXPECT_DOUBLE_EQ(r.pair[0 * 3 + 1], 3.0 / 8);            // kind 0 only
  EXPECT_DOUBLE_EQ(r.pair[0 * 3 + 2], (2 + 2 * 2) / 8.0);  // 2 of kind 0, both of kind 1
  EXPECT_DOUBLE_EQ(r.alone[0], 1.0);
  EXPECT_DOUBLE_EQ(r.tied[0], 3.0 / 8);
  EXPECT_DOUBLE_EQ(r.gap[0], 1 - 3.0 / 8);
  EXPECT_EQ(r.offer[0 * 3 + 1], 0.0);                       // tied
  EXPECT_DOUBLE_EQ(r.offer[0 * 3 + 2], (1 + 2 * 2) / 8.0);  // 1 of kind 0 is left
  EXPECT_EQ(r.gap[1], 0.0);                                 // lacks nothing
  EXPECT_DOUBLE_EQ(r.joint_total, 8.0);
  EXPECT_THROW((void)unmet_need(n, doubles{1}, tied), kedja::invalid_argument);
}

}  // namespace
