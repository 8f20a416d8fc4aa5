// Switching keeps degrees and simplicity; sampled nulls count what the links say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/null_models/link_set.hpp>
#include <kedja/measures/null_models/rewire.hpp>
#include <kedja/measures/null_models/sampled_ties.hpp>
#include <kedja/measures/null_models/within_between.hpp>
#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

TEST(LinkSwitcher, KeepsDegreesAndStaysSimple) {
  std::uint64_t number = 0;
  test::for_many_graphs(2000, [&](const graph::csr_graph& g) {
    SCOPED_TRACE("graph " + std::to_string(number));
    const bool directed = g.directed();
    task job({}, 1);
    link_switcher links = make_switcher(g, job);
    const auto degrees = [&] {
      std::vector<int> out(g.num_vertices(), 0), in = out;
      for (const auto& [source, target] : links.links()) {
        ++out[source];
        ++(directed ? in : out)[target];
      }
      return std::pair(out, in);
    };
    const auto before = degrees();
    random_stream random(number++, 0);
    (void)links.run(200, random, job);
    EXPECT_EQ(before, degrees());
    std::set<std::pair<vertex_id, vertex_id>> seen;
    for (const auto& [source, target] : links.links()) {
      auto pair = std::pair(source, target);
      EXPECT_NE(pair.first, pair.second);
      EXPECT_TRUE(links.contains(pair.first, pair.second));
      if (!directed && pair.first > pair.second) std::swap(pair.first, pair.second);
      EXPECT_TRUE(seen.insert(pair).second);
    }
    for (vertex_id u = 0; u < g.num_vertices(); ++u)
      for (vertex_id v = 0; v < g.num_vertices(); ++v)
        if (u != v && !(!directed && u > v)) {
          EXPECT_EQ(links.contains(u, v), seen.count({u, v}) == 1);
        }
  });
}

using link_pairs = std::set<std::pair<vertex_id, vertex_id>>;

/// Every graph that switches lead to, by trying all of them.
std::vector<link_pairs> reached_by_switches(const link_pairs& first, bool directed) {
  const auto pair = [directed](vertex_id u, vertex_id v) {
    return directed || u < v ? std::pair(u, v) : std::pair(v, u);
  };
  std::set<link_pairs> known{first};
  std::vector<link_pairs> reached{first};
  for (std::size_t head = 0; head < reached.size(); ++head) {
    const link_pairs now = reached[head];
    for (const auto& [a, b] : now)
      for (const auto& [x, y] : now)
        for (const auto& [c, d] : {std::pair(x, y), directed ? std::pair(x, y) : std::pair(y, x)}) {
          if (a == d || c == b || pair(a, b) == pair(c, d)) continue;
          if (now.contains(pair(a, d)) || now.contains(pair(c, b))) continue;
          link_pairs next = now;
          next.erase(pair(a, b)), next.erase(pair(c, d));
          next.insert(pair(a, d)), next.insert(pair(c, b));
          if (known.insert(next).second) reached.push_back(next);
        }
  }
  return reached;
}

