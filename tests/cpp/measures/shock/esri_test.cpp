#include <kedja/measures/shock/esri.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

TEST(RowSet, BehavesLikeAnOrderedSet) {
  for (const vertex_id n : {1u, 64u, 65u, 4097u, 300'000u, 20'000'000u}) {
    random_stream random(n, 0);
    detail::row_set rows(n);
    std::set<vertex_id> expected;
    for (int i = 0; i < 3000; ++i) {
      const auto v = static_cast<vertex_id>(random.below(n));
      switch (random.below(3)) {
        case 0:
          rows.remove(v);
          expected.erase(v);
          break;
        case 1:
          rows.add(v);
          expected.insert(v);
          break;
        default:
          const auto found = expected.lower_bound(v);
          EXPECT_EQ(rows.next(v), found == expected.end() ? no_vertex : *found);
          EXPECT_EQ(rows.has(v), expected.contains(v));
      }
    }
    std::vector<vertex_id> drained;
    rows.drain(drained);
    EXPECT_EQ(drained, std::vector<vertex_id>(expected.begin(), expected.end()));
    EXPECT_EQ(rows.next(0), no_vertex);
  }
}

/// Ore -> steel -> car, each with half of its trade outside the network.
graph::csr_graph chain() {
  const std::vector<vertex_id> source = {0, 1}, target = {1, 2};
  return graph::csr_graph(3, std::span<const vertex_id>(source),
                          std::span<const vertex_id>(target));
}

TEST(Esri, HalvesAlongAChainThatTradesHalfOutside) {
  const std::vector<double> twice = {2, 2, 2}, weight = {1, 1, 1};
  const auto got = esri(chain(), {.revenue = twice, .cost = twice, .weight = weight},
                        scenarios::each_company(3));
  // A failed company takes half of its neighbours and a quarter of theirs along.
  EXPECT_DOUBLE_EQ(got.downstream[0], (1 + 0.5 + 0.25) / 3);
  EXPECT_DOUBLE_EQ(got.upstream[0], 1.0 / 3);
  EXPECT_DOUBLE_EQ(got.esri[1], (0.5 + 1 + 0.5) / 3);
  EXPECT_EQ(got.error_bound[0], 0);
}

TEST(Esri, SinglePrecisionStaysWithinItsBound) {
  std::size_t bounded = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const auto g = test::make_links(seed).graph(true, true);
    const vertex_id n = g.num_vertices();
    random_stream random(seed, 1);
    std::vector<std::uint32_t> sector(n);
    std::vector<std::uint8_t> essential(9);
    for (auto& s : sector) s = static_cast<std::uint32_t>(random.below(3));
    for (auto& e : essential) e = static_cast<std::uint8_t>(random.below(3));
    std::vector<double> revenue(n, 0.01), cost(n, 0.01);
    for (vertex_id v = 0; v < n; ++v) {
      for (const double w : g.successor_weights(v)) revenue[v] += 1.5 * w;
      for (const double w : g.predecessor_weights(v)) cost[v] += 1.5 * w;
    }
    const production p{.sector = sector,
                       .num_sectors = 3,
                       .essential = essential,
                       .revenue = revenue,
                       .cost = cost};
    auto each = scenarios::each_company(n);
    for (int i = 0; n > 0 && i < 8; ++i) {  // partial shocks of several companies
      std::set<vertex_id> hit;
      for (std::uint64_t k = 1 + random.below(5); k > 0; --k)
        hit.insert(static_cast<vertex_id>(random.below(n)));
      for (const vertex_id v : hit) each.add({v, random.uniform()});
      each.close();
    }
    const auto exact = esri(g, p, each, {.eps = 1e-13});
    const auto one = esri(g, p, each, {.single_precision_from = 0}, {.threads = 1});
    for (std::size_t v = 0; v < each.count(); ++v) {
      if (exact.status[v] != value_status::ok) continue;
      ASSERT_EQ(one.status[v], value_status::ok);
      EXPECT_LE(one.error_bound[v], 1e-6);
      EXPECT_NEAR(one.esri[v], exact.esri[v], one.error_bound[v] + 1e-12);
      EXPECT_NEAR(one.downstream[v], exact.downstream[v], one.error_bound[v] + 1e-12);
      EXPECT_NEAR(one.upstream[v], exact.upstream[v], one.error_bound[v] + 1e-12);
      ++bounded;
    }
    for (const unsigned threads : {2u, 3u, 4u}) {
      const auto more = esri(g, p, each, {.single_precision_from = 0}, {.threads = threads});
      EXPECT_TRUE(n == 0 || more.esri == one.esri || exact.status[0] == value_status::undefined);
      EXPECT_EQ(more.iterations, one.iterations);
    }
  }
  EXPECT_GT(bounded, 1000u);
}

