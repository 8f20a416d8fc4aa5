/// @file
/// Harmonic closeness. Source: Boldi & Vigna, "Axioms for centrality", Internet Mathematics 10
/// (2014), doi:10.1080/15427951.2013.865686.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/length.hpp>
#include <kedja/measures/common/multi_source_bfs.hpp>
#include <kedja/measures/common/shortest_paths.hpp>

namespace kedja::measures {

struct harmonic_closeness_options {
  path_direction direction = path_direction::upstream;
  bool normalized = true;  ///< divide by n-1, which maps scores by hops to [0, 1]
  std::uint32_t max_hops = std::numeric_limits<std::uint32_t>::max();  ///< hops only
  link_length length = link_length::hops;
};

struct harmonic_closeness_result {
  std::vector<double> score;
  std::vector<vertex_id> reached;  ///< how many other companies have a path (within max_hops)
};

/// Sum over u != v of 1 / d(u, v) (upstream; downstream swaps the ends), where 1/infinity is 0. In
/// [0, 1] by hops when normalized. Self-links and parallel links change nothing; an isolated
/// company scores 0; with n < 2 every score is 0. Bit-identical for any number of threads.
///
/// By hops O(n m / 512) word operations, about 200 bytes per company and thread; by lengths
/// O(n (n + m) log n). Throws invalid_argument for lengths the graph cannot give, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] harmonic_closeness_result harmonic_closeness(
    const G& g, const harmonic_closeness_options& options = {}, const run_context& ctx = {}) {
  check_lengths(g, options.length);
  const vertex_id n = g.num_vertices();
  harmonic_closeness_result result{std::vector<double>(n, 0.0), std::vector<vertex_id>(n, 0)};
  task job(ctx, n);
  if (options.length == link_length::hops) {
    // A vertex collects from all sources at once, so the search runs against the direction in
    // which it is scored. Scores are summed as whole numbers of 2^-64: whole numbers add up to the
    // same whatever the order, and the rounding of 2^64 / d is far below that of a double.
    __extension__ using fixed = unsigned __int128;
    struct workspace {
      multi_source_bfs search;
      std::vector<fixed> score;
      std::vector<vertex_id> reached;
    };
    std::vector<vertex_id> sources(n);
    std::iota(sources.begin(), sources.end(), vertex_id{0});
    std::vector<fixed> total(n, 0);
    std::mutex merging;
    for_blocks(
        n, bfs_lanes, job,
        [n] {
          return workspace{multi_source_bfs(n), std::vector<fixed>(n), std::vector<vertex_id>(n)};
        },
        [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
          std::fill(ws.score.begin(), ws.score.end(), fixed{0});
          std::fill(ws.reached.begin(), ws.reached.end(), vertex_id{0});
          ws.search.run(g, std::span(sources).subspan(first, last - first),
                        opposite(options.direction), options.max_hops, job,
                        [&](vertex_id v, unsigned count, std::uint32_t level) {
                          ws.score[v] += ((fixed{1} << 64) / level) * count;
                          ws.reached[v] += count;
                        });
          job.advance(static_cast<double>(last - first));
          const std::scoped_lock lock(merging);
          for (vertex_id v = 0; v < n; ++v) {
            total[v] += ws.score[v];
            result.reached[v] += ws.reached[v];
          }
        });
    for (vertex_id v = 0; v < n; ++v)
      result.score[v] = std::ldexp(static_cast<double>(total[v]), -64);
  } else {
    for_blocks(
        n, 1, job, [n] { return shortest_path_search(n); },
        [&](shortest_path_search& search, std::size_t v, std::size_t, std::size_t) {
          search.by_length(g, static_cast<vertex_id>(v), options.direction, options.length, job);
          double sum = 0;
          for (std::size_t i = 1; i < search.order.size(); ++i)
            sum += 1.0 / search.distance[search.order[i]];
          result.score[v] = sum;
          result.reached[v] = static_cast<vertex_id>(search.order.size() - 1);
          job.advance(1);
        });
  }
  if (options.normalized && n > 1)
    for (double& s : result.score) s /= n - 1;
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES  // set by the compiled target kedja::kedja, not by kedja::headers
extern template harmonic_closeness_result harmonic_closeness(const graph::csr_graph&,
                                                             const harmonic_closeness_options&,
                                                             const run_context&);
extern template harmonic_closeness_result harmonic_closeness(const graph::csr_view&,
                                                             const harmonic_closeness_options&,
                                                             const run_context&);
#endif

}  // namespace kedja::measures
