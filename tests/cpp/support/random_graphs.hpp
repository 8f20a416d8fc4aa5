/// @file
/// Seeded random graphs for tests: loops, parallel links, isolated vertices, any size from 0.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>

namespace kedja::test {

struct random_links {
  vertex_id n = 0;
  std::vector<vertex_id> source, target;
  std::vector<double> value;

  [[nodiscard]] graph::csr_graph graph(bool directed, bool weighted = false) const {
    return graph::csr_graph(n, std::span<const vertex_id>(source),
                            std::span<const vertex_id>(target),
                            weighted ? std::span<const double>(value) : std::span<const double>(),
                            {.directed = directed});
  }
};

/// n from 0 to 11, up to 3 n links; values are small whole numbers, so that lengths tie.
[[nodiscard]] inline random_links make_links(std::uint64_t seed) {
  random_stream random(seed, 1);
  random_links made;
  made.n = static_cast<vertex_id>(random.below(12));
  const auto m = made.n == 0 ? 0 : random.below(3 * made.n + 1);
  for (std::uint64_t i = 0; i < m; ++i) {
    made.source.push_back(static_cast<vertex_id>(random.below(made.n)));
    made.target.push_back(static_cast<vertex_id>(random.below(made.n)));
    made.value.push_back(static_cast<double>(1 + random.below(3)));
  }
  return made;
}

/// m links, self-links and repeats among them, with values in [1, 2). An end is n times a power of
/// a number drawn evenly: 1 gives all vertices alike, 3 gives few vertices most links.
[[nodiscard]] inline random_links draw_links(random_stream& random, vertex_id n, std::uint64_t m,
                                             double source_power = 1, double target_power = 1) {
  random_links made;
  made.n = n;
  const auto end = [&](double power) {
    return std::min(static_cast<vertex_id>(n * std::pow(random.uniform(), power)), n - 1);
  };
  for (std::uint64_t i = 0; i < m; ++i) {
    made.source.push_back(end(source_power));
    made.target.push_back(end(target_power));
    made.value.push_back(1 + random.uniform());
  }
  return made;
}

/// Every vertex in 0, 1 or 2 of `groups` groups, with unequal weights.
[[nodiscard]] inline graph::grouping make_groups(std::uint64_t seed, vertex_id n, group_id groups) {
  random_stream random(seed, 2);
  std::vector<vertex_id> vertex;
  std::vector<group_id> group;
  std::vector<double> weight;
  for (vertex_id v = 0; v < n; ++v)
    for (std::uint64_t k = random.below(3); k > 0; --k) {
      vertex.push_back(v);
      group.push_back(static_cast<group_id>(random.below(groups)));
      weight.push_back(static_cast<double>(1 + random.below(3)));
    }
  return graph::grouping(n, groups, vertex, group, weight);
}

}  // namespace kedja::test
