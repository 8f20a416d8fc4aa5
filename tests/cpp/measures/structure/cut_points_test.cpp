// What holds a network together, against counting components, Boost's Kruskal and permutations.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/kruskal_min_spanning_tree.hpp>
#include <kedja/graph/links.hpp>
#include <kedja/measures/structure/brokerage_by_chance.hpp>
#include <kedja/measures/structure/cut_points.hpp>
#include <kedja/measures/structure/spanning_forest.hpp>
#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

using pair = std::pair<vertex_id, vertex_id>;

std::set<pair> ties(const graph::csr_graph& g) {
  std::set<pair> found;
  graph::for_each_link(g, [&](vertex_id u, vertex_id v, double) {
    if (u != v) found.insert({std::min(u, v), std::max(u, v)});
  });
  return found;
}

/// Components of what is left without one vertex (or no_vertex) and without one tie.
std::size_t parts(vertex_id n, const std::set<pair>& all, vertex_id without, pair cut) {
  std::vector<vertex_id> label(n);
  std::iota(label.begin(), label.end(), vertex_id{0});
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [u, v] : all)
      if (u != without && v != without && pair(u, v) != cut && label[u] != label[v])
        label[u] = label[v] = std::min(label[u], label[v]), changed = true;
  }
  std::set<vertex_id> roots;
  for (vertex_id v = 0; v < n; ++v)
    if (v != without) roots.insert(label[v]);
  return roots.size();
}

TEST(CutPoints, AreThoseWhoseLossMakesMoreComponents) {
  test::for_many_graphs(2000, [](const graph::csr_graph& g) {
    const std::set<pair> all = ties(g);
    const auto got = cut_points(g);
    const pair none{no_vertex, no_vertex};
    const std::size_t whole = parts(g.num_vertices(), all, no_vertex, none);
    for (vertex_id v = 0; v < g.num_vertices(); ++v)
      EXPECT_EQ(got.cut_point[v] != 0, parts(g.num_vertices(), all, v, none) > whole) << v;
    std::vector<pair> bridges;
    for (const pair& tie : all)
      if (parts(g.num_vertices(), all, no_vertex, tie) > whole) bridges.push_back(tie);
    EXPECT_EQ(got.bridges, bridges);
  });
}

TEST(CutPoints, OfAChainOfAMillionNeedNoDeepStack) {
  constexpr vertex_id n = 1000000;
  std::vector<vertex_id> s(n - 1), t(n - 1);
  for (vertex_id i = 0; i + 1 < n; ++i) s[i] = i, t[i] = i + 1;
  const graph::csr_graph g(n, std::span<const vertex_id>(s), std::span<const vertex_id>(t));
  const auto got = cut_points(g);
  EXPECT_EQ(std::accumulate(got.cut_point.begin(), got.cut_point.end(), std::size_t{0}), n - 2);
  EXPECT_EQ(got.bridges.size(), n - 1);
}

TEST(SpanningForest, IsAsShortAsBoosts) {
  using graph_type =
      boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                            boost::property<boost::edge_weight_t, double>>;
  for (const auto rule : {link_length::value, link_length::inverse_value, link_length::hops})
    test::for_many_graphs(2000, [rule](const graph::csr_graph& g) {
      graph_type theirs(g.num_vertices());
      std::set<pair> known = ties(g);
      graph::for_each_link(g, [&](vertex_id u, vertex_id v, double w) {
        const double length = rule == link_length::hops    ? 1.0
                              : rule == link_length::value ? w
                                                           : 1.0 / w;
        if (u != v) boost::add_edge(u, v, length, theirs);
      });
      std::vector<boost::graph_traits<graph_type>::edge_descriptor> tree;
      if (g.num_vertices() > 0)
        boost::kruskal_minimum_spanning_tree(theirs, std::back_inserter(tree));
      double expected = 0;
      for (const auto& e : tree) expected += get(boost::edge_weight, theirs, e);
      const auto got = spanning_forest(g, rule);
      EXPECT_NEAR(got.total, expected, 1e-9);
      EXPECT_EQ(got.source.size(), tree.size());
      std::set<pair> forest;
      for (std::size_t i = 0; i < got.source.size(); ++i)
        forest.insert(
            {std::min(got.source[i], got.target[i]), std::max(got.source[i], got.target[i])});
      EXPECT_TRUE(std::includes(known.begin(), known.end(), forest.begin(), forest.end()));
      const pair none{no_vertex, no_vertex};
      EXPECT_EQ(parts(g.num_vertices(), forest, no_vertex, none),
                parts(g.num_vertices(), known, no_vertex, none));
    });
}

