// Cascades against the equations of remaining output, written out with full matrices.
#include <kedja/measures/shock/cascade.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stop_token>
#include <vector>

#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

constexpr std::uint32_t sectors = 3;

/// What a network of a few companies looks like, and what each still makes step by step.
struct oracle {
  std::size_t n;
  std::vector<std::vector<double>> w;
  std::vector<std::uint32_t> sector;
  std::vector<std::uint8_t> essential;
  std::vector<double> sold, bought, revenue, cost, weight;
  bool replaced = false;  // companies of one sector stand in for each other
  std::vector<double> psi, down, up;

  oracle(const graph::csr_graph& g, random_stream& random) : n(g.num_vertices()) {
    w.assign(n, std::vector<double>(n, 0.0));
    sold.assign(n, 0.0);
    bought.assign(n, 0.0);
    for (vertex_id u = 0; u < n; ++u)
      for (std::size_t k = 0; k < g.successors(u).size(); ++k) {
        const double value = g.successor_weights(u)[k];
        w[u][g.successors(u)[k]] += value;
        sold[u] += value;
        bought[g.successors(u)[k]] += value;
      }
    sector.resize(n);
    essential.resize(sectors * sectors);
    for (auto& s : sector) s = static_cast<std::uint32_t>(random.below(sectors));
    for (auto& e : essential) e = static_cast<std::uint8_t>(random.below(3));
    weight.resize(n);
    psi.resize(n);
    for (std::size_t v = 0; v < n; ++v) {
      revenue.push_back(0.1 + sold[v] * (1 + random.uniform()));
      cost.push_back(0.1 + bought[v] * (1 + random.uniform()));
      weight[v] = random.uniform();
      psi[v] = random.below(3) == 0 ? random.uniform() : 1.0;
    }
    down = up = psi;
  }

  [[nodiscard]] double sigma(std::size_t i) const {
    if (!replaced) return 1;
    double left = 0;
    for (std::size_t l = 0; l < n; ++l)
      if (sector[l] == sector[i]) left += sold[l] * down[l];
    return left > 0 ? std::min(1.0, sold[i] / left) : 1.0;
  }

  /// One synchronous step; the largest fall of a company.
  double step() {
    std::vector<double> next_down(n), next_up(n);
    double change = 0;
    for (std::size_t j = 0; j < n; ++j) {
      double scarcest = 1, others = 1;
      for (std::uint32_t k = 0; k < sectors; ++k) {
        const int kind = essential[k * sectors + sector[j]];
        double all = 0, lost = 0;
        for (std::size_t i = 0; i < n; ++i)
          if (sector[i] == k) {
            all += w[i][j];
            lost += sigma(i) * w[i][j] * (1 - down[i]);
          }
        if (all <= 0) continue;
        if (kind == 2) scarcest = std::min(scarcest, 1 - lost / all * bought[j] / cost[j]);
        if (kind == 1) others -= lost / cost[j];
      }
      next_down[j] = std::max(0.0, std::min({psi[j], scarcest, others}));
      double demand = 1;
      for (std::size_t b = 0; b < n; ++b) demand -= w[j][b] / revenue[j] * (1 - up[b]);
      next_up[j] = std::max(0.0, std::min(psi[j], demand));
      change = std::max({change, down[j] - next_down[j], up[j] - next_up[j]});
    }
    down = next_down;
    up = next_up;
    return change;
  }

  [[nodiscard]] double index(bool d, bool u) const {
    double lost = 0, all = 0;
    for (std::size_t v = 0; v < n; ++v) {
      lost += weight[v] * (1 - std::min(d ? down[v] : 1, u ? up[v] : 1));
      all += weight[v];
    }
    return lost / all;
  }
};

