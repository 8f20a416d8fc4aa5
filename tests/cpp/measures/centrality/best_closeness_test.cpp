// The best k by closeness against the scores of all, to the last bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include <kedja/measures/centrality/best_closeness.hpp>
#include <support/named_graphs.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

/// Everyone who scores at least as much as the k-th, best first, ties by vertex.
void expect_best(const best_closeness_result& got, const std::vector<double>& score,
                 const std::vector<vertex_id>& reached, std::size_t k) {
  std::vector<vertex_id> order(score.size());
  std::iota(order.begin(), order.end(), vertex_id{0});
  std::sort(order.begin(), order.end(), [&](vertex_id a, vertex_id b) {
    return score[a] != score[b] ? score[a] > score[b] : a < b;
  });
  std::size_t count = std::min(k, order.size());
  while (count < order.size() && score[order[count]] == score[order[count - 1]]) ++count;
  ASSERT_EQ(got.vertex.size(), count);
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(got.vertex[i], order[i]);
    ASSERT_EQ(got.score[i], score[order[i]]);
    ASSERT_EQ(got.reached[i], reached[order[i]]);
  }
}

void check(const graph::csr_graph& g, std::size_t k) {
  for (const auto direction : {path_direction::upstream, path_direction::downstream}) {
    for (const bool wf : {true, false}) {
      const closeness_options options{.direction = direction, .wf_improved = wf};
      const auto all = closeness(g, options);
      expect_best(best_closeness(g, k, options), all.score, all.reached, k);
    }
    for (const std::uint32_t hops : {1u, 2u, 3u, any_hops}) {
      const harmonic_closeness_options options{
          .direction = direction, .normalized = hops % 2 == 0, .max_hops = hops};
      const auto all = harmonic_closeness(g, options);
      expect_best(best_harmonic_closeness(g, k, options), all.score, all.reached, k);
    }
  }
}

/// Up to 700 companies in several components, with hubs whose scores stand out.
test::random_links hubs(std::uint64_t seed) {
  random_stream random(seed, 7);
  const auto n = static_cast<vertex_id>(100 + random.below(600));
  return test::draw_links(random, n, random.below(6 * n), 3);
}

TEST(BestCloseness, AreTheFirstOfAll) {
  for (std::uint64_t seed = 0; seed < 60; ++seed)
    for (const bool directed : {true, false}) {
      SCOPED_TRACE(seed);
      check(hubs(seed).graph(directed), 1 + seed % 40);
    }
  test::for_many_graphs(1000, [](const graph::csr_graph& g) { check(g, 2); });
}

// Scores so even that bounds end few searches.
TEST(BestCloseness, AreTheFirstOfAllWhereScoresAreEven) {
  for (const bool directed : {true, false}) {
    random_stream random(directed, 13);
    const auto even = test::draw_links(random, 1500, 9000);
    for (const std::size_t k : {1u, 20u, 50u}) check(even.graph(directed), k);
  }
}

// All companies of a ring score the same, so all are among the best one.
TEST(BestCloseness, HaveAllThatTie) {
  test::random_links ring;
  ring.n = 400;
  for (vertex_id v = 0; v < ring.n; ++v) {
    ring.source.push_back(v), ring.target.push_back((v + 1) % ring.n);
    ring.value.push_back(1);
  }
  EXPECT_EQ(best_closeness(ring.graph(true), 1).vertex.size(), 400u);
  EXPECT_EQ(best_harmonic_closeness(ring.graph(false), 1).vertex.size(), 400u);
}

TEST(BestCloseness, ByLengthAndForAnyNumberOfThreads) {
  const auto g = hubs(1).graph(true, true);
  const auto all = closeness(g, {.length = link_length::value});
  expect_best(best_closeness(g, 5, {.length = link_length::value}), all.score, all.reached, 5);
  const auto one = best_harmonic_closeness(g, 9, {}, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u})
    EXPECT_EQ(best_harmonic_closeness(g.view(), 9, {}, {.threads = threads}).score, one.score);
}

TEST(BestCloseness, RefusesNoneAndCanBeCancelled) {
  const auto g = hubs(2).graph(true);
  EXPECT_THROW((void)best_closeness(g, 0), invalid_argument);
  EXPECT_THROW((void)best_harmonic_closeness(g, 0), invalid_argument);
  const run_context stop{.on_progress = [](double) { return false; }};
  EXPECT_THROW((void)best_closeness(g, 3, {}, stop), cancelled);
  std::vector<double> seen;
  const run_context watch{.threads = 1, .on_progress = [&](double fraction) {
                            seen.push_back(fraction);
                            return true;
                          }};
  (void)best_closeness(g, 3, {}, watch);
  EXPECT_EQ(seen.front(), 0.0);
  EXPECT_EQ(seen.back(), 1.0);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

}  // namespace
}  // namespace kedja::measures
