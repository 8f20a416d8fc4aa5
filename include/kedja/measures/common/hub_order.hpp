/// @file
/// New numbers for vertices, hubs first. Most links lead to hubs, so what kernels look up by number
/// then lies close together in memory (Balaji & Lucia, "When is graph reordering an optimization?",
/// IISWC 2018).
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include <kedja/core/types.hpp>

namespace kedja::measures {

struct hub_order {
  std::vector<vertex_id> original;  ///< old number of each new one
  std::vector<vertex_id> number;    ///< new number of each old one
};

/// By falling `degree(v)`, of equal ones by old number. One counting sort: O(n + largest degree).
template <class Degree>
[[nodiscard]] hub_order order_by_degree(vertex_id n, Degree degree) {
  std::size_t largest = 0;
  for (vertex_id v = 0; v < n; ++v) largest = std::max<std::size_t>(largest, degree(v));
  std::vector<vertex_id> first(largest + 2, 0);
  for (vertex_id v = 0; v < n; ++v) ++first[largest - degree(v) + 1];
  std::partial_sum(first.begin(), first.end(), first.begin());
  hub_order made{std::vector<vertex_id>(n), std::vector<vertex_id>(n)};
  for (vertex_id v = 0; v < n; ++v) {
    made.number[v] = first[largest - degree(v)]++;
    made.original[made.number[v]] = v;
  }
  return made;
}

}  // namespace kedja::measures
