#include <kedja/measures/centrality/pagerank.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

/// The stationary vector by 2000 steps of the full transition matrix; `start` sums to 1.
std::vector<double> dense(const graph::csr_graph& g, double damping,
                          const std::vector<double>& start) {
  const vertex_id n = g.num_vertices();
  std::vector<std::vector<double>> go(n, std::vector<double>(n, 0.0));
  for (vertex_id u = 0; u < n; ++u) {
    double out = 0;
    for (std::size_t k = 0; k < g.successors(u).size(); ++k) out += g.successor_weights(u)[k];
    for (std::size_t k = 0; k < g.successors(u).size(); ++k)
      go[u][g.successors(u)[k]] += g.successor_weights(u)[k] / out;
    if (!(out > 0)) go[u] = start;
  }
  std::vector<double> x = start;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> next(n, 0.0);
    for (vertex_id v = 0; v < n; ++v) next[v] = (1 - damping) * start[v];
    for (vertex_id u = 0; u < n; ++u)
      for (vertex_id v = 0; v < n; ++v) next[v] += damping * x[u] * go[u][v];
    x = next;
  }
  return x;
}

TEST(PageRank, AgreesWithTheFullMatrixAndKeepsItsBound) {
  const auto check = [](const graph::csr_graph& g, const std::vector<double>& start, bool even) {
    const auto given = even ? std::span<const double>() : std::span<const double>(start);
    const auto got = pagerank(g, {.personalization = given, .tolerance = 1e-9});
    const auto expected = dense(g, 0.85, start);
    double sum = 0, distance = 0;
    for (std::size_t v = 0; v < expected.size(); ++v)
      sum += got.score[v], distance += std::abs(got.score[v] - expected[v]);
    EXPECT_TRUE(got.iteration.converged);
    EXPECT_LE(distance, 1e-9);
    if (g.num_vertices() > 0) {
      EXPECT_NEAR(sum, 1, 1e-12);
    }
  };
  test::for_many_graphs(0, [&](const graph::csr_graph& g) {  // the shapes
    if (g.num_vertices() == 0) return;
    check(g, std::vector<double>(g.num_vertices(), 1.0 / g.num_vertices()), true);
  });
  EXPECT_TRUE(pagerank(graph::csr_graph()).score.empty());
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto g = test::make_links(seed).graph(seed % 2 == 0, true);
    const vertex_id n = g.num_vertices();
    if (n == 0) continue;
    std::vector<double> start(n, 1.0 / n);
    if (seed % 3 == 0) {  // half of the walks start at the first company
      for (double& x : start) x /= 2;
      start[0] += 0.5;
    }
    check(g, start, seed % 3 == 1);
  }
}

/// Chains that end in sinks, starts on sinks only, and links of no value.
TEST(PageRank, KeepsWhatSinksHold) {
  const auto check = [](const test::random_links& links, const std::vector<double>& start) {
    for (const bool weighted : {true, false}) {
      const auto g = links.graph(true, true);
      const auto got = pagerank(g, {.weighted = weighted, .personalization = start});
      const auto expected = dense(weighted ? g : [&] {
        test::random_links counted = links;
        std::ranges::fill(counted.value, 1.0);
        return counted.graph(true, true);
      }(), 0.85, start);
      EXPECT_TRUE(got.iteration.converged);
      for (std::size_t v = 0; v < start.size(); ++v) EXPECT_NEAR(got.score[v], expected[v], 1e-10);
    }
  };
  test::random_links chain;  // 0 -> 1 -> 2 -> 3, 0 -> 3 twice, and 4 alone
  chain.n = 5;
  chain.source = {0, 1, 2, 0, 0}, chain.target = {1, 2, 3, 3, 3}, chain.value = {1, 2, 3, 4, 0};
  check(chain, {0.2, 0.2, 0.2, 0.2, 0.2});
  check(chain, {0, 0, 0, 1, 0});
  check(chain, {0, 0, 0, 0.5, 0.5});
  test::random_links none = chain;  // company 2 sells for nothing: a sink that has a link
  none.value = {1, 2, 0, 4, 0};
  check(none, {0.2, 0.2, 0.2, 0.2, 0.2});
  check(none, {0, 0, 0.5, 0.5, 0});
}

