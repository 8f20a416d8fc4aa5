/// @file
/// Closeness in graphs that need not be connected. Sources: Freeman, "Centrality in social
/// networks: conceptual clarification", Social Networks 1 (1978), doi:10.1016/0378-8733(78)90021-7;
/// Wasserman & Faust, "Social network analysis" (1994), page 201, for the factor.
#pragma once

#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/distance_sums.hpp>
#include <kedja/measures/common/length.hpp>

namespace kedja::measures {

struct closeness_options {
  path_direction direction = path_direction::upstream;
  bool wf_improved = true;  ///< times the share of other companies that have a path
  link_length length = link_length::hops;
};

struct closeness_result {
  std::vector<double> score;
  std::vector<vertex_id> reached;    ///< how many other companies have a path
  std::vector<value_status> status;  ///< isolated: nobody has a path
};

/// Closeness r / (sum of distances) of each company for the r others that have a path to it
/// (upstream; downstream: from it), times r / (n - 1) when wf_improved. NetworkX's definition. In
/// [0, 1] by hops. A company that nobody reaches scores 0 with status `isolated`. Self-links and
/// parallel links change nothing. Bit-identical for any number of threads. Cost as for
/// sum_distances. Throws invalid_argument for lengths the graph cannot give, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] closeness_result closeness(const G& g, const closeness_options& options = {},
                                         const run_context& ctx = {}) {
  check_lengths(g, options.length);
  const vertex_id n = g.num_vertices();
  task job(ctx, n);
  auto sums = sum_distances(g, options.direction, options.length, any_hops, job);
  closeness_result result{std::vector<double>(n, 0.0), std::move(sums.reached),
                          std::vector<value_status>(n, value_status::ok)};
  for (vertex_id v = 0; v < n; ++v) {
    const double reached = result.reached[v];
    if (reached == 0) {
      result.status[v] = value_status::isolated;
      continue;
    }
    result.score[v] = reached / sums.total[v];
    if (options.wf_improved) result.score[v] *= reached / (n - 1.0);
  }
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template closeness_result closeness(const graph::csr_graph&, const closeness_options&,
                                           const run_context&);
extern template closeness_result closeness(const graph::csr_view&, const closeness_options&,
                                           const run_context&);
#endif

}  // namespace kedja::measures
