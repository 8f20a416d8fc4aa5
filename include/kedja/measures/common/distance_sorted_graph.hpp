/// @file
/// A simple graph with lengths in an order that suits many searches: vertices stand by their
/// distance from a hub, so that most shortest paths first run towards the front and then towards
/// the back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/length.hpp>

namespace kedja::measures {

/// Of parallel links the shortest is kept; self-links and links that cannot be walked are left out.
/// Vertices without links ahead stand last: no path runs through them. O((n + m) log n) to build.
class distance_sorted_graph {
 public:
  /// Links ahead are those that `direction` walks along.
  template <graph::two_way_graph G>
  distance_sorted_graph(const G& g, path_direction direction, link_length rule, task& job) {
    sort_by_distance(g, direction, rule, job);
    pacer pace(job);
    const vertex_id n = num_vertices();
    // Read from the front, the far ends' rows fill in sorted order, and so do the near ends' then.
    back_.assign(n + std::size_t{1}, 0);
    for_each_kept(g, direction, rule, [&](vertex_id, vertex_id to, double, std::size_t) {
      ++back_[to + std::size_t{1}], pace();
    });
    std::partial_sum(back_.begin(), back_.end(), back_.begin());
    std::vector<std::size_t> cursor(back_.begin(), back_.end() - 1);
    behind_.resize(back_[n]);
    length_.resize(back_[n]);
    arc_.resize(back_[n]);
    for_each_kept(g, direction, rule,
                  [&](vertex_id from, vertex_id to, double length, std::size_t arc) {
                    const std::size_t at = cursor[to]++;
                    behind_[at] = from, length_[at] = length, arc_[at] = arc;
                    least_ = std::min(least_, length);
                    pace();
                  });
    front_.assign(n + std::size_t{1}, 0);
    for (const vertex_id u : behind_) ++front_[u + std::size_t{1}];
    std::partial_sum(front_.begin(), front_.end(), front_.begin());
    cursor.assign(front_.begin(), front_.end() - 1);
    ahead_.resize(behind_.size());
    for (vertex_id v = 0; v < n; ++v)
      for (const vertex_id u : behind(v)) ahead_[cursor[u]++] = v, pace();
    split_behind_.resize(n);
    split_ahead_.resize(n);
    for (vertex_id v = 0; v < n; ++v) {
      const auto smaller = [v](std::span<const vertex_id> row) {
        return static_cast<std::size_t>(std::lower_bound(row.begin(), row.end(), v) - row.begin());
      };
      split_behind_[v] = back_[v] + smaller(behind(v));
      split_ahead_[v] = front_[v] + smaller(ahead(v));
      if (!ahead(v).empty()) inner_ = v + 1;
    }
  }

  [[nodiscard]] vertex_id num_vertices() const noexcept {
    return static_cast<vertex_id>(original.size());
  }
  [[nodiscard]] std::size_t num_arcs() const noexcept { return behind_.size(); }
  /// Vertices from this one on have no links ahead.
  [[nodiscard]] vertex_id first_end() const noexcept { return inner_; }
  /// The shortest link; infinite when there is none.
  [[nodiscard]] double least_length() const noexcept { return least_; }

