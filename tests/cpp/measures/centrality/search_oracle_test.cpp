// The measures that rest on path search, against all pairs by brute force on thousands of graphs,
// and under changes of the graph whose effect is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/graph/links.hpp>
#include <kedja/measures/centrality/betweenness.hpp>
#include <kedja/measures/centrality/closeness.hpp>
#include <kedja/measures/centrality/edge_betweenness.hpp>
#include <kedja/measures/centrality/harmonic_closeness.hpp>
#include <kedja/measures/common/lengths_from.hpp>
#include <kedja/measures/common/multi_source_lengths.hpp>
#include <kedja/measures/structure/distances.hpp>
#include <support/named_graphs.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
using matrix = std::vector<std::vector<double>>;

/// Lengths of links, distances by relaxing until nothing changes, and numbers of shortest paths.
struct all_pairs {
  matrix length, distance, paths;

  all_pairs(const graph::csr_graph& g, link_length rule)
      : length(g.num_vertices(), std::vector<double>(g.num_vertices(), infinite)) {
    const vertex_id n = g.num_vertices();
    for (vertex_id u = 0; u < n; ++u)
      for (std::size_t k = 0; k < g.successors(u).size(); ++k)
        if (const vertex_id v = g.successors(u)[k]; v != u)
          length[u][v] = std::min(length[u][v], rule == link_length::hops
                                                    ? 1.0
                                                    : length_of(g.successor_weights(u)[k], rule));
    distance = matrix(n, std::vector<double>(n, infinite));
    paths = matrix(n, std::vector<double>(n, 0.0));
    for (vertex_id s = 0; s < n; ++s) {
      auto& d = distance[s];
      d[s] = 0;
      for (bool again = true; again;) {
        again = false;
        for (vertex_id u = 0; u < n; ++u)
          for (vertex_id v = 0; v < n; ++v)
            if (d[u] + length[u][v] < d[v]) d[v] = d[u] + length[u][v], again = true;
      }
      std::vector<vertex_id> order(n);
      std::iota(order.begin(), order.end(), vertex_id{0});
      std::sort(order.begin(), order.end(), [&](vertex_id a, vertex_id b) { return d[a] < d[b]; });
      paths[s][s] = 1;
      for (const vertex_id t : order)
        for (vertex_id u = 0; t != s && u < n; ++u)
          if (is_step(s, u, t)) paths[s][t] += paths[s][u];
    }
  }
  [[nodiscard]] bool is_step(vertex_id s, vertex_id u, vertex_id v) const {
    return u != v && distance[s][v] < infinite && distance[s][u] + length[u][v] == distance[s][v];
  }
  /// Shortest paths from s to t that use the step u -> v, summed over t, by counting from every v.
  [[nodiscard]] matrix ahead(vertex_id s) const {
    const auto n = static_cast<vertex_id>(length.size());
    matrix count(n, std::vector<double>(n, 0.0));  // from v to t along steps of s
    std::vector<vertex_id> order(n);
    std::iota(order.begin(), order.end(), vertex_id{0});
    std::sort(order.begin(), order.end(),
              [&](vertex_id a, vertex_id b) { return distance[s][a] > distance[s][b]; });
    for (const vertex_id u : order) {
      count[u][u] = 1;
      for (vertex_id v = 0; v < n; ++v)
        if (is_step(s, u, v))
          for (vertex_id t = 0; t < n; ++t) count[u][t] += count[v][t];
    }
    return count;
  }
};

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], expected[i], 1e-9 * (1 + std::abs(expected[i]))) << "at " << i;
}

