/// @file
/// Distances by lengths from one vertex, for whole graphs: no path counts, no order, no
/// predecessors. Source: Meyer & Sanders, "Delta-stepping: a parallelizable shortest path
/// algorithm", J. Algorithms 49 (2003), doi:10.1016/S0196-6774(03)00076-2.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/length.hpp>
#include <kedja/measures/common/shortest_paths.hpp>

namespace kedja::measures {

namespace detail {

/// A length that few links of a vertex are shorter than: of 4096 links spread over the graph, the
/// one at the share 1 / mean number of links per vertex; 1 where that is 0.
template <graph::two_way_graph G>
[[nodiscard]] double typical_shortest_length(const G& g, link_length rule) {
  const vertex_id n = g.num_vertices();
  std::vector<double> seen;
  const vertex_id stride = std::max<vertex_id>(1, n / 1024);
  for (std::uint64_t v = 0; v < n; v += stride) {
    const auto weight = g.successor_weights(static_cast<vertex_id>(v));
    for (std::size_t k = 0; k < std::min<std::size_t>(4, weight.size()); ++k)
      seen.push_back(length_of(weight[k], rule));
  }
  if (seen.empty()) return 1.0;
  const std::size_t links = std::max<std::size_t>(1, g.num_arcs() / n);
  const auto at = seen.begin() + static_cast<std::ptrdiff_t>(seen.size() / (links + 1));
  std::nth_element(seen.begin(), at, seen.end());
  return *at > 0 && *at < unreached ? *at : 1.0;
}

/// The search by lengths, for a direction and a rule that are known when it is compiled.
template <path_direction direction, link_length rule, graph::two_way_graph G>
[[nodiscard]] large_vector<double> lengths_along(const G& g, vertex_id source, task& job) {
  large_vector<double> distance(g.num_vertices(), unreached);
  struct entry {
    double distance;  // when it was put here: smaller by now, and the entry is void
    vertex_id vertex;
  };
  constexpr std::size_t buckets = 1 << 12;
  std::vector<std::vector<entry>> bucket(buckets);
  std::vector<entry> beyond, again;
  double width = typical_shortest_length(g, rule), start = 0;
  const auto put = [&](entry e) {
    const double place = (e.distance - start) / width;  // rounding keeps the order of distances
    if (place < buckets)
      bucket[static_cast<std::size_t>(place)].push_back(e);
    else
      beyond.push_back(e);
  };
  distance[source] = 0;
  put({0.0, source});
  std::size_t arcs = 0;
  for (;;) {
    for (std::vector<entry>& open : bucket) {
      for (std::size_t i = 0; i < open.size(); ++i) {  // grows while it is walked
        if (i + 12 < open.size()) {  // rows lie anywhere in memory, and so do their vertices
          prefetch_step(g, open[i + 12].vertex, direction);
          __builtin_prefetch(step(g, open[i + 8].vertex, direction).data());
          __builtin_prefetch(step_weights(g, open[i + 8].vertex, direction).data());
          const auto next = step(g, open[i + 4].vertex, direction);
          for (std::size_t k = 0; k < std::min<std::size_t>(16, next.size()); ++k)
            __builtin_prefetch(&distance[next[k]]);
        }
        const entry now = open[i];
        if (now.distance > distance[now.vertex]) continue;
        const auto row = step(g, now.vertex, direction);
        const auto weight = step_weights(g, now.vertex, direction);
        for (std::size_t k = 0; k < row.size(); ++k) {
          const double through = now.distance + length_of(weight[k], rule);
          if (through < distance[row[k]]) {
            distance[row[k]] = through;
            put({through, row[k]});
          }
        }
        if ((arcs += row.size() + 1) > (1u << 16)) {
          job.advance(static_cast<double>(arcs));
          arcs = 0;
          job.checkpoint();
        }
      }
      open.clear();
    }
    std::erase_if(beyond, [&](const entry& e) { return e.distance > distance[e.vertex]; });
    if (beyond.empty()) return distance;
    start = std::ranges::min(beyond, {}, &entry::distance).distance;
    width *= 4;
    std::swap(beyond, again);
    beyond.clear();
    for (const entry& e : again) put(e);
    job.checkpoint();
  }
}

}  // namespace detail

/// Lengths of shortest paths from the source to every vertex, or to it (upstream), by
/// delta-stepping on one thread. Vertices wait in buckets of one width by their distance so far, in
/// no order within one; a vertex whose distance falls while its bucket is open is walked again. The
/// distances are those of Dijkstra's algorithm bit for bit, whatever the width. What lies beyond
/// the last bucket waits apart; when all buckets are done they start again there, four times as
/// wide, so that lengths of any range need few rounds.
template <graph::two_way_graph G>
[[nodiscard]] large_vector<double> lengths_from(const G& g, vertex_id source,
                                                path_direction direction, link_length rule,
                                                task& job) {
  const auto along = [&]<path_direction d>() {
    return rule == link_length::value
               ? detail::lengths_along<d, link_length::value>(g, source, job)
               : detail::lengths_along<d, link_length::inverse_value>(g, source, job);
  };
  return direction == path_direction::downstream
             ? along.template operator()<path_direction::downstream>()
             : along.template operator()<path_direction::upstream>();
}

}  // namespace kedja::measures
