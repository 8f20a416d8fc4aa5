/// @file
/// How many companies lie on each level of a search by hops, for searches that end as soon as what
/// is known is enough.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>

namespace kedja::measures {

/// What is known of a vertex after some levels of its search.
struct hops_so_far {
  vertex_id reached = 0, level = 0;
  std::uint64_t total = 0;
  __extension__ unsigned __int128 harmonic = 0;  ///< in units of 2^-64, as in sum_hops
  std::size_t links_ahead = 0;                   ///< of the last level: at most so many come next
  vertex_id others = 0;                          ///< that may be reached at most
  std::size_t looked_at = 0;                     ///< links, about
};

/// One search after another that tells how many vertices lie on each level.
class level_search {
 public:
  explicit level_search(vertex_id n) : seen_((n + std::size_t{63}) / 64), last_(seen_.size()) {}

  /// Calls go_on(so_far) after every level, and ends where it says no: false, then.
  template <class GoOn>
  bool run(const hub_sorted_graph& g, vertex_id root, path_direction direction,
           std::uint32_t max_hops, hops_so_far& found, task& job, GoOn go_on) {
    const vertex_id n = g.num_vertices();
    const auto ahead = [&](vertex_id v) {
      return direction == path_direction::upstream ? g.predecessors(v) : g.successors(v);
    };
    const auto behind = [&](vertex_id v) {
      return direction == path_direction::upstream ? g.successors(v) : g.predecessors(v);
    };
    std::fill(seen_.begin(), seen_.end(), 0);
    frontier_.assign(1, root);
    seen_[root / 64] |= std::uint64_t{1} << (root % 64);
    found.links_ahead = ahead(root).size();
    std::size_t links_left = g.num_arcs(), arcs = 0;
    while (!frontier_.empty() && found.level < max_hops) {
      next_.clear();
      const std::size_t reading = std::exchange(found.links_ahead, 0);
      links_left -= std::min(links_left, reading);
      const auto reach = [&](vertex_id v) {
        seen_[v / 64] |= std::uint64_t{1} << (v % 64);
        next_.push_back(v);
        found.links_ahead += ahead(v).size();
      };
      if (reading > links_left / 16 && frontier_.size() > n / 64) {  // as in hops_from
        std::fill(last_.begin(), last_.end(), 0);
        for (const vertex_id u : frontier_) last_[u / 64] |= std::uint64_t{1} << (u % 64);
        for (std::size_t word = 0; word < seen_.size(); ++word) {
          std::uint64_t open = ~seen_[word];
          if (word + 1 == seen_.size() && n % 64 != 0) open &= (std::uint64_t{1} << (n % 64)) - 1;
          for (; open != 0; open &= open - 1) {
            const auto v = static_cast<vertex_id>(word * 64 + std::countr_zero(open));
            for (const vertex_id u : behind(v))
              if ((last_[u / 64] >> (u % 64) & 1) != 0) {
                reach(v);
                break;
              }
          }
        }
        arcs += n, found.looked_at += n;
      } else {
        for (const vertex_id u : frontier_)
          for (const vertex_id v : ahead(u))
            if ((seen_[v / 64] >> (v % 64) & 1) == 0) reach(v);
        arcs += reading, found.looked_at += reading;
      }
      if (arcs > (1u << 16)) arcs = 0, job.checkpoint();
      std::swap(frontier_, next_);
      ++found.level;
      found.reached += static_cast<vertex_id>(frontier_.size());
      found.total += std::uint64_t{found.level} * frontier_.size();
      __extension__ using fixed = unsigned __int128;
      found.harmonic += (fixed{1} << 64) / found.level * frontier_.size();
      if (!go_on(found)) return false;
    }
    return true;
  }

 private:
  std::vector<std::uint64_t> seen_, last_;
  std::vector<vertex_id> frontier_, next_;
};

/// Bounds on how many others a search from each vertex reaches: those of its component, whichever
/// way links point; for what a search from the first hub reaches, no more than that search does.
[[nodiscard]] inline std::vector<vertex_id> most_reached(const hub_sorted_graph& g,
                                                         path_direction direction, task& job) {
  const vertex_id n = g.num_vertices();
  std::vector<vertex_id> most(n, no_vertex), queue;
  const auto spread = [&](vertex_id root, bool both_ways) {
    queue.assign(1, root);
    most[root] = 0;
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const vertex_id u = queue[head];
      const auto back = g.predecessors(u), on = g.successors(u);
      const auto reach = [&](std::span<const vertex_id> row) {
        for (const vertex_id v : row)
          if (most[v] == no_vertex) most[v] = 0, queue.push_back(v);
      };
      if (both_ways || direction == path_direction::upstream) reach(back);
      if (both_ways || direction == path_direction::downstream) reach(on);
      if (head % 4096 == 0) job.checkpoint();
    }
  };
  for (vertex_id root = 0; root < n; ++root) {
    if (most[root] != no_vertex) continue;
    spread(root, true);
    for (const vertex_id v : queue) most[v] = static_cast<vertex_id>(queue.size() - 1);
  }
  if (g.directed() && n > 0) {
    std::vector<vertex_id> component(n, no_vertex);
    std::swap(most, component);
    spread(0, false);
    std::swap(most, component);
    for (const vertex_id v : queue) most[v] = static_cast<vertex_id>(queue.size() - 1);
  }
  return most;
}

}  // namespace kedja::measures