void check(const graph::csr_graph& g, link_length rule) {
  const vertex_id n = g.num_vertices();
  const all_pairs all(g, rule);
  std::vector<double> vertex(n, 0.0), some(n, 0.0), link(g.num_arcs(), 0.0), some_link(link);
  std::vector<vertex_id> sources, targets;
  for (vertex_id v = 0; v < n; ++v) {
    if (v % 2 == 0) sources.push_back(v);
    if (v % 3 != 1) targets.push_back(v);
  }
  for (vertex_id s = 0; s < n; ++s) {
    const matrix ahead = all.ahead(s);
    for (vertex_id u = 0; u < n; ++u) {
      if (all.distance[s][u] == infinite) continue;
      for (vertex_id t = 0; t < n; ++t)
        if (u != s && t != u && t != s && all.paths[s][t] > 0) {
          const double share = all.paths[s][u] * ahead[u][t] / all.paths[s][t];
          vertex[u] += share;
          if (s % 2 == 0 && t % 3 != 1) some[u] += share;
        }
      const auto row = g.successors(u);
      for (std::size_t k = 0; k < row.size(); ++k) {
        const vertex_id v = row[k];
        const double length =
            rule == link_length::hops ? 1.0 : length_of(g.successor_weights(u)[k], rule);
        if (v == u || length != all.length[u][v] || !all.is_step(s, u, v)) continue;
        double twins = 0;
        for (std::size_t j = 0; j < row.size(); ++j)
          twins += row[j] == v && (rule == link_length::hops ||
                                   length_of(g.successor_weights(u)[j], rule) == length);
        for (vertex_id t = 0; t < n; ++t)
          if (all.paths[s][t] > 0) {
            const double share = all.paths[s][u] * ahead[v][t] / all.paths[s][t] / twins;
            link[g.first_arc(u) + k] += share;
            if (s % 2 == 0 && t % 3 != 1) some_link[g.first_arc(u) + k] += share;
          }
      }
    }
  }
  const double both = g.directed() ? 1.0 : 0.5;
  for (double& x : vertex) x *= both;
  for (double& x : some) x *= both;
  expect_near(betweenness(g, {.normalized = false,
                              .length = rule,
                              .sources = std::span<const vertex_id>(sources),
                              .targets = std::span<const vertex_id>(targets)})
                  .score,
              some);
  expect_near(betweenness(g, {.normalized = false, .length = rule}).score, vertex);
  // Parallel links of one length share alike, so any of them tells; of an undirected link both
  // directions count.
  const auto of_links = [&](const std::vector<double>& of_arcs) {
    std::map<std::tuple<vertex_id, vertex_id, double>, double> of_arc;
    for (vertex_id u = 0; u < n; ++u)
      for (std::size_t k = 0; k < g.successors(u).size(); ++k)
        of_arc[{u, g.successors(u)[k], g.successor_weights(u)[k]}] = of_arcs[g.first_arc(u) + k];
    std::vector<double> scores;
    graph::for_each_link(g, [&](vertex_id u, vertex_id v, double w) {
      scores.push_back(g.directed() ? of_arc[{u, v, w}]
                                    : (of_arc[{u, v, w}] + of_arc[{v, u, w}]) / 2);
    });
    return scores;
  };
  expect_near(edge_betweenness(g, {.normalized = false, .length = rule}).score, of_links(link));
  expect_near(edge_betweenness(g, {.normalized = false,
                                   .length = rule,
                                   .sources = std::span<const vertex_id>(sources),
                                   .targets = std::span<const vertex_id>(targets)})
                  .score,
              of_links(some_link));

  for (const auto direction : {path_direction::upstream, path_direction::downstream}) {
    std::vector<double> near(n, 0.0), close(n, 0.0), part(n, 0.0), two_hops(n, 0.0);
    std::vector<vertex_id> within(n, 0);
    for (vertex_id v = 0; v < n; ++v) {
      double reached = 0, total = 0;
      const auto found = distances(g, v, {direction, rule});
      for (vertex_id u = 0; u < n; ++u) {
        const double d =
            direction == path_direction::upstream ? all.distance[u][v] : all.distance[v][u];
        EXPECT_EQ(found.distance[u] < infinite, d < infinite);
        if (d < infinite) {
          EXPECT_NEAR(found.distance[u], d, 1e-12 * (1 + d));
        }
        if (u != v && d < infinite) near[v] += 1 / d, total += d, ++reached;
        if (u != v && d <= 2) two_hops[v] += 1 / d / (n - 1.0), ++within[v];
      }
      if (reached > 0) part[v] = reached / total, close[v] = reached / (n - 1.0) * part[v];
    }
    expect_near(
        harmonic_closeness(g, {.direction = direction, .normalized = false, .length = rule}).score,
        near);
    expect_near(closeness(g, {.direction = direction, .length = rule}).score, close);
    expect_near(closeness(g, {.direction = direction, .wf_improved = false, .length = rule}).score,
                part);
    if (rule == link_length::hops) {
      const auto got = harmonic_closeness(g, {.direction = direction, .max_hops = 2});
      expect_near(got.score, two_hops);
      EXPECT_EQ(got.reached, within);
    }
  }
}

