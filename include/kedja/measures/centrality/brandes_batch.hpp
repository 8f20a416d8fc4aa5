/// @file
/// Brandes' algorithm by hops for eight sources at a time. Sources that are searched together share
/// most of their work: a link is looked at once per level, and the counts of all eight are added in
/// one instruction. After Then et al., "The more the merrier", PVLDB 8 (2014),
/// doi:10.14778/2735496.2735507, with path counts carried along.
#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/instruction_set.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>

namespace kedja::measures::detail {

/// Dependencies of vertices and, where `link` is not empty, of links.
struct dependency_sums {
  std::vector<double> vertex, link;
};

/// One search after another over the same graph. A level keeps its values in an array that is zero
/// elsewhere, so that looking at a link is one addition without a question; 270 bytes per vertex.
class brandes_batch {
 public:
  static constexpr std::size_t lanes = 8;

  explicit brandes_batch(vertex_id n)
      : paths_(n), here_(n), next_(n), pushed_(n), visited_(n, 0), touch_(n, 0) {}

  /// Adds to sum.vertex[v] the dependency of each of at most eight sources on v, and to
  /// sum.link[a], unless it is empty, that on link a. credit[t] is what a path that ends in t is
  /// worth. `with` may be any set that the processor has; it changes no bit. Source k counts
  /// times[k] times on vertices; once where `times` is empty.
  void run(const hub_sorted_graph& g, std::span<const vertex_id> sources,
           std::span<const double> credit, dependency_sums& sum, task& job,
           instruction_set with = best_instruction_set(), std::span<const double> times = {}) {
    for (std::size_t k = 0; k < lanes; ++k) times_.lane[k] = k < times.size() ? times[k] : 1.0;
    switch (with) {
      case instruction_set::avx512:
        return run_avx512(g, sources, credit, sum, job);
      case instruction_set::avx2:
        return run_avx2(g, sources, credit, sum, job);
      case instruction_set::baseline:
        return search(g, sources, credit, sum, job);
    }
  }

  /// Credit of all that source k of the last run reaches.
  [[nodiscard]] double reached_credit(std::size_t k) const noexcept { return reached_.lane[k]; }

 private:
  using wide = double __attribute__((vector_size(64)));
  using wide_bits = std::int64_t __attribute__((vector_size(64)));
  using lane_set = std::uint8_t;
  static constexpr wide_bits lane_bit = {1, 2, 4, 8, 16, 32, 64, 128};
  // In a structure of its own: a vector type that is a template argument loses its alignment.
  struct alignas(64) values {
    wide lane = {};
  };
  struct entry {
    vertex_id vertex;
    lane_set who;  ///< lanes that reach the vertex at this level
  };

  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2")
  void run_avx512(const hub_sorted_graph& g, std::span<const vertex_id> sources,
                  std::span<const double> credit, dependency_sums& sum, task& job) {
    search(g, sources, credit, sum, job);
  }
  KEDJA_TARGET("avx2")
  void run_avx2(const hub_sorted_graph& g, std::span<const vertex_id> sources,
                std::span<const double> credit, dependency_sums& sum, task& job) {
    search(g, sources, credit, sum, job);
  }

  /// The lanes whose bits are set. Vectors go by reference: how they are returned depends on the
  /// processor.
  [[gnu::always_inline]] static inline lane_set set_of(const wide_bits& mask) {
    const wide_bits chosen = mask & lane_bit;
    const auto four = __builtin_shufflevector(chosen, chosen, 0, 1, 2, 3) |
                      __builtin_shufflevector(chosen, chosen, 4, 5, 6, 7);
    const auto two =
        __builtin_shufflevector(four, four, 0, 1) | __builtin_shufflevector(four, four, 2, 3);
    return static_cast<lane_set>(two[0] | two[1]);
  }
  [[gnu::always_inline]] static inline double total(const wide& x) {
    double all = 0;
    for (std::size_t k = 0; k < lanes; ++k) all += x[k];
    return all;
  }

  [[gnu::always_inline]] inline void search(const hub_sorted_graph& g,
                                            std::span<const vertex_id> sources,
                                            std::span<const double> credit, dependency_sums& sum,
                                            task& job) {
    restore();
    forward(g, sources, job);
    backward(g, credit, sum, job);
  }

  /// Zeros everywhere, also after a run that was interrupted.
  void restore() {
    for (const entry& e : entries_) {
      paths_[e.vertex] = here_[e.vertex] = next_[e.vertex] = {};
      visited_[e.vertex] = 0;
    }
    for (const vertex_id v : touched_) next_[v] = {}, touch_[v] = 0;
    entries_.clear();
    touched_.clear();
    starts_.assign(1, 0);
  }

