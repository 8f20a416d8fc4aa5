/// @file
/// Brandes' algorithm by hops for eight sources at a time. Sources that are searched together share
/// most of their work: a link is looked at once per level, and the counts of all eight are added in
/// one instruction. After Then et al., "The more the merrier", PVLDB 8 (2014),
/// doi:10.14778/2735496.2735507, with path counts carried along.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/instruction_set.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/centrality/dependency_sums.hpp>
#include <kedja/measures/common/eight_lanes.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>

namespace kedja::measures::detail {

/// What is searched together: part of a graph that no link leaves.
struct batch_of_sources {
  std::span<const vertex_id> source;  ///< at most eight
  std::span<const double> times;      ///< how often each counts on vertices; empty: once
  vertex_id first = 0, last = 0;      ///< the vertices that may be reached
  std::size_t links = 0;              ///< arcs among them
};

/// One search after another over the same graph. A level keeps its values in an array that is zero
/// elsewhere, so that looking at a link is one addition without a question; 270 bytes per vertex.
class brandes_batch {
 public:
  static constexpr std::size_t lanes = eight_lanes::lanes;

  explicit brandes_batch(vertex_id n)
      : paths_(n), here_(n), next_(n), pushed_(n), visited_(n, 0), touch_(n, 0) {}

  /// Adds to sum.vertex[v] the dependency of each of the sources on v, and to sum.link[a], unless
  /// it is empty, that on link a. credit[t] is what a path that ends in t is worth. Vertex v stands
  /// for alike[v] companies with the same links; empty: one each. `with` may be any set that the
  /// processor has; it changes no bit.
  void run(const hub_sorted_graph& g, const batch_of_sources& batch, std::span<const double> credit,
           std::span<const double> alike, dependency_sums& sum, task& job,
           instruction_set with = best_instruction_set()) {
    for (std::size_t k = 0; k < lanes; ++k)
      times_.lane[k] = k < batch.times.size() ? batch.times[k] : 1.0;
    restore();
    dirty_ = true;
    switch (with) {
      case instruction_set::avx512:
        run_avx512(g, batch, credit, alike, sum, job);
        break;
      case instruction_set::avx2:
        run_avx2(g, batch, credit, alike, sum, job);
        break;
      case instruction_set::baseline:
        search<eight_lanes_baseline>(g, batch, credit, alike, sum, job);
    }
    dirty_ = false;
  }

  /// Credit of all that source k of the last run reaches.
  [[nodiscard]] double reached_credit(std::size_t k) const noexcept { return reached_.lane[k]; }

 private:
  using wide = eight_lanes::wide;
  using values = eight_lanes::values;
  using lane_set = eight_lanes::lane_set;
  struct entry {
    vertex_id vertex;
    lane_set who;  ///< lanes that reach the vertex at this level
  };

  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2")
  void run_avx512(const hub_sorted_graph& g, const batch_of_sources& batch,
                  std::span<const double> credit, std::span<const double> alike,
                  dependency_sums& sum, task& job) {
    search<eight_lanes_avx512>(g, batch, credit, alike, sum, job);
  }
  KEDJA_TARGET("avx2")
  void run_avx2(const hub_sorted_graph& g, const batch_of_sources& batch,
                std::span<const double> credit, std::span<const double> alike, dependency_sums& sum,
                task& job) {
    search<eight_lanes_avx2>(g, batch, credit, alike, sum, job);
  }

  template <class Lanes>
  [[gnu::always_inline]] inline void search(const hub_sorted_graph& g,
                                            const batch_of_sources& batch,
                                            std::span<const double> credit,
                                            std::span<const double> alike, dependency_sums& sum,
                                            task& job) {
    forward<Lanes>(g, batch, alike, job);
    backward<Lanes>(g, credit, alike, sum, job);
    for (const entry& e : entries_) visited_[e.vertex] = 0;
  }

  /// A run leaves zeros behind, unless it was interrupted.
  void restore() {
    if (dirty_) {
      for (auto* level : {&here_, &next_}) std::fill(level->begin(), level->end(), values{});
      std::fill(visited_.begin(), visited_.end(), lane_set{0});
      std::fill(touch_.begin(), touch_.end(), std::uint8_t{0});
      touched_.clear();
    }
    entries_.clear();
    starts_.assign(1, 0);
  }

