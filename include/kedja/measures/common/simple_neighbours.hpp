/// @file
/// Who is next to whom, however often and in whichever direction.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/links.hpp>

namespace kedja::measures {

/// Distinct neighbours over all links of all added graphs, self-links left out; rows are sorted.
class simple_neighbours {
 public:
  /// Graphs on the same vertices. O(m log d).
  template <graph::two_way_graph... G>
  explicit simple_neighbours(const G&... graphs) {
    const vertex_id n = std::max({vertex_id{0}, graphs.num_vertices()...});
    offset_.assign(n + std::size_t{1}, 0);
    (count(graphs), ...);
    for (std::size_t v = 0; v < n; ++v) offset_[v + 1] += offset_[v];
    neighbour_.resize(offset_.back());
    std::vector<std::size_t> cursor(offset_.begin(), offset_.end() - 1);
    (fill(graphs, cursor), ...);
    std::size_t kept = 0;
    for (std::size_t v = 0; v < n; ++v) {
      const auto first = neighbour_.begin() + static_cast<std::ptrdiff_t>(offset_[v]);
      const auto last = neighbour_.begin() + static_cast<std::ptrdiff_t>(offset_[v + 1]);
      std::sort(first, last);
      const auto end = std::unique(first, last);
      offset_[v] = kept;
      for (auto at = first; at != end; ++at) neighbour_[kept++] = *at;
    }
    offset_[n] = kept;
    neighbour_.resize(kept);
  }

  [[nodiscard]] vertex_id num_vertices() const noexcept {
    return static_cast<vertex_id>(offset_.size() - 1);
  }
  [[nodiscard]] std::span<const vertex_id> of(vertex_id v) const noexcept {
    return {neighbour_.data() + offset_[v], neighbour_.data() + offset_[v + std::size_t{1}]};
  }
  [[nodiscard]] std::size_t degree(vertex_id v) const noexcept { return of(v).size(); }
  [[nodiscard]] bool adjacent(vertex_id u, vertex_id v) const noexcept {
    return std::ranges::binary_search(of(u), v);
  }

 private:
  template <class G>
  void count(const G& g) {
    graph::for_each_link(g, [&](vertex_id u, vertex_id v, double) {
      if (u != v) ++offset_[u + std::size_t{1}], ++offset_[v + std::size_t{1}];
    });
  }
  template <class G>
  void fill(const G& g, std::vector<std::size_t>& cursor) {
    graph::for_each_link(g, [&](vertex_id u, vertex_id v, double) {
      if (u != v) neighbour_[cursor[u]++] = v, neighbour_[cursor[v]++] = u;
    });
  }

  std::vector<std::size_t> offset_;
  std::vector<vertex_id> neighbour_;
};

}  // namespace kedja::measures
