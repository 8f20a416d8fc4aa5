// Closeness and betweenness against all-pairs distances and path counts by brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <kedja/measures/centrality/approximate_betweenness.hpp>
#include <kedja/measures/centrality/betweenness.hpp>
#include <kedja/measures/centrality/degree.hpp>
#include <kedja/measures/centrality/harmonic_closeness.hpp>
#include <support/named_graphs.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
using matrix = std::vector<std::vector<double>>;

struct all_pairs {
  matrix distance, paths;
};

/// Floyd and Warshall for distances; paths by counting last steps in order of distance.
all_pairs brute_force(const graph::csr_graph& g, link_length rule) {
  const vertex_id n = g.num_vertices();
  matrix length(n, std::vector<double>(n, infinite));
  for (vertex_id u = 0; u < n; ++u)
    for (std::size_t k = 0; k < g.successors(u).size(); ++k)
      if (const vertex_id v = g.successors(u)[k]; v != u)
        length[u][v] =
            std::min(length[u][v],
                     rule == link_length::hops ? 1.0 : length_of(g.successor_weights(u)[k], rule));
  all_pairs all{length, matrix(n, std::vector<double>(n, 0.0))};
  for (vertex_id v = 0; v < n; ++v) all.distance[v][v] = 0;
  for (vertex_id k = 0; k < n; ++k)
    for (vertex_id i = 0; i < n; ++i)
      for (vertex_id j = 0; j < n; ++j)
        all.distance[i][j] = std::min(all.distance[i][j], all.distance[i][k] + all.distance[k][j]);
  for (vertex_id s = 0; s < n; ++s) {
    std::vector<vertex_id> order(n);
    for (vertex_id v = 0; v < n; ++v) order[v] = v;
    std::sort(order.begin(), order.end(),
              [&](vertex_id a, vertex_id b) { return all.distance[s][a] < all.distance[s][b]; });
    all.paths[s][s] = 1;
    for (const vertex_id t : order)
      for (vertex_id u = 0; t != s && u < n; ++u)
        if (u != t && all.distance[s][t] < infinite &&
            all.distance[s][u] + length[u][t] == all.distance[s][t])
          all.paths[s][t] += all.paths[s][u];
  }
  return all;
}

template <class Check>
void for_random_graphs(Check check) {
  for (std::uint64_t seed = 0; seed < 300; ++seed)
    for (const bool directed : {true, false})
      for (const auto rule : {link_length::hops, link_length::value}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto g = test::make_links(seed).graph(directed, rule != link_length::hops);
        check(g, rule, brute_force(g, rule));
      }
}

TEST(HarmonicCloseness, AgreesWithBruteForce) {
  for_random_graphs([](const auto& g, link_length rule, const all_pairs& all) {
    const vertex_id n = g.num_vertices();
    for (const auto direction : {path_direction::upstream, path_direction::downstream}) {
      const auto got =
          harmonic_closeness(g, {.direction = direction, .normalized = false, .length = rule});
      for (vertex_id v = 0; v < n; ++v) {
        double sum = 0;
        vertex_id reached = 0;
        for (vertex_id u = 0; u < n; ++u) {
          const double d =
              direction == path_direction::upstream ? all.distance[u][v] : all.distance[v][u];
          if (u != v && d < infinite) sum += 1 / d, ++reached;
        }
        EXPECT_NEAR(got.score[v], sum, 1e-12);
        EXPECT_EQ(got.reached[v], reached);
      }
    }
  });
}

TEST(Betweenness, AgreesWithBruteForce) {
  for_random_graphs([](const auto& g, link_length rule, const all_pairs& all) {
    const vertex_id n = g.num_vertices();
    const auto got = betweenness(g, {.normalized = false, .length = rule});
    for (vertex_id v = 0; v < n; ++v) {
      double sum = 0;
      for (vertex_id s = 0; s < n; ++s)
        for (vertex_id t = 0; t < n; ++t)
          if (s != t && s != v && t != v && all.distance[s][t] < infinite &&
              all.distance[s][v] + all.distance[v][t] == all.distance[s][t])
            sum += all.paths[s][v] * all.paths[v][t] / all.paths[s][t];
      EXPECT_NEAR(got.score[v], g.directed() ? sum : sum / 2, 1e-9);
    }
  });
}

