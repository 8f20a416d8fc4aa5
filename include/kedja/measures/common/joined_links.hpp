/// @file
/// Both directions of a graph as one: who is next to whom, with what value in all.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/hub_order.hpp>

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
  if (in.empty()) {  // always so in an undirected graph
    for (std::size_t i = 0; i < out.size();) {
      joined_neighbour n{out[i]};
      do {
        n.to += weighted ? out_value[i] : 1.0;
        ++n.links_to;
      } while (++i < out.size() && out[i] == n.vertex);
      if (n.vertex != u) found(n);
    }
    return;
  }
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

/// Distinct neighbours in rows, each with one value; both ends of a pair hold the same bits.
struct joined_links {
  std::vector<std::uint64_t> offset;
  large_vector<vertex_id> neighbour;
  large_vector<double> value;  ///< empty, or aligned with neighbour

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

/// Closes the gaps between rows of which only the first `length[v]` entries are used.
inline void close_gaps(joined_links& links, std::span<const vertex_id> length) {
  std::uint64_t end = 0;
  for (std::size_t v = 0; v < length.size(); ++v) {
    const std::uint64_t from = std::exchange(links.offset[v], end);
    if (from != end) {  // never to the right, so no entry is lost
      std::copy_n(links.neighbour.begin() + static_cast<std::ptrdiff_t>(from), length[v],
                  links.neighbour.begin() + static_cast<std::ptrdiff_t>(end));
      std::copy_n(links.value.begin() + static_cast<std::ptrdiff_t>(from), length[v],
                  links.value.begin() + static_cast<std::ptrdiff_t>(end));
    }
    end += length[v];
  }
  links.offset[length.size()] = end;
  links.neighbour.resize(end);
  links.value.resize(end);
}

/// Joins the directions of g; value_of(joined_neighbour) gives the pair's value and must be
/// symmetric in `to` and `from`. Rows are sorted, or with an `order` numbered by it and each in the
/// order of old numbers. O(m) time, 12 bytes per arc.
template <graph::two_way_graph G, class ValueOf>
[[nodiscard]] joined_links join_links(const G& g, bool weighted, task& job, ValueOf value_of,
                                      const hub_order& order = {}) {
  const vertex_id n = g.num_vertices();
  weighted = weighted && g.weighted();
  const bool as_they_are = order.original.empty();
  constexpr std::size_t grain = 4096;
  joined_links made;
  made.offset.assign(n + std::size_t{1}, 0);
  for (std::size_t place = 0; place < n; ++place) {  // room for parallel links and self-links too
    const vertex_id u = as_they_are ? static_cast<vertex_id>(place) : order.original[place];
    made.offset[place + 1] =
        made.offset[place] + g.successors(u).size() + (g.directed() ? g.predecessors(u).size() : 0);
  }
  made.neighbour.resize(made.offset[n]);
  made.value.resize(made.offset[n]);
  std::vector<vertex_id> length(n);
  for_blocks(n, grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t place = first; place < last; ++place) {
      if (!as_they_are && place + 16 < n) {  // rows lie anywhere in memory
        prefetch_step(g, order.original[place + 16], path_direction::downstream);
        __builtin_prefetch(g.successors(order.original[place + 8]).data());
        __builtin_prefetch(g.successor_weights(order.original[place + 8]).data());
      }
      std::size_t at = made.offset[place];
      const vertex_id u = as_they_are ? static_cast<vertex_id>(place) : order.original[place];
      if (!g.directed()) {  // as a rule nothing is to be joined: copied, and looked at on the way
        const auto row = g.successors(u);
        const auto weight = g.successor_weights(u);
        bool simple = true;
        vertex_id before = u;
        for (std::size_t i = 0; i < row.size(); ++i) {
          simple &= (row[i] != u) & (row[i] != before);
          before = row[i];
          made.neighbour[at + i] = as_they_are ? row[i] : order.number[row[i]];
          made.value[at + i] = value_of({row[i], weighted ? weight[i] : 1.0, 0, 1, 0});
        }
        length[place] = static_cast<vertex_id>(row.size());
        if (simple) continue;
      }
      for_each_neighbour(g, u, weighted, [&](const joined_neighbour& v) {
        made.neighbour[at] = as_they_are ? v.vertex : order.number[v.vertex];
        made.value[at++] = value_of(v);
      });
      length[place] = static_cast<vertex_id>(at - made.offset[place]);
    }
  });
  close_gaps(made, length);
  return made;
}

/// Linked pairs, each once, with sums over their common neighbours q: in the row of the end with
/// more neighbours (of two equal ones, of the larger vertex).
struct common_neighbour_sums {
  std::vector<std::uint64_t> offset;  ///< of rows
  large_vector<vertex_id> other;      ///< the pair's end with fewer neighbours
  large_vector<double> value;         ///< of the pair itself
  large_vector<double> plain;         ///< sum of value(i, q) value(q, j)
  large_vector<double> scaled;        ///< the same with each q's term multiplied by scale[q]
};

