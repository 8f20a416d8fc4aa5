/// @file
/// Weak and strong components. Source: Tarjan, "Depth-first search and linear graph algorithms",
/// SIAM J. Comput. 1 (1972), doi:10.1137/0201010.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>

namespace kedja::measures {

struct components_result {
  /// Component of each vertex, numbered by the smallest vertex in them: 0 holds vertex 0.
  std::vector<vertex_id> component;
  vertex_id count = 0;
};

namespace detail {

inline components_result renumbered(std::vector<vertex_id> label, vertex_id count) {
  std::vector<vertex_id> number(count, no_vertex);
  vertex_id next = 0;
  for (vertex_id& l : label) {
    if (number[l] == no_vertex) number[l] = next++;
    l = number[l];
  }
  return {std::move(label), next};
}

}  // namespace detail

/// Companies joined by links in whatever direction. O(n + m).
template <graph::two_way_graph G>
[[nodiscard]] components_result weak_components(const G& g) {
  const vertex_id n = g.num_vertices();
  components_result result{std::vector<vertex_id>(n, no_vertex), 0};
  std::vector<vertex_id> stack;
  for (vertex_id root = 0; root < n; ++root) {
    if (result.component[root] != no_vertex) continue;
    const vertex_id number = result.count++;
    result.component[root] = number;
    stack.assign(1, root);
    while (!stack.empty()) {
      const vertex_id u = stack.back();
      stack.pop_back();
      for (const auto row : {g.successors(u), g.predecessors(u)})
        for (const vertex_id v : row)
          if (result.component[v] == no_vertex) {
            result.component[v] = number;
            stack.push_back(v);
          }
    }
  }
  return result;
}

/// Companies that reach each other along directed links. Without recursion, so that a chain of a
/// million companies needs no deep stack. O(n + m).
template <graph::two_way_graph G>
[[nodiscard]] components_result strong_components(const G& g) {
  const vertex_id n = g.num_vertices();
  std::vector<vertex_id> index(n, no_vertex), low(n, 0), label(n, 0), open;
  std::vector<bool> is_open(n, false);
  std::vector<std::pair<vertex_id, std::size_t>> stack;  // vertex, next successor to look at
  vertex_id next_index = 0, count = 0;
  const auto enter = [&](vertex_id v) {
    index[v] = low[v] = next_index++;
    open.push_back(v);
    is_open[v] = true;
    stack.emplace_back(v, 0);
  };
  for (vertex_id root = 0; root < n; ++root) {
    if (index[root] != no_vertex) continue;
    enter(root);
    while (!stack.empty()) {
      const vertex_id u = stack.back().first;
      const auto row = g.successors(u);
      if (stack.back().second < row.size()) {
        const vertex_id v = row[stack.back().second++];
        if (index[v] == no_vertex)
          enter(v);
        else if (is_open[v])
          low[u] = std::min(low[u], index[v]);
        continue;
      }
      stack.pop_back();
      if (!stack.empty()) low[stack.back().first] = std::min(low[stack.back().first], low[u]);
      if (low[u] != index[u]) continue;
      vertex_id member = no_vertex;
      do {  // u closes a component: everything above it on the open stack
        member = open.back();
        open.pop_back();
        is_open[member] = false;
        label[member] = count;
      } while (member != u);
      ++count;
    }
  }
  return detail::renumbered(std::move(label), count);
}

}  // namespace kedja::measures
