// The curve of removals against the largest part of what is left, counted anew after each.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/measures/structure/robustness.hpp>
#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

/// Companies in the largest weak part among those that `stays` marks.
vertex_id largest_part(const graph::csr_graph& g, std::vector<char> stays) {
  vertex_id most = 0;
  for (vertex_id root = 0; root < g.num_vertices(); ++root) {
    if (stays[root] == 0) continue;
    std::vector<vertex_id> part{root};
    stays[root] = 0;
    for (std::size_t head = 0; head < part.size(); ++head)
      for (const auto row : {g.successors(part[head]), g.predecessors(part[head])})
        for (const vertex_id v : row)
          if (stays[v] != 0) stays[v] = 0, part.push_back(v);
    most = std::max(most, static_cast<vertex_id>(part.size()));
  }
  return most;
}

TEST(RemovalCurve, AgreesWithCountingWhatIsLeft) {
  std::uint64_t number = 0;
  test::for_many_graphs(2000, [&](const graph::csr_graph& g) {
    std::vector<vertex_id> order(g.num_vertices());
    std::iota(order.begin(), order.end(), vertex_id{0});
    random_stream random(number++, 17);
    shuffle(order, random);
    std::vector<char> stays(g.num_vertices(), 1);
    std::vector<vertex_id> expected{largest_part(g, stays)};
    for (const vertex_id v : order) {
      stays[v] = 0;
      expected.push_back(largest_part(g, stays));
    }
    ASSERT_EQ(removal_curve(g, order), expected);
  });
}

TEST(RemovalCurve, NeedsEachCompanyOnceAndCanBeStopped) {
  const auto g = test::from_pairs(3, {{0, 1}, {1, 2}}).graph(true);
  const std::vector<vertex_id> short_of_one{0, 1}, twice{0, 1, 1}, outside{0, 1, 3}, all{2, 0, 1};
  for (const auto& order : {short_of_one, twice, outside})
    EXPECT_THROW((void)removal_curve(g, order), invalid_argument);
  const run_context stop{.on_progress = [](double) { return false; }};
  EXPECT_THROW((void)removal_curve(g, all, stop), cancelled);
}

}  // namespace
}  // namespace kedja::measures
