// Communities, held against what the method guarantees and against the best of all partitions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <kedja/measures/structure/communities.hpp>
#include <kedja/measures/structure/mixing.hpp>
#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

double quality(const graph::csr_graph& g, const std::vector<vertex_id>& community,
               const communities_options& options) {
  std::vector<vertex_id> vertex(g.num_vertices());
  std::iota(vertex.begin(), vertex.end(), vertex_id{0});
  return modularity(g, graph::grouping(g.num_vertices(), g.num_vertices(), vertex, community),
                    {options.resolution, options.weighted});
}

/// True when every community hangs together by links of positive value, direction ignored.
bool connected(const graph::csr_graph& g, const std::vector<vertex_id>& community) {
  std::vector<vertex_id> label(g.num_vertices());
  std::iota(label.begin(), label.end(), vertex_id{0});
  for (bool changed = true; changed;) {
    changed = false;
    for (vertex_id u = 0; u < g.num_vertices(); ++u)
      for (std::size_t k = 0; k < g.successors(u).size(); ++k) {
        const vertex_id v = g.successors(u)[k];
        if (community[u] != community[v] || label[u] == label[v]) continue;
        if (!g.successor_weights(u).empty() && g.successor_weights(u)[k] == 0) continue;
        label[u] = label[v] = std::min(label[u], label[v]);
        changed = true;
      }
  }
  std::vector<vertex_id> root(g.num_vertices(), no_vertex);
  for (vertex_id v = 0; v < g.num_vertices(); ++v) {
    if (root[community[v]] == no_vertex) root[community[v]] = label[v];
    if (root[community[v]] != label[v]) return false;
  }
  return true;
}

constexpr communities_options thorough{.max_iterations = 100};

TEST(Communities, SayTheirModularityAndAreConnectedAndNumberedByAppearance) {
  std::uint64_t seed = 0;
  test::for_many_graphs(2000, [&](const graph::csr_graph& g) {
    for (const bool weighted : {true, false}) {
      const communities_options options{
          .resolution = seed % 3 == 0 ? 1.7 : 1.0, .seed = ++seed, .weighted = weighted};
      const auto got = communities(g, options);
      ASSERT_EQ(got.community.size(), g.num_vertices());
      EXPECT_TRUE(connected(g, got.community));
      vertex_id next = 0;
      for (const vertex_id c : got.community) {
        EXPECT_LE(c, next);
        next = std::max(next, c + 1);
      }
      EXPECT_EQ(got.count, next);
      const double expected = quality(g, got.community, options);
      if (std::isnan(expected))
        EXPECT_TRUE(std::isnan(got.modularity));
      else
        EXPECT_NEAR(got.modularity, expected, 1e-12);
    }
  });
}

// Once nothing moves, no vertex gains by another community and no two communities by joining.
TEST(Communities, LeaveNothingToGainByOneMoveOrOneMerger) {
  test::for_many_graphs(2000, [](const graph::csr_graph& g) {
    const auto got = communities(g, thorough);
    EXPECT_TRUE(got.converged);
    if (std::isnan(got.modularity)) return;
    for (vertex_id v = 0; v < g.num_vertices(); ++v)
      for (vertex_id c = 0; c < got.count; ++c) {
        auto other = got.community;
        other[v] = c;
        EXPECT_LE(quality(g, other, thorough), got.modularity + 1e-9);
      }
    for (vertex_id a = 0; a < got.count; ++a)
      for (vertex_id b = a + 1; b < got.count; ++b) {
        auto other = got.community;
        for (vertex_id& c : other)
          if (c == b) c = a;
        EXPECT_LE(quality(g, other, thorough), got.modularity + 1e-9);
      }
  });
}

/// The largest modularity of all partitions, by growing strings of labels.
double best_of_all(const graph::csr_graph& g, std::vector<vertex_id>& label, vertex_id v,
                   vertex_id used) {
  if (v == g.num_vertices()) return quality(g, label, thorough);
  double best = -2;
  for (vertex_id c = 0; c <= used; ++c) {
    label[v] = c;
    best = std::max(best, best_of_all(g, label, v + 1, std::max(used, c + 1)));
  }
  return best;
}

TEST(Communities, ComeCloseToTheBestOfAllPartitions) {
  double lost = 0;
  int graphs = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const auto links = test::make_links(seed);
    if (links.n > 7 || links.source.empty()) continue;
    for (const bool directed : {true, false}) {
      const auto g = links.graph(directed, true);
      std::vector<vertex_id> label(g.num_vertices(), 0);
      const double best = best_of_all(g, label, 0, 0), got = communities(g, thorough).modularity;
      EXPECT_LE(got, best + 1e-12);
      lost += best - got, ++graphs;
    }
  }
  EXPECT_GT(graphs, 2000);
  EXPECT_LT(lost / graphs, 0.005);
}

/// `count` complete graphs of five in a ring, each tied to the next by one link.
test::random_links ring_of_cliques(vertex_id count) {
  std::vector<std::pair<vertex_id, vertex_id>> pairs;
  for (vertex_id c = 0; c < count; ++c) {
    for (vertex_id i = 0; i < 5; ++i)
      for (vertex_id j = i + 1; j < 5; ++j) pairs.push_back({5 * c + i, 5 * c + j});
    pairs.push_back({5 * c, (5 * (c + 1) + 1) % (5 * count)});
  }
  auto made = test::from_pairs(5 * count, pairs);
  made.value.assign(made.value.size(), 1.0);
  return made;
}

