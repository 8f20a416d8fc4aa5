// Eccentricity and diameter against all pairs by Floyd's algorithm, and on shapes whose values are
// known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include <kedja/measures/structure/diameter.hpp>
#include <kedja/measures/structure/eccentricity.hpp>
#include <support/named_graphs.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
using matrix = std::vector<std::vector<double>>;

matrix all_distances(const graph::csr_graph& g, link_length rule, bool both_ways) {
  const vertex_id n = g.num_vertices();
  matrix d(n, std::vector<double>(n, infinite));
  for (vertex_id u = 0; u < n; ++u) {
    d[u][u] = 0;
    for (std::size_t k = 0; k < g.successors(u).size(); ++k) {
      const vertex_id v = g.successors(u)[k];
      const double l = rule == link_length::hops ? 1.0 : length_of(g.successor_weights(u)[k], rule);
      if (v != u) d[u][v] = std::min(d[u][v], l);
      if (v != u && both_ways) d[v][u] = std::min(d[v][u], l);
    }
  }
  for (vertex_id w = 0; w < n; ++w)
    for (vertex_id u = 0; u < n; ++u)
      for (vertex_id v = 0; v < n; ++v) d[u][v] = std::min(d[u][v], d[u][w] + d[w][v]);
  return d;
}

void expect_all_pairs(const graph::csr_graph& g) {
  const vertex_id n = g.num_vertices();
  for (const link_length rule : {link_length::hops, link_length::value, link_length::inverse_value})
    for (const path_direction way : {path_direction::downstream, path_direction::upstream}) {
      const matrix d = all_distances(g, rule, false);
      const auto got = eccentricity(g, {way, rule});
      double longest = std::nan(""), least = longest, total = 0, pairs = 0;
      for (vertex_id v = 0; v < n; ++v) {
        double far = std::nan(""), sum = 0;
        vertex_id reached = 0;
        for (vertex_id u = 0; u < n; ++u) {
          const double x = way == path_direction::downstream ? d[v][u] : d[u][v];
          if (u != v && x < infinite) far = std::fmax(far, x), sum += x, ++reached;
        }
        longest = std::fmax(longest, far), least = std::fmin(least, far);
        total += sum, pairs += reached;
        ASSERT_EQ(got.reached[v], reached);
        if (reached == 0) {
          EXPECT_TRUE(std::isnan(got.eccentricity[v]) && std::isnan(got.mean_distance[v]));
          EXPECT_EQ(got.status[v], value_status::isolated);
        } else {
          ASSERT_NEAR(got.eccentricity[v], far, 1e-12 * far);
          ASSERT_NEAR(got.mean_distance[v], sum / reached, 1e-12 * sum);
          EXPECT_EQ(got.status[v], value_status::ok);
        }
      }
      if (pairs == 0) {
        EXPECT_TRUE(std::isnan(got.diameter) && std::isnan(got.radius) && std::isnan(got.mean));
      } else {
        ASSERT_NEAR(got.diameter, longest, 1e-12 * longest);
        ASSERT_NEAR(got.radius, least, 1e-12 * least);
        ASSERT_NEAR(got.mean, total / pairs, 1e-12 * total);
      }
    }
  for (const link_length rule :
       {link_length::hops, link_length::value, link_length::inverse_value}) {
    const matrix d = all_distances(g, rule, true);
    double longest = 0;
    for (const auto& row : d)
      for (const double x : row)
        if (x < infinite) longest = std::max(longest, x);
    const auto got = diameter(g, {.length = rule});
    ASSERT_NEAR(got.lower, longest, 1e-12 * longest);
    ASSERT_EQ(got.lower, got.upper);
    if (longest > 0) {
      ASSERT_NEAR(d[got.source][got.target], longest, 1e-12 * longest);
    } else {
      EXPECT_EQ(got.source, no_vertex);
    }
    // Bounds hold however early the search ends.
    for (const std::uint32_t searches : {1u, 2u, 3u}) {
      const auto early = diameter(g, {.length = rule, .max_searches = searches});
      ASSERT_LE(early.lower, longest * (1 + 1e-12));
      ASSERT_GE(early.upper, longest * (1 - 1e-12));
      ASSERT_LE(early.searches, searches);
    }
    const auto near = diameter(g, {.length = rule, .tolerance = 1});
    ASSERT_GE(near.lower + 1, longest * (1 - 1e-12));
    ASSERT_LE(near.upper, near.lower + 1);
  }
}

