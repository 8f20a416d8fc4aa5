/// @file
/// Companies that no path by hops can tell apart. Source: Sariyuce, Saule, Kaya & Catalyurek,
/// "Shattering and compressing networks for betweenness centrality", SDM 2013,
/// doi:10.1137/1.9781611972832.76, identical vertices.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>

namespace kedja::measures::detail {

/// Twins have the same links to others, and all or none of a class are linked to each other. Twins
/// that are not must either not reach each other, or do so in two steps through a neighbour. O(n
/// log n + m), but for hashes that meet.
struct twin_classes {
  std::vector<vertex_id> leader;  ///< by vertex: the first of its class
  std::vector<double> size;       ///< by leader

  twin_classes(const hub_sorted_graph& g, task& job)
      : leader(g.num_vertices()), size(g.num_vertices(), 1.0) {
    std::iota(leader.begin(), leader.end(), vertex_id{0});
    for (const bool linked : {false, true}) find(g, linked, job);
  }

  /// Those through which twins that are not linked see each other: both seller and buyer.
  [[nodiscard]] static std::vector<vertex_id> between(const hub_sorted_graph& g, vertex_id v) {
    const auto on = g.successors(v), back = g.predecessors(v);
    std::vector<vertex_id> both;
    std::set_intersection(on.begin(), on.end(), back.begin(), back.end(), std::back_inserter(both));
    return both;
  }

 private:
  /// Finaliser of SplitMix64: sums of it tell sets apart.
  [[nodiscard]] static std::uint64_t mixed(std::uint64_t x) noexcept {
    x = (x + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }
  /// The same but for a and b themselves.
  [[nodiscard]] static bool alike(std::span<const vertex_id> x, vertex_id a,
                                  std::span<const vertex_id> y, vertex_id b) {
    std::size_t i = 0, j = 0;
    for (;; ++i, ++j) {
      while (i < x.size() && x[i] == b) ++i;
      while (j < y.size() && y[j] == a) ++j;
      if (i == x.size() || j == y.size()) return i == x.size() && j == y.size();
      if (x[i] != y[j]) return false;
    }
  }

  [[nodiscard]] static bool has(std::span<const vertex_id> row, vertex_id v) {
    return std::binary_search(row.begin(), row.end(), v);
  }

  void find(const hub_sorted_graph& g, bool linked, task& job) {
    const vertex_id n = g.num_vertices();
    std::vector<std::pair<std::uint64_t, vertex_id>> key(n);
    for (vertex_id v = 0; v < n; ++v) {
      std::uint64_t on = linked ? mixed(v) : 0, back = on;
      for (const vertex_id w : g.successors(v)) on += mixed(w);
      for (const vertex_id w : g.predecessors(v)) back += mixed(w);
      key[v] = {on ^ mixed(back), v};
      if (v % 4096 == 0) job.checkpoint();
    }
    std::sort(key.begin(), key.end());
    for (std::size_t first = 0, last; first < n; first = last) {
      last = first + 1;
      const vertex_id a = key[first].second;
      while (last < n && key[last].first == key[first].first) {
        const vertex_id b = key[last++].second;
        if (alike(g.successors(a), a, g.successors(b), b) &&
            alike(g.predecessors(a), a, g.predecessors(b), b) &&
            has(g.successors(a), b) == linked && has(g.successors(b), a) == linked)
          leader[b] = a, ++size[a];
      }
      // Twins that reach each other on a longer way only are not worth a special case.
      if (!linked && size[a] > 1 && !g.successors(a).empty() && !g.predecessors(a).empty() &&
          between(g, a).empty())
        for (; first < last; ++first) leader[key[first].second] = key[first].second, size[a] = 1;
    }
  }
};

}  // namespace kedja::measures::detail
