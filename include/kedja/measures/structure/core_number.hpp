/// @file
/// Core numbers. Sources: Seidman, "Network structure and minimum degree", Social Networks 5
/// (1983), doi:10.1016/0378-8733(83)90028-X; Batagelj & Zaversnik 2003, arXiv:cs/0310049.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>

namespace kedja::measures {

/// The largest k for which the vertex is in the k-core: the largest part of the graph where every
/// vertex has at least k links inside. Parallel links count once and self-links never; in a
/// directed graph links in and out add up, so that a pair linked both ways counts twice.
/// Vertices are peeled level by level; the lists of those that are left add up to the sum of all
/// core numbers, so O(n + m) in all, with one random access per arc.
template <graph::two_way_graph G>
[[nodiscard]] std::vector<std::uint32_t> core_number(const G& g, const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  task job(ctx, n);
  const auto for_each_other = [&g](vertex_id u, auto use) {
    const auto walk = [&](std::span<const vertex_id> row) {
      vertex_id last = u;  // parallel links stand side by side
      for (const vertex_id v : row) {
        if (v != last && v != u) use(v);
        last = v;
      }
    };
    walk(g.successors(u));
    if (g.directed()) walk(g.predecessors(u));
  };
  std::vector<std::uint32_t> left(n, 0);  // links to vertices not yet peeled, then the core number
  for (vertex_id u = 0; u < n; ++u) for_each_other(u, [&](vertex_id) { ++left[u]; });
  std::size_t gone = 0;
  std::vector<vertex_id> waiting(n), peeled;
  std::iota(waiting.begin(), waiting.end(), vertex_id{0});
  while (!waiting.empty()) {
    std::uint32_t k = left[waiting.front()];
    for (const vertex_id u : waiting) k = std::min(k, left[u]);
    // Those with k links go, and with them whoever sinks to k links by that.
    for (const vertex_id u : waiting)
      if (left[u] == k) peeled.push_back(u);
    while (!peeled.empty()) {
      const vertex_id u = peeled.back();
      peeled.pop_back();
      if ((++gone & 0xFFF) == 0) job.advance(0x1000), job.checkpoint();
      for_each_other(u, [&](vertex_id v) {
        if (left[v] > k && --left[v] == k) peeled.push_back(v);
      });
    }
    std::erase_if(waiting, [&](vertex_id u) { return left[u] == k; });
  }
  job.finish();
  return left;
}

}  // namespace kedja::measures
