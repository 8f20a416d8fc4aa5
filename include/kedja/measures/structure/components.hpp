/// @file
/// Weak and strong components. Source: Tarjan, "Depth-first search and linear graph algorithms",
/// SIAM J. Comput. 1 (1972), doi:10.1137/0201010.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>

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

/// The root that most of 1024 evenly spaced vertices have; the smallest of several.
template <class Root>
vertex_id most_common_root(vertex_id n, Root root) {
  std::vector<vertex_id> seen;
  const vertex_id step = std::max<vertex_id>(1, n / 1024);
  for (std::uint64_t v = 0; v < n; v += step) seen.push_back(root(static_cast<vertex_id>(v)));
  std::sort(seen.begin(), seen.end());
  vertex_id best = no_vertex;
  std::ptrdiff_t most = 0;
  for (auto first = seen.begin(); first != seen.end();) {
    const auto last = std::upper_bound(first, seen.end(), *first);
    if (last - first > most) most = last - first, best = *first;
    first = last;
  }
  return best;
}

}  // namespace detail

/// Companies joined by links in whatever direction. Trees of vertices are joined at their roots;
/// two links per vertex usually show the giant component, and the links inside it are then never
/// looked at again (Sutton, Ben-Nun & Barak 2018, doi:10.1109/IPDPS.2018.00012). O((n + m) log n)
/// at worst.
template <graph::two_way_graph G>
[[nodiscard]] components_result weak_components(const G& g, const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  task job(ctx, 2.0 * n);  // two walks over the vertices
  std::vector<vertex_id> parent(n);
  std::iota(parent.begin(), parent.end(), vertex_id{0});
  const auto root = [&](vertex_id v) {
    while (parent[v] != v) v = parent[v] = parent[parent[v]];  // halves the path on the way
    return v;
  };
  const auto join = [&](vertex_id u, vertex_id v) {
    const vertex_id a = root(u), b = root(v);
    if (a != b) parent[std::max(a, b)] = std::min(a, b);
  };
  constexpr std::size_t sampled = 2;
  for (vertex_id u = 0; u < n; ++u) {
    if ((u & 0xFFF) == 0xFFF) job.advance(0x1000), job.checkpoint();
    if (u + 24 < n) {  // rows stand in order, but their vertices' parents lie anywhere in memory
      __builtin_prefetch(g.successors(u + 24).data());
      const auto soon = g.successors(u + 8);
      for (std::size_t k = 0; k < std::min(sampled, soon.size()); ++k)
        __builtin_prefetch(&parent[soon[k]]);
    }
    const auto row = g.successors(u).empty() ? g.predecessors(u) : g.successors(u);
    for (std::size_t k = 0; k < std::min(sampled, row.size()); ++k) join(u, row[k]);
  }
  const vertex_id giant = detail::most_common_root(n, root);
  for (vertex_id u = 0; u < n; ++u) {
    if ((u & 0xFFF) == 0xFFF) job.advance(0x1000), job.checkpoint();
    if (root(u) == root(giant)) continue;  // a link that leaves it is seen from its other end
    for (const auto row : {g.successors(u), g.predecessors(u)})
      for (const vertex_id v : row) join(u, v);
  }
  components_result result{std::vector<vertex_id>(n), 0};
  for (vertex_id v = 0; v < n; ++v)  // a root is the smallest vertex of its tree, so it comes first
    result.component[v] = parent[v] == v ? result.count++ : result.component[root(v)];
  job.finish();
  return result;
}

