/// @file
/// A graph's links in an order that is kind to caches: companies with many links first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>

namespace kedja::measures {

/// Successors without parallel links and self-links; vertices are renumbered by falling degree, so
/// that the vertices most often looked at lie side by side. Balaji & Lucia, "When is graph
/// reordering an optimization?", IISWC 2018, doi:10.1109/IISWC.2018.8573478.
struct hub_sorted_links {
  std::vector<std::uint64_t> offset;
  std::vector<vertex_id> target;    ///< in the new numbers, each row sorted
  std::vector<vertex_id> original;  ///< old number of each new one

  [[nodiscard]] vertex_id num_vertices() const noexcept {
    return static_cast<vertex_id>(original.size());
  }
  [[nodiscard]] std::span<const vertex_id> successors(vertex_id v) const noexcept {
    return {target.data() + offset[v], target.data() + offset[v + std::size_t{1}]};
  }
};

/// O(m log d + n log n) for degrees d.
template <graph::two_way_graph G>
[[nodiscard]] hub_sorted_links sort_by_hubs(const G& g) {
  const vertex_id n = g.num_vertices();
  hub_sorted_links made;
  made.original.resize(n);
  std::iota(made.original.begin(), made.original.end(), vertex_id{0});
  const auto links = [&](vertex_id v) { return g.successors(v).size() + g.predecessors(v).size(); };
  std::stable_sort(made.original.begin(), made.original.end(),
                   [&](vertex_id a, vertex_id b) { return links(a) > links(b); });
  std::vector<vertex_id> renumbered(n);
  for (vertex_id v = 0; v < n; ++v) renumbered[made.original[v]] = v;
  made.offset.push_back(0);
  for (vertex_id v = 0; v < n; ++v) {
    const auto row = g.successors(made.original[v]);
    const auto first = static_cast<std::ptrdiff_t>(made.target.size());
    for (std::size_t k = 0; k < row.size(); ++k)
      if (row[k] != made.original[v] && !(k > 0 && row[k - 1] == row[k]))
        made.target.push_back(renumbered[row[k]]);
    std::sort(made.target.begin() + first, made.target.end());
    made.offset.push_back(made.target.size());
  }
  return made;
}

}  // namespace kedja::measures
