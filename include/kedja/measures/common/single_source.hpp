/// @file
/// Distances from one vertex, for whole graphs: no path counts, no order, no predecessors.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/length.hpp>
#include <kedja/measures/common/shortest_paths.hpp>

namespace kedja::measures {

/// By hops. While the frontier has few links they are walked forwards; when it has many, every
/// vertex not yet reached looks backwards for one that was reached last and stops at the first.
template <graph::two_way_graph G>
[[nodiscard]] std::vector<double> hops_from(const G& g, vertex_id source, path_direction direction,
                                            task& job) {
  const vertex_id n = g.num_vertices();
  std::vector<double> distance(n, unreached);
  std::vector<std::uint64_t> seen((std::size_t{n} + 63) / 64, 0), last(seen.size(), 0);
  const auto mark = [](std::vector<std::uint64_t>& set, vertex_id v) {
    set[v / 64] |= std::uint64_t{1} << (v % 64);
  };
  std::vector<vertex_id> frontier{source}, next;
  distance[source] = 0;
  mark(seen, source);
  std::size_t links_ahead = step(g, source, direction).size(), links_left = g.num_arcs();
  for (double hops = 1; !frontier.empty(); ++hops) {
    job.checkpoint();
    next.clear();
    const std::size_t reading = std::exchange(links_ahead, 0);
    links_left -= std::min(links_left, reading);
    std::size_t arcs = 0;
    const auto reach = [&](vertex_id v) {
      mark(seen, v);
      distance[v] = hops;
      next.push_back(v);
      links_ahead += step(g, v, direction).size();
    };
    if (reading > links_left / 16 && frontier.size() > n / 64) {
      std::fill(last.begin(), last.end(), 0);
      for (const vertex_id u : frontier) mark(last, u);
      for (std::size_t word = 0; word < seen.size(); ++word) {
        std::uint64_t open = ~seen[word];
        if (word + 1 == seen.size() && n % 64 != 0) open &= (std::uint64_t{1} << (n % 64)) - 1;
        for (; open != 0; open &= open - 1) {
          const auto v =
              static_cast<vertex_id>(word * 64 + static_cast<unsigned>(std::countr_zero(open)));
          for (const vertex_id u : step(g, v, opposite(direction)))
            if ((last[u / 64] >> (u % 64) & 1) != 0) {
              reach(v);
              break;
            }
        }
        if (++arcs > (1u << 10)) arcs = 0, job.checkpoint();
      }
    } else {
      for (const vertex_id u : frontier) {
        const auto row = step(g, u, direction);
        for (const vertex_id v : row)
          if ((seen[v / 64] >> (v % 64) & 1) == 0) reach(v);
        if ((arcs += row.size()) > (1u << 16)) arcs = 0, job.checkpoint();
      }
    }
    std::swap(frontier, next);
    job.advance(static_cast<double>(reading));
  }
  return distance;
}

/// By lengths: Dijkstra's algorithm on a heap of four children per entry, where an entry that was
/// overtaken is skipped when it comes up.
template <graph::two_way_graph G>
[[nodiscard]] std::vector<double> lengths_from(const G& g, vertex_id source,
                                               path_direction direction, link_length rule,
                                               task& job) {
  const vertex_id n = g.num_vertices();
  std::vector<double> distance(n, unreached);
  struct entry {
    double distance;
    vertex_id vertex;
  };
  std::vector<entry> heap;
  const auto push = [&](entry e) {
    std::size_t at = heap.size();
    heap.push_back(e);
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (!(e.distance < heap[parent].distance)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = e;
  };
  const auto pop = [&] {
    const entry least = heap.front(), e = heap.back();
    heap.pop_back();
    const std::size_t size = heap.size();
    std::size_t at = 0;
    for (std::size_t child = 1; child < size; child = 4 * at + 1) {
      std::size_t best = child;
      for (std::size_t k = child + 1; k < std::min(child + 4, size); ++k)
        if (heap[k].distance < heap[best].distance) best = k;
      if (!(heap[best].distance < e.distance)) break;
      heap[at] = heap[best];
      at = best;
    }
    if (size > 0) heap[at] = e;
    return least;
  };
  distance[source] = 0;
  push({0.0, source});
  std::size_t arcs = 0;
  while (!heap.empty()) {
    const entry now = pop();
    if (now.distance > distance[now.vertex]) continue;
    const auto row = step(g, now.vertex, direction);
    const auto weight = step_weights(g, now.vertex, direction);
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double through = now.distance + length_of(weight[k], rule);
      if (through < distance[row[k]]) {
        distance[row[k]] = through;
        push({through, row[k]});
      }
    }
    if ((arcs += row.size() + 1) > (1u << 16)) {
      job.advance(static_cast<double>(arcs));
      arcs = 0;
      job.checkpoint();
    }
  }
  return distance;
}

}  // namespace kedja::measures
