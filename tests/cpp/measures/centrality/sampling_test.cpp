// Estimated betweenness: its bound against exact scores on many graphs, and the inequalities it
// rests on against exact tails.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include <kedja/measures/centrality/approximate_betweenness.hpp>
#include <kedja/measures/centrality/betweenness.hpp>
#include <support/named_graphs.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

double log_choose(int n, int k) {
  return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
}

TEST(SamplingBound, EntropyBoundsBinomialTails) {
  for (const int r : {1, 7, 50, 400})
    for (const double p : {0.001, 0.02, 0.2, 0.5, 0.9})
      for (const double x : {0.1, 1.0, 3.0, 8.0}) {
        double below = 0, above = 0;
        for (int k = 0; k <= r; ++k) {
          const double q = static_cast<double>(k) / r;
          if (r * detail::entropy(q, p) < x) continue;
          const double mass =
              std::exp(log_choose(r, k) + k * std::log(p) + (r - k) * std::log1p(-p));
          (q < p ? below : above) += mass;
        }
        EXPECT_LE(below, std::exp(-x) * (1 + 1e-9));
        EXPECT_LE(above, std::exp(-x) * (1 + 1e-9));
      }
}

// Frequencies of independent coins whose means sum to at most `total`: the share of trials in which
// any errs by more than epsilon must stay below delta.
TEST(SamplingBound, DrawsSufficeWhateverTheMeans) {
  const double total = 2, epsilon = 0.1, delta = 0.2;
  for (const double mean : {0.5, 0.1, 0.01}) {
    const int coins = static_cast<int>(total / mean);
    const double draws = detail::draws_at_most(coins, total, epsilon, delta);
    int failed = 0;
    for (std::uint64_t trial = 0; trial < 100; ++trial) {
      random_stream random(trial, 5);
      bool fails = false;
      for (int coin = 0; coin < coins; ++coin) {
        double heads = 0;
        for (int i = 0; i < draws; ++i) heads += random.uniform() < mean;
        fails |= std::abs(heads / draws - mean) > epsilon;
      }
      failed += fails;
    }
    EXPECT_LE(failed, 100 * delta);
  }
  EXPECT_LT(detail::draws_at_most(1000, 5, 0.01, 0.1), detail::draws_at_most(1000, 50, 0.01, 0.1));
  EXPECT_LT(detail::draws_at_most(1000, 5, 0.01, 0.1), detail::draws_at_most(1000, 5, 0.01, 0.01));
}

/// A few hubs, some components, links both ways: scores from 0 to large ones.
test::random_links hubs(std::uint64_t seed) {
  random_stream random(seed, 6);
  const auto n = static_cast<vertex_id>(10 + random.below(120));
  return test::draw_links(random, n, random.below(3 * n), 3);
}

TEST(ApproximateBetweenness, KeepsItsBoundMoreOftenThanItPromises) {
  int runs = 0, failed = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed)
    for (const bool directed : {true, false}) {
      const auto g = hubs(seed).graph(directed);
      const auto exact = betweenness(g).score;
      const double epsilon = seed % 2 == 0 ? 0.05 : 0.02, delta = 0.1;
      const auto got =
          approximate_betweenness(g, {.epsilon = epsilon, .delta = delta, .seed = seed});
      EXPECT_LE(got.error_bound, epsilon);
      EXPECT_GT(got.error_bound, 0.0);
      double worst = 0;
      for (vertex_id v = 0; v < g.num_vertices(); ++v)
        worst = std::max(worst, std::abs(got.score[v] - exact[v]));
      failed += worst > got.error_bound;
      ++runs;
    }
  EXPECT_LE(failed, runs / 10);
}

TEST(SamplingBound, ProvesWhoIsAmongTheBestOfIntervals) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    random_stream random(seed, 9);
    std::vector<detail::interval> all(2 + random.below(9));
    for (auto& x : all) {
      x.lower = static_cast<double>(random.below(6));
      x.upper = x.lower + 1 + static_cast<double>(random.below(4));
    }
    for (std::size_t k = 0; k <= all.size() + 1; ++k) {
      const detail::best_of_intervals best(all, k);
      for (std::size_t v = 0; v < all.size(); ++v) {
        std::size_t may_be_above = 0, not_below = 0;
        for (std::size_t u = 0; u < all.size(); ++u) {
          may_be_above += u != v && all[u].upper > all[v].lower;
          not_below += u != v && all[u].lower >= all[v].upper;
        }
        const bool asked = k > 0 && k < all.size();
        EXPECT_EQ(best.decides(all[v]), asked && (may_be_above < k || not_below >= k));
      }
    }
  }
}

