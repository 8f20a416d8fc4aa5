// Trophic levels against least squares on random graphs, and what can be counted by hand.
#include <kedja/measures/value_chain/trophic_levels.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <kedja/core/rng.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

using wide = long double;

/// Levels by elimination of the normal equations with one level fixed per component.
std::vector<double> oracle(const graph::csr_graph& g, const std::vector<vertex_id>& component,
                           bool weighted) {
  const std::size_t n = g.num_vertices();
  std::vector<std::vector<wide>> a(n, std::vector<wide>(n + 1, 0));
  for (vertex_id u = 0; u < n; ++u) {
    const auto row = g.successors(u);
    const auto w = g.successor_weights(u);
    for (std::size_t k = 0; k < row.size(); ++k) {
      const wide value = weighted ? static_cast<wide>(w[k]) : 1;
      const vertex_id v = row[k];
      if (v == u) continue;
      a[u][u] += value, a[v][v] += value;
      a[u][v] -= value, a[v][u] -= value;
      a[u][n] -= value, a[v][n] += value;
    }
  }
  std::vector<char> fixed(n, 0);
  for (std::size_t u = 0; u < n; ++u)
    if (component[u] == u) {  // the smallest of its component
      fixed[u] = 1;
      std::ranges::fill(a[u], wide{0});
      a[u][u] = 1;
    }
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k; i < n; ++i)
      if (std::abs(a[i][k]) > std::abs(a[best][k])) best = i;
    std::swap(a[k], a[best]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const wide factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j <= n; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  std::vector<double> level(n);
  for (std::size_t u = 0; u < n; ++u) level[u] = static_cast<double>(a[u][n] / a[u][u]);
  for (std::size_t c = 0; c < n; ++c) {
    double lowest = INFINITY;
    for (std::size_t u = 0; u < n; ++u)
      if (component[u] == c) lowest = std::min(lowest, level[u]);
    for (std::size_t u = 0; u < n; ++u)
      if (component[u] == c) level[u] -= lowest;
  }
  return level;
}

std::vector<vertex_id> components_of(const graph::csr_graph& g) {
  const vertex_id n = g.num_vertices();
  std::vector<vertex_id> label(n);
  for (vertex_id v = 0; v < n; ++v) label[v] = v;
  for (bool moved = true; moved;) {
    moved = false;
    for (vertex_id u = 0; u < n; ++u)
      for (const vertex_id v : g.successors(u))
        if (label[u] != label[v]) {
          label[u] = label[v] = std::min(label[u], label[v]);
          moved = true;
        }
  }
  return label;
}

TEST(TrophicLevels, AgreeWithLeastSquaresOnRandomGraphs) {
  for (std::uint64_t seed = 0; seed < 400; ++seed)
    for (const bool weighted : {false, true}) {
      const auto g = test::make_links(seed).graph(true, weighted);
      const trophic_result got = trophic_levels(g);
      const auto component = components_of(g);
      const auto expected = oracle(g, component, weighted);
      EXPECT_TRUE(got.converged) << seed;
      double off = 0, all = 0;
      for (vertex_id u = 0; u < g.num_vertices(); ++u) {
        EXPECT_NEAR(got.level[u], expected[u], 1e-12) << seed;
        bool alone = true;
        for (const vertex_id v : g.successors(u)) alone = alone && v == u;
        for (const vertex_id v : g.predecessors(u)) alone = alone && v == u;
        EXPECT_EQ(got.status[u] == value_status::isolated, alone) << seed;
        const auto row = g.successors(u);
        for (std::size_t k = 0; k < row.size(); ++k) {
          const double w = weighted ? g.successor_weights(u)[k] : 1;
          off += w * std::pow(expected[row[k]] - expected[u] - 1, 2);
          all += w;
        }
      }
      if (all > 0) {
        EXPECT_NEAR(got.incoherence, off / all, 1e-12);
      } else {
        EXPECT_TRUE(std::isnan(got.incoherence));
      }
    }
}

graph::csr_graph big(vertex_id n, std::size_t m, std::uint64_t seed) {
  random_stream random(seed, 3);
  std::vector<vertex_id> source(m), target(m);
  std::vector<double> value(m);
  for (std::size_t k = 0; k < m; ++k) {
    source[k] = static_cast<vertex_id>(random.below(n));
    target[k] = static_cast<vertex_id>(random.below(n));
    value[k] = std::pow(10, 4 * random.uniform());
  }
  return graph::csr_graph(n, std::span<const vertex_id>(source), std::span<const vertex_id>(target),
                          value);
}

