/// @file
/// Which way along the chain a measure looks.
#pragma once

#include <span>

#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>

namespace kedja::measures {

/// upstream: paths that end in the company (its suppliers); downstream: paths that start at it.
/// Relative to NetworkX: upstream is its default for directed closeness and PageRank.
enum class path_direction { upstream, downstream };

/// Neighbours one step along `direction`: suppliers upstream, buyers downstream.
// Inlined always, so that a direction which is known when a search begins costs its steps nothing.
template <graph::two_way_graph G>
[[nodiscard, gnu::always_inline]] inline std::span<const vertex_id> step(const G& g, vertex_id u,
                                                                         path_direction direction) {
  return direction == path_direction::upstream ? g.predecessors(u) : g.successors(u);
}
template <graph::two_way_graph G>
[[nodiscard, gnu::always_inline]] inline std::span<const double> step_weights(
    const G& g, vertex_id u, path_direction direction) {
  return direction == path_direction::upstream ? g.predecessor_weights(u) : g.successor_weights(u);
}
/// Asks memory for where a row is, if the graph can, so that step() need not wait for it soon
/// after.
template <graph::two_way_graph G>
[[gnu::always_inline]] inline void prefetch_step(const G& g, vertex_id u,
                                                 path_direction direction) {
  if constexpr (requires { g.prefetch_row(u), g.prefetch_in_row(u); })
    direction == path_direction::upstream ? g.prefetch_in_row(u) : g.prefetch_row(u);
}
[[nodiscard]] constexpr path_direction opposite(path_direction d) noexcept {
  return d == path_direction::upstream ? path_direction::downstream : path_direction::upstream;
}

}  // namespace kedja::measures
