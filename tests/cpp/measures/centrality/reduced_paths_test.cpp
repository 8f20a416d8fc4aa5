// Twins, cut vertices and trees: what is taken out before paths by hops are searched, against
// counting paths between all pairs in the whole graph.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <kedja/measures/centrality/betweenness.hpp>
#include <kedja/measures/centrality/twin_classes.hpp>
#include <kedja/measures/common/blocks.hpp>
#include <support/named_graphs.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

/// Grows by leaves, twins of what is there (linked to each other or not), triangles, bridges to new
/// parts, chains and ordinary links; at times a company without links.
test::random_links grown(std::uint64_t seed) {
  random_stream random(seed, 11);
  std::set<std::pair<vertex_id, vertex_id>> links;
  vertex_id n = 1;
  const auto any = [&] { return static_cast<vertex_id>(random.below(n)); };
  for (std::uint64_t step = 2 + random.below(25); step > 0; --step) {
    const vertex_id at = any();
    switch (random.below(8)) {
      case 0:  // leaves, one way or the other
        for (std::uint64_t k = 1 + random.below(3); k > 0; --k, ++n)
          random.below(2) == 0 ? links.emplace(at, n) : links.emplace(n, at);
        break;
      case 1:  // a twin
      case 2: {
        const vertex_id twin = n++;
        const auto before = links;
        for (const auto& [u, v] : before) {
          if (u == at) links.emplace(twin, v);
          if (v == at) links.emplace(u, twin);
        }
        if (random.below(2) == 0) links.emplace(at, twin), links.emplace(twin, at);
        break;
      }
      case 3:  // a triangle, by one corner
        links.emplace(at, n), links.emplace(n, n + 1), links.emplace(n + 1, at);
        n += 2;
        break;
      case 4:  // a chain
        for (vertex_id end = at, k = 0; k < 3; ++k) links.emplace(end, n), end = n++;
        break;
      case 5:  // a clique
        for (vertex_id i = 0; i < 4; ++i)
          for (vertex_id j = 0; j < 4; ++j)
            if (i != j) links.emplace(i == 0 ? at : n + i - 1, j == 0 ? at : n + j - 1);
        n += 3;
        break;
      case 6:
        ++n;
        break;
      default:
        if (const vertex_id other = any(); other != at) links.emplace(at, other);
    }
  }
  test::random_links made;
  made.n = n;
  for (auto [u, v] : links) {  // in other numbers, some of them twice
    const vertex_id a = (u * 7 + 3) % n, b = (v * 7 + 3) % n;
    if (n % 7 == 0) {
      made.source.push_back(u), made.target.push_back(v);
    } else {
      made.source.push_back(a), made.target.push_back(b);
    }
    made.value.push_back(1);
    if (random.below(9) == 0) {
      made.source.push_back(made.source.back()), made.target.push_back(made.target.back());
      made.value.push_back(1);
    }
  }
  return made;
}

/// Over all pairs, the share of paths that pass v: those from s to v times those from v to t.
std::vector<double> counted(const graph::csr_graph& g, const std::vector<char>& is_source,
                            const std::vector<char>& is_target) {
  const vertex_id n = g.num_vertices();
  constexpr int far = 1 << 20;
  std::vector<std::vector<int>> distance(n, std::vector<int>(n, far));
  std::vector<std::vector<double>> paths(n, std::vector<double>(n, 0.0));
  for (vertex_id s = 0; s < n; ++s) {
    std::vector<vertex_id> queue{s};
    distance[s][s] = 0, paths[s][s] = 1;
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const vertex_id u = queue[head];
      const auto row = g.successors(u);
      for (std::size_t k = 0; k < row.size(); ++k) {
        const vertex_id v = row[k];
        if (v == u || (k > 0 && row[k - 1] == v)) continue;
        if (distance[s][v] == far) distance[s][v] = distance[s][u] + 1, queue.push_back(v);
        if (distance[s][v] == distance[s][u] + 1) paths[s][v] += paths[s][u];
      }
    }
  }
  std::vector<double> score(n, 0.0);
  for (vertex_id s = 0; s < n; ++s)
    for (vertex_id t = 0; t < n; ++t)
      if (s != t && is_source[s] && is_target[t] && distance[s][t] < far)
        for (vertex_id v = 0; v < n; ++v)
          if (v != s && v != t && distance[s][v] + distance[v][t] == distance[s][t])
            score[v] += paths[s][v] * paths[v][t] / paths[s][t] * (g.directed() ? 1.0 : 0.5);
  return score;
}

void expect_counted(const graph::csr_graph& g) {
  const vertex_id n = g.num_vertices();
  std::vector<char> all(n, 1), is_source(n, 0), is_target(n, 0);
  std::vector<vertex_id> sources, targets;
  for (vertex_id v = 0; v < n; ++v) {
    if (v % 3 != 0) is_source[v] = 1, sources.push_back(v);
    if (v % 4 != 1) is_target[v] = 1, targets.push_back(v);
  }
  const auto whole = betweenness(g, {.normalized = false}).score;
  const auto some = betweenness(g, {.normalized = false,
                                    .sources = std::span<const vertex_id>(sources),
                                    .targets = std::span<const vertex_id>(targets)})
                        .score;
  const auto expected = counted(g, all, all), expected_some = counted(g, is_source, is_target);
  for (vertex_id v = 0; v < n; ++v) {
    ASSERT_NEAR(whole[v], expected[v], 1e-9 * (1 + expected[v])) << "at " << v;
    ASSERT_NEAR(some[v], expected_some[v], 1e-9 * (1 + expected_some[v])) << "at " << v;
  }
}