TEST(TrophicLevels, IterationMeetsItsOwnEquations) {
  const auto g = big(20'000, 60'000, 1);
  const trophic_result got = trophic_levels(g);
  EXPECT_TRUE(got.converged);
  EXPECT_GT(got.iterations, 10);
  EXPECT_LT(got.residual, 1e-13);
  for (const unsigned threads : {1U, 2U, 3U, 4U}) {
    const trophic_result again = trophic_levels(g, {}, {.threads = threads});
    EXPECT_EQ(again.level, got.level);
    EXPECT_EQ(again.incoherence, got.incoherence);
  }
}

TEST(TrophicLevels, LayersAreFoundWhateverTheWeights) {
  // Every link climbs one of 12 layers, so the layer is the level. Weights span 8 decades.
  constexpr vertex_id layers = 12, per_layer = 1'000, n = layers * per_layer;
  random_stream random(5, 3);
  std::vector<vertex_id> source, target;
  std::vector<double> value;
  for (vertex_id v = 0; v + per_layer < n; ++v)
    for (int k = 0; k < 4; ++k) {
      source.push_back(v);
      target.push_back((v / per_layer + 1) * per_layer +
                       (k == 0 ? v % per_layer : static_cast<vertex_id>(random.below(per_layer))));
      value.push_back(std::pow(10, 8 * random.uniform()));
    }
  const graph::csr_graph g(n, std::span<const vertex_id>(source),
                           std::span<const vertex_id>(target), value);
  for (const bool weighted : {false, true}) {
    const trophic_result got = trophic_levels(g, {.weighted = weighted});
    EXPECT_TRUE(got.converged);
    EXPECT_GT(got.iterations, 0);
    for (vertex_id v = 0; v < n; ++v) ASSERT_NEAR(got.level[v], v / per_layer, 1e-12) << v;
    EXPECT_LT(got.incoherence, 1e-24);
  }
}

TEST(TrophicLevels, LongChainsAndTreesAreExact) {
  const vertex_id n = 300'000;
  std::vector<vertex_id> source, target;
  for (vertex_id v = 0; v + 1 < n; ++v) {
    source.push_back(v);
    target.push_back(v + 1);
  }
  const graph::csr_graph chain(n, std::span<const vertex_id>(source),
                               std::span<const vertex_id>(target));
  const trophic_result got = trophic_levels(chain);
  EXPECT_EQ(got.iterations, 0);
  EXPECT_EQ(got.incoherence, 0);
  EXPECT_EQ(got.level[n - 1], n - 1);
}

TEST(TrophicLevels, HandCountedCases) {
  // A ring has no direction: F0 = 1. A self-link adds its value to both sums.
  const std::vector<vertex_id> a{0, 1, 2}, b{1, 2, 0};
  const graph::csr_graph ring(3, std::span<const vertex_id>(a), std::span<const vertex_id>(b));
  EXPECT_NEAR(trophic_levels(ring).incoherence, 1, 1e-15);
  const std::vector<vertex_id> c{0, 0}, d{1, 0};
  const std::vector<double> w{3, 1};
  const graph::csr_graph loop(3, std::span<const vertex_id>(c), std::span<const vertex_id>(d), w);
  const trophic_result got = trophic_levels(loop);
  EXPECT_EQ(got.level, (std::vector<double>{0, 1, 0}));
  EXPECT_DOUBLE_EQ(got.incoherence, 0.25);
  EXPECT_EQ(got.status[2], value_status::isolated);
  EXPECT_EQ(got.components, 2);
  EXPECT_TRUE(std::isnan(trophic_levels(graph::csr_graph()).incoherence));
}

TEST(TrophicLevels, RefusesWhatHasNoDirectionAndCanBeStopped) {
  const std::vector<vertex_id> a{0}, b{1};
  const graph::csr_graph loose(2, std::span<const vertex_id>(a), std::span<const vertex_id>(b), {},
                               {.directed = false});
  EXPECT_THROW((void)trophic_levels(loose), invalid_argument);
  const auto g = big(2000, 8000, 2);
  EXPECT_THROW((void)trophic_levels(g, {.max_iterations = 0}), invalid_argument);
  EXPECT_THROW((void)trophic_levels(g, {}, {.on_progress = [](double) { return false; }}),
               cancelled);
  const trophic_result few = trophic_levels(big(20'000, 60'000, 1), {.max_iterations = 3});
  EXPECT_FALSE(few.converged);
  EXPECT_EQ(few.iterations, 3);
}

}  // namespace
}  // namespace kedja::measures
