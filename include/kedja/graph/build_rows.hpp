/// @file
/// Arcs to rows: a stable bucket pass that reads and writes in sequence, then counting sorts inside
/// each bucket, which fits the cache. Both run in parallel and their result does not depend on the
/// number of threads.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
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

/// An arc on its way to its row: its key, counted from the first vertex of its bucket, in front of
/// the bits of its other end.
template <class Ends, class Weight>
struct arc {
  Ends ends;
  [[no_unique_address]] Weight weight;
};

/// Turns counts into where each one's items start.
inline void to_starts(std::span<std::size_t> count) noexcept {
  std::size_t at = 0;
  for (std::size_t& place : count) at += std::exchange(place, at);
}

/// The arcs of a range of vertices, which become their rows in place.
template <class Ends>
struct bucket {
  std::size_t width;  ///< number of vertices
  std::span<const Ends> ends;
  std::span<vertex_id> other;  ///< may be where the ends are
  std::span<double> weight;
};

/// Turns buckets into rows. Other ends have `bits` bits, at least one.
template <class Ends, class Weight>
class bucket_sorter {
 public:
  explicit bucket_sorter(int bits) : bits_(bits) {}

  /// Rows that keep the order of the arcs. Returns where each row ends in the bucket.
  std::span<const std::size_t> group(const bucket<Ends>& b) {
    other_.resize(b.ends.size());
    weight_.resize(b.weight.size());
    end_.assign(b.width, 0);
    for (const Ends ends : b.ends) ++end_[ends >> bits_];
    to_starts(end_);
    for (std::size_t i = 0; i < b.ends.size(); ++i)
      to_row(arc_at(b, i), other_.data(), weight_.data());
    std::ranges::copy(other_, b.other.begin());
    std::ranges::copy(weight_, b.weight.begin());
    return end_;
  }

  /// Rows sorted by other end and value: a radix sort by the digits of the other end from the last
  /// to the first, then by key. No branch depends on the data, where comparing would guess wrong at
  /// every other step.
  std::span<const std::size_t> sort(const bucket<Ends>& b, task& job) {
    const int digits = (bits_ + most_bits - 1) / most_bits;
    const int digit_bits = (bits_ + digits - 1) / digits;
    const Ends other_mask = (Ends{1} << bits_) - 1, digit_mask = (Ends{1} << digit_bits) - 1;
    const auto digit = [=](Ends ends, int d) {
      return ((ends & other_mask) >> (d * digit_bits)) & digit_mask;
    };
    end_.assign(b.width, 0);
    for (int d = 0; d < digits; ++d) place_[d].assign(std::size_t{1} << digit_bits, 0);
    for (const Ends ends : b.ends) {
      ++end_[ends >> bits_];
      for (int d = 0; d < digits; ++d) ++place_[d][digit(ends, d)];
    }
    to_starts(end_);
    for (auto& room : arcs_) room.resize(b.ends.size());
    for (int d = 0; d < digits; ++d) {
      to_starts(place_[d]);
      std::size_t* const place = place_[d].data();
      arc<Ends, Weight>* const to = arcs_[1].data();
      if (d == 0)
        for (std::size_t i = 0; i < b.ends.size(); ++i)
          to[place[digit(b.ends[i], d)]++] = arc_at(b, i);
      else
        for (const arc<Ends, Weight>& a : arcs_[0]) to[place[digit(a.ends, d)]++] = a;
      std::swap(arcs_[0], arcs_[1]);
      job.checkpoint();
    }
    for (const arc<Ends, Weight>& a : arcs_[0]) to_row(a, b.other.data(), b.weight.data());
    if constexpr (weighted) order_values(b);
    return end_;
  }

 private:
  static constexpr bool weighted = std::is_same_v<Weight, double>;
  static constexpr int most_bits = 11;  // of a digit, whose places stay in the cache

