/// @file
/// Betweenness: how often a company lies on shortest paths between others. Source: Brandes, "A
/// faster algorithm for betweenness centrality", J. Math. Sociol. 25 (2001),
/// doi:10.1080/0022250X.2001.9990249.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/centrality/dependencies.hpp>
#include <kedja/measures/common/length.hpp>

namespace kedja::measures {

struct betweenness_options {
  /// Divide by the number of ordered (directed) or unordered pairs of others.
  bool normalized = true;
  link_length length = link_length::hops;
  /// Only paths from these to those count, as in NetworkX's betweenness_centrality_subset.
  std::optional<std::span<const vertex_id>> sources = {}, targets = {};
};

struct betweenness_result {
  std::vector<double> score;
};

/// Sum over s != v != t of the share of shortest s-t paths that pass v. Endpoints do not count;
/// parallel links are one path; self-links change nothing; isolated companies score 0. NetworkX's
/// definition. Bit-identical for any number of threads and whatever instructions the processor has.
///
/// O(n m) by hops, O(n (n + m) log n) by lengths. By hops n and m count what is left once companies
/// with the same links are taken together and, in an undirected graph, trees are cut off and blocks
/// are told apart. Throws invalid_argument for lengths the graph cannot give and for sources or
/// targets that are repeated or outside, error when the number of shortest paths overflows a
/// double, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] betweenness_result betweenness(const G& g, const betweenness_options& options = {},
                                             const run_context& ctx = {}) {
  check_lengths(g, options.length);
  const vertex_id n = g.num_vertices();
  const detail::path_ends ends{options.sources, options.targets};
  detail::check_ends(ends, n);
  task job(ctx, ends.sources ? static_cast<double>(ends.sources->size()) : n);
  betweenness_result result{
      std::move(detail::sum_dependencies(g, options.length, ends, false, job).vertex)};
  double scale = g.directed() ? 1.0 : 0.5;  // an undirected pair is seen from both its ends
  if (options.normalized && n > 2)
    scale = 1.0 / (static_cast<double>(n - 1) * static_cast<double>(n - 2));
  for (double& s : result.score) s *= scale;
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template betweenness_result betweenness(const graph::csr_graph&, const betweenness_options&,
                                               const run_context&);
extern template betweenness_result betweenness(const graph::csr_view&, const betweenness_options&,
                                               const run_context&);
#endif

}  // namespace kedja::measures
