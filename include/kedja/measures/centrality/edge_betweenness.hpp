/// @file
/// Betweenness of links. Source: Brandes, "On variants of shortest-path betweenness centrality and
/// their generic computation", Social Networks 30 (2008), doi:10.1016/j.socnet.2007.11.001.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/centrality/dependencies.hpp>
#include <kedja/measures/common/length.hpp>

namespace kedja::measures {

struct edge_betweenness_options {
  bool normalized = true;  ///< divide by the number of ordered (directed) or unordered pairs
  link_length length = link_length::hops;
  /// Only paths from these to those count.
  std::optional<std::span<const vertex_id>> sources = {}, targets = {};
};

struct edge_betweenness_result {
  std::vector<double> score;  ///< one per link, in the order of graph::for_each_link
};

/// Sum over s != t of the share of shortest s-t paths that use the link. Parallel links of the same
/// least length share evenly what runs between their ends, longer ones and self-links score 0.
/// NetworkX's definition. Bit-identical for any number of threads. Cost as for betweenness, plus
/// the memory of up to 64 (at least 2) sums per link. Throws as betweenness.
template <graph::two_way_graph G>
[[nodiscard]] edge_betweenness_result edge_betweenness(const G& g,
                                                       const edge_betweenness_options& options = {},
                                                       const run_context& ctx = {}) {
  check_lengths(g, options.length);
  const vertex_id n = g.num_vertices();
  const detail::path_ends ends{options.sources, options.targets};
  detail::check_ends(ends, n);
  task job(ctx, ends.sources ? static_cast<double>(ends.sources->size()) : n);
  std::vector<double> sum = detail::sum_dependencies(g, options.length, ends, true, job).link;
  double scale = g.directed() ? 1.0 : 0.5;  // an undirected pair is seen from both its ends
  if (options.normalized && n > 1)
    scale = 1.0 / (static_cast<double>(n) * static_cast<double>(n - 1));
  // A run of parallel links: the first holds the sum, the shortest share it.
  for (vertex_id u = 0; u < n; ++u) {
    const auto row = g.successors(u);
    const auto weight = g.successor_weights(u);
    const auto length = [&](std::size_t k) {
      return options.length == link_length::hops ? 1.0 : length_of(weight[k], options.length);
    };
    for (std::size_t first = 0, last; first < row.size(); first = last) {
      last = first;
      double least = std::numeric_limits<double>::infinity(), sharing = 0;
      while (last < row.size() && row[last] == row[first]) least = std::min(least, length(last++));
      for (std::size_t k = first; k < last; ++k) sharing += length(k) == least;
      double* const at = sum.data() + g.first_arc(u);
      const double each = at[first] / sharing;
      for (std::size_t k = first; k < last; ++k) at[k] = length(k) == least ? each : 0.0;
    }
  }
  edge_betweenness_result result;
  result.score.reserve(g.num_links());
  std::vector<std::size_t> cursor(g.directed() ? 0 : n, 0);  // arcs v -> u met so far, u rising
  for (vertex_id u = 0; u < n; ++u) {
    const auto row = g.successors(u);
    bool other_half = true;  // an undirected self-loop stands twice in its row
    for (std::size_t k = 0; k < row.size(); ++k) {
      const vertex_id v = row[k];
      double score = sum[g.first_arc(u) + k];
      if (!g.directed()) {
        if (v < u || (v == u && (other_half = !other_half))) continue;
        if (v > u) score += sum[g.first_arc(v) + cursor[v]++];
      }
      result.score.push_back(score * scale);
    }
  }
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template edge_betweenness_result edge_betweenness(const graph::csr_graph&,
                                                         const edge_betweenness_options&,
                                                         const run_context&);
extern template edge_betweenness_result edge_betweenness(const graph::csr_view&,
                                                         const edge_betweenness_options&,
                                                         const run_context&);
#endif

}  // namespace kedja::measures