// Chi-square of each graph's draws against even chances. Over many graphs its sum has nearly a
// normal distribution: mean the degrees of freedom, variance twice as much and a little.
TEST(Rewire, EveryGraphThatCanBeReachedIsAsLikely) {
  double statistic = 0, freedom = 0;
  std::size_t tried = 0, largest = 0;
  for (std::uint64_t seed = 0; seed < 2500; ++seed)
    for (const bool directed : {true, false}) {
      random_stream random(seed, 16);
      const auto n = static_cast<vertex_id>(directed ? 4 : 5);
      link_pairs links;
      for (std::uint64_t i = 1 + random.below(2 * n); i > 0; --i) {
        auto u = static_cast<vertex_id>(random.below(n)),
             v = static_cast<vertex_id>(random.below(n));
        if (!directed && u > v) std::swap(u, v);
        if (u != v) links.insert({u, v});
      }
      const auto possible = reached_by_switches(links, directed);
      if (possible.size() < 2) continue;
      std::vector<vertex_id> source, target;
      for (const auto& [u, v] : links) source.push_back(u), target.push_back(v);
      task job({}, 1);
      const link_switcher original(source, target, directed, job);
      std::map<link_pairs, double> count;
      const std::size_t draws = 10 * possible.size();
      for (std::size_t draw = 0; draw < draws; ++draw) {
        const auto made = rewire(original, {.switches_per_link = 20, .seed = seed}, draw, job);
        link_pairs drawn;
        for (std::size_t i = 0; i < made.source.size(); ++i) {
          const vertex_id u = made.source[i], v = made.target[i];
          drawn.insert(directed || u < v ? std::pair(u, v) : std::pair(v, u));
        }
        ++count[drawn];
      }
      double total = 0;
      for (const link_pairs& g : possible) {
        statistic += std::pow(count[g] - 10, 2) / 10, total += count[g];
      }
      EXPECT_EQ(total, static_cast<double>(draws));  // nothing else was drawn
      freedom += static_cast<double>(possible.size()) - 1;
      largest = std::max(largest, possible.size());
      ++tried;
    }
  EXPECT_GT(tried, 2000u);
  EXPECT_GT(largest, 10u);
  EXPECT_LT(std::abs(statistic - freedom), 4 * std::sqrt(2 * freedom));
}

// Small sets are filled to more than they were made for, so that many links stand beyond home.
TEST(LinkSet, HoldsWhatASetHolds) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_stream random(seed, 0);
    const std::size_t room = 1 + random.below(40);
    link_set links(room);
    std::set<std::uint64_t> expected;
    const auto draw = [&] {
      return link_set::key(static_cast<vertex_id>(random.below(12)),
                           static_cast<vertex_id>(12 + random.below(12)));
    };
    for (int i = 0; i < 3000; ++i) {
      const std::uint64_t k = draw();
      EXPECT_EQ(links.contains(k), expected.count(k) == 1);
      if (expected.erase(k) == 1) {
        links.erase(k);
      } else if (expected.size() < 2 * room) {
        links.insert(k);
        expected.insert(k);
      }
    }
    for (vertex_id u = 0; u < 24; ++u)
      for (vertex_id v = 0; v < 24; ++v) {
        const std::uint64_t k = link_set::key(u, v);
        EXPECT_EQ(links.contains(k), expected.count(k) == 1);
      }
  }
}

TEST(Rewire, DrawsDependOnSeedAndNumberOnly) {
  const auto g = test::make_links(11).graph(true);
  task job({}, 1);
  const auto links = make_switcher(g, job);
  const auto one = rewire(links, {.seed = 3}, 4, job), again = rewire(links, {.seed = 3}, 4, job);
  EXPECT_EQ(one.target, again.target);
  EXPECT_EQ(one.overlap.size(), 10u);
  EXPECT_EQ(one.attempts, 10 * links.links().size());
  EXPECT_THROW(check_rewire({.switches_per_link = -1}), invalid_argument);
}

TEST(SampledTies, CountLinksBetweenGroupsAndExpectWhatAllPermutationsGive) {
  std::uint64_t number = 0;
  test::for_many_graphs(1000, [&](const graph::csr_graph& g) {
    SCOPED_TRACE("graph " + std::to_string(number));
    const vertex_id n = g.num_vertices();
    const auto m = test::make_groups(number++, n, 3);
    const auto exact = tie_significance(g, m);
    const sampled_ties_options few{.draws = 20, .seed = number};
    const auto rewired = rewired_significance(g, m, few, {.threads = 1});
    const auto permuted = permutation_significance(g, m, few, {.threads = 1});
    for (const auto* got : {&rewired, &permuted}) {
      ASSERT_EQ(got->a, exact.a);
      ASSERT_EQ(got->b, exact.b);
      for (std::size_t i = 0; i < got->a.size(); ++i)
        ASSERT_NEAR(got->observed[i], exact.observed[i], 1e-12);
    }
    const auto share = [&](vertex_id v, group_id a) {
      for (const auto& [group, value] : m.of(v))
        if (group == a) return value;
      return 0.0;
    };
    task job({}, 1);
    const auto links = static_cast<double>(make_switcher(g, job).source().size());
    for (std::size_t i = 0; i < permuted.a.size(); ++i) {
      const group_id a = permuted.a[i], b = permuted.b[i];
      double expected = 0;  // a link is as likely to end up between any two companies
      for (vertex_id u = 0; u < n; ++u)
        for (vertex_id v = 0; v < n; ++v) {
          if (u == v) continue;
          double both = share(u, a) * share(v, b);
          if (!g.directed() && a != b) both += share(v, a) * share(u, b);
          expected += links * both / (n * (n - 1.0));
        }
      ASSERT_NEAR(permuted.expected[i], expected, 1e-9);
    }
  });
}