TEST(PathLengths, AgreeWithFloydOnThousandsOfGraphs) {
  test::for_many_graphs(2000, [](const graph::csr_graph& g) { expect_all_pairs(g); });
}

TEST(PathLengths, AgreeWithFloydOnSparseGraphsOfSeveralParts) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    random_stream random(seed, 3);
    test::random_links links;
    links.n = 120;
    for (int i = 0; i < 150; ++i) {
      links.source.push_back(static_cast<vertex_id>(random.below(links.n)));
      links.target.push_back(static_cast<vertex_id>(random.below(links.n)));
      links.value.push_back(0.25 * static_cast<double>(1 + random.below(20)));
    }
    for (const bool directed : {true, false}) expect_all_pairs(links.graph(directed, true));
  }
}

/// A grid of `side` by `side`: 2 (side - 1) across, and an end of a ring of n is n / 2 away.
TEST(Diameter, OfAGridAndARing) {
  constexpr vertex_id side = 60, n = 501;
  std::vector<std::pair<vertex_id, vertex_id>> grid, ring;
  for (vertex_id x = 0; x < side; ++x)
    for (vertex_id y = 0; y < side; ++y) {
      if (x + 1 < side) grid.push_back({side * x + y, side * x + y + side});
      if (y + 1 < side) grid.push_back({side * x + y, side * x + y + 1});
    }
  for (vertex_id v = 0; v < n; ++v) ring.push_back({v, (v + 1) % n});
  const auto of_grid = diameter(test::from_pairs(side * side, grid).graph(false));
  EXPECT_EQ(of_grid.lower, 2.0 * (side - 1));
  EXPECT_EQ(of_grid.upper, of_grid.lower);
  EXPECT_LT(of_grid.searches, 50u);
  const auto of_ring = diameter(test::from_pairs(n, ring).graph(true));
  EXPECT_EQ(of_ring.lower, n / 2);
  EXPECT_EQ(of_ring.upper, of_ring.lower);
  EXPECT_EQ(eccentricity(test::from_pairs(n, ring).graph(true)).diameter, n - 1.0);
}

TEST(Diameter, NeedsFewSearchesWhereThereAreHubs) {
  random_stream random(1, 4);
  const auto g = test::draw_links(random, 20000, 100000, 2.5, 1.5).graph(false);
  const auto found = diameter(g);
  EXPECT_EQ(found.lower, found.upper);
  EXPECT_EQ(found.lower, eccentricity(g).diameter);
  EXPECT_LT(found.searches, 200u);
}

TEST(PathLengths, AreTheSameBitsForAnyNumberOfThreadsAndForViews) {
  random_stream random(2, 5);
  const auto g = test::draw_links(random, 3000, 12000).graph(true, true);
  for (const link_length rule : {link_length::hops, link_length::value}) {
    const auto one = eccentricity(g, {.length = rule}, {.threads = 1});
    const auto four = eccentricity(g.view(), {.length = rule}, {.threads = 4});
    const auto same_bits = [](const std::vector<double>& a, const std::vector<double>& b) {
      return a.size() == b.size() &&
             std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
    };
    EXPECT_TRUE(same_bits(one.eccentricity, four.eccentricity));
    EXPECT_TRUE(same_bits(one.mean_distance, four.mean_distance));
    EXPECT_EQ(one.mean, four.mean);
    EXPECT_EQ(diameter(g, {.length = rule}).upper, diameter(g.view(), {.length = rule}).upper);
  }
}

TEST(PathLengths, RefuseAndStop) {
  const auto g = test::make_links(5).graph(true);
  EXPECT_THROW((void)diameter(g, {.tolerance = -1}), invalid_argument);
  EXPECT_THROW((void)diameter(g, {.tolerance = std::nan("")}), invalid_argument);
  EXPECT_THROW((void)diameter(g, {.max_searches = 0}), invalid_argument);
  EXPECT_THROW((void)diameter(g, {.length = link_length::value}), invalid_argument);
  EXPECT_THROW((void)eccentricity(g, {.length = link_length::value}), invalid_argument);
  const run_context no{.on_progress = [](double) { return false; }};
  EXPECT_THROW((void)diameter(g, {}, no), cancelled);
  EXPECT_THROW((void)eccentricity(g, {}, no), cancelled);
}

}  // namespace
}  // namespace kedja::measures
