/// @file
/// From link columns to the rows of a graph, in both directions.
#pragma once

#include <algorithm>
#include <bit>
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

  /// Throws invalid_argument for the first bad row. Returns whether the links are in canonical
  /// order (source, target, value) already.
  [[nodiscard]] bool check(task& job) const {
    if (source.size() != target.size())
      throw invalid_argument("source has " + std::to_string(source.size()) +
                             " entries, target has " + std::to_string(target.size()));
    if (!weight.empty() && weight.size() != source.size())
      throw invalid_argument("there are " + std::to_string(source.size()) + " links and " +
                             std::to_string(weight.size()) + " values");
    (void)checked_mul<std::uint64_t>(source.size(), 2, "number of arcs");
    struct seen {
      std::size_t bad = std::numeric_limits<std::size_t>::max();  ///< first row
      bool ordered = true;
    };
    const seen all = ordered_reduce(
        source.size(), link_grain, job, seen{},
        [this](std::size_t first, std::size_t last) {
          seen here;
          constexpr std::size_t chunk = 1 << 11;  // read twice, the second time from the cache
          for (std::size_t i = first; i < last; i += chunk) {
            const std::size_t end = std::min(last, i + chunk);
            if (any_bad(i, end)) {
              here.bad = i;
              while (!bad(here.bad)) ++here.bad;
              break;
            }
            here.ordered = here.ordered && in_order(i, end);
          }
          return here;
        },
        [](seen a, seen b) {
          return seen{std::min(a.bad, b.bad), a.ordered && b.ordered};
        });
    if (all.bad == seen().bad) return all.ordered;
    const std::string row = "link " + std::to_string(all.bad) + ": ";
    for (const Index end : {source[all.bad], target[all.bad]})
      if (outside(end) >> 63)
        throw invalid_argument(row + "vertex " + std::to_string(end) + " is outside [0, " +
                               std::to_string(num_vertices) + ")");
    throw invalid_argument(row + "value " + std::to_string(weight[all.bad]) +
                           " is not a finite number >= 0");
  }

 private:
  // What is wrong shows in the highest bit: many rows are checked without a branch, by or.
  [[nodiscard]] std::uint64_t outside(Index end) const noexcept {
    const auto v = static_cast<std::uint64_t>(end);  // the highest bit of a negative end stays
    return v | (std::uint64_t{num_vertices} - 1 - v);
  }
  [[nodiscard]] static std::uint64_t unusable(double value) noexcept {
    constexpr auto largest = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::max());
    const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);  // -0 is 0
    return bits | (largest - bits);
  }
  [[nodiscard]] bool any_bad(std::size_t first, std::size_t last) const noexcept {
    std::uint64_t any = 0;
    for (std::size_t i = first; i < last; ++i) any |= outside(source[i]) | outside(target[i]);
    if (!weight.empty())
      for (std::size_t i = first; i < last; ++i) any |= unusable(weight[i]);
    return any >> 63;
  }
  [[nodiscard]] bool bad(std::size_t i) const noexcept { return any_bad(i, i + 1); }

  /// Whether the links from first to last, all good, come in order after the one before them.
  [[nodiscard]] bool in_order(std::size_t first, std::size_t last) const noexcept {
    if (num_vertices > std::uint32_t{1} << 31) return false;  // differences need the highest bit
    const auto step = [this](std::size_t i) {
      const auto ends = [this](std::size_t k) {
        return static_cast<std::uint64_t>(source[k]) << 32 | static_cast<std::uint64_t>(target[k]);
      };
      return ends(i) - ends(i - 1);
    };
    first = std::max(first, std::size_t{1});
    std::uint64_t any = 0;
    for (std::size_t i = first; i < last; ++i) any |= step(i) - 1;
    if (any >> 63 == 0) return true;  // every link lies behind the one before
    for (std::size_t i = first; i < last; ++i)
      if (step(i) >> 63 || (step(i) == 0 && !weight.empty() && weight[i] < weight[i - 1]))
        return false;
    return true;
  }
};

enum class arc_end { source, both };  ///< rows of suppliers, or of both ends (undirected)

