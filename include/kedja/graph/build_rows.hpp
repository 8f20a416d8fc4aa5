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

/// Stable counting sort of what is dealt with in the order 0, 1, ... `items`: put(place, i) for
/// each i. Leaves in `end` where each digit's items end. O(items + digits).
template <class Digit, class Put>
void counting_sort(std::size_t items, std::size_t digits, std::vector<std::size_t>& end,
                   Digit digit, Put put) {
  end.assign(digits, 0);
  for (std::size_t i = 0; i < items; ++i) ++end[digit(i)];
  std::size_t at = 0;
  for (std::size_t& place : end) at += std::exchange(place, at);
  for (std::size_t i = 0; i < items; ++i) put(end[digit(i)]++, i);
}

/// Turns the arcs of one bucket, wherever in the bucket they lie, into its rows.
template <class Weight>
class bucket_sorter {
 public:
  static constexpr bool weighted = std::is_same_v<Weight, double>;

  struct bucket {
    vertex_id first;    // its first vertex
    std::size_t width;  // and how many vertices it has
    std::span<const vertex_id> key;
    std::span<vertex_id> other;  // become the rows, in place
    std::span<double> weight;
  };

  /// Calls row_end(k, place) for the k-th vertex of the bucket.
  template <class RowEnd>
  void operator()(const bucket& b, vertex_id n, bool sort, task& job, RowEnd row_end) {
    const std::size_t size = b.key.size();
    neighbour_.resize(size);
    if constexpr (weighted) weight_.resize(size);
    const auto by_key = [&](auto arc_at) {
      counting_sort(
          size, b.width, end_, [&](std::size_t i) { return arc_at(i).key - b.first; },
          [&](std::size_t place, std::size_t i) {
            const arc<Weight> a = arc_at(i);
            neighbour_[place] = a.other;
            if constexpr (weighted) weight_[place] = a.weight;
          });
    };
    const auto as_dealt = [&](std::size_t i) {
      arc<Weight> a{b.key[i], b.other[i], {}};
      if constexpr (weighted) a.weight = b.weight[i];
      return a;
    };
    if (!sort) {
      by_key(as_dealt);
    } else {
      // A radix sort: by the digits of the other end from the last to the first, then by key. No
      // branch depends on the data, where comparing would guess wrong at every other step.
      const int bits = std::max(1, static_cast<int>(std::bit_width(n - 1)));
      const int passes = (bits + 10) / 11;
      const int step = (bits + passes - 1) / passes;
      for (large_vector<arc<Weight>>& room : sorted_) room.resize(size);
      for (int pass = 0; pass < passes; ++pass) {
        const auto by_digit = [&](auto arc_at) {
          counting_sort(
              size, std::size_t{1} << step, end_,
              [&](std::size_t i) {
                return (arc_at(i).other >> (pass * step)) & ((1U << step) - 1);
              },
              [&, to = sorted_[0].data()](std::size_t place, std::size_t i) {
                to[place] = arc_at(i);
              });
        };
        if (pass == 0)
          by_digit(as_dealt);
        else
          by_digit([from = sorted_[1].data()](std::size_t i) { return from[i]; });
        std::swap(sorted_[0], sorted_[1]);
        job.checkpoint();
      }
      by_key([from = sorted_[1].data()](std::size_t i) { return from[i]; });
      if constexpr (weighted) order_values(b.width);
    }
    for (std::size_t k = 0; k < b.width; ++k) row_end(k, end_[k]);
    stream_copy<vertex_id>(neighbour_, b.other.data());
    if constexpr (weighted) stream_copy<double>(weight_, b.weight.data());
  }

 private:
  /// Parallel links in the order of their values.
  void order_values(std::size_t width) {
    bool any = false;
    for (std::size_t i = 1; i < neighbour_.size(); ++i) any |= neighbour_[i] == neighbour_[i - 1];
    if (!any) return;
    for (std::size_t k = 0, i = 0; k < width; ++k)
      while (i < end_[k]) {
        std::size_t last = i + 1;
        while (last < end_[k] && neighbour_[last] == neighbour_[i]) ++last;
        if (last - i > 1) std::sort(weight_.data() + i, weight_.data() + last);
        i = last;
      }
  }

  std::vector<std::size_t> end_;
  large_vector<arc<Weight>> sorted_[2];
  large_vector<vertex_id> neighbour_;  // the bucket's rows, until they are streamed out
  large_vector<double> weight_;
};

/// Builds rows from `arcs` arcs; for_arcs(first, last, use) calls use(key, other, weight) for those
/// from first to last, for_keys the same with their keys alone. Rows keep that order or, when
/// `sort`, are sorted. `keys` is room for 4 bytes per arc, which the next call can use again: the
/// rest of an arc waits for its row where the rows will lie. O(n + a).
template <class Weight, class ForKeys, class ForArcs>
[[nodiscard]] half build_rows(vertex_id n, std::size_t arcs, ForKeys for_keys, ForArcs for_arcs,
                              bool sort, large_vector<vertex_id>& keys, task& job) {
  constexpr bool weighted = std::is_same_v<Weight, double>;
  half rows;
  rows.offset.resize(n + std::size_t{1});
  rows.offset[0] = 0;
  rows.neighbour.resize(arcs);
  if constexpr (weighted) rows.weight.resize(arcs);
  if (arcs == 0) {
    std::ranges::fill(rows.offset, 0);
    return rows;
  }

  // Buckets of 2^shift vertices: so many that one fits the cache, but at most 512, so that every
  // open bucket's end stays in the cache as well.
  const std::size_t limit = std::clamp<std::size_t>(arcs / 4096, 1, 512);
  int shift = 0;
  while ((static_cast<std::size_t>(n - 1) >> shift) >= limit) ++shift;
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

  keys.resize(arcs);
  for_blocks(
      arcs, grain, job,
      [&] {
        if constexpr (weighted)
          return dealer(buckets, keys.data(), rows.neighbour.data(), rows.weight.data());
        else
          return dealer(buckets, keys.data(), rows.neighbour.data());
      },
      [&](auto& deal, std::size_t first, std::size_t last, std::size_t block) {
        deal.start({count.data() + block * buckets, buckets});
        for_arcs(first, last, [&](vertex_id key, vertex_id other, double weight) {
          if constexpr (weighted)
            deal.deal(key >> shift, key, other, weight);
          else
            deal.deal(key >> shift, key, other);
        });
        deal.finish();
      });

  for_blocks(
      buckets, 1, job, [] { return bucket_sorter<Weight>(); },
      [&](bucket_sorter<Weight>& to_rows, std::size_t b, std::size_t, std::size_t) {
        const std::size_t first = bucket_first[b], size = bucket_first[b + 1] - first;
        const auto vertex = static_cast<vertex_id>(b << shift);
        const std::size_t width = std::min<std::size_t>(n - vertex, std::size_t{1} << shift);
        to_rows({vertex,
                 width,
                 {keys.data() + first, size},
                 {rows.neighbour.data() + first, size},
                 weighted ? std::span(rows.weight.data() + first, size) : std::span<double>()},
                n, sort, job,
                [&](std::size_t k, std::size_t end) { rows.offset[vertex + k + 1] = first + end; });
      });
  return rows;
}

}  // namespace kedja::graph::detail
