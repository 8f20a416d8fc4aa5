#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/recommend/partners.hpp>

namespace {

using kedja::graph::csr_graph;
using kedja::graph::grouping;
using kedja::measures::simple_neighbours;
using kedja::measures::sparse_table;
using namespace kedja::recommend;
using u32s = std::vector<std::uint32_t>;

/// 0 and 1 ask (cluster 0). 2 links 0, 1, 3, 4, 5; 3 links 4 too. 4 is in cluster 0 as well, 5 has
/// no name, 6 is linked with 3 alone.
struct small_case {
  u32s source = {0, 1, 2, 2, 2, 3, 3}, target = {2, 2, 3, 4, 5, 4, 6};
  csr_graph g{7,
              std::span<const std::uint32_t>(source),
              std::span<const std::uint32_t>(target),
              {},
              {.directed = false}};
  simple_neighbours next_to{g};
  grouping groups{7, 2, u32s{0, 1, 3, 4}, u32s{0, 0, 1, 0}};
  sparse_table has{7, 3, u32s{0, 0, 1, 3, 3}, u32s{0, 1, 0, 1, 2}};
  std::vector<char> eligible = {1, 1, 1, 1, 1, 0, 1};
  std::vector<std::int32_t> country = {5, -1, 5, 5, 5, 5, 5};
  partner_facts facts{eligible, country};
};

TEST(Partners, LeavesOutLinkedNamelessAndOwnClusterCompanies) {
  const small_case c;
  const auto r = partners(c.next_to, c.groups, c.has, c.facts, u32s{0, 1});
  ASSERT_EQ(r.candidates, 2u);   // 0-3 and 1-3
  ASSERT_EQ(r.best.size(), 1u);  // each target once
  EXPECT_EQ(r.best[0].target, 3u);
  EXPECT_EQ(r.best[0].source, 0u);  // the more similar of the two
}

TEST(Partners, EvidenceIsCountedByHand) {
  const small_case c;
  const auto r = partners(c.next_to, c.groups, c.has, c.facts, u32s{0});
  ASSERT_EQ(r.best.size(), 1u);
  const auto& e = r.best[0];
  EXPECT_EQ(e.common_neighbours, 1u);  // company 2, of degree 5
  EXPECT_DOUBLE_EQ(e.adamic_adar, 1 / std::log(5.0));
  EXPECT_DOUBLE_EQ(e.resource_allocation, 0.2);
  EXPECT_EQ(e.preferential_attachment, 3.0);  // degrees 1 and 3
  EXPECT_DOUBLE_EQ(e.similarity, 0.5);        // one of two each
  EXPECT_DOUBLE_EQ(e.complementarity, 0.5);   // capability 2 is new
  EXPECT_TRUE(e.same_country);
  EXPECT_DOUBLE_EQ(e.score, 1.0);  // the only candidate
  EXPECT_FALSE(partners(c.next_to, c.groups, c.has, c.facts, u32s{1}).best[0].same_country);
}

TEST(Partners, RanksAreMeansOverTies) {
  EXPECT_EQ(detail::mean_ranks({3, 1, 3, 2}), (std::vector<double>{3.5 / 4, 0.25, 3.5 / 4, 0.5}));
  EXPECT_TRUE(detail::mean_ranks({}).empty());
}

TEST(Partners, RefusesWhatDoesNotFit) {
  const small_case c;
  EXPECT_THROW((void)partners(c.next_to, c.groups, c.has, c.facts, u32s{7}),
               kedja::invalid_argument);
  EXPECT_THROW((void)partners(c.next_to, c.groups, c.has, c.facts, u32s{0}, {.k = 0}),
               kedja::invalid_argument);
  EXPECT_THROW(
      (void)partners(c.next_to, c.groups, sparse_table(3, 1, u32s{}, u32s{}), c.facts, u32s{0}),
      kedja::invalid_argument);
}

}  // namespace
