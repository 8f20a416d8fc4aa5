// The single pass against its equations with full matrices.
#include <kedja/measures/shock/screening.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

using matrix = std::vector<std::vector<double>>;

/// share[u][v]: of what u loses, v loses so much. Everyone sends once, a step after it was hit.
std::vector<double> by_hand(const matrix& share, std::vector<double> h) {
  const std::size_t n = h.size();
  std::vector<bool> sent(n, false), active(n, false);
  for (std::size_t v = 0; v < n; ++v) active[v] = h[v] > 0;
  while (std::find(active.begin(), active.end(), true) != active.end()) {
    std::vector<double> next = h;
    for (std::size_t v = 0; v < n; ++v) {
      for (std::size_t u = 0; u < n; ++u)
        if (active[u]) next[v] += share[u][v] * h[u];
      next[v] = std::min(1.0, next[v]);
    }
    for (std::size_t v = 0; v < n; ++v) {
      if (active[v]) sent[v] = true;
      active[v] = !sent[v] && next[v] > 0;
    }
    h = next;
  }
  return h;
}

TEST(Screening, EveryCompanyPassesItsLossOnOnce) {
  std::uint64_t seed = 0;
  test::for_many_graphs(300, [&](const graph::csr_graph& g) {
    const vertex_id n = g.num_vertices();
    if (!g.directed() || n == 0) return;
    random_stream random(++seed, 12);
    matrix w(n, std::vector<double>(n, 0.0)), down(w), up(w);
    std::vector<double> sold(n, 0.0), bought(n, 0.0), revenue(n), cost(n), weight(n);
    for (vertex_id u = 0; u < n; ++u)
      for (std::size_t k = 0; k < g.successors(u).size(); ++k) {
        const vertex_id v = g.successors(u)[k];
        const double value = g.successor_weights(u)[k];
        w[u][v] += value, sold[u] += value, bought[v] += value;
      }
    double all = 0;
    for (vertex_id v = 0; v < n; ++v) {
      revenue[v] = 0.1 + sold[v] * (1 + random.uniform());
      cost[v] = 0.1 + bought[v] * (1 + random.uniform());
      weight[v] = 0.01 + random.uniform();
      all += weight[v];
    }
    for (vertex_id u = 0; u < n; ++u)
      for (vertex_id v = 0; v < n; ++v)
        down[u][v] = w[u][v] / cost[v], up[v][u] = w[u][v] / revenue[u];
    scenarios given;
    std::vector<std::vector<double>> hit;
    for (int i = 0; i < 3; ++i) {
      hit.emplace_back(n, 0.0);
      for (vertex_id v = 0; v < n; ++v)
        if (random.below(4) == 0) {
          hit.back()[v] = random.uniform();
          given.add({v, 1 - hit.back()[v]});
        }
      given.close();
    }
    const auto got = screening(g, {.revenue = revenue, .cost = cost, .weight = weight}, given);
    for (std::size_t i = 0; i < hit.size(); ++i) {
      const auto d = by_hand(down, hit[i]), u = by_hand(up, hit[i]);
      double both = 0, sum_d = 0, sum_u = 0;
      for (vertex_id v = 0; v < n; ++v) {
        both += weight[v] / all * std::max(d[v], u[v]);
        sum_d += weight[v] / all * d[v], sum_u += weight[v] / all * u[v];
      }
      EXPECT_NEAR(got.esri[i], both, 1e-12);
      EXPECT_NEAR(got.downstream[i], sum_d, 1e-12);
      EXPECT_NEAR(got.upstream[i], sum_u, 1e-12);
    }
  });
}

TEST(Screening, IsTheFixedPointWhereNothingComesBack) {
  // In a chain everyone is reached once, so that one pass is all there is.
  const auto g = test::from_pairs(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}}).graph(true, true);
  const auto all = scenarios::each_company(6);
  const auto once = screening(g, {}, all);
  const auto rest = esri(g, {}, all);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(once.esri[i], rest.esri[i], 1e-6);
  EXPECT_EQ(once.steps[0], 5);
}

TEST(Screening, ThreadsChangeNoBit) {
  random_stream random(3, 4);
  test::random_links links;
  links.n = 400;
  for (int i = 0; i < 2000; ++i) {
    links.source.push_back(static_cast<vertex_id>(random.below(400)));
    links.target.push_back(static_cast<vertex_id>(random.below(400)));
    links.value.push_back(random.uniform());
  }
  const auto g = links.graph(true, true);
  const auto all = scenarios::each_company(400);
  const auto one = screening(g, {}, all, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const auto other = screening(g, {}, all, {.threads = threads});
    EXPECT_EQ(one.esri, other.esri);
    EXPECT_EQ(one.steps, other.steps);
  }
  EXPECT_THROW((void)screening(g, {}, all, {.on_progress = [](double) { return false; }}),
               cancelled);
}

}  // namespace
}  // namespace kedja::measures
