/// @file
/// How long a link is. Values are strengths, so a length is always asked for by name.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>

namespace kedja::measures {

enum class link_length {
  hops,           ///< every link is one step
  value,          ///< the value is the length; it must be > 0
  inverse_value,  ///< 1 / value: strong links are short; a value of 0 cannot be walked
};

/// Length of a link with value w under a rule other than hops; infinite when it cannot be walked.
[[nodiscard]] inline double length_of(double w, link_length rule) noexcept {
  if (rule == link_length::value) return w;
  return w > 0 ? 1.0 / w : std::numeric_limits<double>::infinity();
}

/// Throws invalid_argument when the graph cannot give such lengths, naming the first bad link.
template <graph::two_way_graph G>
void check_lengths(const G& g, link_length rule) {
  if (rule == link_length::hops || g.num_arcs() == 0) return;
  if (!g.weighted()) throw invalid_argument("length needs link values, and the graph has none");
  if (rule != link_length::value) return;
  if constexpr (requires { g.arc_weights(); }) {  // all in one go, and rows only to name a bad one
    std::size_t bad = 0;
    for (const double w : g.arc_weights()) bad += !(w > 0);
    if (bad == 0) return;
  }
  for (vertex_id u = 0; u < g.num_vertices(); ++u)
    for (const double w : g.successor_weights(u))
      if (!(w > 0))
        throw invalid_argument("length='value' needs values > 0; a link of vertex " +
                               std::to_string(u) + " has " + std::to_string(w));
}

}  // namespace kedja::measures
