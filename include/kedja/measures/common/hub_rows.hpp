/// @file
/// The rows of one direction, copied for kernels that sweep over them many times.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/hub_order.hpp>

namespace kedja::measures {

/// Vertices are renumbered by falling row length. Rows of equal length then follow each other, so
/// that the processor foresees where a row ends, and what is often looked up lies side by side:
/// companies that buy much mostly sell much. A sweep then takes two thirds of the time, and the
/// copy takes that of two or three sweeps. O(n + m); 4 bytes per arc, 12 with weights, and 16 per
/// vertex.
struct hub_rows {
  hub_order order;
  large_vector<edge_id> end;  ///< where a row ends; it starts where the one before it ends
  large_vector<vertex_id> neighbour;
  large_vector<double> weight;  ///< empty: every link counts 1

  template <graph::two_way_graph G>
  hub_rows(const G& g, path_direction from, bool weighted, task& job)
      : hub_rows(g, from, weighted, by_row_length(g, from), nullptr, job) {}

  /// Rows in the given order; their entries have the numbers of `other`, or the rows' own.
  template <graph::two_way_graph G>
  hub_rows(const G& g, path_direction from, bool weighted, hub_order rows, const hub_order* other,
           task& job)
      : order(std::move(rows)),
        end(g.num_vertices()),
        neighbour(g.num_arcs()),
        weight(weighted ? g.num_arcs() : 0) {
    const std::vector<vertex_id>& number = (other != nullptr ? *other : order).number;
    edge_id arcs = 0;
    for (std::size_t i = 0; i < end.size(); ++i)
      end[i] = arcs += step(g, order.original[i], from).size();
    job.checkpoint();
    for (const auto& [first, last] : even_strips(64, end.size()))
      for_blocks(last - first, block_of(last - first), job,
                 [&, begin = first](std::size_t from_row, std::size_t to_row, std::size_t) {
                   for (std::size_t i = begin + from_row; i < begin + to_row; ++i) {
                     if (i + 16 < end.size())  // rows lie anywhere in memory
                       __builtin_prefetch(step(g, order.original[i + 16], from).data());
                     const vertex_id v = order.original[i];
                     edge_id k = row_begin(i);
                     for (const vertex_id u : step(g, v, from)) neighbour[k++] = number[u];
                     if (weighted)
                       std::ranges::copy(step_weights(g, v, from), weight.data() + row_begin(i));
                   }
                 });
  }

  template <graph::two_way_graph G>
  [[nodiscard]] static hub_order by_row_length(const G& g, path_direction from) {
    return order_by_degree(g.num_vertices(), [&](vertex_id v) { return step(g, v, from).size(); });
  }

  [[nodiscard]] edge_id row_begin(std::size_t i) const noexcept { return i == 0 ? 0 : end[i - 1]; }

  /// The sum of x over the entries [k, last) of a row, each times its weight. In long rows four
  /// sums take turns, as an addition must wait for the last one: the bits depend on the row alone.
  [[nodiscard]] [[gnu::always_inline]] double gathered(edge_id k, edge_id last,
                                                       const double* x) const noexcept {
    const vertex_id* const entry = neighbour.data();
    const double* const times = weight.data();
    const auto add_up = [&](auto at) __attribute__((always_inline)) {
      double sum = 0;
      if (last - k >= 8) {
        double sums[4] = {};
        for (; k + 4 <= last; k += 4)
          for (unsigned j = 0; j < 4; ++j) sums[j] += at(k + j);
        sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      }
      for (; k < last; ++k) sum += at(k);
      return sum;
    };
    return weight.empty() ? add_up([&](edge_id e) { return x[entry[e]]; })
                          : add_up([&](edge_id e) { return x[entry[e]] * times[e]; });
  }

  struct strip {
    std::size_t first, last;
  };
  /// At most `parts` runs of the first `rows` rows with about as much work in each, whatever the
  /// threads.
  [[nodiscard]] std::vector<strip> even_strips(std::size_t parts, std::size_t rows) const {
    std::vector<strip> strips;
    if (rows == 0) return strips;
    const std::size_t whole = end[rows - 1] + rows;
    std::size_t first = 0;
    for (std::size_t k = 1; k <= parts; ++k) {
      const std::size_t goal = whole / parts * k + whole % parts * k / parts;
      std::size_t low = first, high = rows;  // the first row that ends beyond the goal
      while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        end[middle] + middle + 1 > goal ? high = middle : low = middle + 1;
      }
      if (low > first) strips.push_back({first, low});
      first = low;
    }
    if (first < rows) strips.push_back({first, rows});
    return strips;
  }
  /// Rows per block of a strip, for for_blocks and ordered_reduce.
  [[nodiscard]] static std::size_t block_of(std::size_t rows) noexcept {
    return std::max<std::size_t>(64, (rows + 7) / 8);
  }
};

}  // namespace kedja::measures
