/// @file
/// Graphs with a known shape, as link lists: where measures have corners.
#pragma once

#include <utility>
#include <vector>

#include <support/random_graphs.hpp>

namespace kedja::test {

[[nodiscard]] inline random_links from_pairs(vertex_id n,
                                             std::vector<std::pair<vertex_id, vertex_id>> pairs) {
  random_links made;
  made.n = n;
  for (const auto& [u, v] : pairs) {
    made.source.push_back(u);
    made.target.push_back(v);
    made.value.push_back(static_cast<double>(1 + (u + 2 * v) % 3));
  }
  return made;
}

/// Nothing, one vertex, one with a self-link, two, a pair linked both ways and twice, a path, a
/// star, a grid, a complete graph, a directed acyclic graph, two triangles that share a vertex.
[[nodiscard]] inline std::vector<random_links> named_graphs() {
  std::vector<std::pair<vertex_id, vertex_id>> path, star, grid, complete, acyclic;
  for (vertex_id i = 0; i < 9; ++i) path.push_back({i, i + 1}), star.push_back({0, i + 1});
  for (vertex_id x = 0; x < 4; ++x)
    for (vertex_id y = 0; y < 4; ++y) {
      if (x < 3) grid.push_back({4 * x + y, 4 * x + y + 4});
      if (y < 3) grid.push_back({4 * x + y, 4 * x + y + 1});
    }
  for (vertex_id i = 0; i < 7; ++i)
    for (vertex_id j = i + 1; j < 7; ++j) {
      complete.push_back({i, j});
      if ((i + j) % 3 != 0) acyclic.push_back({i, j});
    }
  return {from_pairs(0, {}),       from_pairs(1, {}),
          from_pairs(1, {{0, 0}}), from_pairs(2, {}),
          from_pairs(2, {{0, 1}}), from_pairs(3, {{0, 1}, {1, 0}, {0, 1}}),
          from_pairs(10, path),    from_pairs(10, star),
          from_pairs(16, grid),    from_pairs(7, complete),
          from_pairs(8, acyclic),  from_pairs(5, {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}, {4, 2}})};
}

/// check(graph) for the named graphs and for `count` random ones, directed and undirected.
template <class Check>
void for_many_graphs(std::uint64_t count, Check check) {
  for (const random_links& links : named_graphs())
    for (const bool directed : {true, false}) check(links.graph(directed, true));
  for (std::uint64_t seed = 0; seed < count; ++seed)
    for (const bool directed : {true, false}) check(make_links(seed).graph(directed, true));
}

}  // namespace kedja::test