  [[nodiscard]] std::span<const vertex_id> ahead(vertex_id v) const noexcept {
    return {ahead_.data() + front_[v], ahead_.data() + front_[v + std::size_t{1}]};
  }
  /// The part of `ahead` that stands before v, and after.
  [[nodiscard]] std::span<const vertex_id> ahead_before(vertex_id v) const noexcept {
    return {ahead_.data() + front_[v], ahead_.data() + split_ahead_[v]};
  }
  [[nodiscard]] std::span<const vertex_id> ahead_after(vertex_id v) const noexcept {
    return {ahead_.data() + split_ahead_[v], ahead_.data() + front_[v + std::size_t{1}]};
  }
  [[nodiscard]] std::span<const vertex_id> behind(vertex_id v) const noexcept {
    return {behind_.data() + back_[v], behind_.data() + back_[v + std::size_t{1}]};
  }
  /// Positions of links behind v, of those from vertices before v and after v.
  struct range {
    std::size_t first, last;
  };
  [[nodiscard]] range behind_range(vertex_id v) const noexcept {
    return {back_[v], back_[v + std::size_t{1}]};
  }
  [[nodiscard]] range behind_before(vertex_id v) const noexcept {
    return {back_[v], split_behind_[v]};
  }
  [[nodiscard]] range behind_after(vertex_id v) const noexcept {
    return {split_behind_[v], back_[v + std::size_t{1}]};
  }
  [[nodiscard]] const vertex_id* from() const noexcept { return behind_.data(); }
  [[nodiscard]] const double* length() const noexcept { return length_.data(); }
  /// Position of the link, the first of parallel ones, among those that g walks along.
  [[nodiscard]] const std::size_t* arc() const noexcept { return arc_.data(); }

  std::vector<vertex_id> original, number;  ///< old number of each new one, and back

 private:
  /// By distance from the vertex of its component with most links, whichever way links point.
  template <class G>
  void sort_by_distance(const G& g, path_direction direction, link_length rule, task& job) {
    const vertex_id n = g.num_vertices();
    const auto links = [&](vertex_id v) {
      return g.successors(v).size() * (g.directed() ? g.predecessors(v).size() + 1 : 1);
    };
    std::vector<vertex_id> hubs(n);
    std::iota(hubs.begin(), hubs.end(), vertex_id{0});
    const auto more_links = [&](vertex_id a, vertex_id b) {
      return links(a) != links(b) ? links(a) > links(b) : a < b;
    };
    kedja::sort(hubs.begin(), hubs.end(), more_links, job);
    std::vector<double> distance(n, std::numeric_limits<double>::infinity());
    std::vector<bool> settled(n, false);
    std::vector<vertex_id> ends;
    using entry = std::pair<double, vertex_id>;
    std::priority_queue<entry, std::vector<entry>, std::greater<>> queue;
    pacer pace(job);
    original.reserve(n);
    for (const vertex_id hub : hubs) {
      if (settled[hub]) continue;
      distance[hub] = 0;
      queue.push({0.0, hub});
      while (!queue.empty()) {
        const auto [d, u] = queue.top();
        queue.pop();
        if (settled[u]) continue;
        settled[u] = true;
        (step(g, u, direction).empty() ? ends : original).push_back(u);
        for (const auto way : {direction, opposite(direction)}) {
          if (way != direction && !g.directed()) break;
          const auto row = step(g, u, way);
          const auto weight = step_weights(g, u, way);
          for (std::size_t k = 0; k < row.size(); ++k)
            if (const double next = d + length_of(weight[k], rule); next < distance[row[k]])
              distance[row[k]] = next, queue.push({next, row[k]});
          pace(row.size());
        }
      }
    }
    original.insert(original.end(), ends.begin(), ends.end());
    number.resize(n);
    for (vertex_id v = 0; v < n; ++v) number[original[v]] = v;
  }

  /// link(from, to, length, position), from the front on.
  template <class G, class Link>
  void for_each_kept(const G& g, path_direction direction, link_length rule, Link link) const {
    for (vertex_id v = 0; v < num_vertices(); ++v) {
      const vertex_id old = original[v];
      const auto row = step(g, old, direction);
      const auto weight = step_weights(g, old, direction);
      for (std::size_t k = 0; k < row.size(); ++k) {
        const std::size_t first = k;
        double length = length_of(weight[k], rule);
        while (k + 1 < row.size() && row[k + 1] == row[first])
          length = std::min(length, length_of(weight[++k], rule));
        if (row[first] != old && length < std::numeric_limits<double>::infinity())
          link(v, number[row[first]], length, g.first_arc(old) + first);
      }
    }
  }

  vertex_id inner_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
  std::vector<std::size_t> back_, split_behind_, front_, split_ahead_, arc_;
  std::vector<vertex_id> behind_, ahead_;
  std::vector<double> length_;
};

}  // namespace kedja::measures
