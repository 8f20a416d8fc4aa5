// Positions between groups, against loops over all pairs and triples with many-to-many shares.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/strong_components.hpp>
#include <kedja/graph/boost.hpp>
#include <kedja/measures/structure/brokerage.hpp>
#include <kedja/measures/structure/components.hpp>
#include <kedja/measures/structure/mixing.hpp>
#include <kedja/measures/structure/participation.hpp>
#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

constexpr group_id groups = 3;

double share(const graph::grouping& m, vertex_id v, group_id g) {
  for (const auto& [group, value] : m.of(v))
    if (group == g) return value;
  return 0;
}

template <class Check>
void for_graphs_with_groups(Check check) {
  std::uint64_t number = 0;
  test::for_many_graphs(2000, [&](const graph::csr_graph& g) {
    SCOPED_TRACE("graph " + std::to_string(number));
    check(g, test::make_groups(number++, g.num_vertices(), groups));
  });
}

TEST(Brokerage, AgreesWithCountingAllTriples) {
  for_graphs_with_groups([](const graph::csr_graph& g, const graph::grouping& m) {
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

void expect_participation(const graph::csr_graph& g, const graph::grouping& m,
                          link_direction direction, bool weighted) {
  const vertex_id n = g.num_vertices();
  const auto got = participation(g, m, {.direction = direction, .weighted = weighted});
  std::vector<std::array<double, groups>> to(n);
  for (vertex_id v = 0; v < n; ++v) {
    double total = 0;
    const auto add = [&](vertex_id end, double w) {
      for (group_id a = 0; a < groups; ++a) to[v][a] += (weighted ? w : 1.0) * share(m, end, a);
    };
    if (direction != link_direction::upstream || !g.directed())
      for (std::size_t k = 0; k < g.successors(v).size(); ++k)
        add(g.successors(v)[k], g.successor_weights(v)[k]);
    if (direction != link_direction::downstream && g.directed())
      for (std::size_t k = 0; k < g.predecessors(v).size(); ++k)
        add(g.predecessors(v)[k], g.predecessor_weights(v)[k]);
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
}

TEST(Participation, AgreesWithItsFormula) {
  for_graphs_with_groups([](const graph::csr_graph& g, const graph::grouping& m) {
    for (const auto direction :
         {link_direction::both, link_direction::upstream, link_direction::downstream})
      for (const bool weighted : {true, false}) expect_participation(g, m, direction, weighted);
  });
}

TEST(Mixing, AgreesWithSumsOverLinks) {
  for_graphs_with_groups([](const graph::csr_graph& g, const graph::grouping& m) {
    const auto got = mixing(g, m);
    std::array<double, groups> external{}, internal{}, out{}, in{};
    double all = 0, inside = 0;
    for (vertex_id u = 0; u < g.num_vertices(); ++u)
      for (std::size_t k = 0; k < g.successors(u).size(); ++k) {
        const vertex_id v = g.successors(u)[k];
        if (m.of(u).empty() || m.of(v).empty()) continue;
        const double w = g.successor_weights(u)[k] * (g.directed() ? 1 : 0.5);
        all += w;
        for (group_id a = 0; a < groups; ++a) {
          const double x = share(m, u, a), y = share(m, v, a);
          out[a] += w * x, in[a] += w * y;
          internal[a] += w * x * y;
          inside += w * x * y;
          external[a] += w * (x * (1 - y) + y * (1 - x));
        }
      }
    double kept = 0;  // links inside groups when ends are joined at random
    for (group_id a = 0; a < groups; ++a) {
      EXPECT_NEAR(got.internal[a], internal[a], 1e-9);
      EXPECT_NEAR(got.external[a], external[a], 1e-9);
      if (external[a] + internal[a] < 1e-9) {
        EXPECT_TRUE(std::isnan(got.ei[a]) && std::isnan(got.expected_ei[a]));
        EXPECT_EQ(got.status[a], value_status::isolated);
        continue;
      }
      EXPECT_NEAR(got.ei[a], (external[a] - internal[a]) / (external[a] + internal[a]), 1e-12);
      const double strength = out[a] + in[a];  // of an undirected link each end counts one half
      const double inner = g.directed() ? out[a] * in[a] / all : strength * strength / (4 * all);
      const double outer = strength - 2 * inner;
      EXPECT_NEAR(got.expected_ei[a], (outer - inner) / (outer + inner), 1e-12);
      kept += inner;
    }
    if (all > 0) {
      EXPECT_NEAR(got.whole_ei, (all - 2 * inside) / all, 1e-12);
      EXPECT_NEAR(got.whole_expected_ei, (all - 2 * kept) / all, 1e-12);
    } else {
      EXPECT_TRUE(std::isnan(got.whole_ei) && std::isnan(got.whole_expected_ei));
    }
  });
}

// Newman's sum over all pairs of companies, with shares for the delta of its groups.
TEST(Modularity, AgreesWithTheSumOverAllPairs) {
  for_graphs_with_groups([](const graph::csr_graph& g, const graph::grouping& m) {
    const vertex_id n = g.num_vertices();
    for (const bool weighted : {true, false})
      for (const double resolution : {1.0, 0.6}) {
        std::vector<std::vector<double>> a(n, std::vector<double>(n, 0.0));
        std::vector<double> out(n, 0.0), in(n, 0.0);
        double all = 0, expected = 0;
        for (vertex_id u = 0; u < n; ++u)
          for (std::size_t k = 0; k < g.successors(u).size(); ++k)
            a[u][g.successors(u)[k]] += weighted ? g.successor_weights(u)[k] : 1.0;
        for (vertex_id u = 0; u < n; ++u)
          for (vertex_id v = 0; v < n; ++v) out[u] += a[u][v], in[v] += a[u][v], all += a[u][v];
        for (vertex_id u = 0; u < n; ++u)
          for (vertex_id v = 0; v < n; ++v)
            for (group_id x = 0; x < groups; ++x)
              expected += (a[u][v] / all - resolution * out[u] * in[v] / all / all) *
                          share(m, u, x) * share(m, v, x);
        const double got = modularity(g, m, {resolution, weighted});
        if (all > 0) {
          EXPECT_NEAR(got, expected, 1e-12);
        } else {
          EXPECT_TRUE(std::isnan(got));
        }
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
  for_graphs_with_groups([](const graph::csr_graph& g, const graph::grouping&) {
    std::vector<int> theirs(g.num_vertices());
    const auto map = boost::make_iterator_property_map(theirs.begin(), get(boost::vertex_index, g));
    const int count = g.num_vertices() > 0 ? boost::strong_components(g, map) : 0;
    const auto ours = strong_components(g);
    EXPECT_EQ(ours.count, static_cast<vertex_id>(count));
    for (vertex_id u = 0; u < g.num_vertices(); ++u)
      for (vertex_id v = 0; v < g.num_vertices(); ++v)
        EXPECT_EQ(ours.component[u] == ours.component[v], theirs[u] == theirs[v]);
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS> both_ways(g.num_vertices());
    for (vertex_id u = 0; u < g.num_vertices(); ++u)
      for (const vertex_id v : g.successors(u)) boost::add_edge(u, v, both_ways);
    const int parts =
        g.num_vertices() > 0 ? boost::connected_components(both_ways, theirs.data()) : 0;
    const auto weak = weak_components(g);
    EXPECT_EQ(weak.count, static_cast<vertex_id>(parts));
    vertex_id next = 0;  // numbered by their smallest vertex
    for (vertex_id u = 0; u < g.num_vertices(); ++u) {
      for (vertex_id v = 0; v < g.num_vertices(); ++v)
        EXPECT_EQ(weak.component[u] == weak.component[v], theirs[u] == theirs[v]);
      EXPECT_LE(weak.component[u], next);
      next = std::max(next, weak.component[u] + 1);
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
