/// @file
/// Breadth-first search from 512 sources at once: each bit of a vertex's state is one source, so a
/// pass over the links serves all of them. Sources: Then et al., "The more the merrier", PVLDB
/// 8(4), 2014, doi:10.14778/2735496.2735507; Beamer, Asanovic & Patterson, "Direction-optimizing
/// breadth-first search", SC 2012, doi:10.1109/SC.2012.50.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/instruction_set.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/direction.hpp>

namespace kedja::measures {

inline constexpr std::size_t bfs_lanes = 512;

/// Reusable state of one search; about 200 bytes per vertex.
class multi_source_bfs {
 public:
  explicit multi_source_bfs(vertex_id n) : seen_(n), frontier_(n), next_(n) {}

  /// Searches from `sources` (at most bfs_lanes) along `direction` and calls
  /// visit(vertex, number of sources that reach it first in this level, level) for levels 1, 2, ...
  /// A level is pushed from the vertices just reached, or pulled by those that still miss a source,
  /// whichever reads fewer links. `with` may be any set that the processor has; it changes nothing
  /// but speed.
  template <class G, class Visit>
  void run(const G& g, std::span<const vertex_id> sources, path_direction direction,
           std::uint32_t max_hops, task& job, Visit visit,
           instruction_set with = best_instruction_set()) {
    switch (with) {
      case instruction_set::avx512:
        return run_avx512(g, sources, direction, max_hops, job, visit);
      case instruction_set::avx2:
        return run_avx2(g, sources, direction, max_hops, job, visit);
      case instruction_set::baseline:
        return search(g, sources, direction, max_hops, job, visit);
    }
  }

 private:
  using wide = std::uint64_t __attribute__((vector_size(64)));
  // In a structure of its own: a vector type that is a template argument loses its alignment.
  struct alignas(64) lanes {
    wide bits = {};
  };
  static constexpr std::size_t words = bfs_lanes / 64;

  template <class G, class Visit>
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2,popcnt")
  void run_avx512(const G& g, std::span<const vertex_id> sources, path_direction direction,
                  std::uint32_t max_hops, task& job, Visit& visit) {
    search(g, sources, direction, max_hops, job, visit);
  }
  template <class G, class Visit>
  KEDJA_TARGET("avx2,popcnt")
  void run_avx2(const G& g, std::span<const vertex_id> sources, path_direction direction,
                std::uint32_t max_hops, task& job, Visit& visit) {
    search(g, sources, direction, max_hops, job, visit);
  }

  /// Folded in halves, which takes fewer instructions than reading word by word.
  [[gnu::always_inline]] static inline bool any(const wide& x) {
    const auto four =
        __builtin_shufflevector(x, x, 0, 1, 2, 3) | __builtin_shufflevector(x, x, 4, 5, 6, 7);
    const auto two =
        __builtin_shufflevector(four, four, 0, 1) | __builtin_shufflevector(four, four, 2, 3);
    return (two[0] | two[1]) != 0;
  }
  [[gnu::always_inline]] static inline unsigned count(const wide& x) {
    unsigned ones = 0;
    for (std::size_t w = 0; w < words; ++w) ones += static_cast<unsigned>(std::popcount(x[w]));
    return ones;
  }

  template <class G, class Visit>
  [[gnu::always_inline]] inline void search(const G& g, std::span<const vertex_id> sources,
                                            path_direction direction, std::uint32_t max_hops,
                                            task& job, Visit& visit) {
    const auto ahead = [&](vertex_id u) {
      return direction == path_direction::upstream ? g.predecessors(u) : g.successors(u);
    };
    const auto behind = [&](vertex_id u) {
      return direction == path_direction::upstream ? g.successors(u) : g.predecessors(u);
    };
    const std::size_t n = seen_.size();
    for (lanes& s : seen_) s = {};
    for (const vertex_id u : active_) frontier_[u] = {};  // what an interrupted run left behind
    for (const vertex_id u : fresh_) next_[u] = {};
    for (const vertex_id u : touched_) next_[u] = {};
    active_.clear();
    fresh_.clear();
    touched_.clear();
    wide full = {};
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const vertex_id s = sources[i];
      const std::uint64_t bit = std::uint64_t{1} << (i % 64);
      if (!any(frontier_[s].bits)) active_.push_back(s);
      frontier_[s].bits[i / 64] |= bit;
      seen_[s].bits[i / 64] |= bit;
      full[i / 64] |= bit;
    }
    // Vertices that miss a source, and their links; refreshed whenever a level is pulled.
    open_.resize(n);
    std::iota(open_.begin(), open_.end(), vertex_id{0});
    std::size_t links_behind = g.num_arcs();
    std::size_t links_ahead = 0;
    for (const vertex_id u : active_) links_ahead += ahead(u).size();

    for (std::uint32_t level = 1; !active_.empty() && level <= max_hops; ++level) {
      const std::size_t reading = links_ahead;
      std::size_t arcs = 0;
      links_ahead = 0;
      const auto reached = [&](vertex_id v, const wide& got) __attribute__((always_inline)) {
        visit(v, count(got), level);
        seen_[v].bits |= got;
        links_ahead += ahead(v).size();
      };
      // A pull stops at a vertex as soon as nothing is missing, and writes nothing but the vertex.
      if (8 * reading > links_behind) {
        std::size_t kept = 0;
        links_behind = 0;
        for (const vertex_id v : open_) {
          const wide missing = full & ~seen_[v].bits;
          if (!any(missing)) continue;
          open_[kept++] = v;
          const auto row = behind(v);
          links_behind += row.size();
          wide got = {};
          std::size_t k = 0;
          for (; k + 4 <= row.size(); k += 4) {
            got |= (frontier_[row[k]].bits | frontier_[row[k + 1]].bits) |
                   (frontier_[row[k + 2]].bits | frontier_[row[k + 3]].bits);
            if (!any(missing & ~got)) break;
          }
          if (k + 4 > row.size())
            for (; k < row.size(); ++k) got |= frontier_[row[k]].bits;
          got &= missing;
          if (any(got)) {
            next_[v].bits = got;
            fresh_.push_back(v);
            reached(v, got);
          }
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
        open_.resize(kept);
      } else {
        for (const vertex_id u : active_) {
          const wide from = frontier_[u].bits;
          const auto row = ahead(u);
          for (const vertex_id v : row) {
            wide& to = next_[v].bits;
            if (!any(to)) touched_.push_back(v);
            to |= from;
          }
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
        for (const vertex_id v : touched_) {
          const wide got = next_[v].bits & ~seen_[v].bits;
          next_[v].bits = got;
          if (any(got)) {
            fresh_.push_back(v);
            reached(v, got);
          }
        }
        touched_.clear();
      }
      for (const vertex_id u : active_) frontier_[u] = {};
      active_.clear();
      std::swap(frontier_, next_);
      std::swap(active_, fresh_);
    }
  }

  static constexpr std::size_t checkpoint_arcs = 1 << 14;
  std::vector<lanes> seen_, frontier_, next_;
  std::vector<vertex_id> active_, fresh_, touched_, open_;
};

}  // namespace kedja::measures
