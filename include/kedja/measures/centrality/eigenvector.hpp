/// @file
/// Eigenvector centrality. Source: Bonacich, "Power and centrality: a family of measures", American
/// Journal of Sociology 92 (1987), doi:10.1086/228631.
#pragma once

#include <limits>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/dominant_vector.hpp>
#include <kedja/measures/common/hub_rows.hpp>
#include <kedja/measures/common/iteration.hpp>

namespace kedja::measures {

struct eigenvector_options {
  /// upstream: a company is scored by its suppliers' scores, as in NetworkX.
  path_direction direction = path_direction::upstream;
  bool weighted = true;
  double tolerance = 1e-10;  ///< bound on the L1 norm of A x - r x, as a share of r x
  int max_iterations = 1000;
};

struct eigenvector_result {
  std::vector<double> score;  ///< >= 0, L2 norm 1
  double eigenvalue = 0.0;    ///< spectral radius
  std::vector<value_status> status;
  iteration_record iteration;
};

namespace detail {

/// Whether links of value form no cycle: peeling vertices without (further) suppliers ends with
/// nothing left. A self-link is a cycle. O(n + m).
template <graph::two_way_graph G>
[[nodiscard]] bool is_acyclic(const G& g, bool weighted) {
  const vertex_id n = g.num_vertices();
  std::vector<edge_id> waiting(n, 0);
  const auto for_links = [&](vertex_id u, auto body) {
    const auto row = g.successors(u);
    for (std::size_t k = 0; k < row.size(); ++k)
      if (!weighted || g.successor_weights(u)[k] > 0) body(row[k]);
  };
  if (!g.directed()) {  // a link without direction is a way there and back
    bool linked = false;
    for (vertex_id u = 0; u < n && !linked; ++u) for_links(u, [&](vertex_id) { linked = true; });
    return !linked;
  }
  for (vertex_id u = 0; u < n; ++u) for_links(u, [&](vertex_id v) { ++waiting[v]; });
  std::vector<vertex_id> done;
  for (vertex_id v = 0; v < n; ++v)
    if (waiting[v] == 0) done.push_back(v);
  for (std::size_t head = 0; head < done.size(); ++head)
    for_links(done[head], [&](vertex_id v) {
      if (--waiting[v] == 0) done.push_back(v);
    });
  return done.size() == n;
}

}  // namespace detail

/// The non-negative x with x_v = (1/r) * sum over suppliers u of w_uv x_u for the largest r, found
/// from all equal entries by Arnoldi's method. NetworkX's definition. Parallel links add up,
/// self-links count. Companies that no cycle of the dominant part reaches score 0. A graph without
/// cycles has r = 0 and no such vector: NaN with status `undefined`. Not converging leaves the last
/// vector, with status `not_converged`. O(m) per iteration; 13 n doubles of memory and 4 bytes per
/// arc, 12 with weights. Bit-identical for any number of threads. Throws invalid_argument naming
/// the option, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] eigenvector_result eigenvector(const G& g, const eigenvector_options& options = {},
                                             const run_context& ctx = {}) {
  const iteration_limits limits{options.tolerance, options.max_iterations};
  limits.check();
  const vertex_id n = g.num_vertices();
  const bool weighted = options.weighted && g.weighted();
  eigenvector_result result;
  task job(ctx, 60);
  if (detail::is_acyclic(g, weighted)) {
    result.score.assign(n, std::numeric_limits<double>::quiet_NaN());
    result.status.assign(n, value_status::undefined);
    result.iteration.converged = true;
    job.finish();
    return result;
  }
  const hub_rows rows(g, options.direction, weighted, job);
  const auto found = dominant_vector(
      n, limits, job, [&](auto x, auto y) { multiply_by_links(rows, x, y, job); }, !g.directed());
  result.score.resize(n);
  for (std::size_t i = 0; i < n; ++i) result.score[rows.order.original[i]] = found.vector[i];
  result.eigenvalue = found.value;
  result.iteration = found.iteration;
  result.status.assign(n,
                       found.iteration.converged ? value_status::ok : value_status::not_converged);
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template eigenvector_result eigenvector(const graph::csr_graph&, const eigenvector_options&,
                                               const run_context&);
extern template eigenvector_result eigenvector(const graph::csr_view&, const eigenvector_options&,
                                               const run_context&);
#endif

}  // namespace kedja::measures