TEST(Cascade, TakesTheStepsOfTheEquations) {
  std::size_t steps = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const auto g = test::make_links(seed).graph(true, true);
    if (g.num_vertices() == 0) continue;
    random_stream random(seed, 11);
    oracle want(g, random);
    want.replaced = seed % 2 == 1;
    scenarios given;
    for (vertex_id v = 0; v < want.n; ++v)
      if (want.psi[v] < 1) given.add({v, want.psi[v]});
    given.close();
    production p{.sector = want.sector,
                 .num_sectors = sectors,
                 .essential = want.essential,
                 .revenue = want.revenue,
                 .cost = want.cost,
                 .weight = want.weight};
    if (want.replaced) p.market = want.sector, p.num_markets = sectors;
    const cascade_result got = cascade(g, p, given, 12, 0.0);
    std::vector<int> first(want.n, -1);
    for (std::size_t k = 0; k < got.esri.size(); ++k) {
      const double change = k == 0 ? 0.0 : want.step();
      EXPECT_NEAR(got.change[k], change, 1e-12) << seed << " step " << k;
      EXPECT_NEAR(got.esri[k], want.index(true, true), 1e-12) << seed << " step " << k;
      EXPECT_NEAR(got.downstream[k], want.index(true, false), 1e-12) << seed << " step " << k;
      EXPECT_NEAR(got.upstream[k], want.index(false, true), 1e-12) << seed << " step " << k;
      for (std::size_t v = 0; v < want.n; ++v)
        if (first[v] < 0 && std::min(want.down[v], want.up[v]) < 1 - 1e-9)
          first[v] = static_cast<int>(k);
      ++steps;
    }
    for (std::size_t v = 0; v < want.n; ++v) {
      EXPECT_NEAR(got.loss_downstream[v], 1 - want.down[v], 1e-12) << seed;
      EXPECT_NEAR(got.loss_upstream[v], 1 - want.up[v], 1e-12) << seed;
      if (first[v] >= 0) {  // a loss below 1e-9 may have come earlier
        EXPECT_GE(got.first_step[v], 0) << seed;
        EXPECT_LE(got.first_step[v], first[v]) << seed;
      }
    }
    for (const unsigned threads : {2u, 4u}) {
      const cascade_result more = cascade(g, p, given, 12, 0.0, {.threads = threads});
      EXPECT_EQ(more.esri, got.esri);
      EXPECT_EQ(more.loss_downstream, got.loss_downstream);
    }
  }
  EXPECT_GT(steps, 2000u);
}

TEST(Cascade, StopsAtEpsAtTheLimitAndWhenTold) {
  // Ore -> steel -> car: each step takes the loss one company further, then nothing changes.
  const std::vector<vertex_id> source = {0, 1}, target = {1, 2};
  const graph::csr_graph g(3, std::span<const vertex_id>(source),
                           std::span<const vertex_id>(target));
  scenarios ore;
  ore.add({0, 0.5});
  ore.close();
  const cascade_result all = cascade(g, {}, ore, 100, 0.0);
  EXPECT_EQ(all.esri, (std::vector<double>{0.25, 0.5, 0.5, 0.5}));
  EXPECT_TRUE(all.converged);
  EXPECT_EQ(all.first_step, (std::vector<int>{0, 1, 2}));
  const cascade_result one = cascade(g, {}, ore, 1, 0.0);
  EXPECT_EQ(one.esri.size(), 2u);
  EXPECT_FALSE(one.converged);
  EXPECT_THROW(static_cast<void>(cascade(g, {}, ore, -1, 0.0)), invalid_argument);
  EXPECT_THROW(static_cast<void>(cascade(g, {}, ore, 1, NAN)), invalid_argument);
  EXPECT_THROW(static_cast<void>(cascade(g, {}, scenarios::each_company(3), 1, 0.0)),
               invalid_argument);
  const std::vector<double> none = {0, 0, 0};
  EXPECT_THROW(static_cast<void>(cascade(g, {.weight = none}, ore, 1, 0.0)), invalid_argument);
  std::stop_source stop;
  stop.request_stop();
  run_context ctx;
  ctx.stop = stop.get_token();
  EXPECT_THROW(static_cast<void>(cascade(g, {}, ore, 100, 0.0, ctx)), cancelled);
}

}  // namespace
}  // namespace kedja::measures
