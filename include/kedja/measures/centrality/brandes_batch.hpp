/// @file
/// Brandes' algorithm by hops for eight sources at a time. Sources that are searched together share
/// most of their work: a link is looked at once per level at which any of them meets it, and the
/// counts of all eight are added in one instruction. After Then et al., "The more the merrier",
/// PVLDB 8 (2014), doi:10.14778/2735496.2735507, with path counts carried along.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/instruction_set.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/hub_sorted.hpp>

namespace kedja::measures::detail {

/// One search after another over the same links; clearing costs what the last search touched.
class brandes_batch {
 public:
  static constexpr std::size_t lanes = 8;

  explicit brandes_batch(vertex_id n) : paths_(n), share_(n), visited_(n, 0), level_(n, 0) {}

  /// Adds to sum[v] the dependency of each of at most eight sources on v. `with` may be any set
  /// that the processor has; it changes no bit.
  void run(const hub_sorted_links& g, std::span<const vertex_id> sources, std::vector<double>& sum,
           task& job, instruction_set with = best_instruction_set()) {
    switch (with) {
      case instruction_set::avx512:
        return run_avx512(g, sources, sum, job);
      case instruction_set::avx2:
        return run_avx2(g, sources, sum, job);
      case instruction_set::baseline:
        return run_any(g, sources, sum, job);
    }
  }

 private:
  using wide = double __attribute__((vector_size(64)));
  using wide_bits = std::int64_t __attribute__((vector_size(64)));
  using lane_set = std::uint8_t;
  // In structures of their own: a vector type that is a template argument loses its alignment.
  struct alignas(64) values {
    wide lane = {};
  };
  struct alignas(64) bits {
    wide_bits lane = {};
  };
  struct entry {
    vertex_id vertex;
    lane_set who;  ///< lanes that reach the vertex at this level
  };

  /// All bits of the lanes in each set.
  static const std::array<bits, 256>& masks() {
    static const std::array<bits, 256> table = [] {
      std::array<bits, 256> made{};
      for (std::size_t set = 0; set < 256; ++set)
        for (std::size_t k = 0; k < lanes; ++k) made[set].lane[k] = (set >> k & 1) != 0 ? -1 : 0;
      return made;
    }();
    return table;
  }

  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2")
  void run_avx512(const hub_sorted_links& g, std::span<const vertex_id> sources,
                  std::vector<double>& sum, task& job) {
    search(g, sources, sum, job);
  }
  KEDJA_TARGET("avx2")
  void run_avx2(const hub_sorted_links& g, std::span<const vertex_id> sources,
                std::vector<double>& sum, task& job) {
    search(g, sources, sum, job);
  }
  void run_any(const hub_sorted_links& g, std::span<const vertex_id> sources,
               std::vector<double>& sum, task& job) {
    search(g, sources, sum, job);
  }

  [[gnu::always_inline]] inline void search(const hub_sorted_links& g,
                                            std::span<const vertex_id> sources,
                                            std::vector<double>& sum, task& job) {
    const bits* const mask = masks().data();
    const std::uint64_t* const offset = g.offset.data();
    const vertex_id* const target = g.target.data();
    entries_.clear();
    starts_.assign(1, 0);
    for (std::size_t k = 0; k < sources.size(); ++k) {
      const vertex_id s = sources[k];
      paths_[s].lane[k] = 1.0;
      visited_[s] = static_cast<lane_set>(1u << k);
      entries_.push_back({s, visited_[s]});
    }
    // Forward: level by level, numbers of shortest paths.
    std::size_t arcs = 0;
    for (std::size_t first = 0; first < entries_.size();) {
      const std::size_t last = entries_.size();
      starts_.push_back(last);
      for (std::size_t i = first; i < last; ++i) {
        const auto [u, who] = entries_[i];
        const wide count = paths_[u].lane;
        for (std::uint64_t at = offset[u]; at < offset[u + std::size_t{1}]; ++at) {
          const vertex_id v = target[at];
          const auto met = static_cast<lane_set>(who & ~visited_[v]);
          if (met == 0) continue;
          if (level_[v] == 0) entries_.push_back({v, 0});
          level_[v] = static_cast<lane_set>(level_[v] | met);
          paths_[v].lane += (wide)((wide_bits)count & mask[met].lane);
        }
        if ((arcs += offset[u + std::size_t{1}] - offset[u]) > checkpoint_arcs)
          arcs = 0, job.checkpoint();
      }
      for (std::size_t i = last; i < entries_.size(); ++i) {
        entry& e = entries_[i];
        e.who = level_[e.vertex];
        visited_[e.vertex] = static_cast<lane_set>(visited_[e.vertex] | e.who);
        level_[e.vertex] = 0;
      }
      first = last;
    }
    // Backward: share = (1 + dependency) / paths of the level below, dependency = paths * their
    // sum.
    for (std::size_t depth = starts_.size() - 1; depth-- > 1;) {
      const std::size_t first = starts_[depth], last = starts_[depth + 1];
      for (std::size_t i = first; i < last; ++i) {
        const auto [u, who] = entries_[i];
        wide below{};
        for (std::uint64_t at = offset[u]; at < offset[u + std::size_t{1}]; ++at) {
          const vertex_id v = target[at];
          const auto on_path = static_cast<lane_set>(who & level_[v]);
          if (on_path == 0) continue;
          below += (wide)((wide_bits)share_[v].lane & mask[on_path].lane);
        }
        const wide dependency = below * paths_[u].lane;
        const wide share = (1.0 + dependency) / paths_[u].lane;
        share_[u].lane = (wide)(((wide_bits)share & mask[who].lane) |
                                ((wide_bits)share_[u].lane & ~mask[who].lane));
        double all = 0;
        for (std::size_t k = 0; k < lanes; ++k)
          if ((who >> k & 1) != 0) {
            if (!std::isfinite(paths_[u].lane[k]))
              throw error("betweenness: the number of shortest paths is too large for a double");
            all += dependency[k];
          }
        sum[u] += all;
        if ((arcs += offset[u + std::size_t{1}] - offset[u]) > checkpoint_arcs)
          arcs = 0, job.checkpoint();
      }
      // level_ holds who reaches what at the level that was just done.
      if (depth + 2 < starts_.size())
        for (std::size_t i = last; i < starts_[depth + 2]; ++i) level_[entries_[i].vertex] = 0;
      for (std::size_t i = first; i < last; ++i) level_[entries_[i].vertex] = entries_[i].who;
    }
    for (const entry& e : entries_) {
      paths_[e.vertex].lane = wide{};
      visited_[e.vertex] = level_[e.vertex] = 0;
    }
  }

  static constexpr std::size_t checkpoint_arcs = 1 << 16;
  std::vector<values> paths_, share_;
  std::vector<lane_set> visited_, level_;
  std::vector<entry> entries_;       ///< level by level
  std::vector<std::size_t> starts_;  ///< where each level begins in entries_
};

}  // namespace kedja::measures::detail
