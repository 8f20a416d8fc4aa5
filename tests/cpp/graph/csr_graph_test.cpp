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

// Bad rows are looked for many at a time: the first is named wherever it lies, and of one row the
// source before the target before the value.
TEST(CsrGraph, TheFirstBadRowIsNamedWhereverItLies) {
  constexpr std::size_t m = 150000;
  constexpr std::int64_t n = 1000, least = std::numeric_limits<std::int64_t>::min(),
                         most = std::numeric_limits<std::int64_t>::max();
  std::vector<std::int64_t> s(m), t(m);
  std::vector<double> w(m, 1.0);
  const auto error = [&] {
    return message_of([&] {
      (void)csr_graph(n, std::span<const std::int64_t>(s), std::span<const std::int64_t>(t), w, {},
                      {.threads = 2});
    });
  };
  const double infinite = std::numeric_limits<double>::infinity();
  for (const std::size_t row : {std::size_t{0}, std::size_t{2047}, std::size_t{2048},
                                std::size_t{65535}, std::size_t{65536}, m - 1}) {
    const std::string link = "link " + std::to_string(row) + ": ";
    w[m - 1] = -1.0;  // found as well, but later
    for (const std::int64_t bad : {least, std::int64_t{-1}, n, std::int64_t{1} << 32, most}) {
      const std::string outside = link + "vertex " + std::to_string(bad) + " is outside [0, 1000)";
      t[row] = bad;
      EXPECT_EQ(error(), outside);
      t[row] = -7, s[row] = bad;
      EXPECT_EQ(error(), outside);
      s[row] = t[row] = 0;
    }
    for (const double bad : {-1.0, -5e-324, std::nan(""), -std::nan(""), infinite, -infinite}) {
      w[row] = bad;
      EXPECT_EQ(error(), link + "value " + std::to_string(bad) + " is not a finite number >= 0");
    }
    w[row] = 1.0;
  }
  EXPECT_EQ(message_of([] { (void)make(0, {0}, {0}); }), "link 0: vertex 0 is outside [0, 0)");
  EXPECT_EQ(message_of([] { (void)make(no_vertex - 1, {no_vertex}, {0}); }),
            "link 0: vertex 4294967295 is outside [0, 4294967294)");
}

/// Compares both directions, bit for bit, with sorted triples.
void expect_rows(vertex_id n, const ends& s, const ends& t, const std::vector<double>& w,
                 unsigned threads = 1) {
  const std::size_t m = s.size();
  using triple = std::tuple<vertex_id, vertex_id, double>;
  std::vector<triple> by_source(m), by_target(m);
  for (std::size_t i = 0; i < m; ++i) {
    const double value = w.empty() ? 1.0 : w[i];
    by_source[i] = {s[i], t[i], value}, by_target[i] = {t[i], s[i], value};
  }
  std::sort(by_source.begin(), by_source.end()), std::sort(by_target.begin(), by_target.end());
  const csr_graph g = make(n, s, t, w, {}, threads);
  ASSERT_EQ(g.num_links(), m);
  std::size_t at = 0, to = 0;
  for (vertex_id u = 0; u < n; ++u) {
    for (std::size_t k = 0; k < g.successors(u).size(); ++k) {
      const double value = w.empty() ? 1.0 : g.successor_weights(u)[k];
      ASSERT_EQ(by_source[at++], triple(u, g.successors(u)[k], value));
      ASSERT_FALSE(std::signbit(value));
    }
    for (std::size_t k = 0; k < g.predecessors(u).size(); ++k) {
      const double value = w.empty() ? 1.0 : g.predecessor_weights(u)[k];
      ASSERT_EQ(by_target[to++], triple(u, g.predecessors(u)[k], value));
      ASSERT_FALSE(std::signbit(value));
    }
  }
  ASSERT_EQ(at, m);
  ASSERT_EQ(to, m);
}

// Links that come in order are taken as they are; the same links in another order are sorted.
TEST(CsrGraph, LinksInOrderGiveTheSameRows) {
  random_stream random(5, 0);
  struct shape {
    vertex_id n, lowest, sources, step;
    std::size_t links;
  };
  for (const shape& of : {
           shape{10, 3, 2, 2, 7},                // few links, empty rows before and behind
           shape{5000, 0, 5000, 1, 200000},      // several blocks
           shape{3, 1, 1, 1, 150000},            // one row through several blocks
           shape{1000000, 77, 900, 1000, 3000},  // long gaps
           shape{300000, 0, 3, 70000, 140000},   // rows that end inside a block
           shape{5000000, 0, 2000, 2500, 5000},  // ends of three digits
           shape{1, 0, 1, 1, 5},
       }) {
    std::vector<std::tuple<vertex_id, vertex_id, double>> links(of.links);
    for (auto& [source, target, value] : links) {
      source = of.lowest + of.step * static_cast<vertex_id>(random.below(of.sources));
      target = static_cast<vertex_id>(random.below(of.n));
      value = static_cast<double>(random.below(3));
      if (value == 0.0 && random.below(2) == 0) value = -0.0;
    }
    std::sort(links.begin(), links.end());
    ends s, t;
    std::vector<double> w;
    for (const auto& [source, target, value] : links)
      s.push_back(source), t.push_back(target), w.push_back(value);
    for (const unsigned threads : {1u, 3u}) {
      expect_rows(of.n, s, t, w, threads);
      expect_rows(of.n, s, t, {}, threads);
    }
    std::swap(w.front(), w.back());  // out of order where the ends of links may not be
    expect_rows(of.n, s, t, w);
    std::swap(s.front(), s.back()), std::swap(t.front(), t.back());
    expect_rows(of.n, s, t, w);
    expect_rows(of.n, s, t, {});
  }
}

// Large enough for several blocks and buckets, with parallel links of different values.
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
  expect_rows(n, s, t, w);
  expect_rows(n, s, t, {}, 2);

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
  EXPECT_NE(graph_checksum(make(n, s, t, w)), graph_checksum(make(n, t, s, w)));
}

}  // namespace
}  // namespace kedja::graph
