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

/// Sum over s != v != t of the share of shortest s-t paths that pass v. Endpoints do not count;
/// parallel links are one path; self-links change nothing; isolated companies score 0. NetworkX's
/// definition. Bit-identical for any number of threads.
///
/// O(n m) by hops, O(n (n + m) log n) by lengths; 8 n bytes for each of at most 64 partial sums.
/// Throws invalid_argument for lengths the graph cannot give, error when the number of shortest
/// paths exceeds the range of a double, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] betweenness_result betweenness(const G& g, const betweenness_options& options = {},
                                             const run_context& ctx = {}) {
  check_lengths(g, options.length);
  const vertex_id n = g.num_vertices();
  betweenness_result result{std::vector<double>(n, 0.0)};
  task job(ctx, n);
  if (n == 0) {
    job.finish();
    return result;
  }
  // Sources are cut into blocks fixed by n, each with a sum of its own; sums are added in order.
  const std::size_t parts = std::clamp<std::size_t>((std::size_t{1} << 25) / n, 2, 64);
  const std::size_t grain = (n + parts - 1) / parts;
  std::vector<std::vector<double>> part((n + grain - 1) / grain);
  struct workspace {
    shortest_path_search search;
    std::vector<double> dependency;
  };
  for_blocks(
      n, grain, job,
      [n] {
        return workspace{shortest_path_search(n), std::vector<double>(n, 0.0)};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t block) {
        std::vector<double>& sum = part[block];
        sum.assign(n, 0.0);
        for (std::size_t s = first; s < last; ++s) {
          const auto& distance = ws.search.distance;
          const auto& paths = ws.search.paths;
          const auto& order = ws.search.order;
          if (options.length == link_length::hops)
            ws.search.by_hops(g, static_cast<vertex_id>(s), path_direction::downstream, unreached,
                              job);
          else
            ws.search.by_length(g, static_cast<vertex_id>(s), path_direction::downstream,
                                options.length, job);
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
              double length = 1.0;
              if (options.length != link_length::hops)
                length = length_of(weight[k], options.length);
              while (k + 1 < row.size() && row[k + 1] == v) {
                ++k;
                if (options.length != link_length::hops)
                  length = std::min(length, length_of(weight[k], options.length));
              }
              if (v != w && distance[v] + length == distance[w] && distance[w] != unreached)
                ws.dependency[v] += paths[v] * share;
            }
            if ((arcs += row.size()) > (1u << 16)) arcs = 0, job.checkpoint();
          }
          ws.dependency[s] = 0.0;
          job.advance(1);
        }
      });
  for (const std::vector<double>& sum : part)
    for (vertex_id v = 0; v < n; ++v) result.score[v] += sum[v];
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
