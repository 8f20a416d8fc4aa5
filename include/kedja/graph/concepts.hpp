/// @file
/// What a measure may ask of a graph. Measures depend on these concepts, not on csr_graph.
#pragma once

#include <concepts>
#include <span>

#include <kedja/core/types.hpp>

namespace kedja::graph {

/// Vertices 0 .. num_vertices()-1 and both directions of every arc, rows sorted by the other end.
/// In an undirected graph each link is two arcs, so successors and predecessors are the same row
/// and a self-loop stands in it twice.
template <class G>
concept two_way_graph = requires(const G& g, vertex_id u) {
  { g.num_vertices() } -> std::same_as<vertex_id>;
  { g.num_arcs() } -> std::same_as<edge_id>;
  { g.num_links() } -> std::same_as<edge_id>;
  { g.directed() } -> std::same_as<bool>;
  { g.weighted() } -> std::same_as<bool>;
  { g.successors(u) } -> std::same_as<std::span<const vertex_id>>;
  { g.predecessors(u) } -> std::same_as<std::span<const vertex_id>>;
  /// Aligned with successors / predecessors; empty when the graph has no weights.
  { g.successor_weights(u) } -> std::same_as<std::span<const double>>;
  { g.predecessor_weights(u) } -> std::same_as<std::span<const double>>;
  /// Position of u's first out-arc; arc-indexed arrays have num_arcs() entries.
  { g.first_arc(u) } -> std::same_as<edge_id>;
};

}  // namespace kedja::graph