TEST(ReducedPaths, KeepBetweennessOnThousandsOfGraphsWithTreesBridgesAndTwins) {
  for (std::uint64_t seed = 0; seed < 1500; ++seed)
    for (const bool directed : {true, false}) {
      SCOPED_TRACE(seed);
      expect_counted(grown(seed).graph(directed));
    }
  test::for_many_graphs(200, expect_counted);
}

TEST(ReducedPaths, AreTheSameForAnyNumberOfThreads) {
  for (std::uint64_t seed = 0; seed < 30; ++seed)
    for (const bool directed : {true, false}) {
      const auto g = grown(seed).graph(directed);
      const auto one = betweenness(g, {}, {.threads = 1}).score;
      for (const unsigned threads : {2u, 3u, 4u})
        ASSERT_EQ(betweenness(g, {}, {.threads = threads}).score, one);
    }
}

TEST(TwinClasses, HoldThoseWithTheSameLinks) {
  std::size_t linked = 0, apart = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed)
    for (const bool directed : {true, false}) {
      SCOPED_TRACE(seed);
      const auto given = grown(seed).graph(directed);
      task job(run_context{});
      const hub_sorted_graph g(given, job);
      const detail::twin_classes twins(g, job);
      const auto others = [](std::span<const vertex_id> row, vertex_id a, vertex_id b) {
        std::set<vertex_id> left(row.begin(), row.end());
        left.erase(a), left.erase(b);
        return left;
      };
      const auto has = [&](vertex_id a, vertex_id b) {
        return std::ranges::binary_search(g.successors(a), b);
      };
      std::vector<double> size(g.num_vertices(), 0.0);
      for (vertex_id v = 0; v < g.num_vertices(); ++v) ++size[twins.leader[v]];
      for (vertex_id a = 0; a < g.num_vertices(); ++a) {
        ASSERT_LE(twins.leader[a], a);
        if (twins.leader[a] == a) {
          ASSERT_EQ(twins.size[a], size[a]);
        }
        for (vertex_id b = 0; b < a; ++b) {
          const bool same = others(g.successors(a), a, b) == others(g.successors(b), a, b) &&
                            others(g.predecessors(a), a, b) == others(g.predecessors(b), a, b) &&
                            has(a, b) == has(b, a);
          const bool reach = !g.successors(a).empty() && !g.predecessors(a).empty();
          const bool near = has(a, b) || !reach || !detail::twin_classes::between(g, a).empty();
          ASSERT_EQ(twins.leader[a] == twins.leader[b], same && near) << a << " and " << b;
          if (same && near) ++(has(a, b) ? linked : apart);
        }
      }
    }
  EXPECT_GT(linked, 100u);
  EXPECT_GT(apart, 100u);
}

/// Parts into which the graph falls without v, among the vertices that `keep` says.
template <class Keep>
std::size_t parts_without(const graph::csr_graph& g, vertex_id without, Keep keep) {
  std::vector<char> seen(g.num_vertices(), 0);
  std::size_t parts = 0;
  for (vertex_id root = 0; root < g.num_vertices(); ++root) {
    if (seen[root] || root == without || !keep(root)) continue;
    ++parts;
    std::vector<vertex_id> queue{root};
    seen[root] = 1;
    for (std::size_t head = 0; head < queue.size(); ++head)
      for (const vertex_id v : g.successors(queue[head]))
        if (!seen[v] && v != without && keep(v)) seen[v] = 1, queue.push_back(v);
  }
  return parts;
}

TEST(Blocks, AreWhatNoSingleVertexCuts) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const auto g = grown(seed).graph(false);
    task job(run_context{});
    const blocks found(g, job);
    const vertex_id n = g.num_vertices();
    std::vector<std::set<vertex_id>> member(found.top.size());
    std::vector<std::size_t> in(n, 0);
    for (vertex_id b = 0; b < member.size(); ++b) member[b].insert(found.top[b]);
    for (vertex_id v = 0; v < n; ++v)
      if (found.home[v] != blocks::none) member[found.home[v]].insert(v);
    for (vertex_id b = 0; b < member.size(); ++b) {
      ASSERT_EQ(member[b].size(), found.size[b]);
      for (const vertex_id v : member[b]) {
        ++in[v];
        ASSERT_EQ(parts_without(g, v, [&](vertex_id w) { return member[b].contains(w); }), 1u);
      }
    }
    const auto everyone = [](vertex_id) { return true; };
    const std::size_t whole = parts_without(g, no_vertex, everyone);
    for (vertex_id v = 0; v < n; ++v) {
      ASSERT_EQ(parts_without(g, v, everyone) + 1, whole + in[v]);  // one part for every block
      for (const vertex_id w : g.successors(v))
        if (w != v) {
          ASSERT_TRUE(member[found.home[found.entered[v] < found.entered[w] ? w : v]].contains(v));
        }
    }
  }
}

}  // namespace
}  // namespace kedja::measures
