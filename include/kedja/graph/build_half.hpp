/// @file
/// From link columns to the rows of a graph, in both directions.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <kedja/core/checked.hpp>
#include <kedja/core/error.hpp>
#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/build_rows.hpp>
#include <kedja/graph/csr_view.hpp>

namespace kedja::graph::detail {

/// The caller's columns, read once and never copied.
template <class Index>
struct link_columns {
  vertex_id num_vertices;
  std::span<const Index> source, target;
  std::span<const double> weight;

  void check(task& job) const {
    if (source.size() != target.size())
      throw invalid_argument("source has " + std::to_string(source.size()) +
                             " entries, target has " + std::to_string(target.size()));
    if (!weight.empty() && weight.size() != source.size())
      throw invalid_argument("there are " + std::to_string(source.size()) + " links and " +
                             std::to_string(weight.size()) + " values");
    (void)checked_mul<std::uint64_t>(source.size(), 2, "number of arcs");
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    const std::size_t bad = ordered_reduce(
        source.size(), link_grain, job, none,
        [this](std::size_t first, std::size_t last) {
          for (std::size_t i = first; i < last; ++i)
            if (!inside(source[i]) || !inside(target[i]) || !usable(i)) return i;
          return none;
        },
        [](std::size_t a, std::size_t b) { return std::min(a, b); });
    if (bad == none) return;
    const std::string row = "link " + std::to_string(bad) + ": ";
    for (const Index end : {source[bad], target[bad]})
      if (!inside(end))
        throw invalid_argument(row + "vertex " + std::to_string(end) + " is outside [0, " +
                               std::to_string(num_vertices) + ")");
    throw invalid_argument(row + "value " + std::to_string(weight[bad]) +
                           " is not a finite number >= 0");
  }

