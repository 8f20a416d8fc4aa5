#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/measures/complexity/proximity.hpp>
#include <kedja/measures/gap/capability.hpp>
#include <kedja/measures/gap/complementarity.hpp>
#include <kedja/measures/gap/reach.hpp>
#include <kedja/measures/gap/tie_deficit.hpp>

namespace {

using kedja::graph::csr_graph;
using kedja::graph::grouping;
using namespace kedja::measures;
using u32s = std::vector<std::uint32_t>;

/// Four companies in clusters 0 {0, 1}, 1 {1, 2}, 2 {} with three capabilities; company 3 is in no
/// cluster. 0 has k; 1 has k and l; 2 has l; 3 has m.
struct small_case {
  grouping groups{4, 3, u32s{0, 1, 1, 2}, u32s{0, 0, 1, 1}};
  sparse_table has{4, 3, u32s{0, 1, 1, 2, 3}, u32s{0, 0, 1, 1, 2}};
};

TEST(ClusterProfile, CountsEveryMemberOnceInEachOfItsClusters) {
  const small_case c;
  const auto p = profile_of(c.groups, c.has);
  EXPECT_EQ(p.size, (u32s{2, 2, 0}));
  EXPECT_EQ(p.count, (u32s{2, 1, 0, 1, 2, 0, 0, 0, 0}));
  EXPECT_EQ(p.common, (std::vector<double>{0.5, 0.5, 0.25}));
  EXPECT_EQ(p.need, (std::vector<double>{0.4, 0.4, 0.2}));  // the common shares over their sum
  EXPECT_TRUE(p.specialised(0, 1));                         // 1 of 2 members, as many as everywhere
  EXPECT_FALSE(p.specialised(0, 2));
  EXPECT_TRUE(std::isnan(p.share(2, 0)));
}

TEST(ClusterProfile, RefusesWhatDoesNotFit) {
  const small_case c;
  EXPECT_THROW((void)profile_of(grouping(3, 1, u32s{}, u32s{}), c.has), kedja::invalid_argument);
  EXPECT_THROW((void)profile_of(c.groups, c.has, std::vector<double>{1, 2}),
               kedja::invalid_argument);
  EXPECT_THROW((void)profile_of(c.groups, c.has, std::vector<double>{1, 2, -1}),
               kedja::invalid_argument);
}

TEST(CapabilityGap, IsTheUnmetNeed) {
  const small_case c;
  const auto p = profile_of(c.groups, c.has, std::vector<double>{1, 1, 2});
  const auto r = capability_gap(p, c.groups, c.has, u32s{0, 1, 2}, {.draws = 20});
  // Cluster 0 has k and l at least as often as all companies, m never: need 2 of 4 is unmet.
  EXPECT_DOUBLE_EQ(r.whole[0].value, 0.5);
  EXPECT_DOUBLE_EQ(r.part[2].value, 0.5);
  EXPECT_DOUBLE_EQ(r.part[0].value, 0.0);
  EXPECT_DOUBLE_EQ(r.whole[1].value, 0.5);
  EXPECT_TRUE(std::isnan(r.whole[2].value));  // nobody to ask
}

TEST(CapabilityGap, PartBandsAreClopperPearson) {
  // 40 members of whom 10 have k, as 60 of the other 60 companies do: common 0.7, need 1.
  u32s vertex, group, row, column;
  for (std::uint32_t v = 0; v < 40; ++v) vertex.push_back(v), group.push_back(0);
  for (std::uint32_t v = 0; v < 100; ++v)
    row.push_back(v), column.push_back(v >= 10 && v < 40 ? 1u : 0u);
  const grouping groups(100, 1, vertex, group);
  const sparse_table has(100, 2, row, column);
  const auto p = profile_of(groups, has, std::vector<double>{1, 0});
  const auto r = capability_gap(p, groups, has, u32s{0}, {.draws = 20000, .seed = 3});
  EXPECT_NEAR(r.whole[0].value, 1 - 0.25 / 0.7, 1e-12);
  // The 90 % interval of 10 in 40: P(X >= 10 | low) = P(X <= 10 | high) = 0.05, found by bisection.
  const auto at_most = [](int x, double q) {
    double sum = 0;
    for (int k = 0; k <= x; ++k)
      sum += std::exp(std::lgamma(41) - std::lgamma(k + 1) - std::lgamma(41 - k) + k * std::log(q) +
                      (40 - k) * std::log1p(-q));
    return sum;
  };
  const auto solve = [](auto f) {  // f falls from above 0 to below 0
    double low = 1e-6, high = 1 - 1e-6;
    for (int i = 0; i < 100; ++i) (f((low + high) / 2) > 0 ? low : high) = (low + high) / 2;
    return low;
  };
  const double low = solve([&](double q) { return 0.05 - (1 - at_most(9, q)); });
  const double high = solve([&](double q) { return at_most(10, q) - 0.05; });
  EXPECT_NEAR(r.part[0].high, 1 - low / 0.7, 0.006);  // 20,000 draws: sd of the quantile is 0.002
  EXPECT_NEAR(r.part[0].low, 1 - high / 0.7, 0.006);
}

TEST(CapabilityGap, RandomClustersHaveTheGapOfDrawsWithoutReplacement) {
  // Two of four able companies: the six pairs are equally likely; the median is between the 3rd
  // and 4th gap of them.
  const grouping groups(4, 1, u32s{0, 1}, u32s{0, 0});
  const sparse_table has(4, 2, u32s{0, 1, 2, 3, 3}, u32s{0, 0, 0, 0, 1});
  const auto p = profile_of(groups, has, std::vector<double>{0, 1});
  // Capability 1 has 1 of 4: met = min(1, share / 0.25). A pair with company 3 has gap 0, one
  // without it gap 1; three pairs of six each.
  const auto r = capability_gap(p, groups, has, u32s{0}, {.draws = 4000, .seed = 1});
  EXPECT_EQ(r.random[0].low, 0.0);
  EXPECT_EQ(r.random[0].high, 1.0);
}

TEST(CapabilityGap, SameBitsForAnyNumberOfThreadsAndWhicheverClustersAreAsked) {
  u32s vertex, group, row, column;
  kedja::random_stream random(5, 0);
  for (std::uint32_t v = 0; v < 200; ++v) {
    vertex.push_back(v), group.push_back(static_cast<std::uint32_t>(random.below(12)));
    for (std::uint32_t k = 0; k < 6; ++k)
      if (random.below(3) == 0) row.push_back(v), column.push_back(k);
  }
  const grouping groups(200, 12, vertex, group);
  const sparse_table has(200, 6, row, column);
  const auto p = profile_of(groups, has);
  u32s all(12);
  for (std::uint32_t a = 0; a < 12; ++a) all[a] = a;
  const auto one = capability_gap(p, groups, has, all, {.draws = 50}, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const auto many = capability_gap(p, groups, has, all, {.draws = 50}, {.threads = threads});
    for (std::size_t i = 0; i < one.part.size(); ++i) {
      EXPECT_EQ(one.part[i].low, many.part[i].low);
      EXPECT_EQ(one.part[i].high, many.part[i].high);
    }
    for (std::size_t a = 0; a < 12; ++a) EXPECT_EQ(one.random[a].value, many.random[a].value);
  }
  const auto alone = capability_gap(p, groups, has, u32s{7}, {.draws = 50});
  EXPECT_EQ(alone.whole[0].low, one.whole[7].low);
  EXPECT_EQ(alone.random[0].high, one.random[7].high);
}

TEST(Complementarity, IsAddedDensityBothWays) {
  kedja::random_stream random(9, 0);
  constexpr std::uint32_t n = 5, wide = 7;
  u32s vertex, group, row, column;
  for (std::uint32_t v = 0; v < 60; ++v) {
    vertex.push_back(v), group.push_back(v % n);
    for (std::uint32_t k = 0; k < wide; ++k)
      if (random.below(4) == 0) row.push_back(v), column.push_back(k);
  }
  const sparse_table has =
      sparse_table(60, wide, row, column).where([](double v) { return v > 0; });
  const grouping groups(60, n, vertex, group);
  const auto p = profile_of(groups, has);
  const auto near = density(specialised_table(p), proximity(has));
  std::vector<char> tied(n * n, 0);
  tied[0 * n + 3] = tied[3 * n + 0] = 1;
  const auto r = complementarity(p, groups, has, near, tied);

  // Plain loops over the definition.
  double added[n][n] = {}, most = 0;
  for (std::uint32_t a = 0; a < n; ++a)
    for (std::uint32_t b = 0; b < n; ++b)
      for (std::uint32_t k = 0; k < wide; ++k)
        if (p.specialised(b, k) && !p.specialised(a, k)) added[a][b] += near[a * wide + k];
  for (std::uint32_t a = 0; a < n; ++a)
    for (std::uint32_t b = 0; b < n; ++b)
      if (a != b) most = std::max(most, std::sqrt(added[a][b] * added[b][a]));
  for (std::uint32_t a = 0; a < n; ++a)
    for (std::uint32_t b = 0; b < n; ++b)
      EXPECT_NEAR(r.pair[a * n + b], a == b ? 0.0 : std::sqrt(added[a][b] * added[b][a]) / most,
                  1e-12);
  for (std::uint32_t a = 0; a < n; ++a) {
    double wanted = 0, delivered = 0;
    for (std::uint32_t k = 0; k < wide; ++k) {
      bool elsewhere = false;
      for (std::uint32_t b = 0; b < n; ++b) elsewhere |= b != a && p.specialised(b, k);
      if (p.specialised(a, k) || !elsewhere) continue;
      wanted += p.need[k];
      if ((a == 0 && p.specialised(3, k)) || (a == 3 && p.specialised(0, k)))
        delivered += p.need[k];
    }
    EXPECT_NEAR(r.wanted[a], wanted, 1e-12);
    EXPECT_NEAR(r.delivered[a], delivered, 1e-12);
    EXPECT_NEAR(r.gap[a].value, wanted > 0 ? 1 - delivered / wanted : 0.0, 1e-12);
    EXPECT_LE(r.gap[a].low, r.gap[a].value);
    EXPECT_GE(r.gap[a].high, r.gap[a].value);
    for (std::uint32_t b = 0; b < n; ++b) {
      const bool is_tied = tied[a * n + b] != 0;
      double offered = 0;
      for (std::uint32_t k = 0; k < wide; ++k) {
        if (b == a || is_tied || !p.specialised(b, k) || p.specialised(a, k)) continue;
        if ((a == 0 && p.specialised(3, k)) || (a == 3 && p.specialised(0, k))) continue;
        offered += p.need[k];
      }
      EXPECT_NEAR(r.offer[a * n + b], wanted > 0 ? offered / wanted : 0.0, 1e-12);
      EXPECT_LE(r.offer[a * n + b], r.gap[a].value + 1e-12);
    }
  }
}

TEST(TieDeficit, CountsOnlySignificantDeficitsAndWeighsThem) {
  tie_significance_result ties;
  ties.a = {0, 0, 0, 1, 1, 2};
  ties.b = {0, 1, 2, 1, 2, 2};
  ties.observed = {5, 2, 3, 1, 9, 0};
  ties.expected = {5, 8, 4, 1, 6, 0};
  ties.z = {0, -3, -0.5, 0, 1.2, std::nan("")};
  ties.q = {1, 0.01, 0.6, 1, 0.2, std::nan("")};
  const std::vector<double> weight = {0, 1, 3, 1, 0, 1, 3, 1, 0};
  const auto r = tie_deficit(ties, 3, false, weight);
  EXPECT_DOUBLE_EQ(r.deficit[1], 0.75);  // (8 - 2) / 8
  EXPECT_DOUBLE_EQ(r.deficit[3], 0.75);  // the same pair from the other side
  EXPECT_EQ(r.deficit[2], 0.0);          // fewer than expected, but not significantly
  EXPECT_DOUBLE_EQ(r.gap[0].value, 0.75 / 4);
  EXPECT_DOUBLE_EQ(r.gap[1].value, 0.75 / 2);
  EXPECT_EQ(r.gap[2].value, 0.0);
  // sd of the ties is (2 - 8) / -3 = 2, of the deficit 2 / 8; its 90 per cent band is cut at 1.
  EXPECT_NEAR(r.low[1], 0.75 - 1.6448536269514722 * 0.25, 1e-12);
  EXPECT_EQ(r.high[1], 1.0);
  EXPECT_NEAR(r.gap[0].low, (0.75 - 1.6448536269514722 * 0.25) / 4, 1e-12);
  EXPECT_THROW((void)tie_deficit(ties, 3, false, weight, 1.0), kedja::invalid_argument);
  const auto directed = tie_deficit(ties, 3, true, weight);
  EXPECT_EQ(directed.deficit[3], 0.0);  // b to a was not tested
}

TEST(TieEntropy, ExpectedAgreesWithFullEnumeration) {
  const tie_entropy entropy(100000);
  // Three regions, m draws: sum over all compositions of the multinomial probability times H.
  const std::vector<double> q = {0.5, 0.3, 0.2};
  for (const int m : {1, 2, 5, 9}) {
    double expected = 0;
    for (int i = 0; i <= m; ++i)
      for (int j = 0; i + j <= m; ++j) {
        const int part[] = {i, j, m - i - j};
        double log_p = std::lgamma(m + 1), h = 0;
        for (int r = 0; r < 3; ++r) {
          log_p += part[r] * std::log(q[static_cast<std::size_t>(r)]) - std::lgamma(part[r] + 1);
          if (part[r] > 0) h -= part[r] * std::log(static_cast<double>(part[r]) / m) / m;
        }
        expected += std::exp(log_p) * h;
      }
    EXPECT_NEAR(entropy.expected(q, static_cast<std::uint64_t>(m)), expected, 1e-12) << m;
  }
  // With many draws it approaches H(q) - (regions - 1) / 2m (Miller 1955).
  const double h = -(0.5 * std::log(0.5) + 0.3 * std::log(0.3) + 0.2 * std::log(0.2));
  EXPECT_NEAR(entropy.expected(q, 100000), h - 2.0 / 200000, 1e-8);
}

TEST(Reach, CountsTiesThatLeaveTheClusterFromBothEnds) {
  // Companies 0, 1 in cluster 0; 2 in clusters 0 and 1; 3 in cluster 1; 4 in none.
  const grouping groups(5, 2, u32s{0, 1, 2, 2, 3}, u32s{0, 0, 0, 1, 1});
  const u32s region = {0, 0, 1, 2, no_region};
  const u32s source = {0, 0, 1, 2, 4, 3}, target = {1, 3, 2, 3, 0, 4};
  const csr_graph g(5, std::span<const std::uint32_t>(source),
                    std::span<const std::uint32_t>(target));
  external_ties ties(2, 3);
  ties.add(g, groups, region);
  // Cluster 0: 0-3 leaves (region 2); 2-3 leaves cluster 0 but not 1; 0-4 has no region.
  EXPECT_EQ(std::vector<double>(ties.row(0).begin(), ties.row(0).end()),
            (std::vector<double>{0, 0, 2}));
  // Cluster 1: 3-0 (region 0), 2-1 (region 0).
  EXPECT_EQ(std::vector<double>(ties.row(1).begin(), ties.row(1).end()),
            (std::vector<double>{2, 0, 0}));
  EXPECT_EQ(pooled_spread(ties), (std::vector<double>{0.5, 0, 0.5}));
  // One region only: H = 0, expected of two draws from (1/2, 1/2): half the time log 2.
  const csr_graph* const graphs[] = {&g};
  const auto r = reach_gap<csr_graph>(graphs, groups, region, 3, u32s{0, 1}, {.rarefy = 2}).front();
  EXPECT_EQ(r.ties, 2.0);
  EXPECT_NEAR(r.rarefied, r.whole.value, 1e-12);  // its two ties are all it has
  EXPECT_LE(r.whole.low, r.whole.value);
  EXPECT_NEAR(r.whole.value, 1 - std::exp(-0.5 * std::log(2.0)), 1e-12);
  EXPECT_NEAR(r.missing[0], 0.5 * std::log(0.5 / (0.5 / 3)), 1e-12);
}

TEST(Reach, WithoutTiesIsUndefined) {
  const csr_graph g(2, std::span<const std::uint32_t>(), std::span<const std::uint32_t>());
  const csr_graph* const graphs[] = {&g};
  const auto r =
      reach_gap<csr_graph>(graphs, grouping(2, 1, u32s{0}, u32s{0}), u32s{0, 1}, 2, u32s{0});
  EXPECT_TRUE(std::isnan(r[0].whole.value));
  EXPECT_TRUE(std::isnan(r[0].random.high));
}

TEST(Reach, WithoutOtherClustersIsUndefined) {
  // Company 0 is the only cluster and linked to 1: the spread of all ties is its own.
  const u32s source = {0}, target = {1};
  const csr_graph g(2, std::span<const std::uint32_t>(source),
                    std::span<const std::uint32_t>(target));
  const csr_graph* const graphs[] = {&g};
  const auto r =
      reach_gap<csr_graph>(graphs, grouping(2, 1, u32s{0}, u32s{0}), u32s{0, 1}, 2, u32s{0});
  EXPECT_EQ(r[0].ties, 1.0);
  EXPECT_EQ(r[0].other_ties, 0.0);
  EXPECT_TRUE(std::isnan(r[0].whole.value));
}

TEST(TieEntropy, RarefiedAgreesWithFullEnumeration) {
  // All ways of drawing m of 4 + 3 + 1 ties without replacement.
  const std::vector<double> count = {4, 3, 1};
  const tie_entropy entropy(8);
  const auto choose = [](int n, int k) {
    double c = 1;
    for (int i = 0; i < k; ++i) c = c * (n - i) / (i + 1);
    return c;
  };
  for (const int m : {2, 5, 8}) {
    double expected = 0;
    for (int i = 0; i <= std::min(4, m); ++i)
      for (int j = 0; j <= std::min(3, m - i); ++j) {
        const int part[] = {i, j, m - i - j};
        if (part[2] > 1) continue;
        double h = 0;
        for (const int c : part)
          if (c > 0) h -= c * std::log(static_cast<double>(c) / m) / m;
        expected += h * choose(4, i) * choose(3, j) * choose(1, part[2]) / choose(8, m);
      }
    EXPECT_NEAR(entropy.rarefied(count, static_cast<std::uint64_t>(m)), expected, 1e-12) << m;
  }
}

TEST(Reach, RarefiedDoesNotRankSize) {
  // Ties spread over 30 regions alike: the plain entropy of 5 ties is far below that of 200, the
  // rarefied one is the same on average.
  kedja::random_stream random(4, 0);
  const tie_entropy entropy(200);
  double few = 0, many = 0, plain_few = 0, plain_many = 0;
  for (int run = 0; run < 400; ++run)
    for (const int m : {5, 200}) {
      std::vector<double> count(30, 0.0);
      for (int i = 0; i < m; ++i) count[static_cast<std::size_t>(random.below(30))] += 1;
      (m == 5 ? few : many) += entropy.rarefied(count, 5) / 400;
      (m == 5 ? plain_few : plain_many) += entropy_of(count) / 400;
    }
  EXPECT_NEAR(few, many, 0.03);
  EXPECT_GT(plain_many - plain_few, 1.5);
}

}  // namespace
