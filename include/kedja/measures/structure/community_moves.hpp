/// @file
/// How the Leiden and Louvain methods change communities on one level of aggregation: by moving
/// vertices, and by refining what has been found. Sources: see community_level.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <kedja/core/large_vector.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/structure/community_level.hpp>

namespace kedja::measures::detail {

/// What a vertex finds out about a community, side by side for the cache.
template <class Strength>
struct community_slot {
  double links = 0;  ///< from the vertex that is being looked at; 0 between vertices
  Strength total;
};

/// 0..n-1 in an order of chance: short blocks in any order, in sequence within each, so that rows
/// of a large graph are read as they lie in memory. Small graphs have blocks of one.
[[nodiscard]] inline std::vector<vertex_id> random_order(vertex_id n, random_stream& random) {
  const std::size_t size = std::clamp<std::size_t>(n / 256, 1, 32);
  std::vector<vertex_id> blocks((n + size - 1) / size);
  std::iota(blocks.begin(), blocks.end(), vertex_id{0});
  shuffle(blocks, random);
  std::vector<vertex_id> order(n);
  vertex_id* next = order.data();
  for (const std::size_t b : blocks) {
    const std::size_t length = std::min(size, n - b * size);
    std::iota(next, next + length, static_cast<vertex_id>(b * size));
    next += length;
  }
  return order;
}

/// Asks memory for rows of the vertices next in line.
/// Inlined always: GCC takes a function that only asks memory for one without effect.
[[gnu::always_inline]] inline void prefetch_rows(const joined_links& links,
                                                 const std::vector<vertex_id>& line,
                                                 std::size_t at) {
  if (at + 16 >= line.size()) return;
  __builtin_prefetch(&links.offset[line[at + 16]]);
  const std::size_t first = links.offset[line[at + 8]];
  __builtin_prefetch(links.neighbour.data() + first);
  __builtin_prefetch(links.value.data() + first);
  __builtin_prefetch(links.value.data() + first + 8);
}

template <class Strength>
std::size_t largest_degree(const community_level<Strength>& level) {
  std::size_t largest = 0;
  for (vertex_id v = 0; v < level.size(); ++v) largest = std::max(largest, level.links.degree(v));
  return largest;
}

/// Moves vertices to the community where they add most to the quality (MoveNodesFast): all are
/// looked at once, then in sweeps those that a neighbour has moved away from. `per_chance` is
/// resolution / W. A move must gain more than rounding can feign, so this ends. On large levels it
/// ends after `looks` looks per vertex. Returns whether any vertex moved.
template <class Strength>
bool move_vertices(const community_level<Strength>& level, std::vector<vertex_id>& community,
                   double per_chance, double looks, random_stream& random, task& job) {
  const vertex_id n = level.size();
  large_vector<community_slot<Strength>> slots(n);
  std::vector<vertex_id> members(n, 0), empty, touched(largest_degree(level) + 1);
  for (vertex_id v = 0; v < n; ++v)
    slots[community[v]].total += level.strength[v], ++members[community[v]];
  for (vertex_id c = 0; c < n; ++c)
    if (members[c] == 0) empty.push_back(c);
  community_slot<Strength>* const slot = slots.data();
  vertex_id* const of = community.data();
  const vertex_id* const neighbour = level.links.neighbour.data();
  const double* const value = level.links.value.data();
  const std::size_t end = level.links.neighbour.size() - 1;
  const std::vector<vertex_id> order = random_order(n, random);
  std::vector<vertex_id> line = order;
  std::vector<unsigned char> open(n, 1);  // to be looked at in this sweep or the next
  const bool large = n > 4096;
  auto left = large ? static_cast<std::size_t>(looks * n) : SIZE_MAX;
  pacer pace(job);
  bool moved = false, again = true;
  while (again && left > 0) {
    again = false;
    for (std::size_t at = 0; at < line.size() && left > 0; ++at, --left) {
      prefetch_rows(level.links, line, at);
      const vertex_id v = line[at];
      open[v] = 0;
      const auto row = level.links.of(v);
      pace(row.size() + 1);
      // Whether a community is new and whether it is better are coin tosses that a processor
      // guesses wrong, so entries are written always and kept by count.
      std::size_t found = 0;
      const std::size_t last = level.links.offset[v + std::size_t{1}];
      for (std::size_t a = level.links.offset[v]; a < last; ++a) {
        __builtin_prefetch(&of[neighbour[std::min(a + 24, end)]]);
        __builtin_prefetch(&slot[of[neighbour[std::min(a + 8, end)]]]);
        const vertex_id c = of[neighbour[a]];
        touched[found] = c;
        found +=
            static_cast<std::size_t>(slot[c].links == 0) & static_cast<std::size_t>(value[a] > 0);
        slot[c].links += value[a];
      }
      const Strength own = level.strength[v];
      const vertex_id from = of[v];
      slot[from].total -= own;
      const auto gain = [&](vertex_id c) {
        return slot[c].links - per_chance * chance(own, slot[c].total);
      };
      vertex_id best = from;
      double most = gain(from) + 1e-10 * own.size();
      for (std::size_t i = 0; i < found; ++i) {
        const vertex_id c = touched[i];
        const double here = gain(c);
        slot[c].links = 0;
        best = here > most ? c : best;
        most = here > most ? here : most;
      }
      if (most < 0 && members[from] > 1 && !empty.empty())  // better off alone
        best = empty.back();
      slot[best].total += own;
      if (best == from) continue;
      moved = again = true;
      of[v] = best;
      if (members[best]++ == 0) empty.pop_back();
      if (--members[from] == 0) empty.push_back(from);
      for (const vertex_id u : row) open[u] |= static_cast<unsigned char>(of[u] != best);
    }
    line.resize(n);
    std::size_t kept = 0;
    for (const vertex_id v : order) line[kept] = v, kept += open[v];
    line.resize(kept);
  }
  return moved;
}

/// Parts of communities that hang together (MergeNodesSubset): from vertices alone, each that is
/// still alone joins the part of its community that gains most. Greedy, as the authors' own program
/// does by default. Their condition that vertex and part be well connected to the rest of their
/// community is left out, as in GVE-Leiden: it costs a pass over all links and changes modularity
/// by less than another seed does.
template <class Strength>
std::vector<vertex_id> refine(const community_level<Strength>& level,
                              const std::vector<vertex_id>& community, double per_chance,
                              random_stream& random, task& job) {
  struct place {
    vertex_id community, part;
  };
  const vertex_id n = level.size();
  large_vector<community_slot<Strength>> slots(n);
  large_vector<place> places(n);
  std::vector<vertex_id> touched(largest_degree(level) + 1);
  std::vector<char> alone(n, 1);
  for (vertex_id v = 0; v < n; ++v) {
    slots[v] = {0, level.strength[v]};
    places[v] = {community[v], v};
  }
  community_slot<Strength>* const slot = slots.data();
  place* const at_place = places.data();
  const vertex_id* const neighbour = level.links.neighbour.data();
  const double* const value = level.links.value.data();
  const std::size_t end = level.links.neighbour.size() - 1;
  pacer pace(job);
  const std::vector<vertex_id> order = random_order(n, random);
  for (std::size_t at = 0; at < n; ++at) {
    prefetch_rows(level.links, order, at);
    const vertex_id v = order[at], c = community[v];
    if (alone[v] == 0) continue;
    pace(level.links.degree(v) + 1);
    std::size_t found = 0;
    const std::size_t last = level.links.offset[v + std::size_t{1}];
    for (std::size_t a = level.links.offset[v]; a < last; ++a) {
      __builtin_prefetch(&at_place[neighbour[std::min(a + 24, end)]]);
      __builtin_prefetch(&slot[at_place[neighbour[std::min(a + 8, end)]].part]);
      const place there = at_place[neighbour[a]];
      const bool inside = there.community == c;
      const vertex_id p = inside ? there.part : v;
      const double links = inside ? value[a] : 0.0;
      touched[found] = p;
      found += static_cast<std::size_t>(slot[p].links == 0) & static_cast<std::size_t>(links > 0);
      slot[p].links += links;
    }
    const Strength own = level.strength[v];
    vertex_id best = v;
    double most = 0;
    for (std::size_t i = 0; i < found; ++i) {
      const vertex_id p = touched[i];
      const double gain =
          std::exchange(slot[p].links, 0.0) - per_chance * chance(own, slot[p].total);
      if (best == v ? gain >= 0 : gain > most) most = gain, best = p;
    }
    if (best == v) continue;
    at_place[v].part = best;
    alone[v] = alone[best] = 0;
    slot[best].total += own;
  }
  std::vector<vertex_id> part(n);
  for (vertex_id v = 0; v < n; ++v) part[v] = at_place[v].part;
  return part;
}

}  // namespace kedja::measures::detail
