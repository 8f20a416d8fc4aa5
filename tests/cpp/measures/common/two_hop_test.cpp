#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/quantile.hpp>
#include <kedja/measures/common/random_variates.hpp>
#include <kedja/measures/common/two_hop.hpp>
#include <kedja/measures/common/two_hop_pairs.hpp>
#include <support/named_graphs.hpp>

namespace {

using namespace kedja::measures;
using kedja::vertex_id;

kedja::graph::csr_graph random_graph(std::uint64_t seed, vertex_id n, int links, bool directed) {
  kedja::random_stream random(seed, 0);
  std::vector<vertex_id> source, target;
  for (int i = 0; i < links; ++i) {
    source.push_back(static_cast<vertex_id>(random.below(n)));  // self-links and repeats included
    target.push_back(static_cast<vertex_id>(random.below(n)));
  }
  return {n,
          std::span<const vertex_id>(source),
          std::span<const vertex_id>(target),
          {},
          {.directed = directed}};
}

/// Neighbour sets straight from the rows of the graph.
std::vector<std::set<vertex_id>> neighbour_sets(const kedja::graph::csr_graph& g) {
  std::vector<std::set<vertex_id>> next_to(g.num_vertices());
  for (vertex_id u = 0; u < g.num_vertices(); ++u)
    for (const vertex_id v : g.successors(u))
      if (u != v) next_to[u].insert(v), next_to[v].insert(u);
  return next_to;
}

double plain_score(const std::vector<std::set<vertex_id>>& next_to, vertex_id u, vertex_id v,
                   two_hop_score score) {
  std::vector<vertex_id> both;
  std::ranges::set_intersection(next_to[u], next_to[v], std::back_inserter(both));
  double aa = 0, ra = 0;
  for (const vertex_id w : both) {
    aa += 1 / std::log(static_cast<double>(next_to[w].size()));
    ra += 1 / static_cast<double>(next_to[w].size());
  }
  const auto c = static_cast<double>(both.size());
  const auto du = static_cast<double>(next_to[u].size()),
             dv = static_cast<double>(next_to[v].size());
  switch (score) {
    case two_hop_score::common_neighbours:
      return c;
    case two_hop_score::adamic_adar:
      return aa;
    case two_hop_score::resource_allocation:
      return ra;
    case two_hop_score::jaccard:
      return c > 0 ? c / (du + dv - c) : 0;
    case two_hop_score::cosine:
      return c > 0 ? c / std::sqrt(du * dv) : 0;
  }
  return 0;
}

constexpr two_hop_score all_scores[] = {
    two_hop_score::common_neighbours, two_hop_score::adamic_adar,
    two_hop_score::resource_allocation, two_hop_score::jaccard, two_hop_score::cosine};

TEST(TwoHop, BestPairsAreThoseOfAllPairs) {
  for (const bool directed : {true, false}) {
    const auto g = random_graph(3, 60, 150, directed);
    const auto sets = neighbour_sets(g);
    for (const auto score : all_scores) {
      std::vector<scored_pair> all;
      for (vertex_id u = 0; u < 60; ++u)
        for (vertex_id v = u + 1; v < 60; ++v)
          if (!sets[u].contains(v) && plain_score(sets, u, v, score) > 0)
            all.push_back({u, v, plain_score(sets, u, v, score)});
      std::sort(all.begin(), all.end());
      for (const std::size_t k : {std::size_t{0}, std::size_t{7}, std::size_t{100000}}) {
        const auto best = best_two_hop_pairs(simple_neighbours(g), score, k);
        ASSERT_EQ(best.size(), std::min(k, all.size()));
        for (std::size_t i = 0; i < best.size(); ++i)
          EXPECT_NEAR(best[i].score, all[i].score, 1e-12);
        for (const auto& pair : best)
          EXPECT_NEAR(pair.score, plain_score(sets, pair.source, pair.target, score), 1e-12);
      }
    }
  }
}

/// All pairs that may be suggested, best first, from the scores of given pairs.
std::vector<scored_pair> all_pairs_by_hand(const simple_neighbours& next_to, two_hop_score score) {
  std::vector<vertex_id> source, target;
  for (vertex_id u = 0; u < next_to.num_vertices(); ++u)
    for (vertex_id v = u + 1; v < next_to.num_vertices(); ++v)
      if (!next_to.adjacent(u, v)) source.push_back(u), target.push_back(v);
  const auto found = two_hop_scores(next_to, score, source, target);
  std::vector<scored_pair> all;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i] > 0) all.push_back({source[i], target[i], found[i]});
  std::sort(all.begin(), all.end());
  return all;
}