TEST(PathMeasures, AgreeWithBruteForceOnThousandsOfGraphs) {
  for (const auto rule : {link_length::hops, link_length::value, link_length::inverse_value})
    test::for_many_graphs(1000, [&](const graph::csr_graph& g) { check(g, rule); });
}

/// Sizes to 60 with lengths of eight kinds, so that batches are full and paths tie or do not.
test::random_links larger(std::uint64_t seed) {
  random_stream random(seed, 3);
  test::random_links made;
  made.n = static_cast<vertex_id>(20 + random.below(41));
  const auto m = random.below(4 * made.n);
  for (std::uint64_t i = 0; i < m; ++i) {
    made.source.push_back(static_cast<vertex_id>(random.below(made.n)));
    made.target.push_back(static_cast<vertex_id>(random.below(made.n)));
    made.value.push_back(seed % 2 == 0 ? static_cast<double>(1 + random.below(8))
                                       : 0.01 + std::exp(4 * random.uniform()));
  }
  return made;
}

TEST(PathMeasures, AgreeWithBruteForceOnLargerGraphs) {
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    for (const bool directed : {true, false})
      for (const auto rule : {link_length::hops, link_length::value}) {
        SCOPED_TRACE(seed);
        check(larger(seed).graph(directed, true), rule);
      }
}

TEST(MultiSourceLengths, HasTheBitsOfDijkstrasAlgorithm) {
  for (std::uint64_t seed = 0; seed < 300; ++seed)
    for (const bool directed : {true, false})
      for (const auto direction : {path_direction::upstream, path_direction::downstream}) {
        SCOPED_TRACE(seed);
        const auto given = larger(seed).graph(directed, true);
        task job(run_context{});
        const distance_sorted_graph g(given, direction, link_length::inverse_value, job);
        std::vector<vertex_id> sources;
        for (vertex_id v = 0; v < 1 + seed % 16; ++v) sources.push_back((7 * v) % g.num_vertices());
        multi_source_lengths search(g.num_vertices());
        for (const auto with : {instruction_set::baseline, best_instruction_set()}) {
          ASSERT_TRUE(search.run(g, sources, job, 64, with));
          for (std::size_t k = 0; k < sources.size(); ++k) {
            const auto expected = lengths_from(given, g.original[sources[k]], direction,
                                               link_length::inverse_value, job);
            for (vertex_id v = 0; v < g.num_vertices(); ++v)
              ASSERT_EQ(search.distance(v).lane[k], expected[g.original[v]]);
          }
        }
      }
}

TEST(MultiSourceLengths, GivesUpWhenPatienceEnds) {
  random_stream random(1, 4);
  test::random_links made;
  made.n = 4000;
  for (int i = 0; i < 20'000; ++i) {
    made.source.push_back(static_cast<vertex_id>(random.below(made.n)));
    made.target.push_back(static_cast<vertex_id>(random.below(made.n)));
    made.value.push_back(std::exp(4 * random.uniform()));
  }
  const auto given = made.graph(true, true);
  task job(run_context{});
  const distance_sorted_graph g(given, path_direction::downstream, link_length::value, job);
  multi_source_lengths search(g.num_vertices());
  const std::vector<vertex_id> sources{100, 200, 300, 400};
  EXPECT_FALSE(search.run(g, sources, job, 1));
  EXPECT_TRUE(search.run(g, sources, job));
}

// 0 -1-> 1 -tiny-> 2 -1-> 3, where adding the tiny length to 1 changes nothing.
TEST(PathMeasures, TakeLengthsThatChangeNoDistance) {
  const std::vector<vertex_id> s{0, 1, 2}, t{1, 2, 3};
  const std::vector<double> w{1.0, 1e-30, 1.0};
  const graph::csr_graph g(4, std::span<const vertex_id>(s), std::span<const vertex_id>(t), w);
  EXPECT_EQ(betweenness(g, {.normalized = false, .length = link_length::value}).score,
            (std::vector<double>{0, 2, 2, 0}));
  EXPECT_EQ(edge_betweenness(g, {.normalized = false, .length = link_length::value}).score,
            (std::vector<double>{3, 4, 3}));
}