TEST(LinearPush, RisesToTheFixedPointAndKnowsWhatIsLeft) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto g = test::make_links(seed).graph(true, true);
    const vertex_id n = g.num_vertices();
    random_stream random(seed, 2);
    std::vector<double> revenue(n, 0.01);
    for (vertex_id v = 0; v < n; ++v)
      for (const double w : g.successor_weights(v)) revenue[v] += 1.2 * w;
    const auto map = detail::upstream_map(g, {.revenue = revenue});
    const std::vector<double> weight(n, 1.0 / std::max(n, 1u));
    task job({}, 1);
    const detail::push_map felt(map, detail::price_of_residual(map, weight, job));
    detail::linear_push push(felt);
    for (const double eps : {1e-3, 1e-9}) {
      std::vector<double> shock(n, 0.0);
      for (std::uint64_t k = n == 0 ? 0 : 1 + random.below(3); k > 0; --k)
        shock[random.below(n)] = random.below(2) == 0 ? 1.0 : random.uniform();
      for (vertex_id v = 0; v < n; ++v) push.start(v, shock[v]);
      const double owed = push.settle(eps, job);
      EXPECT_LE(owed, eps);
      std::vector<double> x = shock;  // by plain sweeps
      for (int sweep = 0; sweep < 500; ++sweep)
        for (vertex_id v = 0; v < n; ++v) {
          double heard = 0;
          for (std::uint64_t k = map.offset[v]; k < map.offset[v + std::size_t{1}]; ++k)
            heard += std::abs(map.share[k]) * x[map.source[k]];
          x[v] = std::min(std::max(shock[v], heard), 1.0);
        }
      double missing = 0;
      std::vector<double> found(n, 0.0);
      for (const vertex_id v : push.companies()) {
        EXPECT_EQ(found[v], 0.0) << "company " << v << " stands twice";
        found[v] = push.loss(v);
      }
      for (vertex_id v = 0; v < n; ++v) {
        EXPECT_LE(found[v], x[v] * (1 + 1e-6) + 1e-300);
        missing += weight[v] * (x[v] - found[v]);
      }
      EXPECT_LE(missing, owed + 1e-6);
      push.clear();
      EXPECT_TRUE(push.companies().empty());
    }
  }
}

