/// @file
/// Hubs and authorities. Source: Kleinberg, "Authoritative sources in a hyperlinked environment",
/// J. ACM 46 (1999), doi:10.1145/324133.324140.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/dominant_vector.hpp>
#include <kedja/measures/common/hub_order.hpp>
#include <kedja/measures/common/hub_rows.hpp>
#include <kedja/measures/common/iteration.hpp>

namespace kedja::measures {

struct hits_options {
  bool normalized = true;  ///< both columns sum to 1; otherwise their L2 norm is 1
  bool weighted = true;
  double tolerance = 1e-10;  ///< bound on the L1 norm of A'A a - r a, as a share of r a
  int max_iterations = 1000;
};

struct hits_result {
  std::vector<double> hubs;         ///< companies that sell to good authorities
  std::vector<double> authorities;  ///< companies that buy from good hubs
  std::vector<value_status> status;
  iteration_record iteration;
};

/// The dominant singular vectors of the adjacency matrix A (suppliers in rows), both >= 0:
/// authorities a = A' h, hubs h = A a, up to scale. NetworkX's definition. Where several parts tie
/// for the largest singular value, each keeps the weight that equal starting scores give it. A
/// graph without links of value has none: NaN with status `undefined`. O(m) per iteration; 14 n
/// doubles of memory and 8 bytes per arc, 24 with weights. Bit-identical for any number of threads.
/// Throws invalid_argument naming the option, cancelled.
template <graph::two_way_graph G>
[[nodiscard]] hits_result hits(const G& g, const hits_options& options = {},
                               const run_context& ctx = {}) {
  const iteration_limits limits{options.tolerance, options.max_iterations};
  limits.check();
  const vertex_id n = g.num_vertices();
  const bool weighted = options.weighted && g.weighted();
  hits_result result;
  task job(ctx, 60);
  bool any = false;
  for (vertex_id u = 0; u < n && !any; ++u) {
    if (!weighted) any = !g.successors(u).empty();
    for (const double w : g.successor_weights(u)) any = any || w > 0;
  }
  if (!any) {
    result.hubs.assign(n, std::numeric_limits<double>::quiet_NaN());
    result.authorities = result.hubs;
    result.status.assign(n, value_status::undefined);
    result.iteration.converged = true;
    job.finish();
    return result;
  }
  // Sellers and buyers are numbered each in their own way, hubs first.
  const hub_order buyers = hub_rows::by_row_length(g, path_direction::upstream);
  const hub_rows sold(g, path_direction::downstream, weighted,
                      hub_rows::by_row_length(g, path_direction::downstream), &buyers, job);
  const hub_rows bought(g, path_direction::upstream, weighted, buyers, &sold.order, job);
  std::vector<double> h(n);
  const auto found = dominant_vector(
      n, limits, job,
      [&](auto x, auto y) {
        multiply_by_links(sold, x, h, job);
        multiply_by_links(bought, h, y, job);
      },
      true);
  result.iteration = found.iteration;
  multiply_by_links(sold, found.vector, h, job);
  result.hubs.resize(n);
  result.authorities.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    result.hubs[sold.order.original[i]] = h[i];
    result.authorities[buyers.original[i]] = found.vector[i];
  }
  for (std::vector<double>* column : {&result.hubs, &result.authorities}) {
    const double norm = options.normalized ? l1_norm(*column, job) : l2_norm(*column, job);
    for (double& x : *column) x /= norm;
  }
  result.status.assign(n,
                       found.iteration.converged ? value_status::ok : value_status::not_converged);
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template hits_result hits(const graph::csr_graph&, const hits_options&, const run_context&);
extern template hits_result hits(const graph::csr_view&, const hits_options&, const run_context&);
#endif

}  // namespace kedja::measures