// Two more companies with a tiny length between them make every source searched on its own.
TEST(PathMeasures, AreTheSameOneSourceAtATime) {
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    for (const bool directed : {true, false}) {
      SCOPED_TRACE(seed);
      test::random_links links = larger(seed);
      const auto g = links.graph(directed, true);
      const auto vertex = betweenness(g, {.normalized = false, .length = link_length::value}).score;
      auto link = edge_betweenness(g, {.normalized = false, .length = link_length::value}).score;
      links.source.push_back(links.n), links.target.push_back(links.n + 1);
      links.value.push_back(1e-30);
      links.n += 2;
      const auto more = links.graph(directed, true);
      auto alone = betweenness(more, {.normalized = false, .length = link_length::value}).score;
      alone.resize(vertex.size());
      expect_near(alone, vertex);
      link.push_back(1.0);  // between the two
      expect_near(edge_betweenness(more, {.normalized = false, .length = link_length::value}).score,
                  link);
    }
}

/// The four scores that follow vertices, so that a change of the graph can be told from them.
std::vector<std::vector<double>> scores(const graph::csr_graph& g, link_length rule) {
  return {betweenness(g, {.normalized = false, .length = rule}).score,
          closeness(g, {.wf_improved = false, .length = rule}).score,
          harmonic_closeness(g, {.normalized = false, .length = rule}).score,
          harmonic_closeness(
              g, {.direction = path_direction::downstream, .normalized = false, .length = rule})
              .score};
}

TEST(PathMeasures, FollowKnownChangesOfTheGraph) {
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    for (const bool directed : {true, false})
      for (const auto rule : {link_length::hops, link_length::value}) {
        SCOPED_TRACE(seed);
        const test::random_links links = larger(seed);
        const vertex_id n = links.n;
        const auto before = scores(links.graph(directed, true), rule);
        const auto expect_same = [&](const std::vector<std::vector<double>>& after, auto where) {
          for (std::size_t i = 0; i < before.size(); ++i)
            for (vertex_id v = 0; v < n; ++v)
              ASSERT_NEAR(after[i][where(v)], before[i][v], 1e-9 * (1 + before[i][v]));
        };
        const auto stay = [](vertex_id v) { return v; };

        test::random_links renamed = links;  // other numbers
        const auto renumber = [n](vertex_id v) { return n - 1 - v; };
        for (vertex_id& v : renamed.source) v = renumber(v);
        for (vertex_id& v : renamed.target) v = renumber(v);
        expect_same(scores(renamed.graph(directed, true), rule), renumber);

        test::random_links reordered = links;  // links given in another order: the same bits
        std::reverse(reordered.source.begin(), reordered.source.end());
        std::reverse(reordered.target.begin(), reordered.target.end());
        std::reverse(reordered.value.begin(), reordered.value.end());
        ASSERT_EQ(scores(reordered.graph(directed, true), rule), before);

        test::random_links twice = links;  // a copy beside it, and a vertex without links
        twice.n = 2 * n + 1;
        for (std::size_t i = 0; i < links.source.size(); ++i) {
          twice.source.push_back(links.source[i] + n);
          twice.target.push_back(links.target[i] + n);
          twice.value.push_back(links.value[i]);
        }
        const auto both = scores(twice.graph(directed, true), rule);
        expect_same(both, stay);
        expect_same(both, [n](vertex_id v) { return v + n; });

        test::random_links reversed = links;
        std::swap(reversed.source, reversed.target);
        const auto back = scores(reversed.graph(directed, true), rule);
        for (vertex_id v = 0; v < n; ++v) {
          if (rule == link_length::hops) {
            ASSERT_NEAR(back[0][v], before[0][v], 1e-9 * n * n);
          }
          ASSERT_NEAR(back[2][v], before[3][v], 1e-9 * n);
        }

        test::random_links longer = links;  // all lengths times two: exact, so no tie is lost
        for (double& w : longer.value) w *= 2;
        const auto scaled = scores(longer.graph(directed, true), rule);
        const double factor = rule == link_length::value ? 2 : 1;
        for (vertex_id v = 0; v < n; ++v) {
          ASSERT_NEAR(scaled[0][v], before[0][v], 1e-9 * (1 + before[0][v]));
          for (const std::size_t i : {1, 2, 3})
            ASSERT_NEAR(scaled[i][v] * factor, before[i][v], 1e-9 * (1 + before[i][v]));
        }
      }
}

}  // namespace
}  // namespace kedja::measures
