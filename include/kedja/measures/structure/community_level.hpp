/// @file
/// The steps of the Leiden and Louvain methods on one level of aggregation. Sources: Traag, Waltman
/// & van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", Sci. Rep. 9 (2019)
/// 5233, doi:10.1038/s41598-019-41695-z; Blondel et al., J. Stat. Mech. (2008) P10008,
/// doi:10.1088/1742-5468/2008/10/P10008.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/joined_links.hpp>

namespace kedja::measures::detail {

/// Strength of a vertex or community in an undirected graph. `chance(a, b)` times resolution / W is
/// the value of links between a and b that random ends would make.
struct undirected_strength {
  double all = 0;
  void operator+=(const undirected_strength& b) noexcept { all += b.all; }
  void operator-=(const undirected_strength& b) noexcept { all -= b.all; }
  [[nodiscard]] double size() const noexcept { return all; }
  friend double chance(const undirected_strength& a, const undirected_strength& b) noexcept {
    return a.all * b.all;
  }
};

/// The same in a directed graph (Leicht & Newman 2008, doi:10.1103/PhysRevLett.100.118703).
struct directed_strength {
  double out = 0, in = 0;
  void operator+=(const directed_strength& b) noexcept { out += b.out, in += b.in; }
  void operator-=(const directed_strength& b) noexcept { out -= b.out, in -= b.in; }
  [[nodiscard]] double size() const noexcept { return out + in; }
  friend double chance(const directed_strength& a, const directed_strength& b) noexcept {
    return a.out * b.in + a.in * b.out;
  }
};

template <class Strength>
struct community_level {
  joined_links links;              ///< between different vertices, both directions added
  std::vector<Strength> strength;  ///< of each vertex, links inside it included

  [[nodiscard]] vertex_id size() const noexcept { return links.num_vertices(); }
};

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
  std::vector<vertex_id> order;
  order.reserve(n);
  for (const std::size_t b : blocks) {
    const auto first = static_cast<std::ptrdiff_t>(order.size());
    for (std::size_t v = b * size; v < std::min<std::size_t>(n, (b + 1) * size); ++v)
      order.push_back(static_cast<vertex_id>(v));
    for (std::size_t i = order.size() - static_cast<std::size_t>(first); i > 1; --i)
      std::swap(order[static_cast<std::size_t>(first) + i - 1],
                order[static_cast<std::size_t>(first) + random.below(i)]);
  }
  return order;
}

/// Asks memory for what the vertices next in a ring will need, each a step further along: where its
/// row is, the row, its neighbours' communities, their slots. Worth it where these are not at hand.
template <class Strength>
void prefetch_ahead(const community_level<Strength>& level, const std::vector<vertex_id>& community,
                    const std::vector<community_slot<Strength>>& slot,
                    const std::vector<vertex_id>& ring, std::size_t head, std::size_t waiting) {
  constexpr std::size_t steps = 12, most = 24;  // neighbours of one vertex
  if (waiting <= steps) return;
  const auto ahead = [&](std::size_t by) {
    return ring[head + by < ring.size() ? head + by : head + by - ring.size()];
  };
  __builtin_prefetch(&level.links.offset[ahead(steps)]);
  const std::size_t first = level.links.offset[ahead(8)];
  __builtin_prefetch(level.links.neighbour.data() + first);
  __builtin_prefetch(level.links.value.data() + first);
  __builtin_prefetch(level.links.value.data() + first + 8);
  const auto soon = level.links.of(ahead(4)), next = level.links.of(ahead(1));
  for (std::size_t k = 0; k < std::min(most, soon.size()); ++k)
    __builtin_prefetch(&community[soon[k]]);
  for (std::size_t k = 0; k < std::min(most, next.size()); ++k)
    __builtin_prefetch(&slot[community[next[k]]]);
}

