/// @file
/// The graph of groups: how strongly each pair of groups is linked through its members.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>

namespace kedja::graph {

/// Sum over arcs of the shares of both ends: O_ab = sum_ij m_ia m_jb A_ij. For an undirected graph
/// a <= b; a link between members counts once in O_ab and once in O_aa (both arcs are one link).
struct group_ties {
  struct tie {
    group_id a, b;
    double links;  ///< links counted with shares
    double value;  ///< the same with link values; equals links when the graph has none
  };
  std::vector<tie> ties;      ///< sorted by (a, b); pairs without ties are absent
  edge_id skipped_links = 0;  ///< links with an end in no group
};

/// O(sum over arcs of g_u g_v) for g groups per vertex; memory O(pairs of groups that are tied).
template <two_way_graph G>
[[nodiscard]] group_ties tie_counts(const G& g, const grouping& groups) {
  if (groups.num_vertices() != g.num_vertices())
    throw invalid_argument("the grouping has " + std::to_string(groups.num_vertices()) +
                           " vertices, the graph " + std::to_string(g.num_vertices()));
  group_ties result;
  std::map<std::pair<group_id, group_id>, std::pair<double, double>> sums;
  edge_id skipped_arcs = 0;
  const double per_arc = g.directed() ? 1.0 : 0.5;
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    const auto weight = g.successor_weights(u);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (groups.of(u).empty() || groups.of(row[k]).empty()) {
        ++skipped_arcs;
        continue;
      }
      const double w = weight.empty() ? 1.0 : weight[k];
      for (const auto& [a, ma] : groups.of(u))
        for (const auto& [b, mb] : groups.of(row[k])) {
          const bool turn = !g.directed() && b < a;
          auto& [links, value] = sums[turn ? std::pair(b, a) : std::pair(a, b)];
          links += per_arc * ma * mb;
          value += per_arc * ma * mb * w;
        }
    }
  }
  for (const auto& [pair, sum] : sums)
    result.ties.push_back({pair.first, pair.second, sum.first, sum.second});
  result.skipped_links = g.directed() ? skipped_arcs : skipped_arcs / 2;
  return result;
}

/// The quotient as a graph: vertices are groups, weights are the summed link values.
template <two_way_graph G>
[[nodiscard]] csr_graph quotient_graph(const G& g, const grouping& groups) {
  const group_ties counted = tie_counts(g, groups);
  std::vector<vertex_id> a, b;
  std::vector<double> value;
  for (const auto& tie : counted.ties) {
    a.push_back(tie.a);
    b.push_back(tie.b);
    value.push_back(tie.value);
  }
  return csr_graph(groups.num_groups(), std::span<const vertex_id>(a),
                   std::span<const vertex_id>(b), value, {.directed = g.directed()});
}

}  // namespace kedja::graph