  static arc<Ends, Weight> arc_at(const bucket<Ends>& b, std::size_t i) noexcept {
    arc<Ends, Weight> a{b.ends[i], {}};
    if constexpr (weighted) a.weight = b.weight[i];
    return a;
  }
  /// To the next free place of its row; end_ starts as where rows start.
  void to_row(const arc<Ends, Weight>& a, vertex_id* other, double* weight) noexcept {
    const std::size_t place = end_[a.ends >> bits_]++;
    other[place] = static_cast<vertex_id>(a.ends & ((Ends{1} << bits_) - 1));
    if constexpr (weighted) weight[place] = a.weight;
  }
  /// Parallel links in the order of their values.
  void order_values(const bucket<Ends>& b) const {
    bool any = false;
    for (std::size_t i = 1; i < b.other.size(); ++i) any |= b.other[i] == b.other[i - 1];
    if (!any) return;
    std::size_t i = 0;
    for (const std::size_t row_end : end_)
      while (i < row_end) {
        std::size_t last = i + 1;
        while (last < row_end && b.other[last] == b.other[i]) ++last;
        if (last - i > 1) std::sort(b.weight.data() + i, b.weight.data() + last);
        i = last;
      }
  }

  int bits_;
  std::vector<std::size_t> end_;
  std::array<std::vector<std::size_t>, (32 + most_bits - 1) / most_bits> place_;
  std::array<large_vector<arc<Ends, Weight>>, 2> arcs_;
  large_vector<vertex_id> other_;
  large_vector<double> weight_;
};

/// Room for the ends of arcs of which 32 bits do not hold both.
using wide_ends = large_vector<std::uint64_t>;

/// Builds rows from `arcs` arcs; for_arcs(first, last, use) calls use(key, other, weight) for those
/// from first to last, for_keys the same with their keys alone. Rows keep that order or, when
/// `sort`, are sorted. Arcs wait for their rows where the rows will lie; ends that 32 bits do not
/// hold wait in `room`, in 8 bytes per arc, which the next call can use again. O(n + a).
template <class Weight, class ForKeys, class ForArcs>
[[nodiscard]] half build_rows(vertex_id n, std::size_t arcs, ForKeys for_keys, ForArcs for_arcs,
                              bool sort, wide_ends& room, task& job) {
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

  const int bits = std::max(1, static_cast<int>(std::bit_width(n - 1)));  // of an end
  const auto fill = [&]<class Ends>(Ends* all_ends) {
    const auto new_dealer = [&] {
      if constexpr (weighted)
        return dealer(buckets, all_ends, rows.weight.data());
      else
        return dealer(buckets, all_ends);
    };
    for_blocks(arcs, grain, job, new_dealer,
               [&](auto& to, std::size_t first, std::size_t last, std::size_t block) {
                 to.start({count.data() + block * buckets, buckets});
                 const vertex_id in_bucket =
                     static_cast<vertex_id>((std::uint64_t{1} << shift) - 1);
                 for_arcs(first, last, [&](vertex_id key, vertex_id other, double weight) {
                   const Ends ends = static_cast<Ends>(key & in_bucket) << bits | other;
                   if constexpr (weighted)
                     to.deal(key >> shift, ends, weight);
                   else
                     to.deal(key >> shift, ends);
                 });
                 to.finish();
               });
    for_blocks(
        buckets, 1, job, [bits] { return bucket_sorter<Ends, Weight>(bits); },
        [&](bucket_sorter<Ends, Weight>& to_rows, std::size_t b, std::size_t, std::size_t) {
          const std::size_t first = bucket_first[b], size = bucket_first[b + 1] - first;
          const std::size_t vertex = b << shift;
          const bucket<Ends> mine{
              std::min<std::size_t>(n - vertex, std::size_t{1} << shift),
              {all_ends + first, size},
              {rows.neighbour.data() + first, size},
              weighted ? std::span(rows.weight.data() + first, size) : std::span<double>()};
          const auto row_ends = sort ? to_rows.sort(mine, job) : to_rows.group(mine);
          for (std::size_t k = 0; k < mine.width; ++k)
            rows.offset[vertex + k + 1] = first + row_ends[k];
        });
  };
  if (shift + bits <= std::numeric_limits<vertex_id>::digits) {
    fill(rows.neighbour.data());
  } else {
    room.resize(arcs);
    fill(room.data());
  }
  return rows;
}

}  // namespace kedja::graph::detail
