/// @file
/// Triangles and clustering. Sources: Schank & Wagner, "Finding, counting and listing all
/// triangles in large graphs", WEA 2005, doi:10.1007/11427186_54; Onnela et al., Phys. Rev. E 71
/// (2005) 065103, doi:10.1103/PhysRevE.71.065103 (weighted); Fagiolo, Phys. Rev. E 76 (2007)
/// 026107, doi:10.1103/PhysRevE.76.026107 (directed).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/hub_order.hpp>
#include <kedja/measures/common/joined_links.hpp>

namespace kedja::measures {

struct triangles_options {
  bool weighted = false;  ///< clustering by link values (Onnela), not by counting
};

struct triangles_result {
  std::vector<std::int64_t> triangles;  ///< groups of three linked companies, direction ignored
  std::vector<double> clustering;       ///< in [0, 1]; NaN where no triangle is possible
  std::vector<value_status> status;
  std::int64_t total = 0;              ///< triangles in all
  double transitivity = std::nan("");  ///< 3 total / pairs of neighbours; NaN without such pairs
};

namespace detail {

/// Every link once, from the end with fewer links to the hub. Vertices are numbered by falling
/// degree, so a row of `to_hubs` has at most sqrt(2 m) entries; it is sorted.
struct hub_links {
  std::vector<vertex_id> original;  ///< old number of each new one
  large_vector<std::uint64_t> up_offset, down_offset;
  large_vector<vertex_id> up, down;

