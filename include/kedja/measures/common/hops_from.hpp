/// @file
/// Distances by hops from one vertex, for whole graphs: no path counts, no order, no predecessors.
/// Source: Beamer, Asanovic & Patterson, "Direction-optimizing breadth-first search", SC 2012,
/// doi:10.1109/SC.2012.50.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <kedja/core/large_vector.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/shortest_paths.hpp>

namespace kedja::measures {

namespace detail {

/// One search. While the frontier has few links they are walked forwards; when it has many, every
/// vertex not yet reached looks backwards for one that was reached last. No step of either way
/// branches on what it finds: a vertex is always written, and counted if it is new.
template <path_direction direction, graph::two_way_graph G>
class hop_search {
 public:
  hop_search(const G& g, vertex_id source, task& job)

      : g_(g), job_(job), pace_(job), level_(g.num_vertices(), unseen), order_(level_.size() + 1) {
    level_[source] = 0;
    order_[0] = source;
    last_ = 1;
  }

  [[nodiscard]] large_vector<double> run() {
    std::size_t links_left = g_.num_arcs();
    for (std::size_t hops = 1; first_ < last_; ++hops) {
      job_.checkpoint();
      const std::size_t reading = links_of_frontier();
      const auto now = static_cast<std::uint8_t>(std::min<std::size_t>(hops, deep));
      const bool back = now < deep && backwards_is_shorter(reading, links_left);
      const std::size_t end = back ? look_back(now) : walk_on(now);
      if (now == deep)
        for (std::size_t i = last_; i < end; ++i) deeper_.emplace_back(order_[i], hops);
      first_ = std::exchange(last_, end);
      links_left -= std::min(links_left, reading);
      job_.advance(static_cast<double>(reading));
    }
    large_vector<double> distance(level_.size());
    std::array<double, 256> hops_of;
    std::iota(hops_of.begin(), hops_of.end(), 0.0);
    hops_of[unseen] = unreached;
    for (std::size_t v = 0; v < level_.size(); ++v) distance[v] = hops_of[level_[v]];
    for (const auto& [v, hops] : deeper_) distance[v] = static_cast<double>(hops);
    return distance;
  }

 private:
  // A byte per vertex stays in the cache, where distances would not. Levels from `deep` on, which
  // are few and small where there are any, are kept apart.
  static constexpr std::uint8_t unseen = 255, deep = 254;

  /// Estimated from a thousand vertices of a larger frontier.
  [[nodiscard]] std::size_t links_of_frontier() const {
    const std::size_t size = last_ - first_, stride = std::max<std::size_t>(1, size / 1024);
    std::size_t links = 0, asked = 0;
    for (std::size_t i = first_; i < last_; i += stride, ++asked)
      links += step(g_, order_[i], direction).size();
    return links * size / asked;
  }

  /// Backwards there is one look per vertex not yet reached and one per link asked in vain, which
  /// are fewer the more links the frontier has; forwards one per link, and one row after another
  /// lies anywhere in memory.
  [[nodiscard]] bool backwards_is_shorter(std::size_t reading, std::size_t links_left) const {
    const auto left = static_cast<double>(links_left), many = static_cast<double>(reading);
    const auto seekers = static_cast<double>(listed_ ? open_.size() : level_.size() - last_);
    const double listing = listed_ ? 0.0 : static_cast<double>(level_.size());
    return listing + seekers + std::min(left, seekers * left / (many + 1)) <
           many + 4 * static_cast<double>(last_ - first_);
  }

  /// Returns where the part of `order` ends that the new frontier takes, as does walk_on().
  [[nodiscard]] std::size_t look_back(std::uint8_t now) {
    if (!std::exchange(listed_, true)) list_seekers();
    const auto before = static_cast<std::uint8_t>(now - 1);
    std::size_t end = last_, kept = 0;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      pace_();
      ask_ahead(open_, i, open_.size(), opposite(direction));
      const vertex_id v = open_[i];
      if (level_[v] != unseen) continue;
      const auto row = step(g_, v, opposite(direction));
      const std::size_t most = row.size() - 1;
      bool found = false;
      for (std::size_t k = 0; k < 4; ++k) found |= level_[row[std::min(k, most)]] == before;
      for (std::size_t k = 4; k <= most && !found; ++k) found = level_[row[k]] == before;
      order_[end] = open_[kept] = v;
      end += found;
      kept += !found;
      level_[v] = found ? now : unseen;
    }
    open_.resize(kept);
    return end;
  }

  [[nodiscard]] std::size_t walk_on(std::uint8_t now) {
    std::size_t end = last_;
    for (std::size_t i = first_; i < last_; ++i) {
      ask_ahead(order_, i, last_, direction);
      const auto row = step(g_, order_[i], direction);
      pace_(row.size() + 1);
      for (const vertex_id v : row) {
        const std::uint8_t known = level_[v];
        order_[end] = v;
        end += known == unseen;
        level_[v] = std::min(known, now);
      }
    }
    return end;
  }

  /// Asks memory for the rows of vertices that come soon after the i-th of a list.
  [[gnu::always_inline]] void ask_ahead(const large_vector<vertex_id>& list, std::size_t i,
                                        std::size_t end, path_direction way) const {
    if (i + 16 < end) prefetch_step(g_, list[i + 16], way);
    if (i + 8 < end) __builtin_prefetch(step(g_, list[i + 8], way).data());
  }

  /// Those not yet reached that some link reaches at all.
  void list_seekers() {
    open_.resize(level_.size());
    std::size_t count = 0;
    for (vertex_id v = 0; v < level_.size(); ++v) {
      pace_();
      open_[count] = v;
      count += (level_[v] == unseen) & !step(g_, v, opposite(direction)).empty();
    }
    open_.resize(count);
  }

  const G& g_;
  task& job_;
  pacer pace_;
  std::vector<std::uint8_t> level_;
  std::vector<std::pair<vertex_id, std::size_t>> deeper_;  // levels too deep for a byte
  large_vector<vertex_id> order_;     // vertices in the order in which they are reached
  std::size_t first_ = 0, last_ = 0;  // the frontier's part of it
  large_vector<vertex_id> open_;      // who looks backwards, once anybody does
  bool listed_ = false;
};

}  // namespace detail

/// Hops from the source to every vertex, or to it (upstream); infinity where no path leads. O(n +
/// m); 17 bytes per vertex.
template <graph::two_way_graph G>
[[nodiscard]] large_vector<double> hops_from(const G& g, vertex_id source, path_direction direction,
                                             task& job) {
  if (direction == path_direction::downstream)
    return detail::hop_search<path_direction::downstream, G>(g, source, job).run();
  return detail::hop_search<path_direction::upstream, G>(g, source, job).run();
}

}  // namespace kedja::measures