// Everything that is claimed of the k best, at once, more often than promised.
TEST(ApproximateBetweenness, FindsTheBestMoreOftenThanItPromises) {
  int runs = 0, failed = 0, decided = 0, undecided = 0;
  for (std::uint64_t seed = 0; seed < 250; ++seed)
    for (const bool directed : {true, false})
      for (const std::size_t k : {1u, 3u, 8u}) {
        const auto g = hubs(seed).graph(directed);
        const auto exact = betweenness(g).score;
        const double epsilon = seed % 2 == 0 ? 0.05 : 0.01, delta = 0.1;
        const auto got = approximate_betweenness(
            g, {.epsilon = epsilon, .delta = delta, .seed = seed, .top_k = k});
        std::vector<double> sorted(exact);
        std::ranges::sort(sorted, std::greater<>());
        std::vector<vertex_id> order(exact.size());
        std::iota(order.begin(), order.end(), vertex_id{0});
        std::ranges::stable_sort(
            order, [&](vertex_id a, vertex_id b) { return got.score[a] > got.score[b]; });
        bool fails = false;
        for (std::size_t i = 0; i < order.size(); ++i) {
          const vertex_id v = order[i];
          ASSERT_LE(got.lower[v], got.score[v]);
          ASSERT_GE(got.upper[v], got.score[v]);
          const double slack = 1e-12;
          fails |= exact[v] < got.lower[v] - slack || exact[v] > got.upper[v] + slack;
          if (got.status[v] == value_status::ok) {
            fails |= i < k ? exact[v] < sorted[k - 1] - slack : exact[v] > sorted[k - 1] + slack;
            ++decided;
          } else {
            ASSERT_EQ(got.status[v], value_status::undecided);
            fails |= std::abs(exact[v] - got.score[v]) > epsilon + slack;
            ++undecided;
          }
          fails |= i >= k && exact[v] > got.score[order[k - 1]] + epsilon + slack &&
                   exact[v] > sorted[k - 1] + slack;
        }
        failed += fails;
        ++runs;
      }
  EXPECT_LE(failed, runs / 10);
  EXPECT_GT(decided, 1000);
  EXPECT_GT(undecided, 1000);
}

TEST(ApproximateBetweenness, DrawsFewerWhereTheBestStandOut) {
  test::random_links star;  // the centre scores 1, a second one a little
  star.n = 200;
  for (vertex_id v = 1; v < star.n; ++v) {
    star.source.push_back(v < 190 ? 0 : 1), star.target.push_back(v);
    star.value.push_back(1);
  }
  const auto g = star.graph(false);
  const auto all = approximate_betweenness(g, {.epsilon = 0.002});
  const auto best = approximate_betweenness(g, {.epsilon = 0.002, .top_k = 2});
  EXPECT_LT(10 * best.samples, all.samples);
  EXPECT_EQ(best.status, std::vector(200, value_status::ok));
  EXPECT_TRUE(all.status.empty());
  const auto everyone = approximate_betweenness(g, {.epsilon = 0.01, .top_k = 200});
  EXPECT_EQ(everyone.score, approximate_betweenness(g, {.epsilon = 0.01}).score);
  EXPECT_EQ(everyone.status, std::vector(200, value_status::ok));
}

TEST(ApproximateBetweenness, TakesAnyShape) {
  test::for_many_graphs(1000, [](const graph::csr_graph& g) {
    const auto exact = betweenness(g).score;
    for (const std::size_t k : {0u, 1u, 4u}) {
      const auto got =
          approximate_betweenness(g, {.epsilon = 0.1, .delta = 0.001, .seed = 1, .top_k = k});
      ASSERT_EQ(got.score.size(), exact.size());
      for (vertex_id v = 0; v < g.num_vertices(); ++v) {
        EXPECT_LE(got.lower[v], exact[v] + 1e-12);
        EXPECT_GE(got.upper[v], exact[v] - 1e-12);
        if (k == 0) {
          EXPECT_NEAR(got.score[v], exact[v], 0.1);
        }
      }
    }
    const auto got = approximate_betweenness(g, {.epsilon = 0.1, .delta = 0.001, .seed = 1});
    if (g.num_vertices() < 3) {
      EXPECT_EQ(got.samples, 0u);
    }
  });
}

