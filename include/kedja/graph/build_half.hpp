/// @file
/// From link columns to sorted rows: a stable bucket pass that reads and writes in sequence, then a
/// counting sort inside each bucket, which fits the cache. Both passes run in parallel and their
/// result does not depend on the number of threads.
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
#include <vector>

#include <kedja/core/checked.hpp>
#include <kedja/core/error.hpp>
#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_view.hpp>

namespace kedja::graph::detail {

/// One direction of a graph, owned.
struct half {
  large_vector<edge_id> offset = {0};
  large_vector<vertex_id> neighbour;
  large_vector<double> weight;
  [[nodiscard]] half_view view() const noexcept { return {offset, neighbour, weight}; }
};

inline constexpr std::size_t link_grain = 1 << 16;

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

struct unit_weight {};

/// An arc on its way to its row. Without weights it takes 8 bytes.
template <class Weight>
struct arc {
  vertex_id key, other;
  [[no_unique_address]] Weight weight;
};

enum class arc_end { source, both };  ///< rows of suppliers, or of both ends (undirected)

/// Sorts one row by (other end, value bits). Values are >= 0, where bits order like numbers.
template <class Weight>
void sort_row(std::span<arc<Weight>> row) {
  const auto before = [](const arc<Weight>& a, const arc<Weight>& b) {
    if constexpr (std::is_same_v<Weight, double>)
      return std::pair(a.other, std::bit_cast<std::uint64_t>(a.weight)) <
             std::pair(b.other, std::bit_cast<std::uint64_t>(b.weight));
    else
      return a.other < b.other;
  };
  if (!std::is_sorted(row.begin(), row.end(), before)) std::sort(row.begin(), row.end(), before);
}

/// Builds rows from `arcs` arcs; for_arcs(first, last, use) calls use(arc) for those from first to
/// last. Rows keep that order or, when `sort`, are sorted. `moved` is room for 8 or 16 bytes per
/// arc, which the next call can use again. O(n + a log d).
template <class Weight, class ForArcs>
[[nodiscard]] half build_rows(vertex_id n, std::size_t arcs, ForArcs for_arcs, bool sort,
                              large_vector<arc<Weight>>& moved, task& job) {
  constexpr bool weighted = std::is_same_v<Weight, double>;
  half rows;
  rows.offset.resize(n + std::size_t{1});
  rows.offset[n] = arcs;
  rows.neighbour.resize(arcs);
  if constexpr (weighted) rows.weight.resize(arcs);
  if (arcs == 0) {
    std::ranges::fill(rows.offset, 0);
    return rows;
  }

  // Buckets of 2^shift vertices, at most 512, so that every open bucket's end stays in the cache.
  const int shift = std::max(0, static_cast<int>(std::bit_width(std::uint32_t{n})) - 9);
  const std::size_t buckets = (static_cast<std::size_t>(n - 1) >> shift) + 1;
  // The number of blocks is bounded, so that their counters stay small whatever the size.
  const std::size_t grain = std::max(link_grain, (arcs + 255) / 256);
  const std::size_t blocks = (arcs + grain - 1) / grain;

  std::vector<std::size_t> count(blocks * buckets, 0);
  for_blocks(arcs, grain, job, [&](std::size_t first, std::size_t last, std::size_t block) {
    std::size_t* const mine = count.data() + block * buckets;
    for_arcs(first, last, [&](const arc<Weight>& a) { ++mine[a.key >> shift]; });
  });
  std::vector<std::size_t> bucket_first(buckets + 1, 0);
  std::size_t at = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    bucket_first[b] = at;
    for (std::size_t block = 0; block < blocks; ++block)
      at += std::exchange(count[block * buckets + b], at);
  }
  bucket_first[buckets] = at;

  moved.resize(arcs);
  for_blocks(arcs, grain, job, [&](std::size_t first, std::size_t last, std::size_t block) {
    std::size_t* const mine = count.data() + block * buckets;
    for_arcs(first, last, [&](const arc<Weight>& a) { moved[mine[a.key >> shift]++] = a; });
  });