//  0 -> 1 -> 2 -> 3     4
TEST(HarmonicCloseness, ByHandOnAChainWithAnIsolatedCompany) {
  const std::vector<vertex_id> s{0, 1, 2}, t{1, 2, 3};
  const graph::csr_graph g(5, std::span<const vertex_id>(s), std::span<const vertex_id>(t));
  const auto up = harmonic_closeness(g);
  EXPECT_DOUBLE_EQ(up.score[3], (1 + 1.0 / 2 + 1.0 / 3) / 4);
  EXPECT_EQ(up.score[0], 0.0);
  EXPECT_EQ(up.score[4], 0.0);
  EXPECT_DOUBLE_EQ(harmonic_closeness(g, {.max_hops = 2}).score[3], 1.5 / 4);
  EXPECT_EQ(betweenness(g, {.normalized = false}).score, (std::vector<double>{0, 2, 2, 0, 0}));
}

TEST(HarmonicCloseness, AValueOfZeroCannotBeWalkedInversely) {
  const std::vector<vertex_id> s{0, 0}, t{1, 2};
  const std::vector<double> w{0, 4};
  const graph::csr_graph g(3, std::span<const vertex_id>(s), std::span<const vertex_id>(t), w);
  const auto got =
      harmonic_closeness(g, {.normalized = false, .length = link_length::inverse_value});
  EXPECT_EQ(got.score, (std::vector<double>{0, 0, 4}));
  EXPECT_EQ(got.reached, (std::vector<vertex_id>{0, 0, 1}));
  EXPECT_THROW((void)harmonic_closeness(g, {.length = link_length::value}), invalid_argument);
}

test::random_links large() {
  random_stream random(4, 0);
  return test::draw_links(random, 1500, 6000);
}

TEST(Centrality, SameBitsForAnyNumberOfThreadsAndForViews) {
  const auto links = large();
  const auto g = links.graph(true, true);
  const auto view = g.view();
  const auto closeness = harmonic_closeness(g, {}, {.threads = 1});
  const auto weighted = harmonic_closeness(g, {.length = link_length::value}, {.threads = 1});
  const auto between = betweenness(g, {}, {.threads = 1});
  const auto estimate = approximate_betweenness(g, {.epsilon = 0.05}, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const run_context ctx{.threads = threads};
    EXPECT_EQ(closeness.score, harmonic_closeness(view, {}, ctx).score);
    EXPECT_EQ(weighted.score, harmonic_closeness(view, {.length = link_length::value}, ctx).score);
    EXPECT_EQ(between.score, betweenness(view, {}, ctx).score);
    EXPECT_EQ(estimate.score, approximate_betweenness(view, {.epsilon = 0.05}, ctx).score);
  }
  double worst = 0;
  for (vertex_id v = 0; v < links.n; ++v)
    worst = std::max(worst, std::abs(estimate.score[v] - between.score[v]));
  EXPECT_LE(worst, 0.05);
}

TEST(Centrality, CanBeCancelled) {
  const auto g = large().graph(true);
  const run_context stop{.threads = 2, .on_progress = [](double) { return false; }};
  EXPECT_THROW((void)harmonic_closeness(g, {}, stop), cancelled);
  EXPECT_THROW((void)betweenness(g, {}, stop), cancelled);
  EXPECT_THROW((void)approximate_betweenness(g, {}, stop), cancelled);
}

TEST(BrandesBatch, EveryInstructionSetGivesTheSameBits) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    random_stream random(seed, 8);
    const auto made = test::draw_links(random, 300, 900);
    // In every third graph vertices stand for several. Powers of two: this file is compiled as its
    // users compile, where multiplying and adding may be one operation.
    std::vector<double> alike;
    if (seed % 3 == 0)
      for (vertex_id v = 0; v < made.n; ++v) alike.push_back(1 << (v % 3));
    task sorting(run_context{});
    const hub_sorted_graph links(made.graph(seed % 2 == 0), sorting);
    const auto sums = [&](instruction_set with) {
      task job(run_context{});
      detail::brandes_batch search(made.n);
      detail::dependency_sums sum{std::vector<double>(made.n, 0.0),
                                  std::vector<double>(links.num_arcs(), 0.0)};
      const std::vector<double> credit(made.n, 1.0);
      for (vertex_id s = 0; s < made.n; s += 7) {  // batches of up to seven
        std::vector<vertex_id> sources;
        for (vertex_id v = s; v < std::min<vertex_id>(s + 7, made.n); ++v) sources.push_back(v);
        search.run(links, {sources, {}, 0, made.n, links.num_arcs()}, credit, alike, sum, job,
                   with);
      }
      sum.vertex.insert(sum.vertex.end(), sum.link.begin(), sum.link.end());
      return sum.vertex;
    };
    const auto plain = sums(instruction_set::baseline);
    EXPECT_GT(*std::max_element(plain.begin(), plain.begin() + made.n), 0.0);
    EXPECT_GT(*std::max_element(plain.begin() + made.n, plain.end()), 0.0);
    if (best_instruction_set() >= instruction_set::avx2) {
      EXPECT_EQ(plain, sums(instruction_set::avx2));
    }
    if (best_instruction_set() >= instruction_set::avx512) {
      EXPECT_EQ(plain, sums(instruction_set::avx512));
    }
  }
}

