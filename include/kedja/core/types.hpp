/// @file
/// Index types shared by every layer.
#pragma once

#include <cstdint>
#include <limits>

namespace kedja {

/// Position of a vertex in a graph, 0 .. num_vertices-1. Never a company id: ids are text owned by
/// the model layer and are joined back to positions when results leave the library.
using vertex_id = std::uint32_t;

/// Position of an arc in a graph. 64 bits, so that link tables above 2^32 rows stay valid.
using edge_id = std::uint64_t;

/// Position of a group (cluster, country, region) in a grouping.
using group_id = std::uint32_t;

inline constexpr vertex_id no_vertex = std::numeric_limits<vertex_id>::max();

}  // namespace kedja