/// Holds the shorter row of each pair against the longer one, whose vertices are marked: O(sum over
/// pairs of the smaller degree), which is at most O(m sqrt(m)) (Chiba & Nishizeki 1985,
/// doi:10.1137/0214017), however large the hubs. Few vertices are common, so where they stand is
/// gathered first, without a branch that the processor would guess wrong, and only they are looked
/// up. 17 n bytes per thread, 28 bytes per pair. Bit-identical for any number of threads. An empty
/// scale leaves `scaled` empty.
[[nodiscard]] inline common_neighbour_sums sum_over_common_neighbours(const joined_links& g,
                                                                      std::span<const double> scale,
                                                                      task& job) {
  using two = double __attribute__((vector_size(16)));  // a value, and the same scaled
  const vertex_id n = g.num_vertices();
  const std::size_t pairs = g.neighbour.size() / 2;
  common_neighbour_sums sums{std::vector<std::uint64_t>(n + std::size_t{1}, 0),
                             large_vector<vertex_id>(pairs + 1), large_vector<double>(pairs + 1),
                             large_vector<double>(pairs),
                             large_vector<double>(scale.empty() ? 0 : pairs)};
  std::size_t longest = 0, kept = 0;
  for (vertex_id i = 0; i < n; ++i) {
    if ((i & 0xFFF) == 0) job.checkpoint();
    const auto row = g.of(i);
    const auto row_value = g.values(i);
    for (std::size_t k = 0; k < row.size(); ++k) {  // written always, kept by count
      sums.other[kept] = row[k];
      sums.value[kept] = row_value[k];
      const std::size_t more = g.degree(row[k]);
      kept += static_cast<std::size_t>(row.size() > more) |
              (static_cast<std::size_t>(row.size() == more) & static_cast<std::size_t>(i > row[k]));
    }
    sums.offset[i + std::size_t{1}] = kept;
    longest = std::max(longest, row.size());
  }
  sums.other.resize(pairs);
  sums.value.resize(pairs);
  struct workspace {
    std::vector<unsigned char> marked;
    large_vector<two> of_marked;
    std::vector<vertex_id> common;
  };
  for_blocks(
      n, 256, job,
      [&] {
        return workspace{std::vector<unsigned char>(n, 0), large_vector<two>(n),
                         std::vector<vertex_id>(longest)};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        unsigned char* const marked = ws.marked.data();
        two* const of_marked = ws.of_marked.data();
        vertex_id* const common = ws.common.data();
        std::size_t arcs = 0;
        for (std::size_t at = first; at < last; ++at) {
          const auto i = static_cast<vertex_id>(at);
          if (sums.offset[i] == sums.offset[i + std::size_t{1}]) continue;
          const auto row = g.of(i);
          const auto row_value = g.values(i);
          for (std::size_t k = 0; k < row.size(); ++k) {
            const vertex_id q = row[k];
            marked[q] = row_value[k] != 0;
            of_marked[q] = two{row_value[k], scale.empty() ? 0.0 : row_value[k] * scale[q]};
          }
          for (std::size_t pair = sums.offset[i]; pair < sums.offset[i + std::size_t{1}]; ++pair) {
            if (pair + 8 < pairs) {  // rows lie anywhere in memory
              const std::uint64_t soon = g.offset[sums.other[pair + 8]];
              __builtin_prefetch(g.neighbour.data() + soon);
              __builtin_prefetch(g.neighbour.data() + soon + 16);
              __builtin_prefetch(g.value.data() + soon);
            }
            const auto other = g.of(sums.other[pair]);
            const auto other_value = g.values(sums.other[pair]);
            std::size_t found = 0;
            for (std::size_t l = 0; l < other.size(); ++l) {
              common[found] = static_cast<vertex_id>(l);
              found += marked[other[l]];
            }
            two sum = {0, 0}, second = {0, 0};  // in turns: an addition must wait for the last one
            for (std::size_t c = 0; c < found; ++c) {
              const double value = other_value[common[c]];
              sum += of_marked[other[common[c]]] * two{value, value};
              std::swap(sum, second);
            }
            sum += second;
            sums.plain[pair] = sum[0];
            if (!scale.empty()) sums.scaled[pair] = sum[1];
            if ((arcs += other.size()) > (1u << 16)) arcs = 0, job.checkpoint();
          }
          for (const vertex_id j : row) marked[j] = 0;
        }
        job.advance(static_cast<double>(last - first));
      });
  return sums;
}

}  // namespace kedja::measures
