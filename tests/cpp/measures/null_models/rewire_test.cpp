// Switching keeps degrees and simplicity; sampled nulls count what the links say.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
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
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

TEST(LinkSwitcher, KeepsDegreesAndStaysSimple) {
  for (const bool directed : {true, false})
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const auto g = test::make_links(seed).graph(directed);
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
      random_stream random(seed, 0);
      (void)links.run(500, random, job);
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
    }
}

// All simple graphs with the degrees are written out; the chain has to come to each equally often.
TEST(LinkSwitcher, EveryGraphIsEquallyLikely) {
  using pairs = std::set<std::pair<vertex_id, vertex_id>>;
  for (const bool directed : {true, false}) {
    const vertex_id n = directed ? 5 : 6;
    const std::vector<vertex_id> source = directed ? std::vector<vertex_id>{0, 1, 2, 3, 4, 0}
                                                   : std::vector<vertex_id>{0, 1, 3, 4, 0},
                                 target = directed ? std::vector<vertex_id>{1, 2, 3, 4, 0, 2}
                                                   : std::vector<vertex_id>{1, 2, 4, 5, 5};
    const auto degrees = [&](const pairs& links) {
      std::vector<int> degree(2 * n, 0);
      for (const auto& [u, v] : links) ++degree[u], ++degree[directed ? n + v : v];
      return degree;
    };
    std::vector<std::pair<vertex_id, vertex_id>> possible;
    for (vertex_id u = 0; u < n; ++u)
      for (vertex_id v = 0; v < n; ++v)
        if (directed ? u != v : u < v) possible.emplace_back(u, v);
    pairs given;
    for (std::size_t i = 0; i < source.size(); ++i) given.emplace(source[i], target[i]);
    std::map<pairs, int> times;
    for (std::uint32_t chosen = 0; chosen < 1u << possible.size(); ++chosen) {
      if (std::popcount(chosen) != static_cast<int>(given.size())) continue;
      pairs links;
      for (std::size_t k = 0; k < possible.size(); ++k)
        if ((chosen >> k & 1) != 0) links.insert(possible[k]);
      if (degrees(links) == degrees(given)) times[links] = 0;
    }
    ASSERT_GT(times.size(), 8u);
    const graph::csr_graph g(n, std::span<const vertex_id>(source),
                             std::span<const vertex_id>(target), {}, {.directed = directed});
    task job({}, 1);
    link_switcher links = make_switcher(g, job);
    random_stream random(5, 0);
    const auto draws = 1000 * static_cast<int>(times.size());
    for (int draw = 0; draw < draws; ++draw) {
      (void)links.run(60, random, job);
      pairs now;
      for (const auto& [u, v] : links.links())
        now.emplace(directed ? u : std::min(u, v), directed ? v : std::max(u, v));
      ASSERT_EQ(times.count(now), 1u);
      ++times[now];
    }
    double square = 0;  // chi-square about its mean, in standard deviations
    for (const auto& [_, seen] : times) square += (seen - 1000.0) * (seen - 1000.0) / 1000.0;
    const auto freedom = static_cast<double>(times.size() - 1);
    EXPECT_LT(square, freedom + 4 * std::sqrt(2 * freedom));
  }
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

TEST(SampledTies, CountsLinksBetweenGroups) {
  for (const bool directed : {true, false})
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const auto g = test::make_links(seed).graph(directed);
      const auto m = test::make_groups(seed, g.num_vertices(), 3);
      const auto exact = tie_significance(g, m);
      for (const auto& got : {rewired_significance(g, m, {.draws = 20}, {.threads = 2}),
                              permutation_significance(g, m, {.draws = 20}, {.threads = 2})}) {
        ASSERT_EQ(got.a, exact.a);
        ASSERT_EQ(got.b, exact.b);
        for (std::size_t i = 0; i < got.a.size(); ++i)
          EXPECT_NEAR(got.observed[i], exact.observed[i], 1e-12);
      }
    }
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
  for (const bool directed : {true, false})
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const auto g = test::make_links(seed).graph(directed);
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
        continue;
      }
      double inside = 0;
      std::vector<double> from(3, 0.0);
      for (std::size_t i = 0; i < got.a.size(); ++i) {
        const double more = got.expected[i] - got.observed[i];
        if (got.a[i] == got.b[i]) inside += more;
        from[got.a[i]] += more;
        if (!directed) from[got.b[i]] += more;
      }
      EXPECT_NEAR(inside, 0, 1e-7);
      for (const double difference : from) EXPECT_NEAR(difference, 0, 1e-6);
    }
  EXPECT_LT(unfinished, 4);  // of 120
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
