#include <kedja/graph/quotient.hpp>

#include <gtest/gtest.h>

#include <map>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/rng.hpp>

namespace kedja::graph {
namespace {

using vertices = std::vector<vertex_id>;

// O_ab = sum_ij m_ia m_jb A_ij by dense loops, each undirected link once for each turn of a <= b.
std::map<std::pair<group_id, group_id>, double> dense(const csr_graph& g, const grouping& groups) {
  std::map<std::pair<group_id, group_id>, double> sums;
  const auto add = [&](vertex_id i, vertex_id j, double w) {
    for (const auto& [a, ma] : groups.of(i))
      for (const auto& [b, mb] : groups.of(j)) {
        const auto key = !g.directed() && b < a ? std::pair(b, a) : std::pair(a, b);
        sums[key] += ma * mb * w;
      }
  };
  for (vertex_id u = 0; u < g.num_vertices(); ++u)
    for (std::size_t k = 0; k < g.successors(u).size(); ++k)
      add(u, g.successors(u)[k], g.successor_weights(u)[k] * (g.directed() ? 1.0 : 0.5));
  return sums;
}

//  0 --2-- 1 --3-- 2      groups: {0,1} in a, {1,2} in b (1 is half in each), 3 in none
TEST(TieCounts, SharesAreMultipliedAndUngroupedLinksAreCounted) {
  const vertices s{0, 1, 2}, t{1, 2, 3};
  const std::vector<double> w{2, 3, 9};
  const csr_graph g(4, std::span<const vertex_id>(s), std::span<const vertex_id>(t), w,
                    {.directed = false});
  const grouping groups(4, 2, vertices{0, 1, 1, 2}, std::vector<group_id>{0, 0, 1, 1});
  const group_ties counted = tie_counts(g, groups);
  EXPECT_EQ(counted.skipped_links, 1u);
  ASSERT_EQ(counted.ties.size(), 3u);
  EXPECT_EQ(counted.ties[0].value, 2 * 0.5);            // a-a: link 0-1, half of 1 is in a
  EXPECT_EQ(counted.ties[1].value, 2 * 0.5 + 3 * 0.5);  // a-b
  EXPECT_EQ(counted.ties[2].value, 3 * 0.5);            // b-b
  EXPECT_EQ(counted.ties[1].links, 1.0);
}

TEST(TieCounts, AgreesWithDenseLoopsOnRandomGraphs) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    random_stream random(seed, 0);
    const auto n = static_cast<vertex_id>(2 + random.below(12));
    vertices s, t, member;
    std::vector<group_id> group;
    std::vector<double> w;
    for (int i = 0; i < 30; ++i) {
      s.push_back(static_cast<vertex_id>(random.below(n)));
      t.push_back(static_cast<vertex_id>(random.below(n)));
      w.push_back(random.uniform());
    }
    for (int i = 0; i < 12; ++i) {
      member.push_back(static_cast<vertex_id>(random.below(n)));
      group.push_back(static_cast<group_id>(random.below(4)));
    }
    const grouping groups(n, 4, member, group);
    for (const bool directed : {true, false}) {
      const csr_graph g(n, std::span<const vertex_id>(s), std::span<const vertex_id>(t), w,
                        {.directed = directed});
      auto expected = dense(g, groups);
      const group_ties counted = tie_counts(g, groups);
      for (const auto& tie : counted.ties) {
        EXPECT_NEAR(tie.value, (expected[std::pair(tie.a, tie.b)]), 1e-12);
        expected.erase({tie.a, tie.b});
      }
      for (const auto& [pair, value] : expected) EXPECT_EQ(value, 0.0);
      EXPECT_EQ(quotient_graph(g, groups).num_links(), counted.ties.size());
    }
  }
}

}  // namespace
}  // namespace kedja::graph
