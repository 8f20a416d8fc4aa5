/// @file
/// What every company's distances to all others add up to: the mechanism behind closeness, harmonic
/// closeness and eccentricity.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/distance_sorted_graph.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>
#include <kedja/measures/common/length.hpp>
#include <kedja/measures/common/multi_source_bfs.hpp>
#include <kedja/measures/common/multi_source_lengths.hpp>
#include <kedja/measures/common/shortest_paths.hpp>

namespace kedja::measures {

inline constexpr std::uint32_t any_hops = std::numeric_limits<std::uint32_t>::max();

/// Over all other companies with a path to (upstream) or from (downstream) each company.
struct distance_sums {
  std::vector<vertex_id> reached;  ///< how many there are
  std::vector<double> total;       ///< sum of distances
  std::vector<double> harmonic;    ///< sum of 1 / distance
  std::vector<double> farthest;    ///< the largest distance; 0 where there is none

  explicit distance_sums(vertex_id n)
      : reached(n, 0), total(n, 0.0), harmonic(n, 0.0), farthest(n, 0.0) {}
};

namespace detail {

/// Sums by hops over paths that end in (or start at) each company, 512 sources per pass. Counts and
/// distances are whole numbers and 1 / distance is kept in units of 2^-64, whose rounding is far
/// below that of a double: whole numbers add up to the same in any order.
template <graph::two_way_graph G>
[[nodiscard]] distance_sums sum_hops(const G& given, path_direction direction,
                                     std::uint32_t max_hops, task& job) {
  __extension__ using fixed = unsigned __int128;
  const hub_sorted_graph g(given, job);
  const vertex_id n = g.num_vertices();
  struct sums {
    vertex_id reached = 0;
    std::uint32_t farthest = 0;
    std::uint64_t total = 0;
    fixed harmonic = 0;
  };
  struct workspace {
    multi_source_bfs search;
    std::vector<sums> mine;
  };
  std::vector<vertex_id> sources(n);
  std::iota(sources.begin(), sources.end(), vertex_id{0});
  std::vector<sums> all(n);
  std::mutex merging;
  for_blocks(
      n, bfs_lanes, job,
      [n] {
        return workspace{multi_source_bfs(n), std::vector<sums>(n)};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        std::fill(ws.mine.begin(), ws.mine.end(), sums{});
        // A vertex collects from all sources at once, so the search runs against the direction in
        // which it is scored.
        std::uint32_t at_level = 0;
        fixed share = 0;
        ws.search.run(g, std::span(sources).subspan(first, last - first), opposite(direction),
                      max_hops, job, [&](vertex_id v, unsigned count, std::uint32_t level) {
                        if (level != at_level) at_level = level, share = (fixed{1} << 64) / level;
                        sums& s = ws.mine[v];
                        s.reached += count;
                        s.farthest = level;  // levels rise
                        s.total += std::uint64_t{count} * level;
                        s.harmonic += share * count;
                      });
        job.advance(static_cast<double>(last - first));
        const std::scoped_lock lock(merging);
        for (vertex_id v = 0; v < n; ++v) {
          all[v].reached += ws.mine[v].reached;
          all[v].farthest = std::max(all[v].farthest, ws.mine[v].farthest);
          all[v].total += ws.mine[v].total;
          all[v].harmonic += ws.mine[v].harmonic;
        }
      });
  distance_sums result(n);
  for (vertex_id v = 0; v < n; ++v) {
    const vertex_id old = g.original[v];
    result.reached[old] = all[v].reached;
    result.total[old] = static_cast<double>(all[v].total);
    result.farthest[old] = all[v].farthest;
    result.harmonic[old] = std::ldexp(static_cast<double>(all[v].harmonic), -64);
  }
  return result;
}

/// Sums by lengths, 16 sources per search; what is added stands in the sorted graph's order.
template <graph::two_way_graph G>
[[nodiscard]] distance_sums sum_lengths(const G& given, path_direction direction, link_length rule,
                                        task& job) {
  const distance_sorted_graph g(given, direction, rule, job);
  const vertex_id n = g.num_vertices();
  distance_sums result(n);
  struct workspace {
    multi_source_lengths together;
    std::optional<shortest_path_search> alone = {};
  };
  std::vector<vertex_id> sources(n);
  std::iota(sources.begin(), sources.end(), vertex_id{0});
  for_blocks(
      n, multi_source_lengths::lanes, job, [n] { return workspace{multi_source_lengths(n)}; },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        const bool found = ws.together.run(g, std::span(sources).subspan(first, last - first), job);
        for (std::size_t k = 0; k < last - first; ++k) {
          const vertex_id source = g.original[first + k];
          if (!found) {
            if (!ws.alone) ws.alone.emplace(n);
            ws.alone->by_length(given, source, direction, rule, job);
          }
          for (vertex_id v = 0; v < n; ++v) {
            const double d =
                found ? ws.together.distance(v).lane[k] : ws.alone->distance[g.original[v]];
            if (v == first + k || d == unreached) continue;
            ++result.reached[source];
            result.total[source] += d;
            result.harmonic[source] += 1.0 / d;
            result.farthest[source] = std::max(result.farthest[source], d);
          }
        }
        job.advance(static_cast<double>(last - first));
      });
  return result;
}

}  // namespace detail

/// By hops O(n m / 512) word operations and about 230 bytes per company and thread; by lengths
/// O(n (n + m) log n). `job` counts companies. Bit-identical for any number of threads.
template <graph::two_way_graph G>
[[nodiscard]] distance_sums sum_distances(const G& g, path_direction direction, link_length rule,
                                          std::uint32_t max_hops, task& job) {
  return rule == link_length::hops ? detail::sum_hops(g, direction, max_hops, job)
                                   : detail::sum_lengths(g, direction, rule, job);
}

}  // namespace kedja::measures
