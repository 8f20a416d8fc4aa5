#include <kedja/graph/csr_graph.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/core/rng.hpp>

namespace kedja::graph {
namespace {

using ends = std::vector<vertex_id>;

csr_graph make(vertex_id n, const ends& s, const ends& t, const std::vector<double>& w = {},
               graph_options options = {}, unsigned threads = 1) {
  return csr_graph(n, std::span<const vertex_id>(s), std::span<const vertex_id>(t), w, options,
                   {.threads = threads});
}
ends row(std::span<const vertex_id> r) { return {r.begin(), r.end()}; }

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const invalid_argument& e) {
    return e.what();
  }
  return "(no exception)";
}

TEST(CsrGraph, EmptyGraphHasNoVertices) {
  const csr_graph g;
  EXPECT_EQ(g.num_vertices(), 0u);
  EXPECT_EQ(g.num_arcs(), 0u);
  EXPECT_EQ(make(3, {}, {}).successors(2).size(), 0u);
}

TEST(CsrGraph, RowsAreSortedInBothDirections) {
  //  2 -> 0, 2 -> 1, 0 -> 1, 1 -> 1
  const csr_graph g = make(4, {2, 2, 0, 1}, {1, 0, 1, 1});
  EXPECT_EQ(row(g.successors(2)), (ends{0, 1}));
  EXPECT_EQ(row(g.successors(3)), ends{});
  EXPECT_EQ(row(g.predecessors(1)), (ends{0, 1, 2}));
  EXPECT_EQ(g.num_links(), 4u);
}

TEST(CsrGraph, UndirectedLinkIsTwoArcsAndALoopAddsTwo) {
  const csr_graph g = make(3, {0, 2}, {1, 2}, {5, 7}, {.directed = false});
  EXPECT_EQ(g.num_links(), 2u);
  EXPECT_EQ(g.num_arcs(), 4u);
  EXPECT_EQ(row(g.successors(1)), ends{0});
  EXPECT_EQ(row(g.successors(2)), (ends{2, 2}));
  EXPECT_EQ(g.successor_weights(2)[1], 7.0);
}

TEST(CsrGraph, SummingJoinsParallelLinksAndTurnedOnes) {
  const graph_options sum{.directed = false, .duplicates = duplicate_policy::sum};
  const csr_graph g = make(3, {0, 1, 2, 2}, {1, 0, 2, 2}, {1, 2, 4, 8}, sum);
  EXPECT_EQ(g.num_links(), 2u);
  EXPECT_EQ(g.successor_weights(0)[0], 3.0);
  EXPECT_EQ(row(g.successors(2)), (ends{2, 2}));
  EXPECT_EQ(g.successor_weights(2)[0], 12.0);
}

TEST(CsrGraph, RefusingNamesThePair) {
  EXPECT_EQ(message_of([] {
              (void)make(3, {0, 0}, {1, 1}, {}, {.duplicates = duplicate_policy::refuse});
            }),
            "vertices 0 and 1 are linked 2 times");
}

TEST(CsrGraph, BadRowsAreNamed) {
  EXPECT_EQ(message_of([] {
              (void)make(2, {0, 0}, {1, 2});
            }),
            "link 1: vertex 2 is outside [0, 2)");
  EXPECT_EQ(message_of([] {
              (void)make(2, {0, 0}, {1, 1}, {1, -1});
            }),
            "link 1: value -1.000000 is not a finite number >= 0");
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_NE(message_of([&] { (void)make(2, {0}, {1}, {bad}); }).find("link 0: value"),
              std::string::npos);
  const std::vector<std::int64_t> s{0}, t{-1};
  EXPECT_EQ(message_of([&] {
              (void)csr_graph(2, std::span<const std::int64_t>(s),
                              std::span<const std::int64_t>(t));
            }),
            "link 0: vertex -1 is outside [0, 2)");
}

// The oracle sorts triples; large enough for several blocks and buckets.
TEST(CsrGraph, AgreesWithSortedTriplesForAnyThreadsAndRowOrder) {
  constexpr vertex_id n = 5000;
  constexpr std::size_t m = 200000;
  random_stream random(11, 0);
  ends s(m), t(m);
  std::vector<double> w(m);
  for (std::size_t i = 0; i < m; ++i) {
    s[i] = static_cast<vertex_id>(random.below(n) * random.below(n) / n);  // skewed
    t[i] = static_cast<vertex_id>(random.below(n));
    w[i] = static_cast<double>(random.below(4)) / 4;
  }
  std::vector<std::tuple<vertex_id, vertex_id, double>> oracle(m);
  for (std::size_t i = 0; i < m; ++i) oracle[i] = {s[i], t[i], w[i]};
  std::sort(oracle.begin(), oracle.end());

  const csr_graph g = make(n, s, t, w);
  std::size_t at = 0;
  for (vertex_id u = 0; u < n; ++u)
    for (std::size_t k = 0; k < g.successors(u).size(); ++k, ++at)
      ASSERT_EQ(oracle[at], std::tuple(u, g.successors(u)[k], g.successor_weights(u)[k]));
  ASSERT_EQ(at, m);

  std::sort(oracle.begin(), oracle.end(), [](const auto& a, const auto& b) {
    return std::tuple(get<1>(a), get<0>(a), get<2>(a)) <
           std::tuple(get<1>(b), get<0>(b), get<2>(b));
  });
  at = 0;
  for (vertex_id v = 0; v < n; ++v)
    for (std::size_t k = 0; k < g.predecessors(v).size(); ++k, ++at)
      ASSERT_EQ(oracle[at], std::tuple(g.predecessors(v)[k], v, g.predecessor_weights(v)[k]));

  std::vector<std::size_t> order(m);
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);
  ends s2(m), t2(m);
  std::vector<double> w2(m);
  for (std::size_t i = 0; i < m; ++i) s2[i] = s[order[i]], t2[i] = t[order[i]], w2[i] = w[order[i]];
  for (const bool directed : {true, false})
    for (const duplicate_policy policy : {duplicate_policy::keep, duplicate_policy::sum}) {
      const graph_options options{directed, policy};
      const auto digest = graph_checksum(make(n, s, t, w, options));
      for (const unsigned threads : {1u, 2u, 3u, 4u})
        EXPECT_EQ(digest, graph_checksum(make(n, s2, t2, w2, options, threads)));
    }
  EXPECT_NE(graph_checksum(g), graph_checksum(make(n, t, s, w)));
}

}  // namespace
}  // namespace kedja::graph
