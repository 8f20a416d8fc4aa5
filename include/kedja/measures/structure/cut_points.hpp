/// @file
/// Companies and ties whose loss takes a network apart. Source: Hopcroft & Tarjan, "Algorithm 447:
/// efficient algorithms for graph manipulation", CACM 16 (1973), doi:10.1145/362248.362272.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/joined_links.hpp>

namespace kedja::measures {

struct cut_points_result {
  std::vector<char> cut_point;                           ///< 1: without it a component falls apart
  std::vector<std::pair<vertex_id, vertex_id>> bridges;  ///< ties u < v with the same property
};

/// Articulation points and bridges, direction ignored; all links between two companies are one tie.
/// A depth-first search without recursion. O(n + m), 32 bytes per vertex and 12 per arc.
template <graph::two_way_graph G>
[[nodiscard]] cut_points_result cut_points(const G& g, const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  task job(ctx, n);
  const joined_links ties = join_links(g, false, job, [](const joined_neighbour&) { return 1.0; });
  struct visit {
    vertex_id vertex, parent;
    std::size_t at;  // next neighbour to look at
  };
  cut_points_result result{std::vector<char>(n, 0), {}};
  std::vector<vertex_id> entered(n, 0), low(n, 0);  // 0: not seen
  std::vector<visit> path;
  vertex_id next = 0;
  for (vertex_id root = 0; root < n; ++root) {
    if (entered[root] != 0) continue;
    std::size_t branches = 0;  // subtrees that meet only at the root
    entered[root] = low[root] = ++next;
    path.push_back({root, no_vertex, 0});
    while (!path.empty()) {
      visit& here = path.back();
      const vertex_id u = here.vertex;
      if (here.at < ties.degree(u)) {
        const vertex_id v = ties.of(u)[here.at++];
        if (v == here.parent) continue;
        if (entered[v] != 0) {
          low[u] = std::min(low[u], entered[v]);
          continue;
        }
        entered[v] = low[v] = ++next;
        if ((next & 0xFFF) == 0) job.checkpoint();
        path.push_back({v, u, 0});
        continue;
      }
      const vertex_id parent = here.parent;
      path.pop_back();
      if (parent == no_vertex) break;
      low[parent] = std::min(low[parent], low[u]);
      if (parent == root) ++branches;
      if (parent != root && low[u] >= entered[parent]) result.cut_point[parent] = 1;
      if (low[u] > entered[parent])
        result.bridges.push_back({std::min(u, parent), std::max(u, parent)});
    }
    if (branches > 1) result.cut_point[root] = 1;
  }
  std::sort(result.bridges.begin(), result.bridges.end());
  job.finish();
  return result;
}

}  // namespace kedja::measures
