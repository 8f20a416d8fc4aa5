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
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_view.hpp>

namespace kedja::graph::detail {

/// One direction of a graph, owned.
struct half {
  std::vector<edge_id> offset = {0};
  std::vector<vertex_id> neighbour;
  std::vector<double> weight;
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
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
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

/// Builds rows from `arcs` arcs, the i-th given by arc_at(i). O(n + a log d).
template <class Weight, class ArcAt>
[[nodiscard]] half build_rows(vertex_id n, std::size_t arcs, ArcAt arc_at, bool sort, task& job) {
  half rows;
  rows.offset.assign(n + std::size_t{1}, 0);
  rows.neighbour.resize(arcs);
  if constexpr (std::is_same_v<Weight, double>) rows.weight.resize(arcs);
  if (arcs == 0) return rows;

  // Buckets of 2^shift vertices, at most 512, so that every open bucket's end stays in the cache.
  const int shift = std::max(0, static_cast<int>(std::bit_width(std::uint32_t{n})) - 9);
  const std::size_t buckets = (static_cast<std::size_t>(n - 1) >> shift) + 1;
  // The number of blocks is bounded, so that their counters stay small whatever the size.
  const std::size_t grain = std::max(link_grain, (arcs + 255) / 256);
  const std::size_t blocks = (arcs + grain - 1) / grain;

  std::vector<std::size_t> count(blocks * buckets, 0);
  for_blocks(arcs, grain, job, [&](std::size_t first, std::size_t last, std::size_t block) {
    std::size_t* mine = count.data() + block * buckets;
    for (std::size_t i = first; i < last; ++i) ++mine[arc_at(i).key >> shift];
  });
  std::vector<std::size_t> bucket_first(buckets + 1, 0);
  std::size_t at = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    bucket_first[b] = at;
    for (std::size_t block = 0; block < blocks; ++block)
      at += std::exchange(count[block * buckets + b], at);
  }
  bucket_first[buckets] = at;

  std::vector<arc<Weight>> moved(arcs);
  for_blocks(arcs, grain, job, [&](std::size_t first, std::size_t last, std::size_t block) {
    std::size_t* mine = count.data() + block * buckets;
    for (std::size_t i = first; i < last; ++i) {
      const arc<Weight> a = arc_at(i);
      moved[mine[a.key >> shift]++] = a;
    }
  });

  for_blocks(
      buckets, 1, job, [] { return std::vector<arc<Weight>>(); },
      [&](std::vector<arc<Weight>>& sorted, std::size_t b, std::size_t, std::size_t) {
        const std::span<const arc<Weight>> mine(moved.data() + bucket_first[b],
                                                moved.data() + bucket_first[b + 1]);
        const vertex_id first = static_cast<vertex_id>(b << shift);
        const std::size_t width = std::min<std::size_t>(n - first, std::size_t{1} << shift);
        std::vector<std::size_t> start(width + 1, 0);
        for (const arc<Weight>& a : mine) ++start[a.key - first + std::size_t{1}];
        for (std::size_t i = 0; i < width; ++i) start[i + 1] += start[i];
        sorted.resize(mine.size());
        std::vector<std::size_t> cursor(start.begin(), start.end() - 1);
        for (const arc<Weight>& a : mine) sorted[cursor[a.key - first]++] = a;
        for (std::size_t i = 0; i < width; ++i) {
          rows.offset[first + i] = bucket_first[b] + start[i];
          if (sort) sort_row<Weight>({sorted.data() + start[i], sorted.data() + start[i + 1]});
        }
        for (std::size_t i = 0; i < mine.size(); ++i) {
          rows.neighbour[bucket_first[b] + i] = sorted[i].other;
          if constexpr (std::is_same_v<Weight, double>)
            rows.weight[bucket_first[b] + i] = sorted[i].weight;
        }
      });
  rows.offset[n] = arcs;
  return rows;
}

/// Rows of sources, or of both ends. Signed zeros are made +0, so that equal values sort alike.
template <class Index>
[[nodiscard]] half build_half(const link_columns<Index>& links, arc_end ends, task& job) {
  const std::size_t m = links.source.size();
  const std::size_t arcs = ends == arc_end::both ? 2 * m : m;
  const auto ends_of = [&links, m](std::size_t i) {
    const bool turned = i >= m;
    const std::size_t row = turned ? i - m : i;
    const auto s = static_cast<vertex_id>(links.source[row]);
    const auto t = static_cast<vertex_id>(links.target[row]);
    return std::tuple(turned ? t : s, turned ? s : t, row);
  };
  if (links.weight.empty())
    return build_rows<unit_weight>(
        links.num_vertices, arcs,
        [&](std::size_t i) {
          const auto [key, other, row] = ends_of(i);
          return arc<unit_weight>{key, other, {}};
        },
        true, job);
  return build_rows<double>(
      links.num_vertices, arcs,
      [&](std::size_t i) {
        const auto [key, other, row] = ends_of(i);
        return arc<double>{key, other, links.weight[row] + 0.0};
      },
      true, job);
}

/// The other direction of `rows`. Reading them in order keeps the new rows sorted. O(n + a).
[[nodiscard]] inline half transpose(vertex_id n, const half& rows, task& job) {
  std::vector<vertex_id> from(rows.neighbour.size());
  for_blocks(n, link_grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t u = first; u < last; ++u)
      std::fill(from.begin() + static_cast<std::ptrdiff_t>(rows.offset[u]),
                from.begin() + static_cast<std::ptrdiff_t>(rows.offset[u + 1]),
                static_cast<vertex_id>(u));
  });
  if (rows.weight.empty())
    return build_rows<unit_weight>(
        n, from.size(),
        [&](std::size_t i) {
          return arc<unit_weight>{rows.neighbour[i], from[i], {}};
        },
        false, job);
  return build_rows<double>(
      n, from.size(),
      [&](std::size_t i) {
        return arc<double>{rows.neighbour[i], from[i], rows.weight[i]};
      },
      false, job);
}

/// Joins equal neighbours of a row, adding values in row order (a row without values becomes
/// weighted: the number of links joined), or throws invalid_argument when `refuse`. An undirected
/// self-loop is two arcs of one link: its arcs are joined into two, not one. O(n + a).
inline void merge_parallel(vertex_id n, half& rows, bool refuse, bool undirected) {
  const bool weighted = !rows.weight.empty();
  std::vector<double> sums(rows.neighbour.size());
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

}  // namespace kedja::graph::detail