/// Moves vertices to the community where they add most to the quality (MoveNodesFast): all are
/// looked at once, then again whenever a neighbour has moved away. `per_chance` is resolution / W.
/// A move must gain more than rounding can feign, so this ends. On large levels it ends after 4/3
/// looks per vertex: aggregation moves many at once, and what is left is seen in the next run.
/// Returns whether any vertex moved.
template <class Strength>
bool move_vertices(const community_level<Strength>& level, std::vector<vertex_id>& community,
                   double per_chance, random_stream& random, task& job) {
  const vertex_id n = level.size();
  std::vector<community_slot<Strength>> slot(n);
  std::vector<vertex_id> members(n, 0), empty, touched;
  for (vertex_id v = 0; v < n; ++v)
    slot[community[v]].total += level.strength[v], ++members[community[v]];
  for (vertex_id c = 0; c < n; ++c)
    if (members[c] == 0) empty.push_back(c);
  std::vector<vertex_id> queue = random_order(n, random);  // a ring: each vertex once at most
  std::vector<char> queued(n, 1);
  std::size_t head = 0, waiting = n, steps = 0, looks = n > 4096 ? n + n / 3 : SIZE_MAX;
  bool moved = false;
  for (; waiting > 0 && looks > 0; --looks) {
    prefetch_ahead(level, community, slot, queue, head, waiting);
    const vertex_id v = queue[head];
    head = head + 1 == n ? 0 : head + 1;
    --waiting;
    queued[v] = 0;
    const auto row = level.links.of(v);
    const auto value = level.links.values(v);
    if ((steps += row.size() + 1) > (1u << 16)) steps = 0, job.checkpoint();
    const Strength& own = level.strength[v];
    const vertex_id from = community[v];
    for (std::size_t k = 0; k < row.size(); ++k) {
      const vertex_id c = community[row[k]];
      if (slot[c].links == 0) touched.push_back(c);
      slot[c].links += value[k];
    }
    slot[from].total -= own;
    const auto gain = [&](vertex_id c) {
      return slot[c].links - per_chance * chance(own, slot[c].total);
    };
    const double stay = gain(from);
    vertex_id best = from;
    double most = stay + 1e-10 * own.size();
    for (const vertex_id c : touched) {
      const double here = gain(c);
      if (here > most) most = here, best = c;
      slot[c].links = 0;
    }
    if (most < 0 && members[from] > 1 && !empty.empty())  // better off alone
      best = empty.back();
    touched.clear();
    slot[best].total += own;
    if (best == from) continue;
    moved = true;
    community[v] = best;
    if (members[best]++ == 0) empty.pop_back();
    if (--members[from] == 0) empty.push_back(from);
    for (const vertex_id u : row)
      if (queued[u] == 0 && community[u] != best) {
        queued[u] = 1;
        const std::size_t tail = head + waiting;
        queue[tail < n ? tail : tail - n] = u;
        ++waiting;
      }
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
  std::vector<community_slot<Strength>> slot(n);
  std::vector<double> to_rest(n, 0.0);  // links of a part to the rest of its community
  std::vector<vertex_id> part(n), touched;
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
      for (std::size_t k = 0; k < row.size(); ++k)
        if (community[row[k]] == community[v]) to_rest[v] += value[k];
    }
  });
  const auto well_connected = [&](vertex_id p, vertex_id c) {
    Strength rest = whole[c];
    rest -= slot[p].total;
    return to_rest[p] >= per_chance * chance(slot[p].total, rest);
  };
  std::size_t steps = 0;
  for (const vertex_id v : random_order(n, random)) {
    const vertex_id c = community[v];
    if (alone[v] == 0 || !well_connected(v, c)) continue;
    const auto row = level.links.of(v);
    const auto value = level.links.values(v);
    if ((steps += row.size() + 1) > (1u << 16)) steps = 0, job.checkpoint();
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (community[row[k]] != c) continue;
      const vertex_id p = part[row[k]];
      if (slot[p].links == 0) touched.push_back(p);
      slot[p].links += value[k];
    }
    vertex_id best = v;
    double most = 0, joined = 0;
    for (const vertex_id p : touched) {
      const double links = std::exchange(slot[p].links, 0.0);
      const double gain = links - per_chance * chance(slot[v].total, slot[p].total);
      if (links > 0 && (best == v ? gain >= 0 : gain > most) && well_connected(p, c))
        most = gain, best = p, joined = links;
    }
    touched.clear();
    if (best == v) continue;
    part[v] = best;
    alone[v] = alone[best] = 0;
    slot[best].total += slot[v].total;
    to_rest[best] += to_rest[v] - 2 * joined;
  }
  return part;
}