  /// Level by level, numbers of shortest paths. A level is pushed along the links of those just
  /// reached, or pulled by all that miss a lane, whichever costs less.
  [[gnu::always_inline]] inline void forward(const hub_sorted_graph& g,
                                             std::span<const vertex_id> sources, task& job) {
    lane_set full = 0;
    std::size_t links_ahead = 0, links_behind = g.num_arcs(), arcs = 0;
    for (std::size_t k = 0; k < sources.size(); ++k) {
      const vertex_id s = sources[k];
      const auto lane = static_cast<lane_set>(1u << k);
      paths_[s].lane[k] = here_[s].lane[k] = 1.0;
      visited_[s] = lane;
      full = static_cast<lane_set>(full | lane);
      entries_.push_back({s, lane});
      links_ahead += g.successors(s).size();
    }
    open_.resize(paths_.size());
    std::iota(open_.begin(), open_.end(), vertex_id{0});
    for (std::size_t first = 0; first < entries_.size();) {
      const std::size_t last = entries_.size();
      starts_.push_back(last);
      const std::size_t reading = std::exchange(links_ahead, 0);
      // Keeps of `got` what is new to v; tells whether there is any.
      const auto reach = [&](vertex_id v, const wide& got) __attribute__((always_inline)) {
        const wide_bits fresh = ((wide_bits)got != 0) & ((wide_bits)paths_[v].lane == 0);
        const lane_set who = set_of(fresh);
        const wide kept = (wide)((wide_bits)got & fresh);
        next_[v].lane = kept;
        if (who == 0) return;
        paths_[v].lane += kept;
        visited_[v] = static_cast<lane_set>(visited_[v] | who);
        entries_.push_back({v, who});
        links_ahead += g.successors(v).size();
      };
      if (2 * reading > links_behind) {
        std::size_t kept = 0;
        links_behind = 0;
        for (const vertex_id v : open_) {
          if (visited_[v] == full) continue;
          open_[kept++] = v;
          const auto row = g.predecessors(v);
          links_behind += row.size();
          wide got = {};
          for (const vertex_id u : row) got += here_[u].lane;
          reach(v, got);
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
        open_.resize(kept);
      } else {
        for (std::size_t i = first; i < last; ++i) {
          const vertex_id u = entries_[i].vertex;
          const wide count = here_[u].lane;
          const auto row = g.successors(u);
          for (const vertex_id v : row) {
            if (visited_[v] == full) continue;
            if (touch_[v] == 0) touch_[v] = 1, touched_.push_back(v);
            next_[v].lane += count;
          }
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
        for (const vertex_id v : touched_) {
          touch_[v] = 0;
          reach(v, next_[v].lane);
        }
        touched_.clear();
      }
      for (std::size_t i = first; i < last; ++i) here_[entries_[i].vertex] = {};
      std::swap(here_, next_);
      first = last;
    }
  }

  /// From the last level back: share = (credit + dependency) / paths, dependency = paths * sum of
  /// the shares one level on. Sources come last, and only their links have a dependency.
  [[gnu::always_inline]] inline void backward(const hub_sorted_graph& g,
                                              std::span<const double> credit, dependency_sums& sum,
                                              task& job) {
    double* const of_link = sum.link.empty() ? nullptr : sum.link.data();
    wide most = {}, reached = {};
    const wide times = times_.lane;
    std::size_t arcs = 0, links_of_later = 0;
    const std::size_t levels = starts_.size() - 1;
    for (std::size_t depth = levels; depth-- > (of_link != nullptr ? 0u : 1u);) {
      const std::size_t first = starts_[depth], last = starts_[depth + 1];
      const std::size_t end = depth + 1 < levels ? starts_[depth + 2] : last;  // of the next level
      std::size_t links = 0, links_back = 0;
      for (std::size_t i = first; i < last; ++i) {
        links += g.successors(entries_[i].vertex).size();
        links_back += g.predecessors(entries_[i].vertex).size();
      }
      // Shares of the next level lie in here_. Pushed sums also reach vertices of other levels, so
      // they are cleared where they are used.
      const bool push = of_link == nullptr && 2 * links_of_later < links;
      if (push) {
        for (std::size_t i = first; i < last; ++i) pushed_[entries_[i].vertex] = {};
        for (std::size_t i = last; i < end; ++i) {
          const wide share = here_[entries_[i].vertex].lane;
          const auto row = g.predecessors(entries_[i].vertex);
          for (const vertex_id u : row) pushed_[u].lane += share;
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
      }
      for (std::size_t i = first; i < last; ++i) {
        const auto [u, who] = entries_[i];
        const wide_bits mine = ((wide_bits{} + who) & lane_bit) != 0;  // all bits of its lanes
        const wide count = paths_[u].lane;
        wide below = {};
        if (push) {
          below = pushed_[u].lane;
        } else {
          const auto row = g.successors(u);
          if (of_link != nullptr) {
            double* const link = of_link + g.first_arc(u);
            for (std::size_t k = 0; k < row.size(); ++k) {
              const wide share = (wide)((wide_bits)here_[row[k]].lane & mine);
              below += share;
              link[k] += total(share * count);
            }
          } else {
            for (const vertex_id v : row) below += here_[v].lane;
          }
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
        if (depth == 0) continue;
        const wide dependency = (wide)((wide_bits)(below * count) & mine);
        next_[u].lane = (wide)((wide_bits)((credit[u] + dependency) / count) & mine);
        most = count > most ? count : most;
        reached += (wide)((wide_bits)(wide{} + credit[u]) & mine);
        sum.vertex[u] += total(dependency * times);
      }
      for (std::size_t i = last; i < end; ++i) here_[entries_[i].vertex] = {};
      std::swap(here_, next_);
      links_of_later = links_back;
    }
    reached_.lane = reached;
    if (!std::isfinite(total(most)))
      throw error("betweenness: the number of shortest paths is too large for a double");
  }

  static constexpr std::size_t checkpoint_arcs = 1 << 16;
  values times_, reached_;
  std::vector<values> paths_;
  std::vector<values> here_, next_;  ///< values of a level, zero elsewhere, and of the one beyond
  std::vector<values> pushed_;
  std::vector<lane_set> visited_;
  std::vector<std::uint8_t> touch_;
  std::vector<vertex_id> touched_, open_;
  std::vector<entry> entries_;       ///< level by level
  std::vector<std::size_t> starts_;  ///< where each level begins in entries_
};

}  // namespace kedja::measures::detail
