/// @file
/// The graph that owns its arrays. Arcs are in canonical order (source, target, value bits), so
/// the order of the rows it was built from changes no bit of any result.
#pragma once

#include <cstdint>
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
/// graph keeps one direction only, since both are the same.
class csr_graph {
 public:
  csr_graph() = default;

  /// Links source[i] -> target[i] with weight[i] (no weights: every link counts 1).
  /// Throws invalid_argument, naming the first row, for an endpoint not below `num_vertices`, for a
  /// weight that is negative, NaN or infinite, and for a repeated link under
  /// duplicate_policy::refuse. O(n + m log d) for largest degree d, in parallel.
  template <class Index>
  csr_graph(vertex_id num_vertices, std::span<const Index> source, std::span<const Index> target,
            std::span<const double> weight = {}, const graph_options& options = {},
            const run_context& ctx = {})
      : num_vertices_(num_vertices), directed_(options.directed) {
    detail::link_columns<Index> links{num_vertices, source, target, weight};
    task job(ctx, directed_ ? 2.0 : 1.0);
    links.check(job);
    if (directed_) {
      out_ = detail::build_half(links, detail::arc_end::source, job);
      finish_duplicates(options.duplicates, out_);
      in_ = detail::transpose(num_vertices_, out_, job);
      num_links_ = out_.neighbour.size();
    } else {
      out_ = detail::build_half(links, detail::arc_end::both, job);
      finish_duplicates(options.duplicates, out_);
      num_links_ = out_.neighbour.size() / 2;  // a self-loop is two arcs as well
    }
    job.finish();
  }

  [[nodiscard]] csr_view view() const noexcept {
    return {num_vertices_, directed_, num_links_, out_.view(), in_view()};
  }
  operator csr_view() const noexcept { return view(); }

  [[nodiscard]] vertex_id num_vertices() const noexcept { return num_vertices_; }
  [[nodiscard]] edge_id num_arcs() const noexcept { return out_.neighbour.size(); }
  /// An undirected link counts once, though it is two arcs.
  [[nodiscard]] edge_id num_links() const noexcept { return num_links_; }
  [[nodiscard]] bool directed() const noexcept { return directed_; }
  [[nodiscard]] bool weighted() const noexcept { return !out_.weight.empty(); }
  [[nodiscard]] std::span<const vertex_id> successors(vertex_id u) const noexcept {
    return out_.view().row(u);
  }
  [[nodiscard]] std::span<const vertex_id> predecessors(vertex_id u) const noexcept {
    return in_view().row(u);
  }
  [[nodiscard]] std::span<const double> successor_weights(vertex_id u) const noexcept {
    return out_.view().row_weights(u);
  }
  [[nodiscard]] std::span<const double> predecessor_weights(vertex_id u) const noexcept {
    return in_view().row_weights(u);
  }
  [[nodiscard]] edge_id first_arc(vertex_id u) const noexcept { return out_.offset[u]; }

 private:
  [[nodiscard]] half_view in_view() const noexcept { return (directed_ ? in_ : out_).view(); }

  void finish_duplicates(duplicate_policy policy, detail::half& rows) {
    if (policy != duplicate_policy::keep)
      detail::merge_parallel(num_vertices_, rows, policy == duplicate_policy::refuse, !directed_);
  }

  vertex_id num_vertices_ = 0;
  bool directed_ = true;
  edge_id num_links_ = 0;
  detail::half out_, in_;
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
