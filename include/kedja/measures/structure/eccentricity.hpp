/// @file
/// How far every company is from the others: the farthest, and on average. Source: Harary & Norman,
/// "The dissimilarity characteristic of Husimi trees", Annals of Mathematics 58 (1953),
/// doi:10.2307/1969824, for eccentricity.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
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

struct eccentricity_options {
  path_direction direction = path_direction::downstream;
  link_length length = link_length::hops;
};

struct eccentricity_result {
  std::vector<double> eccentricity;   ///< distance to the farthest company with a path
  std::vector<double> mean_distance;  ///< over the companies with a path
  std::vector<vertex_id> reached;     ///< how many other companies have a path
  std::vector<value_status> status;   ///< isolated: none has, and both values are NaN
  double diameter = std::numeric_limits<double>::quiet_NaN();  ///< the largest distance
  double radius = diameter;  ///< the least eccentricity of a company that has one
  double mean = diameter;    ///< over all pairs with a path
};

/// Distances from each company (downstream; upstream: to it) to the others that have a path, where
/// NetworkX has values for strongly connected graphs only. Self-links and parallel links change
/// nothing. Bit-identical for any number of threads. Cost as for sum_distances. Throws
/// invalid_argument for lengths the graph cannot give, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] eccentricity_result eccentricity(const G& g, const eccentricity_options& options = {},
                                               const run_context& ctx = {}) {
  check_lengths(g, options.length);
  const vertex_id n = g.num_vertices();
  task job(ctx, n);
  distance_sums sums = sum_distances(g, options.direction, options.length, any_hops, job);
  eccentricity_result result;
  result.status.assign(n, value_status::ok);
  result.mean_distance.assign(n, std::numeric_limits<double>::quiet_NaN());
  double total = 0, pairs = 0;
  for (vertex_id v = 0; v < n; ++v) {
    if (sums.reached[v] == 0) {
      result.status[v] = value_status::isolated;
      sums.farthest[v] = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    result.mean_distance[v] = sums.total[v] / sums.reached[v];
    total += sums.total[v], pairs += sums.reached[v];
    result.diameter = std::fmax(result.diameter, sums.farthest[v]);
    result.radius = std::fmin(result.radius, sums.farthest[v]);
  }
  if (pairs > 0) result.mean = total / pairs;
  result.eccentricity = std::move(sums.farthest);
  result.reached = std::move(sums.reached);
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template eccentricity_result eccentricity(const graph::csr_graph&,
                                                 const eccentricity_options&, const run_context&);
extern template eccentricity_result eccentricity(const graph::csr_view&,
                                                 const eccentricity_options&, const run_context&);
#endif

}  // namespace kedja::measures
