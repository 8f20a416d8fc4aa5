/// @file
/// The graph that keeps its arrays alive. Arcs are in canonical order (source, target, value bits),
/// so the order of the rows it was built from changes no bit of any result.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/checked.hpp>
#include <kedja/core/checksum.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/build_half.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/csr_view.hpp>

namespace kedja::graph {

/// What to do with links that join the same two vertices (in an undirected graph A-B and B-A do).
enum class duplicate_policy { keep, sum, refuse };

struct graph_options {
  bool directed = true;
  duplicate_policy duplicates = duplicate_policy::keep;
};

/// Immutable multigraph. A directed link runs from supplier to buyer; an undirected link is two
/// arcs. Memory: 8(n+1) + 4a bytes per direction for a arcs, plus 8a with weights; an undirected
/// graph keeps one direction only, since both are the same. Copies share the arrays.
class csr_graph {
 public:
  csr_graph() = default;

  /// Links source[i] -> target[i] with weight[i] (no weights: every link counts 1).
  /// Throws invalid_argument, naming the first row, for an endpoint not below `num_vertices`, for a
  /// weight that is negative, NaN or infinite, and for a repeated link under
  /// duplicate_policy::refuse. O(n + m), and O(p log p) for p parallel links; in parallel. Links in
  /// canonical order already take half the time.
  template <class Index>
  csr_graph(vertex_id num_vertices, std::span<const Index> source, std::span<const Index> target,
            std::span<const double> weight = {}, const graph_options& options = {},
            const run_context& ctx = {}) {
    const detail::link_columns<Index> links{num_vertices, source, target, weight};
    const bool directed = options.directed;
    task job(ctx, directed ? 2.0 : 1.0);
    const auto rows = std::make_shared<const detail::both_directions>(
        detail::build_directions(links, directed, options.duplicates != duplicate_policy::keep,
                                 options.duplicates == duplicate_policy::refuse, job));
    const edge_id arcs = rows->out.neighbour.size();  // an undirected self-loop is two arcs as well
    view_ = {num_vertices, directed, directed ? arcs : arcs / 2, rows->out.view(),
             (directed ? rows->in : rows->out).view()};
    storage_ = rows;
    job.finish();
  }

  /// A graph over arrays that `storage` keeps alive, such as a mapped file. The rows must be in
  /// canonical order; nothing is checked or copied.
  csr_graph(const csr_view& rows, std::shared_ptr<const void> storage) noexcept
      : view_(rows), storage_(std::move(storage)) {}

  [[nodiscard]] csr_view view() const noexcept { return view_; }
  operator csr_view() const noexcept { return view_; }

  [[nodiscard]] vertex_id num_vertices() const noexcept { return view_.num_vertices(); }
  [[nodiscard]] edge_id num_arcs() const noexcept { return view_.num_arcs(); }
  /// An undirected link counts once, though it is two arcs.
  [[nodiscard]] edge_id num_links() const noexcept { return view_.num_links(); }
  [[nodiscard]] bool directed() const noexcept { return view_.directed(); }
  [[nodiscard]] bool weighted() const noexcept { return view_.weighted(); }
  [[nodiscard]] std::span<const vertex_id> successors(vertex_id u) const noexcept {
    return view_.successors(u);
  }
  [[nodiscard]] std::span<const vertex_id> predecessors(vertex_id u) const noexcept {
    return view_.predecessors(u);
  }
  [[nodiscard]] std::span<const double> successor_weights(vertex_id u) const noexcept {
    return view_.successor_weights(u);
  }
  [[nodiscard]] std::span<const double> predecessor_weights(vertex_id u) const noexcept {
    return view_.predecessor_weights(u);
  }
  [[nodiscard]] edge_id first_arc(vertex_id u) const noexcept { return view_.first_arc(u); }
  [[gnu::always_inline]] void prefetch_row(vertex_id u) const noexcept { view_.prefetch_row(u); }
  [[gnu::always_inline]] void prefetch_in_row(vertex_id u) const noexcept {
    view_.prefetch_in_row(u);
  }
  /// Values of all arcs, row by row; empty when the graph has none.
  [[nodiscard]] std::span<const double> arc_weights() const noexcept { return view_.arc_weights(); }

 private:
  csr_view view_;
  std::shared_ptr<const void> storage_;
};

static_assert(two_way_graph<csr_graph> && two_way_graph<csr_view>);

/// XXH64 of the canonical arrays: the same links give the same digest, whatever their row order.
template <two_way_graph G>
[[nodiscard]] std::uint64_t graph_checksum(const G& g) {
  checksum sum;
  const std::uint64_t head[] = {g.num_vertices(), g.num_arcs(), g.directed(), g.weighted()};
  sum.update(std::span<const std::uint64_t>(head));
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    sum.update_value(static_cast<std::uint64_t>(g.successors(u).size()));
    sum.update(g.successors(u));
    sum.update(g.successor_weights(u));
  }
  return sum.digest();
}

}  // namespace kedja::graph
