/// @file
/// Parts of a directed graph whose members all reach each other. Source: Tarjan, "Depth-first
/// search and linear graph algorithms", SIAM J. Comput. 1 (1972), doi:10.1137/0201010.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>

namespace kedja::measures {

struct strong_parts {
  std::vector<vertex_id> part;  ///< of each vertex; a vertex points to its own part and lower ones
  vertex_id count = 0;
};

/// `row(v)` is a range of the vertices that v points to, with random access. Without recursion, so
/// that a chain of a million companies needs no deep stack. O(n + m).
template <class Row>
[[nodiscard]] strong_parts find_strong_parts(vertex_id n, Row row, task& job) {
  constexpr vertex_id none = no_vertex;
  strong_parts found;
  found.part.assign(n, none);
  struct visit {
    vertex_id vertex;
    std::size_t at;  // next of its row to look at
  };
  std::vector<vertex_id> entered(n, none), low(n), open;
  std::vector<visit> path;
  vertex_id next = 0;
  const auto enter = [&](vertex_id v) {
    entered[v] = low[v] = next++;
    open.push_back(v);
    path.push_back({v, 0});
    if (next % 4096 == 0) job.checkpoint();
  };
  for (vertex_id root = 0; root < n; ++root) {
    if (entered[root] != none) continue;
    enter(root);
    while (!path.empty()) {
      const vertex_id v = path.back().vertex;
      const auto targets = row(v);
      std::size_t at = path.back().at;
      for (; at < targets.size() && entered[targets[at]] != none; ++at)
        if (found.part[targets[at]] == none) low[v] = std::min(low[v], low[targets[at]]);
      path.back().at = at;  // the target's own minimum is taken when it is done
      if (at < targets.size()) {
        enter(targets[at]);
        continue;
      }
      path.pop_back();
      if (low[v] < entered[v]) continue;
      for (vertex_id member = none; member != v; open.pop_back())
        found.part[member = open.back()] = found.count;
      ++found.count;
    }
  }
  return found;
}

}  // namespace kedja::measures