  struct workspace {
    std::vector<std::size_t> cursor;  // where the next arc of a row goes, counted in the bucket
    large_vector<arc<Weight>> sorted;
  };
  for_blocks(
      buckets, 1, job, [] { return workspace(); },
      [&](workspace& ws, std::size_t b, std::size_t, std::size_t) {
        const std::span<const arc<Weight>> mine(moved.data() + bucket_first[b],
                                                moved.data() + bucket_first[b + 1]);
        const vertex_id first = static_cast<vertex_id>(b << shift);
        const std::size_t width = std::min<std::size_t>(n - first, std::size_t{1} << shift);
        ws.cursor.assign(width + 1, 0);
        for (const arc<Weight>& a : mine) ++ws.cursor[a.key - first + std::size_t{1}];
        for (std::size_t i = 0; i < width; ++i) {
          ws.cursor[i + 1] += ws.cursor[i];
          rows.offset[first + i] = bucket_first[b] + ws.cursor[i];
        }
        vertex_id* const neighbour = rows.neighbour.data() + bucket_first[b];
        [[maybe_unused]] double* weight = nullptr;
        if constexpr (weighted) weight = rows.weight.data() + bucket_first[b];
        const auto put = [&](std::size_t place, const arc<Weight>& a) {
          neighbour[place] = a.other;
          if constexpr (weighted) weight[place] = a.weight;
        };
        if (!sort) {
          for (const arc<Weight>& a : mine) put(ws.cursor[a.key - first]++, a);
          return;
        }
        ws.sorted.resize(mine.size());
        for (const arc<Weight>& a : mine) ws.sorted[ws.cursor[a.key - first]++] = a;
        for (std::size_t i = 0, start = 0; i < width; start = ws.cursor[i++]) {
          const std::size_t end = ws.cursor[i];  // where the next row starts, by now
          sort_row<Weight>({ws.sorted.data() + start, ws.sorted.data() + end});
          for (std::size_t k = start; k < end; ++k) put(k, ws.sorted[k]);
        }
      });
  return rows;
}

/// Rows of sources, or of both ends. Signed zeros are made +0, so that equal values sort alike.
template <class Weight, class Index>
[[nodiscard]] half rows_of_links(const link_columns<Index>& links, arc_end ends,
                                 large_vector<arc<Weight>>& moved, task& job) {
  const std::size_t m = links.source.size();
  const auto for_arcs = [&links, m](std::size_t first, std::size_t last, auto use) {
    const auto walk = [&](std::span<const Index> keys, std::span<const Index> others,
                          std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        arc<Weight> a{static_cast<vertex_id>(keys[i]), static_cast<vertex_id>(others[i]), {}};
        if constexpr (std::is_same_v<Weight, double>) a.weight = links.weight[i] + 0.0;
        use(a);
      }
    };
    if (first < m) walk(links.source, links.target, first, std::min(last, m));
    if (last > m) walk(links.target, links.source, std::max(first, m) - m, last - m);
  };
  return build_rows<Weight>(links.num_vertices, ends == arc_end::both ? 2 * m : m, for_arcs, true,
                            moved, job);
}

/// The other direction of `rows`. Reading them in order keeps the new rows sorted. O(n + a).
template <class Weight>
[[nodiscard]] half transpose(vertex_id n, const half& rows, large_vector<arc<Weight>>& moved,
                             task& job) {
  const auto for_arcs = [&rows](std::size_t first, std::size_t last, auto use) {
    const auto begin = rows.offset.begin();
    auto u = static_cast<vertex_id>(std::upper_bound(begin, rows.offset.end(), first) - begin - 1);
    for (std::size_t i = first; i < last; ++u)
      for (; i < std::min<std::size_t>(last, rows.offset[u + std::size_t{1}]); ++i) {
        arc<Weight> a{rows.neighbour[i], u, {}};
        if constexpr (std::is_same_v<Weight, double>) a.weight = rows.weight[i];
        use(a);
      }
  };
  return build_rows<Weight>(n, rows.neighbour.size(), for_arcs, false, moved, job);
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
