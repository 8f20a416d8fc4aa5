/// @file
/// Harmonic closeness. Source: Boldi & Vigna, "Axioms for centrality", Internet Mathematics 10
/// (2014), doi:10.1080/15427951.2013.865686.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/distance_sums.hpp>
#include <kedja/measures/common/length.hpp>

namespace kedja::measures {

struct harmonic_closeness_options {
  path_direction direction = path_direction::upstream;
  bool normalized = true;             ///< divide by n-1, which maps scores by hops to [0, 1]
  std::uint32_t max_hops = any_hops;  ///< hops only
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
/// Cost as for sum_distances. Throws invalid_argument for lengths the graph cannot give, and
/// cancelled.
template <graph::two_way_graph G>
[[nodiscard]] harmonic_closeness_result harmonic_closeness(
    const G& g, const harmonic_closeness_options& options = {}, const run_context& ctx = {}) {
  check_lengths(g, options.length);
  const vertex_id n = g.num_vertices();
  task job(ctx, n);
  auto sums = sum_distances(g, options.direction, options.length, options.max_hops, job);
  if (options.normalized && n > 1)
    for (double& s : sums.harmonic) s /= n - 1;
  job.finish();
  return {std::move(sums.harmonic), std::move(sums.reached)};
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