TEST(HubSortedGraph, HasTheSimpleLinksInAnotherOrder) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto g = test::make_links(seed).graph(seed % 2 == 0);
    task job(run_context{});
    const hub_sorted_graph links(g, job);
    std::set<std::pair<vertex_id, vertex_id>> expected, found, back;
    std::size_t last = static_cast<std::size_t>(-1), count = 0;
    for (vertex_id v = 0; v < g.num_vertices(); ++v)
      for (const vertex_id w : g.successors(v))
        if (v != w) expected.insert({v, w});
    for (vertex_id v = 0; v < links.num_vertices(); ++v) {
      const vertex_id old = links.original[v];
      const std::size_t degree =
          g.successors(old).size() + (g.directed() ? g.predecessors(old).size() : 0);
      EXPECT_LE(degree, last);
      last = degree;
      for (const vertex_id w : links.successors(v)) {
        found.insert({old, links.original[w]});
        ++count;
      }
      for (const vertex_id w : links.predecessors(v)) back.insert({links.original[w], old});
      EXPECT_TRUE(std::ranges::is_sorted(links.successors(v)));
      EXPECT_TRUE(std::ranges::is_sorted(links.predecessors(v)));
    }
    EXPECT_EQ(found, expected);
    EXPECT_EQ(back, expected);
    EXPECT_EQ(count, expected.size());
  }
}

TEST(ApproximateBetweenness, RefusesImpossibleGuarantees) {
  const auto g = large().graph(true);
  for (const double bad : {0.0, 1.0, -1.0, std::nan("")}) {
    EXPECT_THROW((void)approximate_betweenness(g, {.epsilon = bad}), invalid_argument);
    EXPECT_THROW((void)approximate_betweenness(g, {.delta = bad}), invalid_argument);
  }
}

TEST(Degree, AgreesWithTheListOfLinks) {
  const auto check = [](const test::random_links& links) {
    for (const bool directed : {true, false}) {
      std::vector<double> out(links.n, 0.0), in(out), sold(out), bought(out);
      for (std::size_t i = 0; i < links.source.size(); ++i) {
        const vertex_id u = links.source[i], v = links.target[i];
        ++out[u], ++in[v], sold[u] += links.value[i], bought[v] += links.value[i];
      }
      const auto g = links.graph(directed, true);
      const auto number = degree(g);
      const auto worth = strength(g);
      for (vertex_id v = 0; v < links.n; ++v) {
        const double links_of = out[v] + in[v], value_of = sold[v] + bought[v];
        EXPECT_EQ(static_cast<double>(number.total[v]), links_of);
        EXPECT_EQ(static_cast<double>(number.upstream[v]), directed ? in[v] : links_of);
        EXPECT_EQ(static_cast<double>(number.downstream[v]), directed ? out[v] : links_of);
        EXPECT_EQ(worth.total[v], value_of);
        EXPECT_EQ(worth.upstream[v], directed ? bought[v] : value_of);
        EXPECT_EQ(worth.downstream[v], directed ? sold[v] : value_of);
      }
    }
  };
  for (const auto& links : test::named_graphs()) check(links);
  for (std::uint64_t seed = 0; seed < 1000; ++seed) check(test::make_links(seed));
}

// 0 -> 1 twice, 1 -> 1
TEST(Degree, CountsParallelAndSelfLinks) {
  const std::vector<vertex_id> s{0, 0, 1}, t{1, 1, 1};
  const std::vector<double> w{2, 3, 5};
  const graph::csr_graph g(2, std::span<const vertex_id>(s), std::span<const vertex_id>(t), w);
  EXPECT_EQ(degree(g).total, (std::vector<edge_id>{2, 4}));
  EXPECT_EQ(degree(g).upstream, (std::vector<edge_id>{0, 3}));
  EXPECT_EQ(strength(g).total, (std::vector<double>{5, 15}));
  const graph::csr_graph u(2, std::span<const vertex_id>(s), std::span<const vertex_id>(t), w,
                           {.directed = false});
  EXPECT_EQ(degree(u).total, (std::vector<edge_id>{2, 4}));
  EXPECT_EQ(strength(u).total, (std::vector<double>{5, 15}));
}

}  // namespace
}  // namespace kedja::measures
