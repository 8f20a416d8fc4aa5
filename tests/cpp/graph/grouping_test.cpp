#include <kedja/graph/grouping.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace kedja::graph {
namespace {

using vertices = std::vector<vertex_id>;
using groups = std::vector<group_id>;

TEST(Grouping, SharesSumToOneAndRepeatedPairsCountOnce) {
  // vertex 0: group 1 (weight 2, and again 6), group 0 (weight 2); vertex 2: none
  const grouping g(3, 2, vertices{0, 0, 1, 0}, groups{1, 0, 1, 1}, std::vector<double>{2, 2, 5, 6});
  ASSERT_EQ(g.of(0).size(), 2u);
  EXPECT_EQ(g.of(0)[0], (group_share{0, 0.25}));
  EXPECT_EQ(g.of(0)[1], (group_share{1, 0.75}));
  EXPECT_EQ(g.of(1)[0], (group_share{1, 1.0}));
  EXPECT_TRUE(g.of(2).empty());
  EXPECT_FALSE(g.is_partition());
  EXPECT_TRUE(grouping(2, 1, vertices{0, 1}, groups{0, 0}).is_partition());
}

TEST(Grouping, MembersAreTheOtherWayRound) {
  const grouping g(3, 2, vertices{2, 0, 0}, groups{1, 1, 0});
  const group_members members(g);
  ASSERT_EQ(members.of(1).size(), 2u);
  EXPECT_EQ(members.of(1)[0].vertex, 0u);
  EXPECT_EQ(members.of(1)[0].share, 0.5);
  EXPECT_EQ(members.of(1)[1].vertex, 2u);
  EXPECT_EQ(members.of(0).size(), 1u);
}

TEST(Grouping, ImpossibleMembershipsAreNamed) {
  const auto message = [](auto make) -> std::string {
    try {
      make();
    } catch (const invalid_argument& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(message([] {
              grouping(1, 1, vertices{0, 1}, groups{0, 0});
            }),
            "membership 1: vertex 1 or group 0 does not exist");
  EXPECT_EQ(message([] { grouping(1, 1, vertices{0}, groups{0}, std::vector<double>{-1}); }),
            "membership 0: weight -1.000000 is not a finite number >= 0");
  EXPECT_EQ(message([] { grouping(1, 1, vertices{0}, groups{0}, std::vector<double>{0}); }),
            "the membership weights of vertex 0 sum to zero");
  EXPECT_EQ(message([] { grouping(1, 1, vertices{0}, groups{}); }),
            "vertex, group and weight must have one entry per membership");
}

}  // namespace
}  // namespace kedja::graph
