/// @file
/// Seeded graphs for the micro-benchmarks, made once per size.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/graph/csr_graph.hpp>

namespace kedja::bench {

struct links {
  vertex_id n = 0;
  std::vector<vertex_id> source, target;
  std::vector<double> value;

  [[nodiscard]] graph::csr_graph graph(bool directed) const {
    return graph::csr_graph(n, std::span<const vertex_id>(source),
                            std::span<const vertex_id>(target), value, {.directed = directed},
                            {.threads = 1});
  }
};

/// n companies with 8 links each on average, both ends drawn with skew: few companies have most.
[[nodiscard]] inline const links& skewed_links(vertex_id n) {
  static std::map<vertex_id, links> made;
  links& x = made[n];
  if (x.n == 0) {
    x.n = n;
    random_stream random(7, n);
    const auto draw = [&](double skew) {
      return static_cast<vertex_id>(n * std::pow(random.uniform(), skew));
    };
    for (std::uint64_t i = 0; i < std::uint64_t{8} * n; ++i) {
      x.source.push_back(draw(2.5));
      x.target.push_back(draw(1.5));
      x.value.push_back(std::exp(2 * random.uniform()));
    }
  }
  return x;
}

[[nodiscard]] inline const graph::csr_graph& skewed_graph(vertex_id n, bool directed) {
  static std::map<std::pair<vertex_id, bool>, graph::csr_graph> made;
  const auto at = made.find({n, directed});
  if (at != made.end()) return at->second;
  return made.emplace(std::pair(n, directed), skewed_links(n).graph(directed)).first->second;
}

}  // namespace kedja::bench