void expect_same_bits(const std::vector<scored_pair>& found, const std::vector<scored_pair>& all,
                      std::size_t k) {
  ASSERT_EQ(found.size(), std::min(k, all.size()));
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].source, all[i].source);
    EXPECT_EQ(found[i].target, all[i].target);
    EXPECT_EQ(found[i].score, all[i].score);
  }
}

TEST(TwoHop, StoppingEarlyLosesNothingOnManyGraphs) {
  kedja::test::for_many_graphs(2000, [](const kedja::graph::csr_graph& g) {
    const simple_neighbours next_to(g);
    const auto sets = neighbour_sets(g);
    for (const auto score : all_scores) {
      const auto all = all_pairs_by_hand(next_to, score);
      for (const auto& pair : all)
        ASSERT_NEAR(pair.score, plain_score(sets, pair.source, pair.target, score), 1e-12);
      for (const std::size_t k : {std::size_t{1}, std::size_t{4}, std::size_t{1000}})
        expect_same_bits(best_two_hop_pairs(next_to, score, k), all, k);
    }
  });
}

TEST(TwoHop, StoppingEarlyLosesNothingAmongHubs) {
  // Ends drawn with a power, so that a few vertices hold most links and most are never looked at;
  // 3000 vertices are more than the first piece of the order.
  kedja::random_stream random(11, 0);
  const vertex_id n = 3000;
  const auto draw = [&] {
    const double x = random.uniform();
    return static_cast<vertex_id>(n * x * x * x);
  };
  std::vector<vertex_id> source, target;
  for (int i = 0; i < 9000; ++i) source.push_back(draw()), target.push_back(draw());
  const kedja::graph::csr_graph g(n, std::span<const vertex_id>(source),
                                  std::span<const vertex_id>(target));
  const simple_neighbours next_to(g);
  for (const auto score : all_scores) {
    const auto all = all_pairs_by_hand(next_to, score);
    for (const std::size_t k : {std::size_t{1}, std::size_t{100}, std::size_t{20000}})
      for (const unsigned threads : {1u, 3u})
        expect_same_bits(best_two_hop_pairs(next_to, score, k, {.threads = threads}), all, k);
  }
}

TEST(TwoHop, ManyPairsCanBeStopped) {
  const auto g = random_graph(7, 20000, 1000000, false);  // long enough to be asked twice
  const simple_neighbours next_to(g);
  double last = 0;
  EXPECT_THROW((void)best_two_hop_pairs(next_to, two_hop_score::jaccard, 100,
                                        {.on_progress =
                                             [&](double fraction) {
                                               EXPECT_GE(fraction, last);
                                               last = fraction;
                                               return fraction == 0;
                                             }}),
               kedja::cancelled);
}

TEST(TwoHop, GivenPairsMayBeAdjacent) {
  kedja::test::for_many_graphs(2000, [](const kedja::graph::csr_graph& g) {
    const auto sets = neighbour_sets(g);
    const simple_neighbours next_to(g);
    std::vector<vertex_id> source, target;
    for (vertex_id u = 0; u < g.num_vertices(); ++u)
      for (vertex_id v = 0; v < g.num_vertices(); ++v) source.push_back(u), target.push_back(v);
    for (const auto score : all_scores) {
      const auto found = two_hop_scores(next_to, score, source, target);
      for (std::size_t i = 0; i < found.size(); ++i)
        ASSERT_NEAR(found[i],
                    source[i] == target[i] ? 0 : plain_score(sets, source[i], target[i], score),
                    1e-12);
    }
  });
}

TEST(TwoHop, PerVertexHoldsItsOwnBest) {
  const auto g = random_graph(5, 40, 90, true);
  const auto sets = neighbour_sets(g);
  const auto best = best_two_hop_per_vertex(simple_neighbours(g), two_hop_score::cosine, 3);
  std::vector<int> count(40, 0);
  for (const auto& pair : best) {
    ++count[pair.source];
    EXPECT_NEAR(pair.score, plain_score(sets, pair.source, pair.target, two_hop_score::cosine),
                1e-12);
  }
  for (vertex_id u = 0; u < 40; ++u) {
    int possible = 0;
    for (vertex_id v = 0; v < 40; ++v)
      possible +=
          u != v && !sets[u].contains(v) && plain_score(sets, u, v, two_hop_score::cosine) > 0;
    EXPECT_EQ(count[u], std::min(3, possible));
  }
}

