/// @file
/// One shortest-path search after another over the same graph: distances, numbers of shortest paths
/// and the order in which vertices were settled. Clearing costs only what the last search touched.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/length.hpp>

namespace kedja::measures {

inline constexpr double unreached = std::numeric_limits<double>::infinity();

/// Parallel links count as one path, as in NetworkX: rows are sorted, so twins stand side by side.
/// Self-links are never part of a shortest path.
class shortest_path_search {
 public:
  explicit shortest_path_search(vertex_id n) : distance(n, unreached), paths(n, 0.0) {
    order.reserve(n);
  }

  /// By hops; vertices farther than max_hops stay unreached. O(n + m) of what is reached.
  template <graph::two_way_graph G>
  void by_hops(const G& g, vertex_id root, path_direction direction, double max_hops, task& job) {
    clear();
    settle_root(root);
    std::size_t arcs = 0;
    for (std::size_t head = 0; head < order.size(); ++head) {
      const vertex_id u = order[head];
      const double next = distance[u] + 1;
      if (next > max_hops) break;
      const auto row = step(g, u, direction);
      for (std::size_t k = 0; k < row.size(); ++k) {
        const vertex_id v = row[k];
        if (k > 0 && row[k - 1] == v) continue;
        if (distance[v] == unreached) {
          distance[v] = next;
          order.push_back(v);
        }
        if (distance[v] == next) paths[v] += paths[u];
      }
      if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
    }
  }

  /// By lengths (Dijkstra). Ties are exact equalities of doubles. O((n + m) log n).
  template <graph::two_way_graph G>
  void by_length(const G& g, vertex_id root, path_direction direction, link_length rule,
                 task& job) {
    clear();
    distance[root] = 0;
    paths[root] = 1;
    touched_.push_back(root);
    using entry = std::pair<double, vertex_id>;
    std::priority_queue<entry, std::vector<entry>, std::greater<>> queue;
    queue.push({0.0, root});
    if (settled_.size() < distance.size()) settled_.assign(distance.size(), false);
    std::size_t arcs = 0;
    while (!queue.empty()) {
      const auto [d, u] = queue.top();
      queue.pop();
      if (settled_[u]) continue;
      settled_[u] = true;
      order.push_back(u);
      const auto row = step(g, u, direction);
      const auto weight = step_weights(g, u, direction);
      for (std::size_t k = 0; k < row.size(); ++k) {
        const vertex_id v = row[k];
        if (v == u || settled_[v]) continue;
        // Of parallel links only the shortest is walked, and it counts once.
        double length = length_of(weight[k], rule);
        while (k + 1 < row.size() && row[k + 1] == v)
          length = std::min(length, length_of(weight[++k], rule));
        const double next = d + length;
        if (next < distance[v]) {
          if (distance[v] == unreached) touched_.push_back(v);
          distance[v] = next;
          paths[v] = paths[u];
          queue.push({next, v});
        } else if (next == distance[v] && next != unreached) {
          paths[v] += paths[u];
        }
      }
      if ((arcs += row.size()) > checkpoint_arcs) arcs = 0, job.checkpoint();
    }
    for (const vertex_id u : order) settled_[u] = false;
  }

  std::vector<double> distance;  ///< from the root; `unreached` where there is no path
  std::vector<double> paths;     ///< number of shortest paths from the root
  std::vector<vertex_id> order;  ///< reached vertices, nearest first, the root included

 private:
  static constexpr std::size_t checkpoint_arcs = 1 << 16;

  void clear() {
    for (const vertex_id u : order) distance[u] = unreached, paths[u] = 0.0;
    for (const vertex_id u : touched_) distance[u] = unreached, paths[u] = 0.0;
    order.clear();
    touched_.clear();
  }
  void settle_root(vertex_id root) {
    distance[root] = 0;
    paths[root] = 1;
    order.push_back(root);
  }

  std::vector<vertex_id> touched_;
  std::vector<bool> settled_;
};

}  // namespace kedja::measures