TEST(PageRank, UpstreamOfTheReversedGraphIsDownstream) {
  const auto links = test::make_links(17);
  test::random_links turned = links;
  std::swap(turned.source, turned.target);
  const auto up = pagerank(links.graph(true, true));
  const auto down = pagerank(turned.graph(true, true), {.direction = path_direction::downstream});
  EXPECT_EQ(up.score, down.score);
}

TEST(PageRank, ReportsWhenItDidNotConverge) {
  const auto got = pagerank(test::make_links(17).graph(true), {.max_iterations = 1});
  EXPECT_FALSE(got.iteration.converged);
  EXPECT_EQ(got.iteration.iterations, 1);
}

TEST(PageRank, RefusesOptionsOutsideTheirRange) {
  const auto g = test::make_links(17).graph(true);
  EXPECT_THROW((void)pagerank(g, {.damping = 1}), invalid_argument);
  EXPECT_THROW((void)pagerank(g, {.damping = -0.1}), invalid_argument);
  EXPECT_THROW((void)pagerank(g, {.tolerance = 0}), invalid_argument);
  EXPECT_THROW((void)pagerank(g, {.max_iterations = 0}), invalid_argument);
  const std::vector<double> wrong_size{1}, none(g.num_vertices(), 0.0);
  EXPECT_THROW((void)pagerank(g, {.personalization = wrong_size}), invalid_argument);
  EXPECT_THROW((void)pagerank(g, {.personalization = none}), invalid_argument);
}

/// Sinks, personalisation and several strips per sweep, against plain steps of the walk.
TEST(PageRank, KeepsItsBoundOnLargerGraphs) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    random_stream random(seed, 5);
    test::random_links links;
    links.n = 30000;
    for (int i = 0; i < 60000; ++i) {
      const double x = random.uniform();
      links.source.push_back(static_cast<vertex_id>(links.n * x * x));
      links.target.push_back(static_cast<vertex_id>(random.below(links.n)));
      links.value.push_back(random.uniform());
    }
    const auto g = links.graph(seed % 2 == 0, true);
    std::vector<double> start(links.n, 0.0);
    for (vertex_id v = 0; v < links.n; v += 3) start[v] = 3.0 / links.n;
    std::vector<double> out(links.n, 0.0), x = start;
    for (vertex_id u = 0; u < links.n; ++u)
      for (const double w : g.successor_weights(u)) out[u] += w;
    for (int i = 0; i < 250; ++i) {
      std::vector<double> next(links.n, 0.0);
      double anew = 0;
      for (vertex_id u = 0; u < links.n; ++u) {
        anew += (out[u] > 0 ? 0.15 : 1.0) * x[u];
        for (std::size_t k = 0; k < g.successors(u).size(); ++k)
          next[g.successors(u)[k]] += 0.85 * x[u] * g.successor_weights(u)[k] / out[u];
      }
      for (vertex_id v = 0; v < links.n; ++v) next[v] += anew * start[v];
      x = next;
    }
    for (const double tolerance : {1e-3, 1e-8}) {
      const auto got = pagerank(g, {.personalization = start, .tolerance = tolerance});
      double distance = 0;
      for (vertex_id v = 0; v < links.n; ++v) distance += std::abs(got.score[v] - x[v]);
      EXPECT_TRUE(got.iteration.converged);
      EXPECT_LE(got.iteration.error_bound, tolerance);
      EXPECT_LE(distance, got.iteration.error_bound + 1e-12);
    }
  }
}

TEST(PageRank, SameBitsForAnyNumberOfThreads) {
  random_stream random(9, 0);
  const auto g = test::draw_links(random, 40000, 100000).graph(true);
  const auto one = pagerank(g, {}, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u})
    EXPECT_EQ(one.score, pagerank(g, {}, {.threads = threads}).score);
}

}  // namespace
}  // namespace kedja::measures
