/// @file
/// How a network falls apart when companies leave it one after another.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>

namespace kedja::measures {

/// Entry k: companies in the largest weak component once the first k of `order` have left (entry 0:
/// nobody has). Companies are put back from the last to the first and joined to their neighbours by
/// union-find (Newman & Ziff 2001, doi:10.1103/PhysRevE.64.016706): O((n + m) log n) at worst for
/// the whole curve. Throws invalid_argument when `order` is not a permutation of the companies.
template <graph::two_way_graph G>
[[nodiscard]] std::vector<vertex_id> removal_curve(const G& g, std::span<const vertex_id> order,
                                                   const run_context& ctx = {}) {
  const std::size_t n = g.num_vertices();
  if (order.size() != n)
    throw invalid_argument("order must name each of the " + std::to_string(n) +
                           " companies once, not " + std::to_string(order.size()));
  std::vector<vertex_id> parent(n, no_vertex), size(n, 1);
  for (const vertex_id v : order) {
    if (v >= n || parent[v] != no_vertex)
      throw invalid_argument("order names company " + std::to_string(v) +
                             (v >= n ? ", which does not exist" : " more than once"));
    parent[v] = v;
  }
  std::vector<char> back(n, 0);
  const auto root = [&](vertex_id v) {
    while (parent[v] != v) v = parent[v] = parent[parent[v]];
    return v;
  };
  task job(ctx, static_cast<double>(n));
  std::vector<vertex_id> largest(n + 1, 0);
  pacer pace(job);
  for (std::size_t k = n; k-- > 0;) {
    const vertex_id v = order[k];
    back[v] = 1;
    vertex_id most = std::max<vertex_id>(largest[k + 1], 1);
    for (const auto row : {g.successors(v), g.predecessors(v)})
      for (const vertex_id w : row) {
        if (back[w] == 0) continue;
        vertex_id a = root(v), b = root(w);
        if (a == b) continue;
        if (size[a] < size[b]) std::swap(a, b);
        parent[b] = a;
        size[a] += size[b];
        most = std::max(most, size[a]);
      }
    largest[k] = most;
    job.advance(1);
    pace(g.successors(v).size() + g.predecessors(v).size() + 1);
  }
  job.finish();
  return largest;
}

}  // namespace kedja::measures
