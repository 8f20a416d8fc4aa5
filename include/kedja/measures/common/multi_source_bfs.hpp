/// @file
/// Breadth-first search from 512 sources at once: each bit of a vertex's state is one source, so a
/// pass over the links serves all of them. Sources: Then et al., "The more the merrier", PVLDB
/// 8(4), 2014, doi:10.14778/2735496.2735507; Beamer, Asanovic & Patterson, "Direction-optimizing
/// breadth-first search", SC 2012, doi:10.1109/SC.2012.50.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
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
        return search<16>(g, sources, direction, max_hops, job, visit);
    }
  }

 private:
  static constexpr std::size_t words = bfs_lanes / 64;
  struct alignas(64) lanes {
    std::uint64_t word[words] = {};
  };
  /// The lanes in as many registers as they take: GCC takes wider vectors apart word by word.
  template <std::size_t Bytes>
  struct wide {
    typedef std::uint64_t part __attribute__((vector_size(Bytes), may_alias));
    static constexpr std::size_t parts = sizeof(lanes) / Bytes;
    part bits[parts];

    [[gnu::always_inline]] inline void get(const lanes& from) {
      for (std::size_t i = 0; i < parts; ++i) bits[i] = reinterpret_cast<const part*>(from.word)[i];
    }
    [[gnu::always_inline]] inline void put(lanes& to) const {
      for (std::size_t i = 0; i < parts; ++i) reinterpret_cast<part*>(to.word)[i] = bits[i];
    }
    [[gnu::always_inline]] inline void add(const lanes& other) {
      for (std::size_t i = 0; i < parts; ++i)
        bits[i] |= reinterpret_cast<const part*>(other.word)[i];
    }
    [[gnu::always_inline]] inline void keep(const wide& these) {
      for (std::size_t i = 0; i < parts; ++i) bits[i] &= these.bits[i];
    }
    [[gnu::always_inline]] inline void take_out(const lanes& these) {
      for (std::size_t i = 0; i < parts; ++i)
        bits[i] &= ~reinterpret_cast<const part*>(these.word)[i];
    }
    [[gnu::always_inline]] inline bool any() const {
      part all = bits[0];
      for (std::size_t i = 1; i < parts; ++i) all |= bits[i];
      return any_word(all);
    }
    /// Whether a lane is set that is not set in `other`.
    [[gnu::always_inline]] inline bool exceeds(const wide& other) const {
      part all = bits[0] & ~other.bits[0];
      for (std::size_t i = 1; i < parts; ++i) all |= bits[i] & ~other.bits[i];
      return any_word(all);
    }
    [[gnu::always_inline]] inline unsigned count() const {
      std::uint64_t word[words];
      std::memcpy(word, bits, sizeof word);
      unsigned ones = 0;
      for (const std::uint64_t w : word) ones += static_cast<unsigned>(std::popcount(w));
      return ones;
    }

   private:
    /// Folded in halves, which takes fewer instructions than reading word by word.
    [[gnu::always_inline]] static inline bool any_word(const part& x) {
      typedef std::uint64_t two __attribute__((vector_size(16), may_alias));
      const two* const half = reinterpret_cast<const two*>(&x);
      two all = half[0];
      for (std::size_t i = 1; i < Bytes / 16; ++i) all |= half[i];
      return (all[0] | all[1]) != 0;
    }
  };

  template <class G, class Visit>
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2,popcnt")
  void run_avx512(const G& g, std::span<const vertex_id> sources, path_direction direction,
                  std::uint32_t max_hops, task& job, Visit& visit) {
    search<64>(g, sources, direction, max_hops, job, visit);
  }
  template <class G, class Visit>
  KEDJA_TARGET("avx2,popcnt")
  void run_avx2(const G& g, std::span<const vertex_id> sources, path_direction direction,
                std::uint32_t max_hops, task& job, Visit& visit) {
    search<32>(g, sources, direction, max_hops, job, visit);
  }

  template <std::size_t Bytes, class G, class Visit>
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
    const lanes nobody;
    for (lanes& s : seen_) s = {};
    for (const vertex_id u : active_) frontier_[u] = {};  // what an interrupted run left behind
    for (const vertex_id u : fresh_) next_[u] = {};
    for (const vertex_id u : touched_) next_[u] = {};
    active_.clear();
    fresh_.clear();
    touched_.clear();
    lanes all;  // sources
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const vertex_id s = sources[i];
      const std::uint64_t bit = std::uint64_t{1} << (i % 64);
      if (std::ranges::count(frontier_[s].word, 0u) == words) active_.push_back(s);
      frontier_[s].word[i / 64] |= bit;
      seen_[s].word[i / 64] |= bit;
      all.word[i / 64] |= bit;
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
      const auto reached = [&](vertex_id v, const wide<Bytes>& got) __attribute__((always_inline)) {
        visit(v, got.count(), level);
        wide<Bytes> seen = got;
        seen.add(seen_[v]);
        seen.put(seen_[v]);
        links_ahead += ahead(v).size();
      };
      // A pull stops at a vertex as soon as nothing is missing, and writes nothing but the vertex.
      if (8 * reading > links_behind) {
        std::size_t kept = 0;
        links_behind = 0;
        for (const vertex_id v : open_) {
          wide<Bytes> missing, got;
          missing.get(all);
          missing.take_out(seen_[v]);
          if (!missing.any()) continue;
          open_[kept++] = v;
          const auto row = behind(v);
          links_behind += row.size();
          got.get(nobody);
          std::size_t k = 0;
          for (; k + 4 <= row.size(); k += 4) {
            for (std::size_t i = k; i < k + 4; ++i) got.add(frontier_[row[i]]);
            if (!missing.exceeds(got)) break;
          }
          if (k + 4 > row.size())
            for (; k < row.size(); ++k) got.add(frontier_[row[k]]);
          got.keep(missing);
          if (got.any()) {
            got.put(next_[v]);
            fresh_.push_back(v);
            reached(v, got);
          }
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
        open_.resize(kept);
      } else {
        for (const vertex_id u : active_) {
          const auto row = ahead(u);
          for (const vertex_id v : row) {
            wide<Bytes> to;
            to.get(next_[v]);
            if (!to.any()) touched_.push_back(v);
            to.add(frontier_[u]);
            to.put(next_[v]);
          }
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
        for (const vertex_id v : touched_) {
          wide<Bytes> got;
          got.get(next_[v]);
          got.take_out(seen_[v]);
          got.put(next_[v]);
          if (got.any()) {
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
