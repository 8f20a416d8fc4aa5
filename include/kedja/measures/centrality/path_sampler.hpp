/// @file
/// Draws shortest paths between given ends with equal probability. Source: Borassi & Natale,
/// "KADABRA is an adaptive algorithm for betweenness via random approximation", ACM J. Exp.
/// Algorithmics 24 (2019), doi:10.1145/3284359, section 4, for searching from both ends.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>

namespace kedja::measures::detail {

/// Grows two searches towards each other, always the one with fewer links ahead, until they meet;
/// then draws one of the shortest paths. 16 bytes per vertex; clearing costs what was touched.
class path_sampler {
 public:
  explicit path_sampler(const hub_sorted_graph& g) : graph_(g), state_(g.num_vertices()) {}

  /// Calls inner(v) for the vertices strictly between s and t on a random shortest path.
  template <class Inner>
  void sample(vertex_id s, vertex_id t, random_stream& random, task& job, Inner inner) {
    for (const vertex_id v : touched_) state_[v] = {};
    touched_.clear();
    start(0, s);
    start(1, t);
    pacer pace(job);
    while (!side_[0].frontier.empty() && !side_[1].frontier.empty()) {
      const int now = side_[0].links_ahead <= side_[1].links_ahead ? 0 : 1;
      pace(side_[now].links_ahead);
      if (!expand(now)) continue;
      double left = random.uniform() * total_;
      const meeting* chosen = &meeting_.back();
      for (const meeting& m : meeting_)
        if ((left -= m.paths) < 0) {
          chosen = &m;
          break;
        }
      walk_back(now, chosen->mine, random, inner);
      walk_back(1 - now, chosen->other, random, inner);
      return;
    }
  }

 private:
  /// Level from the end that reached the vertex, counted from 1, with the side in the lowest bit; 0
  /// where nobody was. A vertex belongs to one side: where the other comes too, they have met.
  struct state {
    double paths = 0;
    std::uint32_t mark = 0;
  };
  struct side {
    std::vector<vertex_id> frontier, next;
    std::size_t links_ahead = 0;
    std::uint32_t mark = 0;             ///< of the frontier
    std::vector<std::uint32_t> shrunk;  ///< levels that count paths in units of `unit`
  };
  struct meeting {
    vertex_id mine, other;
    double paths;
  };

  /// Long chains have more paths than a double can count. Only shares within a level matter, so a
  /// level may count in larger units; both sides' counts must leave room for their product.
  static constexpr double unit = 0x1p400;
  static constexpr std::uint32_t few_levels = 20;  ///< in marks: n^10 paths are below `unit`

  /// Side 0 walks downstream from the source, side 1 upstream from the target.
  [[nodiscard]] std::span<const vertex_id> ahead(int which, vertex_id v) const {
    return which == 0 ? graph_.successors(v) : graph_.predecessors(v);
  }
  void start(int which, vertex_id v) {
    side& mine = side_[which];
    mine.mark = 2u + static_cast<std::uint32_t>(which);
    mine.shrunk.clear();
    mine.frontier.assign(1, v);
    mine.links_ahead = ahead(which, v).size();
    state_[v] = {1.0, mine.mark};
    touched_.push_back(v);
  }

  /// One level further; true when links to the other side were met (all of them shortest).
  bool expand(int which) {
    side& mine = side_[which];
    const std::uint32_t mark = mine.mark + 2;
    meeting_.clear();
    total_ = 0;
    mine.next.clear();
    mine.links_ahead = 0;
    double scale = 1;
    if (mine.mark > few_levels) {
      double most = 0;
      for (const vertex_id u : mine.frontier) most = std::max(most, state_[u].paths);
      if (most > unit) scale = 1 / unit, mine.shrunk.push_back(mark);
    }
    for (const vertex_id u : mine.frontier) {
      const double paths = state_[u].paths * scale;
      if (!(paths > 0))
        throw invalid_argument(
            "betweenness: numbers of shortest paths differ by more than a double can tell");
      for (const vertex_id v : ahead(which, u)) {
        state& there = state_[v];
        if (there.mark == mark) {
          there.paths += paths;
        } else if (there.mark == 0) {
          // After the sides met nothing new matters.
          if (!meeting_.empty()) continue;
          there = {paths, mark};
          touched_.push_back(v);
          mine.next.push_back(v);
          mine.links_ahead += ahead(which, v).size();
        } else if (((there.mark ^ mark) & 1) != 0) {
          meeting_.push_back({u, v, paths * there.paths});
          total_ += meeting_.back().paths;
        }
      }
    }
    mine.mark = mark;
    std::swap(mine.frontier, mine.next);
    return !meeting_.empty();
  }

  /// From v back to its side's start, each step with probability proportional to its paths.
  template <class Inner>
  void walk_back(int which, vertex_id v, random_stream& random, Inner inner) {
    for (std::uint32_t mark = state_[v].mark; mark > 3; mark -= 2) {
      inner(v);
      double left = random.uniform() * state_[v].paths;
      for (const std::uint32_t level : side_[which].shrunk)
        if (level == mark) left *= unit;
      vertex_id chosen = no_vertex;
      for (const vertex_id u : ahead(1 - which, v)) {
        if (state_[u].mark != mark - 2) continue;
        chosen = u;
        if ((left -= state_[u].paths) < 0) break;
      }
      v = chosen;
    }
  }

  const hub_sorted_graph& graph_;
  std::vector<state> state_;
  side side_[2];
  std::vector<vertex_id> touched_;
  std::vector<meeting> meeting_;
  double total_ = 0;
};

}  // namespace kedja::measures::detail
