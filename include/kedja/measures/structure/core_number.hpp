/// @file
/// Core numbers. Sources: Seidman, "Network structure and minimum degree", Social Networks 5
/// (1983), doi:10.1016/0378-8733(83)90028-X; Batagelj & Zaversnik 2003, arXiv:cs/0310049.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>

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
  // A processor cannot guess what is peeled next, so entries are written always and kept by count.
  std::vector<vertex_id> waiting(n), peeled(n + std::size_t{1});
  std::iota(waiting.begin(), waiting.end(), vertex_id{0});
  std::size_t remaining = n, next = 0, end = 0;  // peeled[next, end) have not been walked
  for (std::uint32_t k = 0; remaining > 0;) {
    // Those with k links go, and with them whoever sinks to k links by that.
    std::size_t kept = 0;
    std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
    for (std::size_t i = 0; i < remaining; ++i) {
      const vertex_id u = waiting[i];
      const std::uint32_t links = left[u];
      peeled[end] = u;
      end += links == k;
      waiting[kept] = u;
      kept += links > k;
      least = std::min(least, links > k ? links : least);
    }
    remaining = kept;
    const std::uint32_t level = k;
    k = end > next ? k + 1 : least;
    for (; next < end; ++next) {
      if ((next & 0xFFF) == 0) job.checkpoint();
      if (next + 16 < end) {  // rows lie anywhere in memory, and so do their neighbours' counts
        prefetch_step(g, peeled[next + 16], path_direction::downstream);
        __builtin_prefetch(g.successors(peeled[next + 8]).data());
        for (const vertex_id v :
             g.successors(peeled[next + 3])
                 .first(std::min<std::size_t>(16, g.successors(peeled[next + 3]).size())))
          __builtin_prefetch(&left[v]);
      }
      for_each_other(peeled[next], [&](vertex_id v) {
        const std::uint32_t links = left[v], fewer = links - (links > level);
        left[v] = fewer;
        peeled[end] = v;
        end += links > level && fewer == level;
      });
    }
  }
  job.finish();
  return left;
}

}  // namespace kedja::measures