  /// Level by level, numbers of shortest paths. A level is pushed along the links of those just
  /// reached, or pulled by all that miss a lane, whichever costs less. here_ has what each vertex
  /// of the level passes on: its paths times those that are alike.
  template <class Lanes>
  [[gnu::always_inline]] inline void forward(const hub_sorted_graph& g,
                                             const batch_of_sources& batch,
                                             std::span<const double> alike, task& job) {
    lane_set full = 0;
    std::size_t links_ahead = 0, links_behind = batch.links, arcs = 0;
    for (std::size_t k = 0; k < batch.source.size(); ++k) {
      const vertex_id s = batch.source[k];
      const auto lane = static_cast<lane_set>(1u << k);
      paths_[s].lane[k] = here_[s].lane[k] = 1.0;
      visited_[s] = lane;
      full = static_cast<lane_set>(full | lane);
      entries_.push_back({s, lane});
      links_ahead += g.successors(s).size();
    }
    open_.clear();
    for (std::size_t first = 0; first < entries_.size();) {
      const std::size_t last = entries_.size();
      starts_.push_back(last);
      const std::size_t reading = std::exchange(links_ahead, 0);
      // Keeps of `got` what is new to v.
      const auto reach = [&](vertex_id v, const wide& sum) __attribute__((always_inline)) {
        wide got = sum;
        lane_set who;
        Lanes::find_nonzero(got, who);
        who = static_cast<lane_set>(who & ~visited_[v]);
        if (who != 0) {
          Lanes::put(got, who, paths_[v].lane);
          visited_[v] = static_cast<lane_set>(visited_[v] | who);
          entries_.push_back({v, who});
          links_ahead += g.successors(v).size();
        }
        Lanes::keep(got, who);
        if (alike.empty())
          next_[v].lane = got;
        else
          Lanes::scale(got, alike[v], next_[v].lane);
      };
      if (2 * reading > links_behind) {
        if (open_.empty()) {
          open_.resize(batch.last - batch.first);
          std::iota(open_.begin(), open_.end(), batch.first);
        }
        std::size_t kept = 0;
        links_behind = 0;
        for (const vertex_id v : open_) {
          if (visited_[v] == full) continue;
          open_[kept++] = v;
          const auto row = g.predecessors(v);
          links_behind += row.size();
          wide got;
          Lanes::add_all(row, here_.data(), got);
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
            Lanes::add(count, next_[v].lane);
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
  template <class Lanes>
  [[gnu::always_inline]] inline void backward(const hub_sorted_graph& g,
                                              std::span<const double> credit,
                                              std::span<const double> alike, dependency_sums& sum,
                                              task& job) {
    double* const of_link = sum.link.empty() ? nullptr : sum.link.data();
    wide lost = {}, reached = {};
    constexpr values one{{1, 1, 1, 1, 1, 1, 1, 1}};
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
          for (const vertex_id u : row) Lanes::add(share, pushed_[u].lane);
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
      }
      for (std::size_t i = first; i < last; ++i) {
        const auto [u, who] = entries_[i];
        wide count = paths_[u].lane;
        Lanes::keep(count, who);  // what earlier runs left in other lanes
        wide below = {};
        if (push) {
          below = pushed_[u].lane;
        } else {
          const auto row = g.successors(u);
          if (of_link != nullptr) {
            double* const link = of_link + g.first_arc(u);
            for (std::size_t k = 0; k < row.size(); ++k) {
              wide carried;
              Lanes::add(here_[row[k]].lane, below);
              Lanes::multiply(here_[row[k]].lane, count, carried);
              link[k] += Lanes::total(carried);
            }
          } else {
            Lanes::add_all(row, here_.data(), below);
          }
          if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
        }
        if (depth == 0) continue;
        wide dependency, share;
        Lanes::multiply(below, count, dependency);
        if (alike.empty()) {
          Lanes::ratio(dependency, credit[u], count, share);
        } else {
          Lanes::scale(dependency, alike[u], share);
          Lanes::ratio(share, credit[u], count, share);
        }
        Lanes::keep(share, who);
        next_[u].lane = share;
        Lanes::add_lost(count, lost);
        Lanes::scale(one.lane, credit[u], share);
        Lanes::keep(share, who);
        Lanes::add(share, reached);
        Lanes::multiply(dependency, times, share);
        sum.vertex[u] += Lanes::total(share);
      }
      for (std::size_t i = last; i < end; ++i) here_[entries_[i].vertex] = {};
      std::swap(here_, next_);
      links_of_later = links_back;
    }
    for (std::size_t i = starts_[1]; levels > 1 && i < starts_[2]; ++i)
      here_[entries_[i].vertex] = {};
    reached_.lane = reached;
    if (!std::isfinite(eight_lanes::total(lost))) throw invalid_argument(too_many_paths);
  }

  static constexpr std::size_t checkpoint_arcs = 1 << 16;
  bool dirty_ = false;
  values times_, reached_;
  std::vector<values> paths_;        ///< right where a lane has visited
  std::vector<values> here_, next_;  ///< values of a level, zero elsewhere, and of the one beyond
  std::vector<values> pushed_;
  std::vector<lane_set> visited_;
  std::vector<std::uint8_t> touch_;
  std::vector<vertex_id> touched_, open_;
  std::vector<entry> entries_;       ///< level by level
  std::vector<std::size_t> starts_;  ///< where each level begins in entries_
};

}  // namespace kedja::measures::detail