// All directed graphs on four companies, weighted by their probability under the null.
TEST(BrokerageByChance, IsTheMeanAndSpreadOverAllGraphs) {
  constexpr vertex_id n = 4;
  const std::vector<vertex_id> vertex{0, 1, 2, 3};
  std::vector<pair> possible;
  for (vertex_id u = 0; u < n; ++u)
    for (vertex_id v = 0; v < n; ++v)
      if (u != v) possible.push_back({u, v});
  const auto make = [&](std::size_t which) {
    std::vector<vertex_id> s, t;
    for (std::size_t k = 0; k < possible.size(); ++k)
      if ((which >> k & 1) != 0) s.push_back(possible[k].first), t.push_back(possible[k].second);
    return graph::csr_graph(n, std::span<const vertex_id>(s), std::span<const vertex_id>(t));
  };
  const std::array roles{&brokerage_result::coordinator,    &brokerage_result::itinerant,
                         &brokerage_result::representative, &brokerage_result::gatekeeper,
                         &brokerage_result::liaison,        &brokerage_result::total};
  for (const std::vector<group_id>& group :
       {std::vector<group_id>{0, 0, 0, 1}, {0, 0, 1, 1}, {0, 1, 2, 2}, {0, 0, 0, 0}}) {
    const graph::grouping groups(n, 3, vertex, group);
    const auto seen = make(0b010110100101);  // six of twelve arcs
    const double d = 6.0 / 12;
    std::array<double, 6> sum{}, squares{};
    for (std::size_t which = 0; which < 4096; ++which) {
      const auto g = make(which);
      const auto arcs = static_cast<double>(g.num_arcs());
      const double chance = std::pow(d, arcs) * std::pow(1 - d, 12 - arcs);
      const auto count = brokerage(g, groups, {.threads = 1});
      for (std::size_t r = 0; r < 6; ++r) {
        const double x = (count.*roles[r])[0];
        sum[r] += chance * x, squares[r] += chance * x * x;
      }
    }
    const auto observed = brokerage(seen, groups);
    const auto got = brokerage_by_chance(seen, groups, observed);
    for (std::size_t r = 0; r < 6; ++r) {
      EXPECT_NEAR((got.expected.*roles[r])[0], sum[r], 1e-12);
      const double variance = squares[r] - sum[r] * sum[r];
      if (variance > 1e-12) {
        EXPECT_NEAR((got.z.*roles[r])[0], ((observed.*roles[r])[0] - sum[r]) / std::sqrt(variance),
                    1e-9);
      } else {
        EXPECT_TRUE(std::isnan((got.z.*roles[r])[0]));
      }
    }
  }
}

