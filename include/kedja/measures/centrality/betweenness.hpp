/// @file
/// Betweenness: how often a company lies on shortest paths between others. Source: Brandes, "A
/// faster algorithm for betweenness centrality", J. Math. Sociol. 25 (2001),
/// doi:10.1080/0022250X.2001.9990249.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/centrality/brandes_batch.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/length.hpp>
#include <kedja/measures/common/shortest_paths.hpp>

namespace kedja::measures {

struct betweenness_options {
  bool normalized =
      true;  ///< divide by the number of ordered (directed) or unordered pairs of others
  link_length length = link_length::hops;
};

struct betweenness_result {
  std::vector<double> score;
};

namespace detail {

/// Sums of dependencies over sources 0..n-1. Sources are cut into blocks fixed by n, each with a
/// sum of its own; sums are added in order, so that threads change no bit.
template <class MakeWorkspace, class AddSources>
std::vector<double> sum_over_sources(vertex_id n, task& job, MakeWorkspace make, AddSources add) {
  std::vector<double> total(n, 0.0);
  if (n == 0) return total;
  const std::size_t parts = std::clamp<std::size_t>((std::size_t{1} << 25) / n, 2, 64);
  const std::size_t batch = brandes_batch::lanes;
  const std::size_t grain = ((n + parts - 1) / parts + batch - 1) / batch * batch;
  std::vector<std::vector<double>> part((n + grain - 1) / grain);
  for_blocks(n, grain, job, make,
             [&](auto& workspace, std::size_t first, std::size_t last, std::size_t block) {
               part[block].assign(n, 0.0);
               add(workspace, static_cast<vertex_id>(first), static_cast<vertex_id>(last),
                   part[block]);
             });
  for (const std::vector<double>& sum : part)
    for (vertex_id v = 0; v < n; ++v) total[v] += sum[v];
  return total;
}

template <graph::two_way_graph G>
std::vector<double> dependencies_by_hops(const G& g, task& job) {
  const hub_sorted_links links = sort_by_hubs(g);
  const vertex_id n = links.num_vertices();
  const std::vector<double> sum = sum_over_sources(
      n, job, [n] { return brandes_batch(n); },
      [&](brandes_batch& search, vertex_id first, vertex_id last, std::vector<double>& to) {
        std::vector<vertex_id> sources;
        for (vertex_id s = first; s < last; ++s) {
          if (!links.successors(s).empty()) sources.push_back(s);  // others lead nowhere
          if (sources.size() == brandes_batch::lanes || s + 1 == last) {
            search.run(links, sources, to, job);
            sources.clear();
          }
          job.advance(1);
        }
      });
  std::vector<double> by_vertex(n);
  for (vertex_id v = 0; v < n; ++v) by_vertex[links.original[v]] = sum[v];
  return by_vertex;
}

template <graph::two_way_graph G>
std::vector<double> dependencies_by_length(const G& g, link_length rule, task& job) {
  const vertex_id n = g.num_vertices();
  struct workspace {
    shortest_path_search search;
    std::vector<double> dependency;
  };
  return sum_over_sources(
      n, job,
      [n] {
        return workspace{shortest_path_search(n), std::vector<double>(n, 0.0)};
      },
      [&](workspace& ws, vertex_id first, vertex_id last, std::vector<double>& sum) {
        for (vertex_id s = first; s < last; ++s) {
          const auto& distance = ws.search.distance;
          const auto& paths = ws.search.paths;
          const auto& order = ws.search.order;
          ws.search.by_length(g, s, path_direction::downstream, rule, job);
          std::size_t arcs = 0;
          for (std::size_t i = order.size(); i-- > 1;) {
            const vertex_id w = order[i];
            if (!std::isfinite(paths[w]))
              throw error("betweenness: the number of shortest paths is too large for a double");
            const double share = (1.0 + ws.dependency[w]) / paths[w];
            sum[w] += ws.dependency[w];
            ws.dependency[w] = 0.0;
            const auto row = g.predecessors(w);
            const auto weight = g.predecessor_weights(w);
            for (std::size_t k = 0; k < row.size(); ++k) {
              const vertex_id v = row[k];
              double length = length_of(weight[k], rule);
              while (k + 1 < row.size() && row[k + 1] == v)  // of parallel links the shortest
                length = std::min(length, length_of(weight[++k], rule));
              if (v != w && distance[v] + length == distance[w] && distance[w] != unreached)
                ws.dependency[v] += paths[v] * share;
            }
            if ((arcs += row.size()) > (1u << 16)) arcs = 0, job.checkpoint();
          }
          ws.dependency[s] = 0.0;
          job.advance(1);
        }
      });
}

}  // namespace detail

/// Sum over s != v != t of the share of shortest s-t paths that pass v. Endpoints do not count;
/// parallel links are one path; self-links change nothing; isolated companies score 0. NetworkX's
/// definition. Bit-identical for any number of threads and whatever instructions the processor has.
///
/// O(n m) by hops, O(n (n + m) log n) by lengths; 8 n bytes for each of at most 64 partial sums
/// and, by hops, 130 n bytes per thread. Throws invalid_argument for lengths the graph cannot give,
/// error when the number of shortest paths exceeds the range of a double, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] betweenness_result betweenness(const G& g, const betweenness_options& options = {},
                                             const run_context& ctx = {}) {
  check_lengths(g, options.length);
  const vertex_id n = g.num_vertices();
  task job(ctx, n);
  betweenness_result result{options.length == link_length::hops
                                ? detail::dependencies_by_hops(g, job)
                                : detail::dependencies_by_length(g, options.length, job)};
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