  [[nodiscard]] std::span<const vertex_id> to_hubs(vertex_id v) const noexcept {
    return {up.data() + up_offset[v], up.data() + up_offset[v + std::size_t{1}]};
  }
  [[nodiscard]] std::span<const vertex_id> from_smaller(vertex_id v) const noexcept {
    return {down.data() + down_offset[v], down.data() + down_offset[v + std::size_t{1}]};
  }
};

/// `row(v)` gives v's distinct neighbours. One pass over the rows, each then sorted: O(n + m log d)
/// for rows of `to_hubs` of at most d entries.
template <class Row>
hub_links order_by_hubs(vertex_id n, Row row, task& job) {
  hub_links made;
  hub_order order = order_by_degree(n, [&row](vertex_id v) { return row(v).size(); });
  made.original = std::move(order.original);
  const vertex_id* const number = order.number.data();
  std::size_t links = 0;  // each stands in two rows
  for (vertex_id v = 0; v < n; ++v) links += row(v).size();
  links /= 2;
  made.up.resize(links + 1);  // entries are written always and kept by count
  made.down.resize(links + 1);
  made.up_offset.resize(n + std::size_t{1});
  made.down_offset.resize(n + std::size_t{1});
  made.up_offset[0] = made.down_offset[0] = 0;
  vertex_id* const up = made.up.data();
  vertex_id* const down = made.down.data();
  std::size_t above = 0, below = 0;
  for (vertex_id v = 0; v < n; ++v) {
    if ((v & 0xFFF) == 0) job.checkpoint();
    if (v + 16 < n) {  // rows lie anywhere in memory, and so do their neighbours' numbers
      __builtin_prefetch(row(made.original[v + 16]).data());
      const auto soon = row(made.original[v + 6]);
      for (std::size_t k = 0; k < std::min<std::size_t>(soon.size(), 24); ++k)
        __builtin_prefetch(number + soon[k]);
    }
    const std::size_t first = above;
    for (const vertex_id w : row(made.original[v])) {
      const vertex_id u = number[w];
      up[above] = down[below] = u;
      above += u < v;
      below += u > v;
    }
    std::sort(up + first, up + above);
    made.up_offset[v + std::size_t{1}] = above;
    made.down_offset[v + std::size_t{1}] = below;
  }
  made.down.resize(links);
  return made;
}

/// Triangles at each vertex, by old numbers. For each hub v, its own hubs are marked, one bit each;
/// every smaller neighbour's row is then held against the marks. O(sum of squared row lengths of
/// `up`), O(m sqrt(m)) at worst; n / 8 + 8 n bytes per thread. Counts are exact, so threads may add
/// them in any order.
template <class Row>
std::vector<std::int64_t> count_triangles(vertex_id n, Row row, task& job) {
  const hub_links links = order_by_hubs(n, row, job);
  struct workspace {
    std::vector<std::uint64_t> marked;
    std::vector<std::int64_t>* count;
  };
  std::vector<std::unique_ptr<std::vector<std::int64_t>>> counts;  // one per thread
  std::mutex adding;
  for_blocks(
      n, 1024, job,
      [&] {
        auto mine = std::make_unique<std::vector<std::int64_t>>(n, 0);
        workspace made{std::vector<std::uint64_t>(n / 64 + std::size_t{1}, 0), mine.get()};
        const std::scoped_lock lock(adding);
        counts.push_back(std::move(mine));
        return made;
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        std::uint64_t* const marked = ws.marked.data();
        std::int64_t* const count = ws.count->data();
        const std::uint64_t* const offset = links.up_offset.data();
        const vertex_id* const up = links.up.data();
        std::size_t steps = 0;
        for (std::size_t at = first; at < last; ++at) {
          const auto v = static_cast<vertex_id>(at);
          const auto hubs = links.to_hubs(v);
          const auto smaller = links.from_smaller(v);
          if (hubs.empty() || smaller.empty()) continue;
          for (const vertex_id w : hubs) marked[w >> 6] |= std::uint64_t{1} << (w & 63);
          std::int64_t at_v = 0;
          for (std::size_t k = 0; k < smaller.size(); ++k) {
            // The rows lie anywhere in memory; those a few steps ahead are asked for in time.
            const std::size_t place = links.down_offset[v] + k;
            if (place + 32 < links.down.size()) {
              __builtin_prefetch(offset + links.down[place + 32]);
              __builtin_prefetch(up + offset[links.down[place + 16]]);
              __builtin_prefetch(count + links.down[place + 16], 1);
            }
            const vertex_id u = smaller[k];
            std::int64_t at_u = 0;
            const vertex_id* w = up + offset[u];
            for (; *w < v; ++w)  // v itself stands in the row
              if ((marked[*w >> 6] >> (*w & 63) & 1) != 0) ++at_u, ++count[*w];
            if (at_u > 0) count[u] += at_u, at_v += at_u;
          }
          count[v] += at_v;
          for (const vertex_id w : hubs) marked[w >> 6] = 0;
          if ((steps += smaller.size()) > (1u << 14)) steps = 0, job.checkpoint();
        }
        job.advance(static_cast<double>(last - first));
      });
  std::vector<std::int64_t> total(n, 0);
  for (vertex_id v = 0; v < n; ++v)
    for (const auto& part : counts) total[links.original[v]] += (*part)[v];
  return total;
}

/// Rows without self-links and parallel links, so that they can be used as they are.
template <graph::two_way_graph G>
bool is_simple_undirected(const G& g) {
  if (g.directed()) return false;
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    for (std::size_t k = 0; k < row.size(); ++k)
      if (row[k] == u || (k > 0 && row[k - 1] == row[k])) return false;
  }
  return true;
}

/// Triples around each vertex for the directed and the weighted forms: links stand for the cube
/// root of their value over the largest in the graph (1 each when unweighted), both directions of a
/// pair add up, and a triangle counts the product of its three pairs.
template <graph::two_way_graph G>
std::vector<double> triangle_strength(const G& g, const joined_links& pairs, task& job) {
  std::vector<double> strength(g.num_vertices(), 0.0);
  const common_neighbour_sums sums = sum_over_common_neighbours(pairs, {}, job);
  for (vertex_id i = 0; i < g.num_vertices(); ++i) {
    for (std::size_t pair = sums.offset[i]; pair < sums.offset[i + std::size_t{1}]; ++pair) {
      const double twice = sums.value[pair] * sums.plain[pair];  // from both other corners
      strength[i] += twice / 2;
      strength[sums.other[pair]] += twice / 2;
    }
  }
  return strength;
}

}  // namespace detail