// The same from the chance of every pair of two-paths through a company, on larger graphs.
TEST(BrokerageByChance, IsTheSumOverPairsOfTwoPathsOnThousandsOfGraphs) {
  struct two_path {
    pair from, to, missing;  // from -> broker -> to, and no link from -> to
    std::size_t role;
  };
  const std::array roles{&brokerage_result::coordinator,    &brokerage_result::itinerant,
                         &brokerage_result::representative, &brokerage_result::gatekeeper,
                         &brokerage_result::liaison,        &brokerage_result::total};
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    test::random_links links = test::make_links(seed);
    random_stream random(seed, 15);
    const vertex_id n = std::min<vertex_id>(links.n, 6);
    for (std::size_t i = 0; i < links.source.size(); ++i)
      links.source[i] %= n, links.target[i] %= n;
    links.n = n;
    const auto g = links.graph(seed % 2 == 0, true);
    std::vector<vertex_id> vertex;
    std::vector<group_id> group, group_of(n, 9);
    for (vertex_id v = 0; v < n; ++v)
      if (const auto a = static_cast<group_id>(random.below(4)); a < 3)  // 3: in none
        vertex.push_back(v), group.push_back(a), group_of[v] = a;
    const graph::grouping m(n, 3, vertex, group);
    std::set<pair> arcs;
    for (const vertex_id u : vertex)
      for (const vertex_id v : g.successors(u))
        if (u != v && group_of[v] != 9) arcs.insert({u, v});
    const auto grouped = static_cast<double>(vertex.size());
    const double d = grouped > 1 ? static_cast<double>(arcs.size()) / (grouped * (grouped - 1)) : 0;
    const auto observed = brokerage(g, m, {.threads = 1});
    const auto got = brokerage_by_chance(g, m, observed);
    for (const vertex_id i : vertex) {
      std::vector<two_path> paths;
      for (const vertex_id a : vertex)
        for (const vertex_id b : vertex) {
          if (a == i || b == i || a == b) continue;
          const group_id x = group_of[a], y = group_of[i], z = group_of[b];
          paths.push_back({{a, i},
                           {i, b},
                           {a, b},
                           x == y && y == z ? 0u
                           : x == z         ? 1u
                           : x == y         ? 2u
                           : y == z         ? 3u
                                            : 4u});
        }
      std::array<double, 6> mean{}, square{};
      for (const two_path& p : paths) {
        mean[p.role] += d * d * (1 - d), mean[5] += d * d * (1 - d);
        for (const two_path& q : paths) {  // the chance that both are there
          if (p.missing == q.from || p.missing == q.to || q.missing == p.from || q.missing == p.to)
            continue;
          const auto present = std::set{p.from, p.to, q.from, q.to}.size();
          const auto absent = std::set{p.missing, q.missing}.size();
          const double both = std::pow(d, present) * std::pow(1 - d, absent);
          square[5] += both;
          if (p.role == q.role) square[p.role] += both;
        }
      }
      for (std::size_t r = 0; r < 6; ++r) {
        EXPECT_NEAR((got.expected.*roles[r])[i], mean[r], 1e-12);
        EXPECT_FALSE(std::signbit((got.expected.*roles[r])[i]));
        const double variance = square[r] - mean[r] * mean[r];
        const double seen = (observed.*roles[r])[i];
        if (variance > 1e-9) {
          EXPECT_NEAR((got.z.*roles[r])[i], (seen - mean[r]) / std::sqrt(variance), 1e-7);
        } else {
          EXPECT_TRUE(std::isnan((got.z.*roles[r])[i]));
        }
      }
    }
  }
}

TEST(BrokerageByChance, NeedsOneGroupPerCompany) {
  const std::vector<vertex_id> vertex{0, 0, 1};
  const std::vector<group_id> group{0, 1, 1};
  const auto g = test::from_pairs(3, {{0, 1}, {1, 2}}).graph(true);
  const graph::grouping both(3, 2, vertex, group);
  EXPECT_THROW((void)brokerage_by_chance(g, both, brokerage(g, both)), invalid_argument);
  const graph::grouping one(3, 2, std::vector<vertex_id>{0, 1}, std::vector<group_id>{0, 1});
  const auto got = brokerage_by_chance(g, one, brokerage(g, one));
  EXPECT_TRUE(std::isnan(got.expected.total[2]));
  EXPECT_EQ(got.z.status[2], value_status::no_group);
}

}  // namespace
}  // namespace kedja::measures
