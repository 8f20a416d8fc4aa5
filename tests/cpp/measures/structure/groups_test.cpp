// Positions between groups, against loops over all pairs and triples with many-to-many shares.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <boost/graph/connected_components.hpp>
#include <boost/graph/strong_components.hpp>
#include <kedja/graph/boost.hpp>
#include <kedja/measures/structure/brokerage.hpp>
#include <kedja/measures/structure/components.hpp>
#include <kedja/measures/structure/mixing.hpp>
#include <kedja/measures/structure/participation.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

constexpr group_id groups = 3;

double share(const graph::grouping& m, vertex_id v, group_id g) {
  for (const auto& [group, value] : m.of(v))
    if (group == g) return value;
  return 0;
}

template <class Check>
void for_random_graphs(Check check) {
  for (std::uint64_t seed = 0; seed < 300; ++seed)
    for (const bool directed : {true, false}) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const auto g = test::make_links(seed).graph(directed, true);
      check(g, test::make_groups(seed, g.num_vertices(), groups));
    }
}

TEST(Brokerage, AgreesWithCountingAllTriples) {
  for_random_graphs([](const graph::csr_graph& g, const graph::grouping& m) {
    const vertex_id n = g.num_vertices();
    std::set<std::pair<vertex_id, vertex_id>> arcs;
    for (vertex_id u = 0; u < n; ++u)
      for (const vertex_id v : g.successors(u)) arcs.insert({u, v});
    const auto got = brokerage(g, m, {.threads = 2});
    for (vertex_id i = 0; i < n; ++i) {
      if (m.of(i).empty()) {
        EXPECT_EQ(got.status[i], value_status::no_group);
        EXPECT_TRUE(std::isnan(got.total[i]));
        continue;
      }
      std::array<double, 5> roles{};
      for (vertex_id a = 0; a < n; ++a)
        for (vertex_id b = 0; b < n; ++b) {
          if (a == i || b == i || a == b || m.of(a).empty() || m.of(b).empty()) continue;
          if (!arcs.contains({a, i}) || !arcs.contains({i, b}) || arcs.contains({a, b})) continue;
          for (group_id x = 0; x < groups; ++x)
            for (group_id y = 0; y < groups; ++y)
              for (group_id z = 0; z < groups; ++z)
                roles[x == y && y == z ? 0u
                      : x == z         ? 1u
                      : x == y         ? 2u
                      : y == z         ? 3u
                                       : 4u] += share(m, a, x) * share(m, i, y) * share(m, b, z);
        }
      EXPECT_NEAR(got.coordinator[i], roles[0], 1e-9);
      EXPECT_NEAR(got.itinerant[i], roles[1], 1e-9);
      EXPECT_NEAR(got.representative[i], roles[2], 1e-9);
      EXPECT_NEAR(got.gatekeeper[i], roles[3], 1e-9);
      EXPECT_NEAR(got.liaison[i], roles[4], 1e-9);
    }
  });
}

TEST(Participation, AgreesWithItsFormula) {
  for_random_graphs([](const graph::csr_graph& g, const graph::grouping& m) {
    const vertex_id n = g.num_vertices();
    const auto got = participation(g, m, {.direction = link_direction::downstream});
    std::vector<std::array<double, groups>> to(n);
    for (vertex_id v = 0; v < n; ++v) {
      double total = 0;
      for (std::size_t k = 0; k < g.successors(v).size(); ++k)
        for (group_id a = 0; a < groups; ++a)
          to[v][a] += g.successor_weights(v)[k] * share(m, g.successors(v)[k], a);
      for (const double s : to[v]) total += s;
      double expected = 1;
      for (const double s : to[v]) expected -= total > 0 ? s * s / (total * total) : 0;
      EXPECT_NEAR(got.participation[v], total > 0 ? expected : 0, 1e-12);
      EXPECT_EQ(got.status[v] == value_status::isolated, !(total > 0));
    }
    for (vertex_id v = 0; v < n; ++v) {
      double z = 0;
      for (group_id a = 0; a < groups; ++a) {
        double size = 0, mean = 0, variance = 0;
        for (vertex_id u = 0; u < n; ++u) size += share(m, u, a), mean += share(m, u, a) * to[u][a];
        for (vertex_id u = 0; u < n; ++u)
          variance += share(m, u, a) * std::pow(to[u][a] - mean / size, 2);
        if (size > 0 && variance / size > 1e-18)
          z += share(m, v, a) * (to[v][a] - mean / size) / std::sqrt(variance / size);
      }
      if (m.of(v).empty()) {
        EXPECT_TRUE(std::isnan(got.within_module_z[v]));
      } else {
        EXPECT_NEAR(got.within_module_z[v], z, 1e-9);
      }
    }
  });
}

