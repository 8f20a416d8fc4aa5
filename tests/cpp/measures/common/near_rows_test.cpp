#include <kedja/measures/common/near_rows.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <span>
#include <vector>

#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

TEST(NearRows, HoldEachBlockByFallingLength) {
  random_stream random(3, 0);
  const auto g = test::draw_links(random, 10000, 40000).graph(true);
  for (const unsigned threads : {1u, 3u})
    for (const path_direction from : {path_direction::upstream, path_direction::downstream}) {
      task job({.threads = threads});
      const near_rows rows(g, from, job);
      ASSERT_EQ(rows.vertex.size(), g.num_vertices());
      for (std::size_t first = 0; first < rows.vertex.size(); first += near_rows::grain) {
        const std::size_t last = std::min(first + near_rows::grain, rows.vertex.size());
        std::vector<vertex_id> expected;
        for (std::size_t v = first; v < last; ++v) expected.push_back(static_cast<vertex_id>(v));
        std::ranges::stable_sort(expected, std::greater<>(),
                                 [&](vertex_id v) { return step(g, v, from).size(); });
        std::vector<vertex_id> got;
        rows.for_block(g, first, last, [&](vertex_id v, std::span<const vertex_id> row) {
          got.push_back(v);
          EXPECT_TRUE(std::ranges::equal(row, step(g, v, from)));
        });
        EXPECT_EQ(got, expected);
      }
    }
}

}  // namespace
}  // namespace kedja::measures
