// Switching keeps degrees and simplicity; sampled nulls count what the links say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>
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
        for (std::size_t i = 0; i < links.source().size(); ++i) {
          ++out[links.source()[i]];
          ++(directed ? in : out)[links.target()[i]];
        }
        return std::pair(out, in);
      };
      const auto before = degrees();
      random_stream random(seed, 0);
      (void)links.run(500, random, job);
      EXPECT_EQ(before, degrees());
      std::set<std::pair<vertex_id, vertex_id>> seen;
      for (std::size_t i = 0; i < links.source().size(); ++i) {
        auto pair = std::pair(links.source()[i], links.target()[i]);
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

TEST(Rewire, DrawsDependOnSeedAndNumberOnly) {
  const auto g = test::make_links(11).graph(true);
  task job({}, 1);
  const auto links = make_switcher(g, job);
  const auto one = rewire(links, {.seed = 3}, 4, job), again = rewire(links, {.seed = 3}, 4, job);
  EXPECT_EQ(one.target, again.target);
  EXPECT_EQ(one.overlap.size(), 10u);
  EXPECT_EQ(one.attempts, 10 * links.source().size());
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