TEST(Mixing, AgreesWithSumsOverLinks) {
  for_random_graphs([](const graph::csr_graph& g, const graph::grouping& m) {
    const auto got = mixing(g, m);
    std::array<double, groups> external{}, internal{};
    double all = 0, inside = 0;
    for (vertex_id u = 0; u < g.num_vertices(); ++u)
      for (std::size_t k = 0; k < g.successors(u).size(); ++k) {
        const vertex_id v = g.successors(u)[k];
        if (m.of(u).empty() || m.of(v).empty()) continue;
        const double w = g.successor_weights(u)[k] * (g.directed() ? 1 : 0.5);
        all += w;
        for (group_id a = 0; a < groups; ++a) {
          const double x = share(m, u, a), y = share(m, v, a);
          internal[a] += w * x * y;
          inside += w * x * y;
          external[a] += w * (x * (1 - y) + y * (1 - x));
        }
      }
    for (group_id a = 0; a < groups; ++a) {
      EXPECT_NEAR(got.internal[a], internal[a], 1e-9);
      EXPECT_NEAR(got.external[a], external[a], 1e-9);
    }
    if (all > 0) {
      EXPECT_NEAR(got.whole_ei, (all - 2 * inside) / all, 1e-12);
    }
  });
}

// Two pairs, each in a group of its own: all links inside, Q = 1 - 2 / 4.
TEST(Modularity, ByHand) {
  const std::vector<vertex_id> s{0, 2}, t{1, 3};
  const graph::csr_graph g(4, std::span<const vertex_id>(s), std::span<const vertex_id>(t), {},
                           {.directed = false});
  const std::vector<vertex_id> v{0, 1, 2, 3};
  const std::vector<group_id> two{0, 0, 1, 1}, one{0, 0, 0, 0};
  EXPECT_DOUBLE_EQ(modularity(g, graph::grouping(4, 2, v, two)), 0.5);
  EXPECT_DOUBLE_EQ(modularity(g, graph::grouping(4, 1, v, one)), 0.0);
  EXPECT_TRUE(std::isnan(modularity(graph::csr_graph(), graph::grouping())));
  EXPECT_THROW((void)modularity(g, graph::grouping(4, 1, v, one), {.resolution = 0}),
               invalid_argument);
}

TEST(Components, AgreeWithBoost) {
  for_random_graphs([](const graph::csr_graph& g, const graph::grouping&) {
    std::vector<int> theirs(g.num_vertices());
    const auto map = boost::make_iterator_property_map(theirs.begin(), get(boost::vertex_index, g));
    const int count = g.num_vertices() > 0 ? boost::strong_components(g, map) : 0;
    const auto ours = strong_components(g);
    EXPECT_EQ(ours.count, static_cast<vertex_id>(count));
    for (vertex_id u = 0; u < g.num_vertices(); ++u)
      for (vertex_id v = 0; v < g.num_vertices(); ++v)
        EXPECT_EQ(ours.component[u] == ours.component[v], theirs[u] == theirs[v]);
    if (!g.directed()) {
      EXPECT_EQ(weak_components(g).component, ours.component);
    }
  });
}

TEST(Components, AChainOfAMillionCompaniesNeedsNoDeepStack) {
  constexpr vertex_id n = 1000000;
  std::vector<vertex_id> s(n), t(n);
  for (vertex_id i = 0; i < n; ++i) s[i] = i, t[i] = (i + 1) % n;
  const graph::csr_graph ring(n, std::span<const vertex_id>(s), std::span<const vertex_id>(t));
  EXPECT_EQ(strong_components(ring).count, 1u);
  s.pop_back(), t.pop_back();
  const graph::csr_graph chain(n, std::span<const vertex_id>(s), std::span<const vertex_id>(t));
  EXPECT_EQ(strong_components(chain).count, n);
  EXPECT_EQ(weak_components(chain).count, 1u);
}

TEST(Groups, MustFitTheGraph) {
  const auto g = test::make_links(17).graph(true);
  const graph::grouping other = test::make_groups(1, g.num_vertices() + 1, 2);
  EXPECT_THROW((void)participation(g, other), invalid_argument);
  EXPECT_THROW((void)mixing(g, other), invalid_argument);
  EXPECT_THROW((void)modularity(g, other), invalid_argument);
  EXPECT_THROW((void)brokerage(g, other), invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
