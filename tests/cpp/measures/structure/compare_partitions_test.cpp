// Agreement of partitions, against averages over all permutations and loops over all pairs.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include <kedja/measures/structure/compare_partitions.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

using labels = std::vector<group_id>;

struct information {
  double a = 0, b = 0, mutual = 0;
};

information of(const labels& a, const labels& b) {
  std::map<group_id, double> pa, pb;
  std::map<std::pair<group_id, group_id>, double> both;
  const double one = 1 / static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    pa[a[i]] += one, pb[b[i]] += one, both[{a[i], b[i]}] += one;
  information h;
  for (const auto& [label, p] : pa) h.a -= p * std::log(p);
  for (const auto& [label, p] : pb) h.b -= p * std::log(p);
  for (const auto& [label, p] : both)
    h.mutual += p * std::log(p / (pa[label.first] * pb[label.second]));
  return h;
}

/// Pairs together in a, in b and in both.
std::array<double, 3> pairs(const labels& a, const labels& b) {
  std::array<double, 3> together{};
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = i + 1; j < a.size(); ++j) {
      together[0] += a[i] == a[j];
      together[1] += b[i] == b[j];
      together[2] += a[i] == a[j] && b[i] == b[j];
    }
  return together;
}

graph::grouping partition(const labels& a) {
  std::vector<vertex_id> vertex(a.size());
  std::iota(vertex.begin(), vertex.end(), vertex_id{0});
  return graph::grouping(static_cast<vertex_id>(a.size()), 8, vertex, a);
}

TEST(ComparePartitions, AgreesWithAveragesOverAllPermutations) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    random_stream random(seed, 4);
    const std::size_t n = 2 + random.below(5);
    labels a(n), b(n);
    for (group_id& x : a) x = static_cast<group_id>(random.below(4));
    for (group_id& x : b) x = static_cast<group_id>(random.below(4));
    const auto got = compare_partitions(a, b, {.threads = 2});
    const information h = of(a, b);
    const auto together = pairs(a, b);
    double by_chance = 0, both_by_chance = 0, times = 0;
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    do {
      labels shuffled(n);
      for (std::size_t i = 0; i < n; ++i) shuffled[i] = b[order[i]];
      by_chance += of(a, shuffled).mutual;
      both_by_chance += pairs(a, shuffled)[2];
      ++times;
    } while (std::next_permutation(order.begin(), order.end()));
    by_chance /= times, both_by_chance /= times;
    EXPECT_NEAR(got.vi, h.a + h.b - 2 * h.mutual, 1e-12);
    EXPECT_NEAR(got.homogeneity, h.a > 1e-12 ? h.mutual / h.a : 1, 1e-12);
    EXPECT_NEAR(got.completeness, h.b > 1e-12 ? h.mutual / h.b : 1, 1e-12);
    const double mean = (h.a + h.b) / 2;
    EXPECT_NEAR(got.nmi, mean > 1e-12 ? h.mutual / mean : 1, 1e-12);
    if (mean - by_chance > 1e-9) {
      EXPECT_NEAR(got.ami, (h.mutual - by_chance) / (mean - by_chance), 1e-10);
    } else {
      EXPECT_EQ(got.ami, 1);
    }
    const double most = (together[0] + together[1]) / 2;
    const double ari =
        most > both_by_chance + 1e-9 ? (together[2] - both_by_chance) / (most - both_by_chance) : 1;
    EXPECT_NEAR(got.ari, ari, 1e-12);
    EXPECT_NEAR(omega_index(partition(a), partition(b)), ari, 1e-12);  // the same for partitions
  }
}

TEST(ComparePartitions, IsSymmetricAndKnowsItself) {
  random_stream random(1, 1);
  labels a(20000), b(20000);
  for (group_id& x : a) x = static_cast<group_id>(random.below(300));
  for (std::size_t i = 0; i < b.size(); ++i)
    b[i] = random.below(3) == 0 ? static_cast<group_id>(random.below(40)) : a[i] % 40;
  const auto one = compare_partitions(a, b, {.threads = 1}), other = compare_partitions(b, a);
  EXPECT_NEAR(one.ami, other.ami, 1e-12);
  EXPECT_NEAR(one.vi, other.vi, 1e-12);
  EXPECT_NEAR(one.homogeneity, other.completeness, 1e-12);
  EXPECT_LT(one.ami, one.nmi);
  for (const unsigned threads : {2u, 3u, 4u})
    EXPECT_EQ(compare_partitions(a, b, {.threads = threads}).ami, one.ami);
  const auto self = compare_partitions(a, a);
  EXPECT_EQ(self.nmi, 1);
  EXPECT_EQ(self.ami, 1);
  EXPECT_EQ(self.ari, 1);
  EXPECT_EQ(self.vi, 0);
  labels chance(20000);
  for (group_id& x : chance) x = static_cast<group_id>(random.below(300));
  EXPECT_NEAR(compare_partitions(a, chance).ami, 0, 0.01);
  EXPECT_TRUE(std::isnan(compare_partitions(labels{}, labels{}).nmi));
  EXPECT_THROW((void)compare_partitions(a, labels{1}), invalid_argument);
}

TEST(OmegaIndex, AgreesWithCountingSharedGroupsOfAllPairs) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const vertex_id n = 2 + static_cast<vertex_id>(seed % 9);
    const auto a = test::make_groups(seed, n, 3), b = test::make_groups(seed + 1000, n, 4);
    const auto shared = [](const graph::grouping& m, vertex_id u, vertex_id v) {
      int groups = 0;
      for (const auto& x : m.of(u))
        for (const auto& y : m.of(v)) groups += x.group == y.group;
      return groups;
    };
    double all = 0, agree = 0, expected = 0;
    std::map<int, double> with_a, with_b;
    for (vertex_id u = 0; u < n; ++u)
      for (vertex_id v = u + 1; v < n; ++v) {
        ++all;
        ++with_a[shared(a, u, v)];
        ++with_b[shared(b, u, v)];
        agree += shared(a, u, v) == shared(b, u, v);
      }
    for (const auto& [groups, pairs_a] : with_a) expected += pairs_a / all * with_b[groups] / all;
    agree /= all;
    EXPECT_NEAR(omega_index(a, b, {.threads = 2}),
                agree == 1 ? 1 : (agree - expected) / (1 - expected), 1e-12);
  }
  EXPECT_THROW((void)omega_index(test::make_groups(1, 3, 2), test::make_groups(1, 4, 2)),
               invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