TEST(SampledTies, RefusesWhatDoesNotFit) {
  const auto g = test::make_links(7).graph(true);
  const auto m = test::make_groups(7, g.num_vertices() + 1, 3);
  EXPECT_THROW((void)rewired_significance(g, m), invalid_argument);
  EXPECT_THROW((void)permutation_significance(g, m), invalid_argument);
  EXPECT_THROW((void)within_between_significance(g, m), invalid_argument);
  const auto fits = test::make_groups(7, g.num_vertices(), 3);
  EXPECT_THROW((void)rewired_significance(g, fits, {.draws = 19}), invalid_argument);
  const run_context stop{.on_progress = [](double) { return false; }};
  EXPECT_THROW((void)rewired_significance(g, fits, {}, stop), cancelled);
}

TEST(WithinBetween, KeepsDegreesOfGroupsAndLinksInside) {
  int unfinished = 0;  // tiny graphs at an edge of what is possible that no full line shows
  int graphs = 0;
  test::for_many_graphs(1000, [&](const graph::csr_graph& g) {
    SCOPED_TRACE("graph " + std::to_string(graphs++));
    std::vector<vertex_id> vertex;
    std::vector<group_id> group;
    for (vertex_id v = 0; v < g.num_vertices(); ++v)  // no one without a group: sums are whole
      vertex.push_back(v), group.push_back(v % 3);
    const graph::grouping m(g.num_vertices(), 3, vertex, group);
    const auto got = within_between_significance(g, m);
    if (!got.iteration.converged) {
      EXPECT_GT(got.iteration.error_bound, 0);
      for (const double e : got.expected) EXPECT_TRUE(std::isnan(e));
      for (const double q : got.q) EXPECT_TRUE(std::isnan(q));
      ++unfinished;
      return;
    }
    double inside = 0;
    std::vector<double> from(3, 0.0);
    for (std::size_t i = 0; i < got.a.size(); ++i) {
      const double more = got.expected[i] - got.observed[i];
      if (got.a[i] == got.b[i]) inside += more;
      from[got.a[i]] += more;
      if (!g.directed()) from[got.b[i]] += more;
    }
    EXPECT_NEAR(inside, 0, 1e-7);
    for (const double difference : from) EXPECT_NEAR(difference, 0, 1e-6);
  });
  EXPECT_LT(unfinished, graphs / 30);
}

// 0 - 1 - 2 - 3 with 0 and 2 in one group: their pair is in no graph with these degrees and no link
// inside, and 1 - 3 then has to be in none either.
TEST(WithinBetween, TakesOutWhatIsForced) {
  const std::vector<vertex_id> source = {0, 1, 2}, target = {1, 2, 3}, vertex = {0, 1, 2, 3};
  const graph::csr_graph g(4, std::span<const vertex_id>(source),
                           std::span<const vertex_id>(target), {}, {.directed = false});
  const graph::grouping m(4, 3, vertex, std::vector<group_id>{2, 1, 2, 0});
  const auto got = within_between_significance(g, m);
  EXPECT_TRUE(got.iteration.converged);
  for (std::size_t i = 0; i < got.a.size(); ++i) EXPECT_EQ(got.expected[i], got.observed[i]);
}

}  // namespace
}  // namespace kedja::measures
