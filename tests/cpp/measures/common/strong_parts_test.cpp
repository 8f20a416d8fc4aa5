#include <kedja/measures/common/strong_parts.hpp>

#include <gtest/gtest.h>

#include <vector>

#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

using rows = std::vector<std::vector<vertex_id>>;

strong_parts parts_of(const rows& to) {
  task job(run_context{});
  return find_strong_parts(
      static_cast<vertex_id>(to.size()),
      [&](vertex_id v) -> const std::vector<vertex_id>& { return to[v]; }, job);
}

TEST(StrongParts, AreTheClassesOfReachingEachOther) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    random_stream random(seed, 0);
    const auto n = static_cast<vertex_id>(random.below(12));
    rows to(n);
    std::vector<std::vector<bool>> reach(n, std::vector<bool>(n, false));
    for (vertex_id v = 0; v < n; ++v) {
      reach[v][v] = true;
      for (std::uint64_t k = random.below(3); k > 0; --k) {
        to[v].push_back(static_cast<vertex_id>(random.below(n)));
        reach[v][to[v].back()] = true;
      }
    }
    for (vertex_id k = 0; k < n; ++k)  // Warshall
      for (vertex_id i = 0; i < n; ++i)
        for (vertex_id j = 0; j < n; ++j)
          if (reach[i][k] && reach[k][j]) reach[i][j] = true;
    const auto [part, count] = parts_of(to);
    for (vertex_id i = 0; i < n; ++i) {
      EXPECT_LT(part[i], count);
      for (vertex_id j = 0; j < n; ++j) {
        EXPECT_EQ(part[i] == part[j], reach[i][j] && reach[j][i]);
        if (reach[i][j]) {
          EXPECT_LE(part[j], part[i]);
        }
      }
    }
  }
}

TEST(StrongParts, AMillionCompaniesInARow) {
  const vertex_id n = 1'000'000;
  rows to(n);
  for (vertex_id v = 0; v + 1 < n; ++v) to[v] = {v + 1};
  EXPECT_EQ(parts_of(to).count, n);
  to[n - 1] = {0};
  EXPECT_EQ(parts_of(to).count, 1U);
}

}  // namespace
}  // namespace kedja::measures
