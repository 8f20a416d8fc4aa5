/// @file
/// Distances from one vertex, for whole graphs: no path counts, no order, no predecessors.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/length.hpp>
#include <kedja/measures/common/shortest_paths.hpp>

namespace kedja::measures {

/// By hops. While the frontier has few links they are walked forwards; when it has many, every
/// vertex not yet reached looks backwards for one that was reached last and stops at the first.
template <graph::two_way_graph G>
[[nodiscard]] std::vector<double> hops_from(const G& g, vertex_id source, path_direction direction,
                                            task& job) {
  const vertex_id n = g.num_vertices();
  std::vector<double> distance(n, unreached);
  std::vector<std::uint64_t> seen((std::size_t{n} + 63) / 64, 0), last(seen.size(), 0);
  const auto mark = [](std::vector<std::uint64_t>& set, vertex_id v) {
    set[v / 64] |= std::uint64_t{1} << (v % 64);
  };
  std::vector<vertex_id> frontier{source}, next;
  distance[source] = 0;
  mark(seen, source);
  std::size_t links_ahead = step(g, source, direction).size(), links_left = g.num_arcs();
  for (double hops = 1; !frontier.empty(); ++hops) {
    job.checkpoint();
    next.clear();
    const std::size_t reading = std::exchange(links_ahead, 0);
    links_left -= std::min(links_left, reading);
    std::size_t arcs = 0;
    const auto reach = [&](vertex_id v) {
      mark(seen, v);
      distance[v] = hops;
      next.push_back(v);
      links_ahead += step(g, v, direction).size();
    };
    if (reading > links_left / 16 && frontier.size() > n / 64) {
      std::fill(last.begin(), last.end(), 0);
      for (const vertex_id u : frontier) mark(last, u);
      for (std::size_t word = 0; word < seen.size(); ++word) {
        std::uint64_t open = ~seen[word];
        if (word + 1 == seen.size() && n % 64 != 0) open &= (std::uint64_t{1} << (n % 64)) - 1;
        for (; open != 0; open &= open - 1) {
          const auto v =
              static_cast<vertex_id>(word * 64 + static_cast<unsigned>(std::countr_zero(open)));
          for (const vertex_id u : step(g, v, opposite(direction)))
            if ((last[u / 64] >> (u % 64) & 1) != 0) {
              reach(v);
              break;
            }
        }
        if (++arcs > (1u << 10)) arcs = 0, job.checkpoint();
      }
    } else {
      for (const vertex_id u : frontier) {
        const auto row = step(g, u, direction);
        for (const vertex_id v : row)
          if ((seen[v / 64] >> (v % 64) & 1) == 0) reach(v);
        if ((arcs += row.size()) > (1u << 16)) arcs = 0, job.checkpoint();
      }
    }
    std::swap(frontier, next);
    job.advance(static_cast<double>(reading));
  }
  return distance;
}

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

}  // namespace detail

/// By lengths: delta-stepping on one thread (Meyer & Sanders, J. Algorithms 49 (2003),
/// doi:10.1016/S0196-6774(03)00076-2). Vertices wait in buckets of one width by their distance so
/// far, in no order within one; a vertex whose distance falls while its bucket is open is walked
/// again. The distances are those of Dijkstra's algorithm bit for bit, whatever the width. What
/// lies beyond the last bucket waits apart; when all buckets are done they start again there, four
/// times as wide, so that lengths of any range need few rounds.
template <graph::two_way_graph G>
[[nodiscard]] std::vector<double> lengths_from(const G& g, vertex_id source,
                                               path_direction direction, link_length rule,
                                               task& job) {
  std::vector<double> distance(g.num_vertices(), unreached);
  struct entry {
    double distance;  // when it was put here: smaller by now, and the entry is void
    vertex_id vertex;
  };
  constexpr std::size_t buckets = 1 << 12;
  std::vector<std::vector<entry>> bucket(buckets);
  std::vector<entry> beyond, again;
  double width = detail::typical_shortest_length(g, rule), start = 0;
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
        if (i + 4 < open.size()) {                     // rows lie anywhere in memory
          const auto soon = step(g, open[i + 4].vertex, direction);
          __builtin_prefetch(soon.data());
          __builtin_prefetch(step_weights(g, open[i + 4].vertex, direction).data());
          const auto next = step(g, open[i + 2].vertex, direction);
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

}  // namespace kedja::measures