TEST(Communities, FindTheCliquesOfARing) {
  for (const bool directed : {true, false})
    for (const auto method : {community_method::leiden, community_method::louvain})
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto g = ring_of_cliques(10).graph(directed);
        const auto got = communities(g, {.method = method, .seed = seed});
        EXPECT_EQ(got.count, 10u);
        for (vertex_id v = 0; v < g.num_vertices(); ++v) EXPECT_EQ(got.community[v], v / 5);
        // 110 links, 100 inside; every community has one of ten equal shares of the strength.
        EXPECT_NEAR(got.modularity, 100.0 / 110 - 0.1, 1e-12);
      }
}

/// 6,000 vertices on a ring, mostly linked to near ones; every tenth link has the value 0.
test::random_links large_ring() {
  random_stream random(3, 3);
  test::random_links links;
  links.n = 6000;
  for (int i = 0; i < 40000; ++i) {
    const auto u = random.below(links.n), near = (u + 1 + random.below(40)) % links.n;
    links.source.push_back(static_cast<vertex_id>(u));
    links.target.push_back(static_cast<vertex_id>(i % 4 != 0 ? near : random.below(links.n)));
    links.value.push_back(i % 10 == 0 ? 0.0 : 0.1 + random.uniform());
  }
  return links;
}

TEST(Communities, OfALargeGraphLeaveNothingToGainByOneMove) {
  const auto links = large_ring();
  for (const bool directed : {true, false}) {
    const auto g = links.graph(directed, true);
    const auto got = communities(g, thorough);
    EXPECT_TRUE(got.converged);
    EXPECT_TRUE(connected(g, got.community));
    EXPECT_NEAR(got.modularity, quality(g, got.community, thorough), 1e-12);
    for (vertex_id v = 0; v < g.num_vertices(); v += 101)
      for (const vertex_id u : g.successors(v)) {
        auto other = got.community;
        other[v] = got.community[u];
        EXPECT_LE(quality(g, other, thorough), got.modularity + 1e-9);
      }
  }
}

TEST(Communities, AreTheSameForAnyOrderOfRowsNumberOfThreadsAndScaleOfValues) {
  const auto links = large_ring();
  for (const bool directed : {true, false}) {
    const auto g = links.graph(directed, true);
    const auto one = communities(g, {.seed = 5}, {.threads = 1});
    EXPECT_TRUE(connected(g, one.community));
    for (const unsigned threads : {2u, 3u, 4u})
      EXPECT_EQ(communities(g, {.seed = 5}, {.threads = threads}).community, one.community);
    EXPECT_NE(communities(g, {.seed = 6}).community, one.community);
    auto doubled = links;
    for (double& w : doubled.value) w *= 2;
    std::reverse(doubled.source.begin(), doubled.source.end());
    std::reverse(doubled.target.begin(), doubled.target.end());
    std::reverse(doubled.value.begin(), doubled.value.end());
    EXPECT_EQ(communities(doubled.graph(directed, true), {.seed = 5}).community, one.community);
    const run_context stopped{.on_progress = [](double) { return false; }};
    EXPECT_THROW((void)communities(g, {}, stopped), cancelled);
  }
}

TEST(Communities, LookAtEveryVertexOnceInAnOrderOfTheSeed) {
  for (const vertex_id n : {0u, 1u, 2u, 255u, 256u, 1000u, 8191u, 8192u, 20001u}) {
    random_stream random(1, 0), other(2, 0);
    auto order = detail::random_order(n, random);
    if (n > 100) {
      EXPECT_NE(order, detail::random_order(n, other));
    }
    std::sort(order.begin(), order.end());
    ASSERT_EQ(order.size(), n);
    for (vertex_id v = 0; v < n; ++v) ASSERT_EQ(order[v], v);
  }
}

// Rows with nothing to join take a short way, those with loops or parallel links may not.
TEST(Communities, JoinTheLinksOfAPairHoweverManyThereAre) {
  test::for_many_graphs(500, [](const graph::csr_graph& g) {
    task job({}, 1);
    const hub_order order = order_by_degree(g.num_vertices(), [&g](vertex_id v) {
      return g.successors(v).size() + (g.directed() ? g.predecessors(v).size() : 0);
    });
    const auto sum = [](const joined_neighbour& v) { return v.to + v.from; };
    const auto plain = join_links(g, true, job, sum);
    const auto by_hubs = join_links(g, true, job, sum, order);
    for (vertex_id u = 0; u < g.num_vertices(); ++u) {
      std::vector<double> total(g.num_vertices(), 0.0);
      std::vector<bool> linked(g.num_vertices(), false);
      const auto add = [&](std::span<const vertex_id> row, std::span<const double> value) {
        for (std::size_t k = 0; k < row.size(); ++k)
          total[row[k]] += value.empty() ? 1.0 : value[k], linked[row[k]] = row[k] != u;
      };
      add(g.successors(u), g.successor_weights(u));
      if (g.directed()) add(g.predecessors(u), g.predecessor_weights(u));
      ASSERT_EQ(plain.degree(u), std::count(linked.begin(), linked.end(), true));
      ASSERT_EQ(by_hubs.degree(order.number[u]), plain.degree(u));
      for (std::size_t k = 0; k < plain.degree(u); ++k) {
        const vertex_id v = plain.of(u)[k];
        EXPECT_TRUE(linked[v]);
        EXPECT_DOUBLE_EQ(plain.values(u)[k], total[v]);
        EXPECT_EQ(by_hubs.of(order.number[u])[k], order.number[v]);
        EXPECT_EQ(by_hubs.values(order.number[u])[k], plain.values(u)[k]);
      }
    }
  });
}

TEST(Communities, ImpossibleOptionsAreNamed) {
  const auto g = ring_of_cliques(3).graph(false);
  for (const double resolution : {0.0, -1.0, std::nan(""), HUGE_VAL})
    EXPECT_THROW((void)communities(g, {.resolution = resolution}), invalid_argument);
  EXPECT_THROW((void)communities(g, {.max_iterations = 0}), invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
