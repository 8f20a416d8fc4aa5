/// @file
/// The links of a graph, each once.
#pragma once

#include <kedja/graph/concepts.hpp>

namespace kedja::graph {

/// Calls link(source, target, weight) for each link in canonical order; an undirected link comes
/// once, from its smaller end. The weight is 1 in a graph without weights. O(n + m).
template <two_way_graph G, class Link>
void for_each_link(const G& g, Link link) {
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    const auto weight = g.successor_weights(u);
    bool other_half = true;  // an undirected self-loop stands twice in its row
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (!g.directed()) {
        if (row[k] < u) continue;
        if (row[k] == u && (other_half = !other_half)) continue;
      }
      link(u, row[k], weight.empty() ? 1.0 : weight[k]);
    }
  }
}

}  // namespace kedja::graph