namespace detail {

using vertex_set = std::vector<unsigned char>;  ///< 1: in the set, 0: not

/// Every vertex on a path from `start` (downstream) or to it (upstream) that leads through vertices
/// of `within` only. While few are reached their links are walked; once many are, every other
/// vertex looks back for one that is reached, in sweeps that see what they add, and what the last
/// sweep added is walked again. O(n + m) per sweep; a sweep runs only while the last one added a
/// 64th of the vertices.
template <graph::two_way_graph G>
[[nodiscard]] vertex_set reached_from(const G& g, vertex_id start, path_direction direction,
                                      const vertex_set& within, task& job) {
  const vertex_id n = g.num_vertices();
  pacer pace(job);
  vertex_set reached(n, 0);
  std::vector<vertex_id> open{start}, others;  // others: not reached yet, once there was a sweep
  reached[start] = 1;
  while (!open.empty()) {
    if (open.size() > n / 64) {
      if (others.empty()) {
        others.resize(n);
        std::iota(others.begin(), others.end(), vertex_id{0});
      }
      open.clear();
      std::size_t kept = 0;
      for (const vertex_id v : others) {
        if (reached[v] >= within[v]) continue;
        const auto row = step(g, v, opposite(direction));
        pace(row.size() + 4);
        unsigned char found = 0;  // a few at a time: a branch for each is often guessed wrong
        for (std::size_t k = 0; k < row.size() && found == 0;)
          for (const std::size_t end = std::min(k + 8, row.size()); k < end; ++k)
            found |= reached[row[k]];
        reached[v] = found;
        if (found != 0) open.push_back(v);
        others[kept] = v;
        kept += found == 0;
      }
      others.resize(kept);
      continue;
    }
    const vertex_id u = open.back();
    open.pop_back();
    const auto row = step(g, u, direction);
    pace(row.size() + 4);
    for (const vertex_id v : row)
      if (reached[v] < within[v]) {
        reached[v] = 1;
        open.push_back(v);
      }
  }
  job.advance(n);
  return reached;
}

/// Where a large strong component is likely to pass: most links in times links out.
template <graph::two_way_graph G>
[[nodiscard]] vertex_id busiest_vertex(const G& g, task& job) {
  vertex_id best = 0;
  std::uint64_t most = 0;
  for (vertex_id v = 0; v < g.num_vertices(); ++v) {
    if ((v & 0xFFF) == 0) job.checkpoint();
    const std::uint64_t both = g.successors(v).size() * g.predecessors(v).size();
    if (both > most) most = both, best = v;
  }
  return best;
}

}  // namespace detail

/// Companies that reach each other along directed links. Who has no supplier or no buyer is alone
/// and left out of the searches. The component of the busiest company, often a giant, is what lies
/// both downstream and upstream of it (Fleischer, Hendrickson & Pinar 2000,
/// doi:10.1007/3-540-45591-4_68); the others are found in one pass without recursion, so that a
/// chain of a million companies needs no deep stack: Tarjan's search in Pearce's form (Inf.
/// Process. Lett. 116 (2016), doi:10.1016/j.ipl.2015.08.010), where a company that is alone never
/// enters the second stack. O(n + m).
template <graph::two_way_graph G>
[[nodiscard]] components_result strong_components(const G& g, const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  task job(ctx, 3.0 * n);  // downstream, upstream, the rest
  if (n == 0) {
    job.finish();
    return {};
  }
  struct visit {
    vertex_id vertex, index;
    std::size_t at;  // next successor to look at
  };
  constexpr vertex_id closed = no_vertex;  // larger than every index: never lowers a minimum
  std::vector<vertex_id> low(n, 0), label(n, 0), open;  // low: 0 = not seen, else at least 1
  std::vector<visit> path;
  vertex_id next_index = 0, count = 0;
  const auto enter = [&](vertex_id v) {
    low[v] = ++next_index;
    if ((next_index & 0xFFF) == 0) job.advance(0x1000), job.checkpoint();
    path.push_back({v, next_index, 0});
  };
  const auto close = [&](vertex_id v) {
    low[v] = closed;
    label[v] = count;
  };
  const vertex_id pivot = detail::busiest_vertex(g, job);
  detail::vertex_set within(n);
  for (vertex_id v = 0; v < n; ++v) {
    if ((v & 0xFFF) == 0) job.checkpoint();
    within[v] = !g.successors(v).empty() && !g.predecessors(v).empty();
  }
  within = detail::reached_from(g, pivot, path_direction::downstream, within, job);
  within = detail::reached_from(g, pivot, path_direction::upstream, within, job);
  ++count;  // 0 is the pivot's
  for (vertex_id v = 0; v < n; ++v) {
    if ((v & 0xFFF) == 0) job.checkpoint();
    if (within[v] != 0) {
      low[v] = closed;
    } else if (g.successors(v).empty() || g.predecessors(v).empty()) {
      low[v] = closed;
      label[v] = count++;
    }
  }
  for (vertex_id start = 0; start < n; ++start) {
    if (low[start] != 0) continue;
    enter(start);
    while (!path.empty()) {
      const auto [u, index, from] = path.back();
      const auto row = g.successors(u);
      vertex_id lowest = low[u];
      std::size_t at = from;
      while (at < row.size() && low[row[at]] != 0) lowest = std::min(lowest, low[row[at++]]);
      low[u] = lowest;
      if (at < row.size()) {
        path.back().at = at + 1;  // the successor's own minimum is handed up when it is done
        enter(row[at]);
        continue;
      }
      path.pop_back();
      if (lowest < index) {
        open.push_back(u);
      } else {
        for (; !open.empty() && low[open.back()] >= index; open.pop_back()) close(open.back());
        close(u);
        ++count;
      }
      if (!path.empty()) low[path.back().vertex] = std::min(low[path.back().vertex], low[u]);
    }
  }
  job.finish();
  return detail::renumbered(std::move(label), count);
}

}  // namespace kedja::measures