// Every path of a star runs through its centre; between 0 and 3 two paths are equally long, so that
// 1 and 2 share them.
TEST(ApproximateBetweenness, DrawsEveryPathAlike) {
  const auto square = test::from_pairs(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}).graph(true);
  const auto got = approximate_betweenness(square, {.epsilon = 0.01, .delta = 0.01});
  EXPECT_NEAR(got.score[1], 1.0 / 12, 0.01);
  EXPECT_NEAR(got.score[2], 1.0 / 12, 0.01);
  EXPECT_EQ(got.score[0] + got.score[3], 0.0);
}

/// `count` squares in a row, corner to corner: 2^count shortest paths from end to end.
test::random_links squares(vertex_id count) {
  std::vector<std::pair<vertex_id, vertex_id>> pairs;
  for (vertex_id v = 0; v < 3 * count; v += 3)
    for (const vertex_id by : {v + 1, v + 2})
      pairs.push_back({v, by}), pairs.push_back({by, v + 3});
  return test::from_pairs(3 * count + 1, pairs);
}

// A score is the number of pairs before and after: all paths pass a shared corner, half another.
TEST(ApproximateBetweenness, BearsMorePathsThanADoubleCanCount) {
  const auto g = squares(4000).graph(false);
  const double n = g.num_vertices(), pairs = (n - 1) * (n - 2) / 2;
  const auto got = approximate_betweenness(g, {.epsilon = 0.05, .delta = 0.001});
  for (vertex_id v = 0; v < g.num_vertices(); ++v) {
    const bool shared = v % 3 == 0;
    const double before = shared ? v : v - v % 3 + 1, after = n - before - (shared ? 1 : 2);
    ASSERT_NEAR(got.score[v], (shared ? 1 : 0.5) * before * after / pairs, 0.05) << v;
  }
}

TEST(Betweenness, OfLongChainsIsExactOrRefused) {
  for (const auto rule : {link_length::hops, link_length::value}) {
    for (const bool directed : {true, false}) {
      auto links = squares(1000);
      links.value.assign(links.value.size(), 1.0);
      const auto got =
          betweenness(links.graph(directed, true), {.normalized = false, .length = rule}).score;
      const vertex_id last = links.n - 1;
      for (vertex_id v = 0; v <= last; v += 3) {
        double expected = 1.0 * v * (last - v);
        if (!directed) expected += v == 0 || v == last ? 0.5 : 1;  // across the squares at v
        ASSERT_NEAR(got[v], expected, 1e-9 * (1 + expected)) << v;
      }
    }
    auto longer = squares(1100);
    longer.value.assign(longer.value.size(), 1.0);
    EXPECT_THROW((void)betweenness(longer.graph(true, true), {.length = rule}), invalid_argument);
  }
}

TEST(ApproximateBetweenness, DrawsFewerWhereScoresAreSmall) {
  const auto few = approximate_betweenness(hubs(7).graph(false), {.epsilon = 0.01});
  test::random_links ring;  // scores near 1/2 need many
  ring.n = 60;
  for (vertex_id v = 0; v < ring.n; ++v) {
    ring.source.push_back(v), ring.target.push_back((v + 1) % ring.n);
    ring.value.push_back(1);
  }
  const auto many = approximate_betweenness(ring.graph(true), {.epsilon = 0.01});
  EXPECT_LT(few.samples, many.samples);
}

TEST(ApproximateBetweenness, SameBitsForAnyNumberOfThreads) {
  const auto g = hubs(3).graph(true);
  const auto one = approximate_betweenness(g, {.epsilon = 0.02}, {.threads = 1});
  const auto best = approximate_betweenness(g, {.epsilon = 0.02, .top_k = 5}, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const auto again =
        approximate_betweenness(g.view(), {.epsilon = 0.02, .top_k = 5}, {.threads = threads});
    EXPECT_EQ(best.score, again.score);
    EXPECT_EQ(best.lower, again.lower);
    EXPECT_EQ(best.upper, again.upper);
    EXPECT_EQ(best.status, again.status);
    const auto other = approximate_betweenness(g.view(), {.epsilon = 0.02}, {.threads = threads});
    EXPECT_EQ(one.score, other.score);
    EXPECT_EQ(one.samples, other.samples);
    EXPECT_EQ(one.error_bound, other.error_bound);
  }
}

TEST(ApproximateBetweenness, ReportsProgressThatNeverFalls) {
  std::vector<double> seen;
  const run_context ctx{.threads = 1, .on_progress = [&](double fraction) {
                          seen.push_back(fraction);
                          return true;
                        }};
  (void)approximate_betweenness(hubs(3).graph(false), {.epsilon = 0.003}, ctx);
  EXPECT_EQ(seen.front(), 0.0);
  EXPECT_EQ(seen.back(), 1.0);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

}  // namespace
}  // namespace kedja::measures
