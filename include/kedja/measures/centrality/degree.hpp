/// @file
/// Degree and strength: how many links a company has, and what they are worth.
#pragma once

#include <span>
#include <vector>

#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>

namespace kedja::measures {

template <class T>
struct directed_counts {
  std::vector<T> total;       ///< upstream + downstream; for undirected graphs each link once
  std::vector<T> upstream;    ///< links from suppliers
  std::vector<T> downstream;  ///< links to buyers
};

/// Numbers of links. Parallel links count each, a self-link adds 2 to the total. In an undirected
/// graph the three columns are the same. O(n).
template <graph::two_way_graph G>
[[nodiscard]] directed_counts<edge_id> degree(const G& g) {
  const vertex_id n = g.num_vertices();
  directed_counts<edge_id> result{std::vector<edge_id>(n), std::vector<edge_id>(n),
                                  std::vector<edge_id>(n)};
  for (vertex_id v = 0; v < n; ++v) {
    result.upstream[v] = g.predecessors(v).size();
    result.downstream[v] = g.successors(v).size();
    result.total[v] =
        g.directed() ? result.upstream[v] + result.downstream[v] : result.downstream[v];
  }
  return result;
}

/// Sums of link values; without values every link is worth 1. Conventions as for degree. O(n + m).
template <graph::two_way_graph G>
[[nodiscard]] directed_counts<double> strength(const G& g) {
  const vertex_id n = g.num_vertices();
  directed_counts<double> result{std::vector<double>(n), std::vector<double>(n),
                                 std::vector<double>(n)};
  const auto sum = [&](std::span<const vertex_id> row, std::span<const double> weight) {
    if (weight.empty()) return static_cast<double>(row.size());
    double total = 0;
    for (const double w : weight) total += w;
    return total;
  };
  for (vertex_id v = 0; v < n; ++v) {
    result.upstream[v] = sum(g.predecessors(v), g.predecessor_weights(v));
    result.downstream[v] = sum(g.successors(v), g.successor_weights(v));
    result.total[v] =
        g.directed() ? result.upstream[v] + result.downstream[v] : result.downstream[v];
  }
  return result;
}

}  // namespace kedja::measures
