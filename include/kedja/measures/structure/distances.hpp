/// @file
/// Distances from one company to all others. Sources: Beamer, Asanovic & Patterson,
/// "Direction-optimizing breadth-first search", SC 2012, doi:10.1109/SC.2012.50; Meyer & Sanders,
/// "Delta-stepping: a parallelizable shortest path algorithm", J. Algorithms 49 (2003),
/// doi:10.1016/S0196-6774(03)00076-2.
#pragma once

#include <string>
#include <utility>

#include <kedja/core/error.hpp>
#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/hops_from.hpp>
#include <kedja/measures/common/length.hpp>
#include <kedja/measures/common/lengths_from.hpp>

namespace kedja::measures {

struct distances_options {
  path_direction direction = path_direction::downstream;
  link_length length = link_length::hops;
};

struct distances_result {
  large_vector<double> distance;  ///< infinity where there is no path
  vertex_id reached = 0;          ///< companies with a path, the source included
};

/// Length of the shortest path from the source to every company (downstream), or from every company
/// to the source (upstream). O(n + m) by hops, about that by lengths. Throws invalid_argument
/// for a source that is not a vertex and for lengths the graph cannot give, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] distances_result distances(const G& g, vertex_id source,
                                         const distances_options& options = {},
                                         const run_context& ctx = {}) {
  if (source >= g.num_vertices())
    throw invalid_argument("source: vertex " + std::to_string(source) + " is outside [0, " +
                           std::to_string(g.num_vertices()) + ")");
  check_lengths(g, options.length);
  task job(ctx, static_cast<double>(g.num_arcs()));
  distances_result result;
  result.distance = options.length == link_length::hops
                        ? hops_from(g, source, options.direction, job)
                        : lengths_from(g, source, options.direction, options.length, job);
  for (const double d : result.distance) result.reached += d < unreached;
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template distances_result distances(const graph::csr_graph&, vertex_id,
                                           const distances_options&, const run_context&);
extern template distances_result distances(const graph::csr_view&, vertex_id,
                                           const distances_options&, const run_context&);
#endif

}  // namespace kedja::measures
