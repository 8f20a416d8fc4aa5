#include <kedja/measures/structure/observed_groups.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace kedja::measures {
namespace {

using ids = std::vector<std::uint32_t>;

// Region 0: companies 0, 1, 2; region 1: company 3; company 4 has no region.
const ids region{0, 0, 0, 1, no_vertex};

TEST(ObservedGroups, CountsCompaniesAndComparesShares) {
  // field 0: 0 0 1 2 | field 1: 1 3 3 4(left out)
  const ids company{0, 0, 1, 2, 1, 3, 3, 4}, field{0, 0, 0, 0, 1, 1, 1, 1};
  // n(0,0)=4 n(0,1)=1 n(1,1)=2; LQ(0,0) = (4/5)/(4/7) = 1.4, LQ(0,1) = (1/5)/(3/7) < 1
  const auto found = observed_groups(region, company, field, {.min_companies = 1});
  ASSERT_EQ(found.groups.size(), 2u);
  EXPECT_EQ(found.groups[0].activities, 4u);
  EXPECT_NEAR(found.groups[0].location_quotient, 1.4, 1e-15);
  EXPECT_EQ(found.groups[1].region, 1u);
  EXPECT_NEAR(found.groups[1].location_quotient, (2.0 / 2) / (3.0 / 7), 1e-15);
  ASSERT_EQ(found.members.size(), 4u);
  EXPECT_EQ(found.members[0].activities, 2u);
  EXPECT_EQ(found.members[3].company, 3u);
  EXPECT_EQ(observed_groups(region, company, field, {.min_companies = 3}).groups.size(), 1u);
}

TEST(ObservedGroups, AQuotientOfExactlyOneCounts) {
  const ids company{0, 3, 0, 3}, field{0, 0, 1, 1};
  EXPECT_EQ(observed_groups(region, company, field, {.min_companies = 1}).groups.size(), 4u);
}

TEST(ObservedGroups, ImpossibleInputIsNamed) {
  EXPECT_THROW((void)observed_groups(region, ids{9}, ids{0}), invalid_argument);
  EXPECT_THROW((void)observed_groups(region, ids{0}, ids{}), invalid_argument);
  EXPECT_THROW((void)observed_groups(region, ids{0}, ids{0}, {.min_location_quotient = -1}),
               invalid_argument);
  EXPECT_TRUE(observed_groups(region, ids{}, ids{}).groups.empty());
}

}  // namespace
}  // namespace kedja::measures