/// Numbers labels below n from 0 in the order in which they first appear; returns how many.
inline vertex_id number_by_appearance(std::vector<vertex_id>& label) {
  std::vector<vertex_id> number(label.size(), no_vertex);
  vertex_id next = 0;
  for (vertex_id& l : label) {
    if (number[l] == no_vertex) number[l] = next++;
    l = number[l];
  }
  return next;
}

/// One vertex for each part; links between two parts become one link with their summed value.
template <class Strength>
community_level<Strength> aggregate(const community_level<Strength>& level,
                                    const std::vector<vertex_id>& part, vertex_id parts,
                                    task& job) {
  const vertex_id n = level.size();
  std::vector<std::size_t> first(parts + std::size_t{1}, 0);
  for (const vertex_id p : part) ++first[p + std::size_t{1}];
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<vertex_id> members(n);
  std::vector<std::size_t> end(first.begin(), first.end() - 1);
  for (vertex_id v = 0; v < n; ++v) members[end[part[v]]++] = v;

  community_level<Strength> made;
  made.strength.resize(parts);
  made.links.offset.assign(parts + std::size_t{1}, 0);
  struct rows {
    std::vector<vertex_id> neighbour;
    std::vector<double> value;
  };
  struct workspace {
    std::vector<double> sum;
    std::vector<vertex_id> touched;
  };
  constexpr std::size_t grain = 2048;
  std::vector<rows> block_rows((parts + grain - 1) / grain);
  for_blocks(
      parts, grain, job,
      [parts] {
        return workspace{std::vector<double>(parts, 0.0), {}};
      },
      [&](workspace& ws, std::size_t from, std::size_t to, std::size_t block) {
        rows& mine = block_rows[block];
        std::size_t arcs = 0;
        for (std::size_t at = first[from]; at < first[to]; ++at)
          arcs += level.links.degree(members[at]);
        mine.neighbour.reserve(arcs);
        mine.value.reserve(arcs);
        for (std::size_t p = from; p < to; ++p) {
          for (std::size_t at = first[p]; at < first[p + 1]; ++at) {
            const vertex_id v = members[at];
            if (at + 8 < first[to]) {  // members lie anywhere in memory
              const std::size_t ahead = level.links.offset[members[at + 8]];
              __builtin_prefetch(level.links.neighbour.data() + ahead);
              __builtin_prefetch(level.links.value.data() + ahead);
            }
            made.strength[p] += level.strength[v];
            const auto row = level.links.of(v);
            const auto value = level.links.values(v);
            for (std::size_t k = 0; k < row.size(); ++k) {
              const vertex_id q = part[row[k]];
              if (q == p || value[k] == 0) continue;
              if (ws.sum[q] == 0) ws.touched.push_back(q);
              ws.sum[q] += value[k];
            }
          }
          for (const vertex_id q : ws.touched) {
            mine.neighbour.push_back(q);
            mine.value.push_back(std::exchange(ws.sum[q], 0.0));
          }
          made.links.offset[p + 1] = ws.touched.size();
          ws.touched.clear();
        }
      });
  for (std::size_t p = 0; p < parts; ++p) made.links.offset[p + 1] += made.links.offset[p];
  made.links.neighbour.reserve(made.links.offset[parts]);
  made.links.value.reserve(made.links.offset[parts]);
  for (rows& r : block_rows) {
    made.links.neighbour.insert(made.links.neighbour.end(), r.neighbour.begin(), r.neighbour.end());
    made.links.value.insert(made.links.value.end(), r.value.begin(), r.value.end());
    r = {};
  }
  return made;
}

}  // namespace kedja::measures::detail
