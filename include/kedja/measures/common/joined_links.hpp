/// @file
/// Both directions of a graph as one: who is next to whom, with what value in all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>

namespace kedja::measures {

/// One neighbour with the total value of the links to it and from it. In an undirected graph only
/// `to` is used. A missing direction has the count 0.
struct joined_neighbour {
  vertex_id vertex;
  double to = 0, from = 0;
  std::uint32_t links_to = 0, links_from = 0;
};

/// Calls found(joined_neighbour) for each distinct neighbour of u in order of vertices, u itself
/// left out. Both rows are sorted, so this is one merge: O(degree).
template <graph::two_way_graph G, class Found>
void for_each_neighbour(const G& g, vertex_id u, bool weighted, Found found) {
  const auto out = g.successors(u);
  const auto in = g.directed() ? g.predecessors(u) : std::span<const vertex_id>();
  const auto out_value = g.successor_weights(u), in_value = g.predecessor_weights(u);
  weighted = weighted && g.weighted();
  for (std::size_t i = 0, j = 0; i < out.size() || j < in.size();) {
    const vertex_id v = j == in.size() || (i < out.size() && out[i] < in[j]) ? out[i] : in[j];
    joined_neighbour n{v};
    for (; i < out.size() && out[i] == v; ++i) {
      n.to += weighted ? out_value[i] : 1.0;
      ++n.links_to;
    }
    for (; j < in.size() && in[j] == v; ++j) {
      n.from += weighted ? in_value[j] : 1.0;
      ++n.links_from;
    }
    if (v != u) found(n);
  }
}

/// Distinct neighbours in sorted rows, each with one value; both ends of a pair hold the same bits.
struct joined_links {
  std::vector<std::uint64_t> offset;
  std::vector<vertex_id> neighbour;
  std::vector<double> value;  ///< empty, or aligned with neighbour

  [[nodiscard]] vertex_id num_vertices() const noexcept {
    return static_cast<vertex_id>(offset.size() - 1);
  }
  [[nodiscard]] std::size_t degree(vertex_id v) const noexcept {
    return offset[v + std::size_t{1}] - offset[v];
  }
  [[nodiscard]] std::span<const vertex_id> of(vertex_id v) const noexcept {
    return {neighbour.data() + offset[v], degree(v)};
  }
  [[nodiscard]] std::span<const double> values(vertex_id v) const noexcept {
    return {value.data() + offset[v], degree(v)};
  }
};

/// Joins the directions of g; value_of(joined_neighbour) gives the pair's value and must be
/// symmetric in `to` and `from`. O(m) time, 12 bytes per arc.
template <graph::two_way_graph G, class ValueOf>
[[nodiscard]] joined_links join_links(const G& g, bool weighted, task& job, ValueOf value_of) {
  const vertex_id n = g.num_vertices();
  constexpr std::size_t grain = 4096;
  joined_links made;
  made.offset.assign(n + std::size_t{1}, 0);
  for_blocks(n, grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t u = first; u < last; ++u)
      for_each_neighbour(g, static_cast<vertex_id>(u), false,
                         [&](const joined_neighbour&) { ++made.offset[u + 1]; });
  });
  for (std::size_t v = 0; v < n; ++v) made.offset[v + 1] += made.offset[v];
  made.neighbour.resize(made.offset[n]);
  made.value.resize(made.offset[n]);
  for_blocks(n, grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t u = first; u < last; ++u) {
      std::size_t at = made.offset[u];
      for_each_neighbour(g, static_cast<vertex_id>(u), weighted, [&](const joined_neighbour& v) {
        made.neighbour[at] = v.vertex;
        made.value[at++] = value_of(v);
      });
    }
  });
  return made;
}

/// Sums over the common neighbours q of linked pairs (i, j), kept in one of the pair's two places:
/// in the row of the end with more neighbours (of two equal ones, of the larger vertex).
struct common_neighbour_sums {
  std::vector<double> plain;   ///< sum of value(i, q) value(q, j)
  std::vector<double> scaled;  ///< the same with each q's term multiplied by scale[q]
};

/// True when the pair's sums stand in the row of i, not of j.
[[nodiscard]] inline bool holds_sums(const joined_links& g, vertex_id i, vertex_id j) noexcept {
  return g.degree(i) != g.degree(j) ? g.degree(i) > g.degree(j) : i > j;
}

/// Scans the shorter row of each pair against the longer one, laid out flat: O(sum over pairs of
/// the smaller degree), which is at most O(m sqrt(m)) (Chiba & Nishizeki 1985,
/// doi:10.1137/0214017), however large the hubs. 8 n bytes per thread, 16 bytes per arc.
/// Bit-identical for any number of threads. An empty scale leaves `scaled` empty.
[[nodiscard]] inline common_neighbour_sums sum_over_common_neighbours(const joined_links& g,
                                                                      std::span<const double> scale,
                                                                      task& job) {
  const vertex_id n = g.num_vertices();
  common_neighbour_sums sums;
  sums.plain.resize(g.neighbour.size());
  if (!scale.empty()) sums.scaled.resize(g.neighbour.size());
  for_blocks(
      n, 256, job, [n] { return std::vector<double>(n, 0.0); },
      [&](std::vector<double>& flat, std::size_t first, std::size_t last, std::size_t) {
        std::size_t arcs = 0;
        for (std::size_t at = first; at < last; ++at) {
          const auto i = static_cast<vertex_id>(at);
          const auto row = g.of(i);
          const auto row_value = g.values(i);
          for (std::size_t k = 0; k < row.size(); ++k) flat[row[k]] = row_value[k];
          for (std::size_t k = 0; k < row.size(); ++k) {
            const vertex_id j = row[k];
            if (!holds_sums(g, i, j)) continue;
            const auto other = g.of(j);
            const auto other_value = g.values(j);
            double plain = 0, scaled = 0;
            for (std::size_t l = 0; l < other.size(); ++l) {
              const double both = flat[other[l]];
              if (both == 0) continue;
              const double term = both * other_value[l];
              plain += term;
              if (!scale.empty()) scaled += term * scale[other[l]];
            }
            sums.plain[g.offset[i] + k] = plain;
            if (!scale.empty()) sums.scaled[g.offset[i] + k] = scaled;
            if ((arcs += other.size()) > (1u << 16)) arcs = 0, job.checkpoint();
          }
          for (const vertex_id j : row) flat[j] = 0;
        }
        job.advance(static_cast<double>(last - first));
      });
  return sums;
}

}  // namespace kedja::measures
