#include <kedja/graph/projection.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace kedja::graph {
namespace {

using ids = std::vector<std::uint32_t>;

// project 0: 0 1 2    project 1: 0 1    project 2: 3    (0 is listed twice in project 1)
const ids organisation{0, 1, 2, 1, 0, 3, 0};
const ids projects{0, 0, 0, 1, 1, 2, 1};

TEST(Project, CountsSharedProjects) {
  const auto [g, skipped] = project(4, 3, organisation, projects);
  EXPECT_EQ(g.num_links(), 3u);
  EXPECT_FALSE(g.directed());
  EXPECT_EQ(g.successor_weights(0)[0], 2.0);  // 0-1 share two projects
  EXPECT_EQ(g.successor_weights(0)[1], 1.0);
  EXPECT_TRUE(g.successors(3).empty());
  EXPECT_EQ(skipped, 0u);
}

TEST(Project, NewmanWeightsDivideByTheOtherParticipants) {
  const auto g = project(4, 3, organisation, projects, {projection_weight::newman, 0}).graph;
  EXPECT_EQ(g.successor_weights(0)[0], 1.0 / 2 + 1.0);
  EXPECT_EQ(g.successor_weights(2)[0], 0.5);
}

TEST(Project, LargeProjectsCanBeLeftOut) {
  const auto [g, skipped] = project(4, 3, organisation, projects, {projection_weight::count, 2});
  EXPECT_EQ(g.num_links(), 1u);
  EXPECT_EQ(skipped, 1u);
}

TEST(Project, RowsThatPointNowhereAreNamed) {
  EXPECT_THROW((void)project(2, 1, ids{2}, ids{0}), invalid_argument);
  EXPECT_THROW((void)project(2, 1, ids{0}, ids{1}), invalid_argument);
  EXPECT_THROW((void)project(2, 1, ids{0}, ids{}), invalid_argument);
}

}  // namespace
}  // namespace kedja::graph
