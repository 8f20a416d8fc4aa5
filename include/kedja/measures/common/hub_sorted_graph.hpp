/// @file
/// A simple graph in an order that is kind to caches: companies with many links first, both
/// directions. For searches, which never need parallel links, self-links or values.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/hub_order.hpp>

namespace kedja::measures {

/// Rows of links in both directions, repetitions side by side.
template <class G>
concept linked_both_ways = requires(const G& g, vertex_id v) {
  { g.num_vertices() } -> std::same_as<vertex_id>;
  { g.directed() } -> std::same_as<bool>;
  { g.successors(v) } -> std::same_as<std::span<const vertex_id>>;
  { g.predecessors(v) } -> std::same_as<std::span<const vertex_id>>;
};

/// Vertices are renumbered by falling degree, so that those most often looked at lie side by side
/// and stand first in every row. Balaji & Lucia, "When is graph reordering an optimization?", IISWC
/// 2018, doi:10.1109/IISWC.2018.8573478. O(n + m), with parts O(n log n + m).
class hub_sorted_graph {
 public:
  /// Where `part` says in which part of the graph each vertex lies, parts follow each other.
  template <linked_both_ways G>
  hub_sorted_graph(const G& g, task& job, std::span<const vertex_id> part = {})
      : directed_(g.directed()) {
    const vertex_id n = g.num_vertices();
    hub_order order = order_by_degree(n, [&](vertex_id v) {
      return g.successors(v).size() + (directed_ ? g.predecessors(v).size() : 0);
    });
    original = std::move(order.original);
    std::vector<vertex_id>& number = order.number;
    if (!part.empty()) {
      std::ranges::stable_sort(original, {}, [&](vertex_id v) { return part[v]; });
      for (vertex_id v = 0; v < n; ++v) number[original[v]] = v;
    }
    const auto fill = [&](half& rows, auto row_of) {
      rows.offset.assign(n + std::size_t{1}, 0);
      for_each_kept(n, row_of, number,
                    [&](vertex_id from, vertex_id) { ++rows.offset[from + std::size_t{1}]; });
      for (std::size_t v = 0; v < n; ++v) rows.offset[v + 1] += rows.offset[v];
      rows.neighbour.resize(rows.offset[n]);
      job.checkpoint();
    };
    // Rows of the other direction, read in the new order, fill these rows in sorted order.
    const auto successors = [&](vertex_id v) { return g.successors(original[v]); };
    const auto predecessors = [&](vertex_id v) { return g.predecessors(original[v]); };
    fill(out_, successors);
    scatter(out_, predecessors, number);
    if (directed_) {
      job.checkpoint();
      fill(in_, predecessors);
      scatter(in_, successors, number);
    }
  }

  [[nodiscard]] vertex_id num_vertices() const noexcept {
    return static_cast<vertex_id>(original.size());
  }
  [[nodiscard]] std::size_t num_arcs() const noexcept { return out_.neighbour.size(); }
  [[nodiscard]] bool directed() const noexcept { return directed_; }
  [[nodiscard]] std::span<const vertex_id> successors(vertex_id v) const noexcept {
    return out_.row(v);
  }
  /// Position of v's first out-arc; num_arcs() for v = num_vertices().
  [[nodiscard]] std::size_t first_arc(vertex_id v) const noexcept { return out_.offset[v]; }
  [[nodiscard]] std::span<const vertex_id> predecessors(vertex_id v) const noexcept {
    return directed_ ? in_.row(v) : out_.row(v);
  }

  std::vector<vertex_id> original;  ///< old number of each new one

 private:
  struct half {
    std::vector<std::uint64_t> offset;
    std::vector<vertex_id> neighbour;
    [[nodiscard]] std::span<const vertex_id> row(vertex_id v) const noexcept {
      return {neighbour.data() + offset[v], neighbour.data() + offset[v + std::size_t{1}]};
    }
  };

  /// link(v, w) in new numbers for every link that is neither a self-link nor a repetition.
  template <class RowOf, class Link>
  static void for_each_kept(vertex_id n, RowOf row_of, const std::vector<vertex_id>& number,
                            Link link) {
    for (vertex_id v = 0; v < n; ++v) {
      const auto row = row_of(v);
      for (std::size_t k = 0; k < row.size(); ++k)
        if (number[row[k]] != v && !(k > 0 && row[k - 1] == row[k])) link(v, number[row[k]]);
    }
  }
  template <class RowOf>
  void scatter(half& rows, RowOf row_of, const std::vector<vertex_id>& number) {
    std::vector<std::uint64_t> cursor(rows.offset.begin(), rows.offset.end() - 1);
    for_each_kept(num_vertices(), row_of, number,
                  [&](vertex_id v, vertex_id w) { rows.neighbour[cursor[w]++] = v; });
  }

  bool directed_;
  half out_, in_;
};

}  // namespace kedja::measures