 private:
  [[nodiscard]] bool inside(Index end) const noexcept {
    if constexpr (std::is_signed_v<Index>)
      if (end < 0) return false;
    return static_cast<std::uint64_t>(end) < num_vertices;
  }
  [[nodiscard]] bool usable(std::size_t i) const noexcept {
    return weight.empty() || (std::isfinite(weight[i]) && weight[i] >= 0);
  }
};

enum class arc_end { source, both };  ///< rows of suppliers, or of both ends (undirected)

/// Rows of sources, or of both ends. Signed zeros are made +0, so that equal values sort alike.
template <class Weight, class Index>
[[nodiscard]] half rows_of_links(const link_columns<Index>& links, arc_end ends,
                                 large_vector<arc<Weight>>& moved, task& job) {
  const std::size_t m = links.source.size();
  // Calls use(i, keys, others) for the arcs from first to last: those of sources, then of targets.
  const auto walk = [&links, m](std::size_t first, std::size_t last, auto use) {
    const std::span<const Index> source = links.source, target = links.target;
    for (std::size_t i = first; i < std::min(last, m); ++i) use(i, source, target);
    for (std::size_t i = std::max(first, m); i < last; ++i) use(i - m, target, source);
  };
  const auto for_keys = [&](std::size_t first, std::size_t last, auto use) {
    walk(first, last, [&](std::size_t i, std::span<const Index> keys, std::span<const Index>) {
      use(static_cast<vertex_id>(keys[i]));
    });
  };
  const auto for_arcs = [&, weight = links.weight](std::size_t first, std::size_t last, auto use) {
    walk(first, last,
         [&](std::size_t i, std::span<const Index> keys, std::span<const Index> others) {
           arc<Weight> a{static_cast<vertex_id>(keys[i]), static_cast<vertex_id>(others[i]), {}};
           if constexpr (std::is_same_v<Weight, double>) a.weight = weight[i] + 0.0;
           use(a);
         });
  };
  return build_rows<Weight>(links.num_vertices, ends == arc_end::both ? 2 * m : m, for_keys,
                            for_arcs, true, moved, job);
}

/// The other direction of `rows`. Reading them in order keeps the new rows sorted. O(n + a).
template <class Weight>
[[nodiscard]] half transpose(vertex_id n, const half& rows, large_vector<arc<Weight>>& moved,
                             task& job) {
  const half_view from = rows.view();
  const auto for_keys = [from](std::size_t first, std::size_t last, auto use) {
    for (std::size_t i = first; i < last; ++i) use(from.neighbour[i]);
  };
  const auto for_arcs = [from](std::size_t first, std::size_t last, auto use) {
    const auto begin = from.offset.begin();
    auto u = static_cast<vertex_id>(std::upper_bound(begin, from.offset.end(), first) - begin - 1);
    for (std::size_t i = first; i < last; ++u) {
      const std::size_t end = std::min<std::size_t>(last, from.offset[u + std::size_t{1}]);
      for (; i < end; ++i) {
        arc<Weight> a{from.neighbour[i], u, {}};
        if constexpr (std::is_same_v<Weight, double>) a.weight = from.weight[i];
        use(a);
      }
    }
  };
  return build_rows<Weight>(n, rows.neighbour.size(), for_keys, for_arcs, false, moved, job);
}

/// Joins equal neighbours of a row, adding values in row order (a row without values becomes
/// weighted: the number of links joined), or throws invalid_argument when `refuse`. An undirected
/// self-loop is two arcs of one link: its arcs are joined into two, not one. O(n + a).
inline void merge_parallel(vertex_id n, half& rows, bool refuse, bool undirected) {
  const bool weighted = !rows.weight.empty();
  large_vector<double> sums(rows.neighbour.size());
  edge_id write = 0;
  edge_id row_first = 0;
  bool merged_any = false;
  for (vertex_id u = 0; u < n; ++u) {
    const edge_id row_last = rows.offset[u + std::size_t{1}];
    for (edge_id i = row_first; i < row_last;) {
      const vertex_id v = rows.neighbour[i];
      edge_id end = i;
      while (end < row_last && rows.neighbour[end] == v) ++end;
      const edge_id step = undirected && v == u ? 2 : 1;  // both arcs of a self-loop are adjacent
      double sum = 0.0;
      for (edge_id k = i; k < end; k += step) sum += weighted ? rows.weight[k] : 1.0;
      if (end - i > step) {
        if (refuse)
          throw invalid_argument("vertices " + std::to_string(u) + " and " + std::to_string(v) +
                                 " are linked " + std::to_string((end - i) / step) + " times");
        merged_any = true;
      }
      if (!std::isfinite(sum))
        throw invalid_argument("the values of the links between vertices " + std::to_string(u) +
                               " and " + std::to_string(v) + " sum to infinity");
      for (edge_id k = 0; k < step; ++k) {
        rows.neighbour[write] = v;
        sums[write++] = sum;
      }
      i = end;
    }
    row_first = row_last;
    rows.offset[u + std::size_t{1}] = write;
  }
  rows.neighbour.resize(write);
  sums.resize(write);
  if (weighted || merged_any) rows.weight = std::move(sums);
}

struct both_directions {
  half out, in;  ///< `in` stays empty in an undirected graph
};

/// All rows of a graph. O(n + m log d); 16 bytes per arc (8 without weights) while it runs.
template <class Index>
[[nodiscard]] both_directions build_directions(const link_columns<Index>& links, bool directed,
                                               bool merge, bool refuse, task& job) {
  const vertex_id n = links.num_vertices;
  both_directions made;
  const auto build = [&]<class Weight>(Weight) {
    large_vector<arc<Weight>> moved;
    made.out = rows_of_links(links, directed ? arc_end::source : arc_end::both, moved, job);
    if (merge) merge_parallel(n, made.out, refuse, !directed);
    if (!directed) return;
    if constexpr (std::is_same_v<Weight, unit_weight>)
      if (!made.out.weight.empty()) {  // parallel links became one with a value
        large_vector<arc<double>> weighted;
        made.in = transpose(n, made.out, weighted, job);
        return;
      }
    made.in = transpose(n, made.out, moved, job);
  };
  links.weight.empty() ? build(unit_weight{}) : build(double{});
  return made;
}

}  // namespace kedja::graph::detail
