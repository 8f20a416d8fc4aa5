/// @file
/// The mechanism behind betweenness of companies and of links: for every source, how much of the
/// shortest paths to all targets runs through each. Source: Brandes, "A faster algorithm for
/// betweenness centrality", J. Math. Sociol. 25 (2001), doi:10.1080/0022250X.2001.9990249.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/centrality/dependency_sums.hpp>
#include <kedja/measures/centrality/hop_searches.hpp>
#include <kedja/measures/centrality/length_dependencies.hpp>
#include <kedja/measures/centrality/reduced_paths.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/distance_sorted_graph.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>
#include <kedja/measures/common/length.hpp>
#include <kedja/measures/common/shortest_paths.hpp>

namespace kedja::measures::detail {

/// Which pairs count: paths from a source to a target. Neither given: all pairs.
struct path_ends {
  std::optional<std::span<const vertex_id>> sources, targets;
};

inline void check_ends(const path_ends& ends, vertex_id n) {
  for (const auto& [name, given] :
       {std::pair{"sources", ends.sources}, std::pair{"targets", ends.targets}}) {
    if (!given) continue;
    std::vector<bool> seen(n, false);
    for (const vertex_id v : *given) {
      if (v >= n)
        throw invalid_argument(std::string(name) + ": vertex " + std::to_string(v) +
                               " is outside [0, " + std::to_string(n) + ")");
      if (seen[v])
        throw invalid_argument(std::string(name) + ": vertex " + std::to_string(v) +
                               " appears more than once");
      seen[v] = true;
    }
  }
}

/// What a path that ends in each vertex is worth: 1 for targets.
[[nodiscard]] inline std::vector<double> credits(const path_ends& ends, vertex_id n) {
  std::vector<double> credit(n, ends.targets ? 0.0 : 1.0);
  if (ends.targets)
    for (const vertex_id v : *ends.targets) credit[v] = 1.0;
  return credit;
}
[[nodiscard]] inline std::vector<vertex_id> sources_of(const path_ends& ends, vertex_id n) {
  if (ends.sources) return {ends.sources->begin(), ends.sources->end()};
  std::vector<vertex_id> all(n);
  std::iota(all.begin(), all.end(), vertex_id{0});
  return all;
}

template <graph::two_way_graph G>
dependency_sums dependencies_by_hops(const G& g, const path_ends& ends, bool of_links, task& job) {
  hub_sorted_graph sorted(g, job);
  const vertex_id n = sorted.num_vertices();
  const std::vector<vertex_id> original = sorted.original;
  std::vector<vertex_id> number(n);
  for (vertex_id v = 0; v < n; ++v) number[original[v]] = v;
  const std::vector<double> given_credit = credits(ends, n);
  std::vector<double> source(n, 0.0), credit(n);
  const std::vector<vertex_id> sources = sources_of(ends, n);
  for (const vertex_id s : sources) source[number[s]] = 1;
  const auto units = static_cast<double>(sources.size());
  for (vertex_id v = 0; v < n; ++v) credit[v] = given_credit[original[v]];
  dependency_sums sum;
  if (of_links) {  // every link has a sum of its own
    const weighted_parts whole{.links = std::move(sorted),
                               .begin = {0, n},
                               .source = std::move(source),
                               .credit = std::move(credit)};
    sum.link.assign(g.num_arcs(), 0.0);
    const std::vector<double> found = search_all(whole, true, units, job).link;
    for (vertex_id u = 0; u < n; ++u) {
      const auto row = g.successors(u);
      const auto simple = whole.links.successors(number[u]);
      for (std::size_t k = 0; k < row.size(); ++k) {  // the first of parallel links has the sum
        if (row[k] == u || (k > 0 && row[k - 1] == row[k])) continue;
        const auto at = std::lower_bound(simple.begin(), simple.end(), number[row[k]]);
        sum.link[g.first_arc(u) + k] =
            found[whole.links.first_arc(number[u]) + static_cast<std::size_t>(at - simple.begin())];
      }
    }
    return sum;
  }
  const reduced_paths reduced(sorted, source, credit, job);
  const std::vector<double> found =
      reduced.spread(search_all(reduced.searches(), false, units, job).vertex);
  sum.vertex.resize(n);
  for (vertex_id v = 0; v < n; ++v) sum.vertex[original[v]] = found[v];
  return sum;
}

/// One source on its own, by Dijkstra's algorithm; for graphs that the batched search cannot take.
template <graph::two_way_graph G>
void add_by_search(const G& g, link_length rule, vertex_id s, std::span<const double> credit,
                   shortest_path_search& search, std::vector<double>& share, dependency_sums& sum,
                   task& job) {
  search.by_length(g, s, path_direction::downstream, rule, job);
  const auto& distance = search.distance;
  const auto& paths = search.paths;
  pacer pace(job);
  for (std::size_t at = search.order.size(); at-- > 0;) {
    const vertex_id u = search.order[at];
    if (!std::isfinite(paths[u])) throw invalid_argument(too_many_paths);
    const auto row = g.successors(u);
    const auto weight = g.successor_weights(u);
    double below = 0;
    for (std::size_t k = 0; k < row.size(); ++k) {
      const vertex_id v = row[k];
      const std::size_t link = k;
      double length = length_of(weight[k], rule);
      while (k + 1 < row.size() && row[k + 1] == v)  // of parallel links the shortest
        length = std::min(length, length_of(weight[++k], rule));
      if (v == u || distance[v] == unreached || distance[u] + length != distance[v]) continue;
      below += share[v];
      if (!sum.link.empty()) sum.link[g.first_arc(u) + link] += paths[u] * share[v];
    }
    const double dependency = below * paths[u];
    share[u] = (credit[u] + dependency) / paths[u];
    if (u != s) sum.vertex[u] += dependency;
    pace(row.size());
  }
  // A length too small to change a distance must not look like a step back.
  for (const vertex_id u : search.order) share[u] = 0.0;
}

template <graph::two_way_graph G>
dependency_sums dependencies_by_length(const G& g, link_length rule, const path_ends& ends,
                                       bool of_links, task& job) {
  const vertex_id n = g.num_vertices();
  const std::vector<double> credit = credits(ends, n);
  const distance_sorted_graph sorted(g, path_direction::downstream, rule, job);
  std::vector<double> sorted_credit(n);
  for (vertex_id v = 0; v < n; ++v) sorted_credit[v] = credit[sorted.original[v]];
  std::vector<vertex_id> sources = sources_of(ends, n);
  for (vertex_id& s : sources) s = sorted.number[s];
  std::sort(sources.begin(), sources.end());
  struct workspace {
    length_dependencies together;
    dependency_sums found;  ///< by sorted number
    std::optional<shortest_path_search> alone = {};
    std::vector<double> share = {};
  };
  return sum_over_sources(
      sources.size(), length_dependencies::lanes, n, of_links ? g.num_arcs() : 0, job,
      [&] {
        return workspace{length_dependencies(sorted), {std::vector<double>(n, 0.0), {}}};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, dependency_sums& sum) {
        std::swap(ws.found.link, sum.link);
        for (std::size_t i = first; i < last; i += length_dependencies::lanes) {
          const auto some =
              std::span(sources).subspan(i, std::min(length_dependencies::lanes, last - i));
          if (!ws.together.run(some, sorted_credit, ws.found, job)) {
            if (!ws.alone) ws.alone.emplace(n), ws.share.assign(n, 0.0);
            std::swap(ws.found.link, sum.link);
            for (const vertex_id s : some)
              add_by_search(g, rule, sorted.original[s], credit, *ws.alone, ws.share, sum, job);
            std::swap(ws.found.link, sum.link);
          }
          job.advance(static_cast<double>(some.size()));
        }
        std::swap(ws.found.link, sum.link);
        for (vertex_id v = 0; v < n; ++v) {
          sum.vertex[sorted.original[v]] += ws.found.vertex[v];
          ws.found.vertex[v] = 0.0;
        }
      });
}

/// Sums over sources of how much each vertex lies between them and the targets, ends left out; with
/// `of_links` also by arc of g, where the first of parallel links holds the sum of all. `job`
/// counts sources. O(n m) by hops, O(n (n + m) log n) by lengths.
template <graph::two_way_graph G>
dependency_sums sum_dependencies(const G& g, link_length rule, const path_ends& ends, bool of_links,
                                 task& job) {
  return rule == link_length::hops ? dependencies_by_hops(g, ends, of_links, job)
                                   : dependencies_by_length(g, rule, ends, of_links, job);
}

}  // namespace kedja::measures::detail