/// Undirected: clustering = 2 T / (d (d - 1)) for T triangles and d neighbours. Directed: directed
/// triangles / 2 (d (d - 1) - 2 b) for d links in and out and b neighbours linked both ways.
/// Weighted: a triangle counts the cube root of the product of its links' values, each over the
/// largest value in the graph. As NetworkX. Parallel links count once (their values add up);
/// self-links only in the largest value. Fewer than two neighbours: NaN, `isolated` without any,
/// else `undefined`. O(m sqrt(m)) at worst. Bit-identical for any number of threads.
template <graph::two_way_graph G>
[[nodiscard]] triangles_result triangles(const G& g, const triangles_options& options = {},
                                         const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  const bool weighted = options.weighted && g.weighted();
  task job(ctx, n * (weighted || g.directed() ? 2.0 : 1.0));
  triangles_result result{
      {}, std::vector<double>(n, std::nan("")), std::vector<value_status>(n, value_status::ok)};
  double largest = 0;
  if (weighted)
    for (vertex_id u = 0; u < n; ++u) {
      for_each_neighbour(g, u, true, [&](const joined_neighbour& v) {
        largest = std::max({largest, v.to, v.from});
      });
      double loop = 0;
      const auto row = g.successors(u);
      for (std::size_t k = 0; k < row.size(); ++k)
        if (row[k] == u) loop += (g.directed() ? 1.0 : 0.5) * g.successor_weights(u)[k];
      largest = std::max(largest, loop);
    }
  const bool plain = !weighted && detail::is_simple_undirected(g);
  joined_links pairs;
  std::vector<double> strength;
  if (plain) {
    result.triangles = detail::count_triangles(
        n, [&g](vertex_id v) { return g.successors(v); }, job);
  } else {
    const auto value = [&](double total, std::uint32_t links) {
      if (links == 0) return 0.0;
      return !weighted ? 1.0 : largest > 0 ? std::cbrt(total / largest) : 0.0;
    };
    pairs = join_links(g, weighted, job, [&](const joined_neighbour& v) {
      return value(v.to, v.links_to) + value(v.from, v.links_from);
    });
    result.triangles = detail::count_triangles(
        n, [&pairs](vertex_id v) { return pairs.of(v); }, job);
    if (weighted || g.directed()) strength = detail::triangle_strength(g, pairs, job);
  }
  double possible = 0;
  for (vertex_id v = 0; v < n; ++v) {
    const std::size_t neighbours = plain ? g.successors(v).size() : pairs.degree(v);
    const double d = static_cast<double>(neighbours);
    possible += d * (d - 1) / 2;
    result.total += result.triangles[v];
    double pairs_here = d * (d - 1) / 2;
    if (g.directed()) {
      double links = 0, both = 0;
      for_each_neighbour(g, v, false, [&](const joined_neighbour& w) {
        const bool to = w.links_to > 0, from = w.links_from > 0;
        links += to + from, both += to && from;
      });
      pairs_here = links * (links - 1) - 2 * both;
    }
    if (!(pairs_here > 0)) {
      result.status[v] = neighbours == 0 ? value_status::isolated : value_status::undefined;
      continue;
    }
    result.clustering[v] =
        (strength.empty() ? static_cast<double>(result.triangles[v]) : strength[v]) / pairs_here;
  }
  if (possible > 0) result.transitivity = static_cast<double>(result.total) / possible;
  result.total /= 3;
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template triangles_result triangles(const graph::csr_graph&, const triangles_options&,
                                           const run_context&);
extern template triangles_result triangles(const graph::csr_view&, const triangles_options&,
                                           const run_context&);
#endif

}  // namespace kedja::measures
