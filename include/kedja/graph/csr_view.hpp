/// @file
/// A borrowed graph in compressed sparse rows: over a csr_graph, a mapped file or foreign arrays.
#pragma once

#include <cstddef>
#include <span>

#include <kedja/core/types.hpp>

namespace kedja::graph {

/// The offsets of a graph without vertices.
inline constexpr edge_id no_rows[] = {0};

/// One direction of a graph. offset has n+1 entries; weight is empty or aligned with neighbour.
struct half_view {
  std::span<const edge_id> offset = no_rows;
  std::span<const vertex_id> neighbour = {};
  std::span<const double> weight = {};

  [[nodiscard]] std::span<const vertex_id> row(vertex_id u) const noexcept {
    return {neighbour.data() + offset[u], neighbour.data() + offset[u + std::size_t{1}]};
  }
  [[nodiscard]] std::span<const double> row_weights(vertex_id u) const noexcept {
    if (weight.empty()) return {};
    return {weight.data() + offset[u], weight.data() + offset[u + std::size_t{1}]};
  }
};

/// Cheap to copy; valid as long as what it borrows from. In an undirected graph `in` is `out`.
class csr_view {
 public:
  csr_view() = default;
  csr_view(vertex_id num_vertices, bool directed, edge_id num_links, half_view out,
           half_view in) noexcept
      : num_vertices_(num_vertices),
        directed_(directed),
        num_links_(num_links),
        out_(out),
        in_(in) {}

  [[nodiscard]] vertex_id num_vertices() const noexcept { return num_vertices_; }
  [[nodiscard]] edge_id num_arcs() const noexcept { return out_.neighbour.size(); }
  [[nodiscard]] edge_id num_links() const noexcept { return num_links_; }
  [[nodiscard]] bool directed() const noexcept { return directed_; }
  [[nodiscard]] bool weighted() const noexcept { return !out_.weight.empty(); }
  [[nodiscard]] std::span<const vertex_id> successors(vertex_id u) const noexcept {
    return out_.row(u);
  }
  [[nodiscard]] std::span<const vertex_id> predecessors(vertex_id u) const noexcept {
    return in_.row(u);
  }
  [[nodiscard]] std::span<const double> successor_weights(vertex_id u) const noexcept {
    return out_.row_weights(u);
  }
  [[nodiscard]] std::span<const double> predecessor_weights(vertex_id u) const noexcept {
    return in_.row_weights(u);
  }
  [[nodiscard]] edge_id first_arc(vertex_id u) const noexcept { return out_.offset[u]; }
  /// Asks memory for where u's row is, so that successors(u) need not wait for it soon after.
  /// Inlined always: GCC takes a function that only asks memory for one without effect.
  [[gnu::always_inline]] void prefetch_row(vertex_id u) const noexcept {
    __builtin_prefetch(&out_.offset[u]);
  }
  /// The same for predecessors(u).
  [[gnu::always_inline]] void prefetch_in_row(vertex_id u) const noexcept {
    __builtin_prefetch(&in_.offset[u]);
  }
  /// Values of all arcs, row by row; empty when the graph has none.
  [[nodiscard]] std::span<const double> arc_weights() const noexcept { return out_.weight; }
  [[nodiscard]] const half_view& out() const noexcept { return out_; }
  [[nodiscard]] const half_view& in() const noexcept { return in_; }

 private:
  vertex_id num_vertices_ = 0;
  bool directed_ = true;
  edge_id num_links_ = 0;
  half_view out_, in_;
};

}  // namespace kedja::graph
