/// @file
/// Breadth-first search from 512 sources at once: each bit of a vertex's state is one source, so a
/// pass over the links serves all of them. Source: Then et al., "The more the merrier", PVLDB 8(4),
/// 2014, doi:10.14778/2735496.2735507.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>

namespace kedja::measures {

inline constexpr std::size_t bfs_lanes = 512;

/// Reusable state of one search; about 200 bytes per vertex.
class multi_source_bfs {
 public:
  explicit multi_source_bfs(vertex_id n) : seen_(n), frontier_(n), next_(n) {}

  /// Searches from `sources` (at most bfs_lanes) along `direction` and calls
  /// visit(vertex, number of sources that reach it first in this level, level) for levels 1, 2, ...
  template <graph::two_way_graph G, class Visit>
  void run(const G& g, std::span<const vertex_id> sources, path_direction direction,
           std::uint32_t max_hops, task& job, Visit visit) {
    for (lanes& s : seen_) s = {};
    for (const vertex_id u : active_) frontier_[u] = {};  // what an interrupted run left behind
    for (const vertex_id u : fresh_) next_[u] = {};
    active_.clear();
    fresh_.clear();
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const vertex_id s = sources[i];
      if (is_empty(frontier_[s])) active_.push_back(s);
      frontier_[s][i / 64] |= std::uint64_t{1} << (i % 64);
      seen_[s][i / 64] |= std::uint64_t{1} << (i % 64);
    }
    for (std::uint32_t level = 1; !active_.empty() && level <= max_hops; ++level) {
      std::size_t arcs = 0;
      for (const vertex_id u : active_) {
        const lanes& from = frontier_[u];
        const auto row = step(g, u, direction);
        for (const vertex_id v : row) {
          lanes& to = next_[v];
          if (is_empty(to)) fresh_.push_back(v);
          for (std::size_t w = 0; w < to.size(); ++w) to[w] |= from[w];
        }
        if ((arcs += row.size()) > (1u << 14)) arcs = 0, job.checkpoint();
      }
      for (const vertex_id u : active_) frontier_[u] = {};
      active_.clear();
      for (const vertex_id v : fresh_) {
        lanes& got = next_[v];
        unsigned reached = 0;
        for (std::size_t w = 0; w < got.size(); ++w) {
          got[w] &= ~seen_[v][w];
          seen_[v][w] |= got[w];
          reached += static_cast<unsigned>(std::popcount(got[w]));
        }
        if (reached > 0) {
          visit(v, reached, level);
          frontier_[v] = got;
          active_.push_back(v);
        }
        got = {};
      }
      fresh_.clear();
    }
  }

 private:
  using lanes = std::array<std::uint64_t, bfs_lanes / 64>;

  static bool is_empty(const lanes& x) noexcept {
    std::uint64_t any = 0;
    for (const std::uint64_t word : x) any |= word;
    return any == 0;
  }

  std::vector<lanes> seen_, frontier_, next_;
  std::vector<vertex_id> active_, fresh_;
};

}  // namespace kedja::measures