TEST(LinearPush, SortsLossesByCompanyAndKeepsEqualOnesInOrder) {
  for (const vertex_id companies : {1u, 5000u, 20'000'000u, 4'000'000'000u}) {
    random_stream random(companies, 3);
    std::vector<detail::lane_loss> losses, spare;
    for (std::uint32_t i = 0; i < 5000; ++i)
      losses.push_back({static_cast<vertex_id>(random.below(companies)), i, 0.5f});
    auto expected = losses;
    std::ranges::stable_sort(expected, {}, &detail::lane_loss::company);
    detail::sort_by_company(losses, spare, companies);
    for (std::size_t i = 0; i < losses.size(); ++i) {
      ASSERT_EQ(losses[i].company, expected[i].company);
      ASSERT_EQ(losses[i].lane, expected[i].lane);
    }
  }
}

TEST(Esri, TellsNegativeSharesAndUnknownCompanies) {
  scenarios given;
  given.add({7, 0.5});
  given.close();
  EXPECT_THROW(static_cast<void>(esri(chain(), {}, given)), invalid_argument);
  const std::vector<double> bad = {1, -2, 1};
  try {
    static_cast<void>(esri(chain(), {.cost = bad}, scenarios::each_company(3)));
    FAIL() << "negative costs were accepted";
  } catch (const invalid_argument& e) {
    EXPECT_NE(std::string(e.what()).find("cost of company 1 is -2"), std::string::npos);
  }
}

TEST(Scenarios, ACompanyStandsInAScenarioOnce) {
  scenarios given;
  given.add({0, 0.5});
  given.close();
  given.add({0, 0.5});  // in another scenario
  given.add({1, 0.0});
  given.close();
  EXPECT_NO_THROW(given.check(3));
  given.add({2, 0.5});
  given.add({1, 0.5});
  given.add({2, 0.25});
  given.close();
  try {
    static_cast<void>(esri(chain(), {}, given));
    FAIL() << "a company was hit twice";
  } catch (const invalid_argument& e) {
    EXPECT_STREQ(e.what(), "scenario 2: company 2 stands in it twice");
  }
  for (const double remaining : {-0.1, 1.5, std::nan("")}) {
    scenarios bad;
    bad.add({0, remaining});
    bad.close();
    EXPECT_THROW(bad.check(3), invalid_argument);
  }
}

TEST(Esri, ScenariosThatShareAPassKeepTheirBits) {
  // Broad cascades: every row is due in most steps, so that up to three times eight scenarios are
  // looked at in one pass. Alone each gives the same steps and bits.
  random_stream random(5, 0);
  const auto g = test::draw_links(random, 60, 400).graph(true, true);
  std::vector<std::uint32_t> sector(60);
  for (auto& s : sector) s = static_cast<std::uint32_t>(random.below(3));
  const std::vector<std::uint8_t> essential = {2, 1, 2, 1, 2, 1, 1, 1, 2};
  const production p{.sector = sector, .num_sectors = 3, .essential = essential};
  const esri_options published{.mode = esri_mode::published, .eps = 1e-3};
  const scenarios all = scenarios::each_company(60);
  const auto one = esri(g, p, all, published, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 7u}) {
    const auto got = esri(g, p, all, published, {.threads = threads});
    EXPECT_EQ(got.esri, one.esri);
    EXPECT_EQ(got.iterations, one.iterations);
    EXPECT_EQ(got.error_bound, one.error_bound);
  }
  for (std::size_t v = 0; v < 60; ++v) {
    const auto alone = esri(g, p, all.some(std::vector<std::size_t>{v}), published);
    EXPECT_EQ(alone.esri[0], one.esri[v]);
    EXPECT_EQ(alone.downstream[0], one.downstream[v]);
    EXPECT_EQ(alone.upstream[0], one.upstream[v]);
    EXPECT_EQ(alone.iterations[0], one.iterations[v]);
    EXPECT_EQ(alone.status[0], one.status[v]);
  }
}

TEST(Esri, GivesTheSameBitsForAnyNumberOfThreads) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto g = test::make_links(seed).graph(true, true);
    std::vector<std::uint32_t> sector(g.num_vertices());
    for (std::size_t v = 0; v < sector.size(); ++v) sector[v] = static_cast<std::uint32_t>(v % 3);
    const production p{.sector = sector, .num_sectors = 3, .market = sector, .num_markets = 3};
    const auto each = scenarios::each_company(g.num_vertices());
    const auto one = esri(g, p, each, {.max_iterations = 100}, {.threads = 1});
    for (const unsigned threads : {2u, 3u, 4u}) {
      const auto more = esri(g, p, each, {.max_iterations = 100}, {.threads = threads});
      for (std::size_t v = 0; v < sector.size(); ++v) {
        EXPECT_TRUE(one.esri[v] == more.esri[v] || one.esri[v] != one.esri[v]);
        EXPECT_EQ(one.iterations[v], more.iterations[v]);
        EXPECT_EQ(one.status[v], more.status[v]);
      }
    }
  }
}

}  // namespace
}  // namespace kedja::measures
