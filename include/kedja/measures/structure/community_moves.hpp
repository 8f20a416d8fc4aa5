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

/// 0..n-1 in an order of chance: blocks of 512 in any order, and any order within each. Blocks keep
/// the rows of a large graph near each other in memory.
[[nodiscard]] inline std::vector<vertex_id> random_order(vertex_id n, random_stream& random) {
  constexpr std::size_t size = 512;
  std::vector<std::size_t> blocks((n + size - 1) / size);
  std::iota(blocks.begin(), blocks.end(), std::size_t{0});
  shuffle(blocks, random);
  std::vector<vertex_id> order(n);
  vertex_id* next = order.data();
  for (const std::size_t b : blocks) {
    const std::size_t length = std::min(size, n - b * size);
    std::iota(next, next + length, static_cast<vertex_id>(b * size));
    for (std::uint64_t i = length; i > 1; --i)  // 32 bits are enough for 512 places
      std::swap(next[i - 1], next[random.next_u32() * i >> 32]);
    next += length;
  }
  return order;
}

/// Asks memory for what the vertices next in line will need, each a step further along: where its
/// row is, the row, its neighbours' communities, their slots. Worth it where these are not at hand.
/// Inlined always: GCC takes a function that only asks memory for one without effect.
template <class Strength>
[[gnu::always_inline]] inline void prefetch_ahead(const community_level<Strength>& level,
                                                  const vertex_id* community,
                                                  const community_slot<Strength>* slot,
                                                  const std::vector<vertex_id>& line,
                                                  std::size_t at) {
  constexpr std::size_t most = 24;  // neighbours of one vertex
  if (at + 12 >= line.size()) return;
  __builtin_prefetch(&level.links.offset[line[at + 12]]);
  const std::size_t first = level.links.offset[line[at + 8]];
  __builtin_prefetch(level.links.neighbour.data() + first);
  __builtin_prefetch(level.links.value.data() + first);
  __builtin_prefetch(level.links.value.data() + first + 8);
  const auto soon = level.links.of(line[at + 4]), next = level.links.of(line[at + 1]);
  for (std::size_t k = 0; k < std::min(most, soon.size()); ++k)
    __builtin_prefetch(&community[soon[k]]);
  for (std::size_t k = 0; k < std::min(most, next.size()); ++k)
    __builtin_prefetch(&slot[community[next[k]]]);
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
      prefetch_ahead(level, of, slot, line, at);
      const vertex_id v = line[at];
      open[v] = 0;
      const auto row = level.links.of(v);
      const auto value = level.links.values(v);
      pace(row.size() + 1);
      // Whether a community is new and whether it is better are coin tosses that a processor
      // guesses wrong, so entries are written always and kept by count.
      std::size_t found = 0;
      for (std::size_t k = 0; k < row.size(); ++k) {
        const vertex_id c = of[row[k]];
        touched[found] = c;
        found +=
            static_cast<std::size_t>(slot[c].links == 0) & static_cast<std::size_t>(value[k] > 0);
        slot[c].links += value[k];
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

/// Parts of communities that are well connected inside (MergeNodesSubset): from vertices alone,
/// each that is still alone and well connected to its community joins the well connected part that
/// gains most. Greedy, as the authors' own program does by default.
template <class Strength>
std::vector<vertex_id> refine(const community_level<Strength>& level,
                              const std::vector<vertex_id>& community, double per_chance,
                              random_stream& random, task& job) {
  const vertex_id n = level.size();
  std::vector<Strength> whole(n);
  large_vector<community_slot<Strength>> slot(n);
  std::vector<double> to_rest(n);  // links of a part to the rest of its community
  std::vector<vertex_id> part(n), touched(largest_degree(level) + 1);
  std::vector<char> alone(n, 1);
  std::iota(part.begin(), part.end(), vertex_id{0});
  for (vertex_id v = 0; v < n; ++v) {
    whole[community[v]] += level.strength[v];
    slot[v].total = level.strength[v];
  }
  for_blocks(n, 4096, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (auto v = static_cast<vertex_id>(first); v < last; ++v) {
      const auto row = level.links.of(v);
      const auto value = level.links.values(v);
      double inside = 0;
      for (std::size_t k = 0; k < row.size(); ++k)
        inside += community[row[k]] == community[v] ? value[k] : 0.0;
      to_rest[v] = inside;
    }
  });
  const auto well_connected = [&](vertex_id p, vertex_id c) {
    Strength rest = whole[c];
    rest -= slot[p].total;
    return to_rest[p] >= per_chance * chance(slot[p].total, rest);
  };
  pacer pace(job);
  const std::vector<vertex_id> order = random_order(n, random);
  for (std::size_t at = 0; at < n; ++at) {
    prefetch_ahead(level, part.data(), slot.data(), order, at);
    const vertex_id v = order[at], c = community[v];
    if (alone[v] == 0 || !well_connected(v, c)) continue;
    const auto row = level.links.of(v);
    const auto value = level.links.values(v);
    pace(row.size() + 1);
    std::size_t found = 0;
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (community[row[k]] != c) continue;
      const vertex_id p = part[row[k]];
      touched[found] = p;
      found +=
          static_cast<std::size_t>(slot[p].links == 0) & static_cast<std::size_t>(value[k] > 0);
      slot[p].links += value[k];
    }
    vertex_id best = v;
    double most = 0, joined = 0;
    for (std::size_t i = 0; i < found; ++i) {
      const vertex_id p = touched[i];
      const double links = std::exchange(slot[p].links, 0.0);
      const double gain = links - per_chance * chance(slot[v].total, slot[p].total);
      if ((best == v ? gain >= 0 : gain > most) && well_connected(p, c))
        most = gain, best = p, joined = links;
    }
    if (best == v) continue;
    part[v] = best;
    alone[v] = alone[best] = 0;
    slot[best].total += slot[v].total;
    to_rest[best] += to_rest[v] - 2 * joined;
  }
  return part;
}

}  // namespace kedja::measures::detail
