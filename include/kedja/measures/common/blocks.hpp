/// @file
/// Blocks of an undirected graph: parts that no single vertex cuts in two. Source: Hopcroft &
/// Tarjan, "Algorithm 447: efficient algorithms for graph manipulation", Commun. ACM 16 (1973),
/// doi:10.1145/362248.362272.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>

namespace kedja::measures {

/// Every link lies in one block. Seen from the vertices where a search in depth began, every other
/// vertex hangs in one block, its home, below the one vertex through which the block hangs itself,
/// its top. Of two linked vertices one was entered later, and its home is the block of the link.
/// A search without recursion: O(n + m), 28 bytes per vertex.
struct blocks {
  static constexpr vertex_id none = no_vertex;
  std::vector<vertex_id> home;     ///< by vertex; none where a search began
  std::vector<vertex_id> top;      ///< by block
  std::vector<vertex_id> size;     ///< by block, the top included
  std::vector<vertex_id> entered;  ///< by vertex: when
  std::vector<vertex_id> order;    ///< vertices as they were entered

  template <class G>
  blocks(const G& g, task& job) : home(g.num_vertices(), none), entered(g.num_vertices(), none) {
    const vertex_id n = g.num_vertices();
    struct visit {
      vertex_id vertex;
      std::size_t at;  // next neighbour to look at
    };
    std::vector<visit> path;
    std::vector<vertex_id> low(n), waiting;  // entered, and in no block yet
    const auto enter = [&](vertex_id v) {
      low[v] = entered[v] = static_cast<vertex_id>(order.size());
      order.push_back(v);
      path.push_back({v, 0});
      if (order.size() % 4096 == 0) job.checkpoint();
    };
    for (vertex_id root = 0; root < n; ++root) {
      if (entered[root] != none) continue;
      enter(root);
      while (path.size() > 1 || path.back().at < g.successors(root).size()) {
        visit& here = path.back();
        const vertex_id u = here.vertex;
        const auto row = g.successors(u);
        if (here.at < row.size()) {
          const vertex_id v = row[here.at++];
          if (entered[v] != none) {
            low[u] = std::min(low[u], entered[v]);  // also of the one before: that cuts as well
          } else {
            waiting.push_back(v);
            enter(v);
          }
          continue;
        }
        path.pop_back();
        const vertex_id above = path.back().vertex;
        low[above] = std::min(low[above], low[u]);
        if (low[u] < entered[above]) continue;
        const auto block = static_cast<vertex_id>(top.size());
        top.push_back(above);
        size.push_back(1);
        for (vertex_id v = none; v != u;) {
          v = waiting.back();
          waiting.pop_back();
          home[v] = block;
          ++size.back();
        }
      }
      path.clear();
    }
  }
};

}  // namespace kedja::measures