/// Rows of sources, or of both ends. Signed zeros are made +0, so that equal values sort alike.
template <class Weight, class Index>
[[nodiscard]] half rows_of_links(const link_columns<Index>& links, arc_end ends, wide_ends& room,
                                 task& job) {
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
           double value = 0.0;
           if constexpr (std::is_same_v<Weight, double>) value = weight[i] + 0.0;
           use(static_cast<vertex_id>(keys[i]), static_cast<vertex_id>(others[i]), value);
         });
  };
  return build_rows<Weight>(links.num_vertices, ends == arc_end::both ? 2 * m : m, for_keys,
                            for_arcs, true, room, job);
}

/// Rows of sources from links in canonical order, which are those rows already.
template <class Weight, class Index>
[[nodiscard]] half rows_in_order(const link_columns<Index>& links, task& job) {
  const std::size_t m = links.source.size();
  half rows;
  rows.offset.resize(links.num_vertices + std::size_t{1});
  rows.neighbour.resize(m);
  if constexpr (std::is_same_v<Weight, double>) rows.weight.resize(m);
  for_blocks(m, link_grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    // The rows that start here: those of sources behind the last one of the block before.
    const auto source = [&](std::size_t i) { return static_cast<std::size_t>(links.source[i]); };
    const std::size_t low = first == 0 ? 0 : source(first - 1) + 1, high = source(last - 1);
    edge_id* const offset = rows.offset.data();
    if (low <= high) {
      std::fill(offset + low, offset + high, last);
      for (std::size_t i = last; i-- > first && source(i) >= low;) offset[source(i)] = i;
      for (std::size_t u = high; u-- > low;) offset[u] = std::min(offset[u], offset[u + 1]);
    }
    for (std::size_t i = first; i < last; ++i)
      rows.neighbour[i] = static_cast<vertex_id>(links.target[i]);
    if constexpr (std::is_same_v<Weight, double>)
      for (std::size_t i = first; i < last; ++i) rows.weight[i] = links.weight[i] + 0.0;
  });
  const std::size_t behind = m == 0 ? 0 : static_cast<std::size_t>(links.source[m - 1]) + 1;
  std::fill(rows.offset.begin() + static_cast<std::ptrdiff_t>(behind), rows.offset.end(), m);
  return rows;
}

/// The other direction of `rows`. Reading them in order keeps the new rows sorted. O(n + a).
template <class Weight>
[[nodiscard]] half transpose(vertex_id n, const half& rows, wide_ends& room, task& job) {
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
        double value = 0.0;
        if constexpr (std::is_same_v<Weight, double>) value = from.weight[i];
        use(from.neighbour[i], u, value);
      }
    }
  };
  return build_rows<Weight>(n, rows.neighbour.size(), for_keys, for_arcs, false, room, job);
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

/// All rows of a graph. O(n + m), and the sorting of the values of parallel links. On top of the
/// rows it takes, while it runs, 32 bytes (16 without weights) per arc of a bucket for each thread,
/// and 8 bytes per arc where 32 bits do not hold both ends: beyond 2^20 vertices, or with few arcs.
template <class Index>
[[nodiscard]] both_directions build_directions(const link_columns<Index>& links, bool directed,
                                               bool merge, bool refuse, task& job) {
  const bool ordered = links.check(job);
  const vertex_id n = links.num_vertices;
  both_directions made;
  const auto build = [&]<class Weight>(Weight) {
    wide_ends room;
    made.out =
        directed && ordered
            ? rows_in_order<Weight>(links, job)
            : rows_of_links<Weight>(links, directed ? arc_end::source : arc_end::both, room, job);
    if (merge) merge_parallel(n, made.out, refuse, !directed);
    if (!directed) return;
    // Parallel links became one with a value, even where there were no values.
    made.in = made.out.weight.empty() ? transpose<unit_weight>(n, made.out, room, job)
                                      : transpose<double>(n, made.out, room, job);
  };
  links.weight.empty() ? build(unit_weight{}) : build(double{});
  return made;
}

}  // namespace kedja::graph::detail
