/// @file
/// Arcs to rows: a stable bucket pass that reads and writes in sequence, then a counting sort
/// inside each bucket, which fits the cache. Both run in parallel and their result does not depend
/// on the number of threads. What is written is read much later, so it goes past the caches.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/streaming.hpp>
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

struct unit_weight {};

/// An arc on its way to its row. Without weights it takes 8 bytes.
template <class Weight>
struct arc {
  vertex_id key, other;
  [[no_unique_address]] Weight weight;
};

/// The order of a row: other end, then value bits. Values are >= 0, where bits order like numbers.
template <class Weight>
[[nodiscard]] bool before(const arc<Weight>& a, const arc<Weight>& b) noexcept {
  if constexpr (std::is_same_v<Weight, double>)
    return (a.other < b.other) | ((a.other == b.other) & (std::bit_cast<std::uint64_t>(a.weight) <
                                                          std::bit_cast<std::uint64_t>(b.weight)));
  else
    return a.other < b.other;
}

/// Sorts a row on its way: put(k, arc) for the k-th arc, in any order of calls.
template <class Weight, class Put>
void put_sorted(std::span<arc<Weight>> row, Put put) {
  constexpr std::size_t few = 16;
  if (row.size() > few) {
    const auto less = [](const arc<Weight>& a, const arc<Weight>& b) { return before(a, b); };
    if (!std::is_sorted(row.begin(), row.end(), less)) std::sort(row.begin(), row.end(), less);
    for (std::size_t k = 0; k < row.size(); ++k) put(k, row[k]);
    return;
  }
  // A short row is sorted by counting, for each arc, those before it: no branch depends on the
  // data, where sorting so few would guess wrong at every other step.
  std::uint32_t place[few];
  for (std::size_t j = 0; j < row.size(); ++j) {
    std::uint32_t mine = 0;
    for (std::size_t i = 0; i < j; ++i) {
      const std::uint32_t later = before(row[j], row[i]);
      place[i] += later;
      mine += 1 - later;
    }
    place[j] = mine;
  }
  for (std::size_t i = 0; i < row.size(); ++i) put(place[i], row[i]);
}

/// Builds rows from `arcs` arcs; for_arcs(first, last, use) calls use(arc) for those from first to
/// last, for_keys the same with their keys alone. Rows keep that order or, when `sort`, are sorted.
/// `moved` is room for 8 or 16 bytes per arc, which the next call can use again. O(n + a log d).
template <class Weight, class ForKeys, class ForArcs>
[[nodiscard]] half build_rows(vertex_id n, std::size_t arcs, ForKeys for_keys, ForArcs for_arcs,
                              bool sort, large_vector<arc<Weight>>& moved, task& job) {
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
    for_keys(first, last, [&](vertex_id key) { ++mine[key >> shift]; });
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
    dealer<arc<Weight>> deal(moved.data(), {mine, buckets});
    for_arcs(first, last, [&](const arc<Weight>& a) { deal.deal(a.key >> shift, a); });
    deal.finish();
  });

  struct workspace {
    std::vector<std::size_t> cursor;  // where the next arc of a row goes, counted in the bucket
    large_vector<arc<Weight>> sorted;
    large_vector<vertex_id> neighbour;  // the bucket's rows, until they are streamed out
    large_vector<double> weight;
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
        ws.neighbour.resize(mine.size());
        vertex_id* const neighbour = ws.neighbour.data();
        [[maybe_unused]] double* weight = nullptr;
        if constexpr (weighted) {
          ws.weight.resize(mine.size());
          weight = ws.weight.data();
        }
        const auto put = [&](std::size_t place, const arc<Weight>& a) {
          neighbour[place] = a.other;
          if constexpr (weighted) weight[place] = a.weight;
        };
        if (!sort) {
          for (const arc<Weight>& a : mine) put(ws.cursor[a.key - first]++, a);
        } else {
          ws.sorted.resize(mine.size());
          for (const arc<Weight>& a : mine) ws.sorted[ws.cursor[a.key - first]++] = a;
          for (std::size_t i = 0, start = 0; i < width; start = ws.cursor[i++])
            put_sorted<Weight>({ws.sorted.data() + start, ws.sorted.data() + ws.cursor[i]},
                               [&](std::size_t k, const arc<Weight>& a) { put(start + k, a); });
        }
        stream_copy<vertex_id>(ws.neighbour, rows.neighbour.data() + bucket_first[b]);
        if constexpr (weighted)
          stream_copy<double>(ws.weight, rows.weight.data() + bucket_first[b]);
      });
  return rows;
}

}  // namespace kedja::graph::detail
