/// @file
/// Dependencies by hops from all sources of a graph in parts, eight at a time. Source: Brandes, "A
/// faster algorithm for betweenness centrality", J. Math. Sociol. 25 (2001),
/// doi:10.1080/0022250X.2001.9990249.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/centrality/brandes_batch.hpp>
#include <kedja/measures/centrality/dependency_sums.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>

namespace kedja::measures::detail {

/// A graph that no link of which leaves its part, with what each vertex stands for.
struct weighted_parts {
  hub_sorted_graph links;
  std::vector<vertex_id> begin;    ///< part k has the vertices begin[k] to begin[k + 1]
  std::vector<double> source;      ///< by vertex: how many paths start there
  std::vector<double> credit;      ///< what a path is worth that ends there
  std::vector<double> alike = {};  ///< how many have the same links; empty: one each
  /// Whoever is linked to one other only, u, sees through it what u sees: its dependency on all
  /// others is u's, and that on u is the credit of all that u reaches, less its own where a link
  /// leads back. How many such sources u stands for besides its own, and what is taken off. Empty:
  /// none.
  std::vector<double> pendant = {}, pendant_credit = {};
};

/// Who sells to the same hubs is equally far from most others: searched together, such sources meet
/// on the same level, and a level's links are looked at for more of them at once.
inline void sort_by_neighbours(const hub_sorted_graph& g, std::vector<vertex_id>& sources,
                               std::size_t first, task& job) {
  std::size_t compared = 0;
  std::stable_sort(sources.begin() + static_cast<std::ptrdiff_t>(first), sources.end(),
                   [&](vertex_id a, vertex_id b) {
                     if (++compared % 4096 == 0) job.checkpoint();
                     const auto x = g.successors(a), y = g.successors(b);
                     return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end());
                   });
}

/// Sums over searches from all sources that see anybody, which are `units` of work for `job`.
[[nodiscard]] inline dependency_sums search_all(const weighted_parts& in, bool of_links,
                                                double units, task& job) {
  const hub_sorted_graph& g = in.links;
  const vertex_id n = g.num_vertices();
  struct batch {
    std::size_t first, last;  // sources
    vertex_id from, to;       // vertices of the part
  };
  std::vector<vertex_id> sources;
  std::vector<double> times;
  std::vector<batch> batches;
  for (std::size_t part = 0; part + 1 < in.begin.size(); ++part) {
    const std::size_t first = sources.size();
    for (vertex_id v = in.begin[part]; v < in.begin[part + 1]; ++v)
      if (in.source[v] + (in.pendant.empty() ? 0.0 : in.pendant[v]) > 0 && !g.successors(v).empty())
        sources.push_back(v);
    sort_by_neighbours(g, sources, first, job);
    for (std::size_t i = first; i < sources.size(); i += brandes_batch::lanes)
      batches.push_back({i, std::min(i + brandes_batch::lanes, sources.size()), in.begin[part],
                         in.begin[part + 1]});
  }
  for (const vertex_id s : sources)
    times.push_back(in.source[s] + (in.pendant.empty() ? 0.0 : in.pendant[s]));
  return sum_over_sources(
      batches.size(), 1, n, of_links ? g.num_arcs() : 0, job, [n] { return brandes_batch(n); },
      [&](brandes_batch& search, std::size_t begin, std::size_t end, dependency_sums& to) {
        for (const batch& now : std::span(batches).subspan(begin, end - begin)) {
          const std::size_t count = now.last - now.first;
          search.run(g,
                     {std::span(sources).subspan(now.first, count),
                      std::span(times).subspan(now.first, count), now.from, now.to,
                      g.first_arc(now.to) - g.first_arc(now.from)},
                     in.credit, in.alike, to, job);
          for (std::size_t k = 0; k < count; ++k) {
            const vertex_id s = sources[now.first + k];
            if (!in.pendant.empty())
              to.vertex[s] += in.pendant[s] * search.reached_credit(k) - in.pendant_credit[s];
          }
          job.advance(units * static_cast<double>(count) / static_cast<double>(sources.size()));
        }
      });
}

}  // namespace kedja::measures::detail
