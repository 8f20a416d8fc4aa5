/// @file
/// The largest distance in a network, between bounds that a few searches prove. Source: Takes &
/// Kosters, "Determining the diameter of small world networks", CIKM 2011,
/// doi:10.1145/2063576.2063748.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/links.hpp>
#include <kedja/measures/common/hops_from.hpp>
#include <kedja/measures/common/length.hpp>
#include <kedja/measures/common/lengths_from.hpp>
#include <kedja/measures/structure/components.hpp>

namespace kedja::measures {

struct diameter_options {
  link_length length = link_length::hops;
  double tolerance = 0.0;             ///< >= 0; stop when the bounds are as near as this
  std::uint32_t max_searches = 1000;  ///< at least 1
};

struct diameter_result {
  double lower = 0, upper = 0;  ///< the largest distance lies between; equal where it is known
  vertex_id source = no_vertex, target = no_vertex;  ///< companies whose distance is `lower`
  std::uint32_t searches = 0;
};

namespace detail {

/// Of a graph without directions. A search from v that finds the farthest company at e says of
/// every company w at distance d that the farthest from w is no nearer than max(d, e - d) and no
/// farther than e + d. Companies that cannot be an end of a longer path than the longest found are
/// done. The next search starts where the upper bound is largest (which finds long paths) and where
/// the lower bound is least (the middle, which ends most others), in turn.
template <graph::two_way_graph G>
[[nodiscard]] diameter_result diameter_of(const G& g, const diameter_options& options,
                                          const run_context& ctx) {
  const vertex_id n = g.num_vertices();
  const components_result parts = weak_components(g, stage(ctx, 0.0, 0.0));
  task job(stage(ctx, 0.0, 1.0),
           static_cast<double>(options.max_searches) * static_cast<double>(g.num_arcs()));
  pacer pace(job);
  std::vector<double> most(parts.count, -1.0);  // no path has more links than companies less one
  for (const vertex_id c : parts.component) most[c] += 1.0;
  double longest = options.length == link_length::hops ? 1.0 : 0.0;
  if (options.length != link_length::hops)
    graph::for_each_link(g, [&](vertex_id u, vertex_id v, double value) {
      pace();
      const double l = length_of(value, options.length);
      if (u != v && l < unreached) longest = std::max(longest, l);
    });
  std::vector<double> low(n, 0.0), high(n);
  std::vector<vertex_id> open;  // companies that may be the end of a longer path
  for (vertex_id v = 0; v < n; ++v) {
    high[v] = most[parts.component[v]] * longest;
    if (high[v] > 0) open.push_back(v);
  }
  diameter_result found;
  const auto links = [&](vertex_id v) { return g.successors(v).size(); };
  while (!open.empty()) {
    const bool outside = found.searches % 2 == 0;
    vertex_id next = open.front();
    found.upper = found.lower;
    for (const vertex_id v : open) {
      found.upper = std::max(found.upper, high[v]);
      const double better = outside ? high[v] - high[next] : low[next] - low[v];
      if (better > 0 || (better == 0 && links(v) > links(next))) next = v;
    }
    if (found.upper <= found.lower + options.tolerance || found.searches == options.max_searches)
      break;
    const auto distance =
        options.length == link_length::hops
            ? hops_from(g, next, path_direction::downstream, job)
            : lengths_from(g, next, path_direction::downstream, options.length, job);
    ++found.searches;
    vertex_id far = next;
    for (vertex_id v = 0; v < n; ++v)
      if (distance[v] < unreached && distance[v] > distance[far]) far = v;
    const double e = distance[far];
    if (e > found.lower) found.lower = e, found.source = next, found.target = far;
    for (const vertex_id w : open)
      if (distance[w] < unreached) {
        low[w] = std::max({low[w], distance[w], e - distance[w]});
        high[w] = std::min(high[w], e + distance[w]);
      }
    high[next] = e;
    // Sums of lengths are rounded: what is longer by less than that is not longer.
    const double enough = found.lower * (options.length == link_length::hops ? 1.0 : 1 + 1e-12);
    std::erase_if(open, [&](vertex_id v) { return high[v] <= enough; });
    job.checkpoint();
  }
  if (open.empty()) found.upper = found.lower;
  job.finish();
  return found;
}

}  // namespace detail

/// The largest distance between two companies that a path joins, links walked either way. Each
/// search takes O(n + m); networks with hubs need some tens of them, grids and rings up to n.
/// 33 bytes per company, and for directed graphs a copy without directions. Throws
/// invalid_argument naming the option, or for lengths the graph cannot give, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] diameter_result diameter(const G& g, const diameter_options& options = {},
                                       const run_context& ctx = {}) {
  check_lengths(g, options.length);
  if (!(options.tolerance >= 0))
    throw invalid_argument("tolerance must be >= 0, not " + std::to_string(options.tolerance));
  if (options.max_searches < 1) throw invalid_argument("max_searches must be at least 1, not 0");
  if (!g.directed()) return detail::diameter_of(g, options, ctx);
  std::vector<vertex_id> source, target;
  std::vector<double> value;
  {
    task copying(stage(ctx, 0.0, 0.0));
    pacer pace(copying);
    graph::for_each_link(g, [&](vertex_id u, vertex_id v, double w) {
      pace();
      source.push_back(u), target.push_back(v);
      if (options.length != link_length::hops) value.push_back(w);
    });
  }
  const graph::csr_graph either_way(g.num_vertices(), std::span<const vertex_id>(source),
                                    std::span<const vertex_id>(target), value, {.directed = false},
                                    stage(ctx, 0.0, 0.0));
  return detail::diameter_of(either_way, options, ctx);
}

}  // namespace kedja::measures