TEST(TwoHop, PerVertexIsAllPairsSortedByVertexOnManyGraphs) {
  kedja::test::for_many_graphs(2000, [](const kedja::graph::csr_graph& g) {
    const simple_neighbours next_to(g);
    for (const auto score : all_scores) {
      const auto all = all_pairs_by_hand(next_to, score);
      for (const std::size_t k : {std::size_t{0}, std::size_t{2}, std::size_t{1000}}) {
        std::vector<scored_pair> expected;
        for (vertex_id u = 0; u < g.num_vertices(); ++u) {
          std::vector<scored_pair> mine;
          for (const auto& pair : all) {
            if (pair.source == u) mine.push_back(pair);
            if (pair.target == u) mine.push_back({u, pair.source, pair.score});
          }
          std::sort(mine.begin(), mine.end());
          mine.resize(std::min(k, mine.size()));
          expected.insert(expected.end(), mine.begin(), mine.end());
        }
        expect_same_bits(best_two_hop_per_vertex(next_to, score, k), expected, expected.size());
      }
    }
  });
}

TEST(TwoHop, SameBitsForAnyNumberOfThreads) {
  const auto g = random_graph(6, 5000, 15000, false);
  const simple_neighbours next_to(g);
  const auto one = best_two_hop_pairs(next_to, two_hop_score::adamic_adar, 500, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const auto many =
        best_two_hop_pairs(next_to, two_hop_score::adamic_adar, 500, {.threads = threads});
    ASSERT_EQ(many.size(), one.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(many[i].source, one[i].source);
      EXPECT_EQ(many[i].target, one[i].target);
      EXPECT_EQ(many[i].score, one[i].score);
    }
  }
}

TEST(SimpleNeighbours, JoinsGraphsAndDropsRepeats) {
  const std::vector<vertex_id> a = {0, 0, 1}, b = {1, 1, 1}, c = {1}, d = {0};
  const kedja::graph::csr_graph first(3, std::span<const vertex_id>(a),
                                      std::span<const vertex_id>(b));
  const kedja::graph::csr_graph second(3, std::span<const vertex_id>(c),
                                       std::span<const vertex_id>(d), {}, {.directed = false});
  const simple_neighbours next_to(first, second);
  EXPECT_EQ(next_to.degree(0), 1u);
  EXPECT_EQ(next_to.degree(1), 1u);
  EXPECT_EQ(next_to.degree(2), 0u);
  EXPECT_TRUE(next_to.adjacent(1, 0));
}

TEST(RandomVariates, HaveTheMomentsOfTheirDistributions) {
  kedja::random_stream random(1, 2);
  constexpr int draws = 200000;
  for (const double shape : {0.3, 1.0, 7.5}) {  // Gamma: mean and variance are the shape
    double sum = 0, square = 0;
    for (int i = 0; i < draws; ++i) {
      const double x = draw_gamma(shape, random);
      sum += x, square += x * x;
    }
    const double mean = sum / draws;
    EXPECT_NEAR(mean, shape, 5 * std::sqrt(shape / draws));
    EXPECT_NEAR(square / draws - mean * mean, shape, 0.05 * shape + 0.02);
  }
  double sum = 0;
  for (int i = 0; i < draws; ++i) sum += draw_beta(2, 6, random);
  EXPECT_NEAR(sum / draws, 0.25, 0.002);
  EXPECT_EQ(draw_beta(0, 3, random), 0.0);
  EXPECT_EQ(draw_beta(3, 0, random), 1.0);
}

TEST(Quantile, IsLinearBetweenOrderStatistics) {
  std::vector<double> values = {4, 1, 3, 2};
  EXPECT_EQ(quantile(values, 0), 1);
  EXPECT_EQ(quantile(values, 1), 4);
  EXPECT_EQ(quantile(values, 0.5), 2.5);
  EXPECT_NEAR(quantile(values, 0.9), 3.7, 1e-12);  // position 2.7
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

}  // namespace
