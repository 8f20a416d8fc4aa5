#include <kedja/measures/shock/closed_circles.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <support/random_graphs.hpp>

#include <kedja/measures/shock/amplification.hpp>
#include <kedja/measures/shock/esri.hpp>

namespace kedja::measures {
namespace {

using detail::closed_circles;
using detail::loss_map;

loss_map map_of(const std::vector<std::vector<std::pair<vertex_id, double>>>& rows) {
  loss_map map;
  map.offset = {0};
  for (const auto& row : rows) {
    for (const auto& [source, share] : row) {
      map.source.push_back(source);
      map.share.push_back(share);
    }
    map.offset.push_back(map.source.size());
  }
  map.find_dependents();
  return map;
}

/// The steps of the equations from the hits, until nothing changes or 20,000 have been taken.
std::vector<double> steps(const loss_map& map, const std::vector<double>& hit) {
  std::vector<double> x = hit, next(x.size());
  for (int step = 0; step < 20'000; ++step) {
    for (vertex_id j = 0; j < map.rows(); ++j) {
      double most = 0, sum = 0;
      for (std::uint64_t k = map.offset[j]; k < map.offset[j + std::size_t{1}]; ++k) {
        const double part = std::abs(map.share[k]) * x[map.source[k]];
        sum = map.share[k] < 0 ? part : sum + part;
        most = std::max(most, sum);
      }
      next[j] = std::max(hit[j], std::min(1.0, most));
    }
    if (next == x) break;
    x.swap(next);
  }
  return x;
}

TEST(ClosedCircles, TwoThatTradeOnlyWithEachOtherFallAsOne) {
  // 0 <-> 1, and 2 takes half of what it buys from 1; 3 hears itself in full.
  loss_map map = map_of({{{1, -1.0}}, {{0, -1.0}}, {{1, -0.5}}, {{3, -1.0}}});
  task job(run_context{});
  const closed_circles circles(map, job);
  ASSERT_FALSE(circles.empty());
  scenarios hits;
  hits.add({1, 0.25});
  hits.add({0, 0.5});
  hits.close();
  const scenarios led = circles.on_leaders(hits);
  ASSERT_EQ(led.of(0).size(), 1U);
  EXPECT_EQ(led.of(0)[0].company, 0U);
  EXPECT_EQ(led.of(0)[0].remaining, 0.25);
  EXPECT_EQ(steps(map, {0.75, 0, 0, 0}), (std::vector<double>{0.75, 0.75, 0.375, 0}));
  EXPECT_TRUE(detail::unit_potential(map, std::vector<double>(4, 0.25), job).exists);
}

TEST(ClosedCircles, WhatLeaksStaysAsItWas) {
  loss_map map = map_of({{{1, -0.5}, {2, 0.5}}, {{0, -1.0}}, {{1, -0.999}}});
  const std::vector<double> before = map.share;
  task job(run_context{});
  EXPECT_TRUE(closed_circles(map, job).empty());
  EXPECT_EQ(map.share, before);
}

/// Shares in quarters, so that groups sum to 1 or less exactly and steps settle soon.
TEST(ClosedCircles, KeepTheLeastFixedPoint) {
  int met = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    random_stream random(seed, 0);
    const auto n = static_cast<vertex_id>(2 + random.below(7));
    std::vector<std::vector<std::pair<vertex_id, double>>> rows(n);
    for (auto& row : rows)
      for (std::uint64_t groups = random.below(3); groups > 0; --groups) {
        const std::uint64_t quarters = random.below(4) == 0 ? 3 : 4;
        const std::uint64_t parts = 1 + random.below(2);
        for (std::uint64_t k = 0; k < parts; ++k) {
          const double share = static_cast<double>(quarters) / 4 / static_cast<double>(parts);
          row.emplace_back(static_cast<vertex_id>(random.below(n)), k == 0 ? -share : share);
        }
      }
    const loss_map before = map_of(rows);
    loss_map after = before;
    task job(run_context{});
    const closed_circles circles(after, job);
    if (circles.empty()) continue;
    ++met;
    EXPECT_TRUE(detail::unit_potential(after, std::vector<double>(n, 1.0 / n), job).exists);
    scenarios hits;
    std::vector<double> hit(n, 0.0), led(n, 0.0);
    for (vertex_id v = 0; v < n; ++v)
      if (random.below(3) == 0) {
        const double remaining = static_cast<double>(random.below(8)) / 8;
        hits.add({v, remaining});
        hit[v] = 1 - remaining;
      }
    hits.close();
    const scenarios on_leaders = circles.on_leaders(hits);
    for (const auto& [v, remaining] : on_leaders.of(0)) led[v] = 1 - remaining;
    const std::vector<double> expected = steps(before, hit), got = steps(after, led);
    for (vertex_id v = 0; v < n; ++v) EXPECT_NEAR(got[v], expected[v], 1e-9) << seed;
  }
  EXPECT_GT(met, 300);
}

TEST(ClosedCircles, IndexOfANetworkWithoutLeaksIsProved) {
  // 0 <-> 1 -> 2 -> 3 <-> 4
  const std::vector<vertex_id> source = {0, 1, 1, 2, 3, 4}, target = {1, 0, 2, 3, 4, 3};
  const graph::csr_graph g(5, std::span<const vertex_id>(source),
                           std::span<const vertex_id>(target));
  const std::vector<double> weight = {1, 1, 1, 1, 1};
  for (const std::uint64_t single_from : {std::uint64_t{0}, std::uint64_t{1} << 16}) {
    const auto got = esri(g, {.weight = weight}, scenarios::each_company(5),
                          {.single_precision_from = single_from});
    for (int v = 0; v < 5; ++v) {
      EXPECT_EQ(got.status[v], value_status::ok);
      EXPECT_LE(got.error_bound[v], 1e-6);
    }
    // All that 1, 2, 3, 4 buy comes in the end from the circle 0, 1.
    EXPECT_NEAR(got.downstream[0], 1.0, 1e-6);
    EXPECT_NEAR(got.downstream[1], 1.0, 1e-6);
    // 3 takes half from 2 and half from 4, and 4 all from 3: x = 1/2 + x/2.
    EXPECT_NEAR(got.downstream[2], 3.0 / 5, 1e-6);
    EXPECT_NEAR(got.downstream[3], 2.0 / 5, 1e-6);
    // Upstream the circle is 3, 4: 2 sells all to 3, 1 half to 2 and half to 0, 0 all to 1.
    EXPECT_NEAR(got.upstream[3], 1.0, 1e-6);
    EXPECT_NEAR(got.upstream[4], 1.0, 1e-6);
    EXPECT_NEAR(got.upstream[2], 3.0 / 5, 1e-6);
    EXPECT_NEAR(got.upstream[0], (1 + 0.5) / 5, 1e-6);
  }
}

}  // namespace
}  // namespace kedja::measures
