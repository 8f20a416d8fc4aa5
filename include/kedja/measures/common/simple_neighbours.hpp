/// @file
/// Who is next to whom, however often and in whichever direction.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/large_vector.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>

namespace kedja::measures {

/// Distinct neighbours over all links of all added graphs, self-links left out; rows are sorted.
class simple_neighbours {
 public:
  /// Graphs on the same vertices. Rows are sorted already, so they are merged: O(n + m).
  template <graph::two_way_graph... G>
  explicit simple_neighbours(const G&... graphs) {
    const vertex_id n = std::max({vertex_id{0}, graphs.num_vertices()...});
    offset_.assign(n + std::size_t{1}, 0);
    neighbour_.resize((std::size_t{0} + ... + (2 * graphs.num_arcs())));
    std::size_t end = 0;
    for (vertex_id v = 0; v < n; ++v) {
      const std::size_t first = end;
      (merge(graphs, v, first, end), ...);
      offset_[v + std::size_t{1}] = end;
    }
    neighbour_.resize(end);
    neighbour_.shrink_to_fit();
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
  /// Adds v's row in one graph to [first, end).
  template <class G>
  void merge(const G& g, vertex_id v, std::size_t first, std::size_t& end) {
    if (v >= g.num_vertices()) return;
    const auto out = g.successors(v);
    const auto in = g.directed() ? g.predecessors(v) : out.first(0);
    const std::size_t added = end;
    const auto put = [&](vertex_id w) {
      if (w != v && (end == added || neighbour_[end - 1] != w)) neighbour_[end++] = w;
    };
    std::size_t a = 0, b = 0;
    while (a < out.size() && b < in.size()) put(out[a] < in[b] ? out[a++] : in[b++]);
    while (a < out.size()) put(out[a++]);
    while (b < in.size()) put(in[b++]);
    if (added == first) return;  // the first graph
    const auto at = [this](std::size_t i) {
      return neighbour_.begin() + static_cast<std::ptrdiff_t>(i);
    };
    std::inplace_merge(at(first), at(added), at(end));
    end = static_cast<std::size_t>(std::unique(at(first), at(end)) - neighbour_.begin());
  }

  std::vector<std::size_t> offset_;
  large_vector<vertex_id> neighbour_;
};

}  // namespace kedja::measures
