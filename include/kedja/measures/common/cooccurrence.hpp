/// @file
/// How many columns two rows of a 0/1 table have in common.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/instruction_set.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {

/// Row a holds the rows b that share a column with it, a itself among them, and how many.
struct cooccurrence_counts {
  struct pair {
    std::uint32_t other, count;
  };
  std::vector<std::size_t> offset = {0};
  std::vector<pair> pairs;

  [[nodiscard]] std::uint32_t rows() const noexcept {
    return static_cast<std::uint32_t>(offset.size() - 1);
  }
  [[nodiscard]] std::span<const pair> row(std::uint32_t a) const noexcept {
    return {pairs.data() + offset[a], pairs.data() + offset[a + std::size_t{1}]};
  }
};

/// The rows of a 0/1 table as bits, for tables so full that counting bits beats walking lists.
class bit_rows {
 public:
  explicit bit_rows(const sparse_table& binary)
      : words_((binary.columns() + std::size_t{63}) / 64), bits_(binary.rows() * words_, 0) {
    for (std::uint32_t a = 0; a < binary.rows(); ++a)
      for (const auto& e : binary.row(a))
        bits_[a * words_ + e.column / 64] |= std::uint64_t{1} << e.column % 64;
  }
  /// common[b - first] = columns that rows a and b share, for b in first .. last - 1.
  void count_common(std::uint32_t a, std::uint32_t first, std::uint32_t last,
                    std::uint32_t* common) const {
    if (best_instruction_set() == instruction_set::baseline)
      count_any(a, first, last, common);
    else
      count_popcnt(a, first, last, common);
  }

 private:
  template <class Count>
  void count_with(std::uint32_t a, std::uint32_t first, std::uint32_t last, std::uint32_t* common,
                  Count count) const {
    const std::uint64_t* mine = bits_.data() + a * words_;
    for (std::uint32_t b = first; b < last; ++b) {
      const std::uint64_t* theirs = bits_.data() + b * words_;
      std::uint32_t sum = 0;
      for (std::size_t w = 0; w < words_; ++w) sum += count(mine[w] & theirs[w]);
      common[b - first] = sum;
    }
  }
  void count_any(std::uint32_t a, std::uint32_t first, std::uint32_t last,
                 std::uint32_t* common) const {
    count_with(a, first, last, common,
               [](std::uint64_t x) { return static_cast<std::uint32_t>(std::popcount(x)); });
  }
  KEDJA_TARGET("popcnt")
  void count_popcnt(std::uint32_t a, std::uint32_t first, std::uint32_t last,
                    std::uint32_t* common) const {
    const std::uint64_t* mine = bits_.data() + a * words_;
    for (std::uint32_t b = first; b < last; ++b) {
      const std::uint64_t* theirs = bits_.data() + b * words_;
      std::uint32_t sum = 0;
      for (std::size_t w = 0; w < words_; ++w)
        sum += static_cast<std::uint32_t>(__builtin_popcountll(mine[w] & theirs[w]));
      common[b - first] = sum;
    }
  }

  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

/// All pairs of rows that share a column. Takes the cheaper of two ways: counting along the
/// columns, O(sum over columns of their squared size), or bits, O(rows^2 columns / 64). 8 bytes per
/// pair and as much again while it runs. Bit-identical for any number of threads.
[[nodiscard]] inline cooccurrence_counts cooccurrence(const sparse_table& binary,
                                                      const run_context& ctx = {}) {
  const std::uint32_t n = binary.rows();
  const sparse_table columns = binary.transposed();
  double walks = 0;
  for (std::uint32_t k = 0; k < columns.rows(); ++k)
    walks +=
        static_cast<double>(columns.row(k).size()) * static_cast<double>(columns.row(k).size());
  const bool full = static_cast<double>(n) * n * (binary.columns() / 64 + 2.0) < walks;
  struct workspace {
    std::vector<std::uint32_t> count, touched;
  };
  constexpr std::size_t grain = 16;
  std::vector<std::vector<cooccurrence_counts::pair>> blocks((n + grain - 1) / grain);
  std::vector<std::size_t> size(n, 0);
  const bit_rows bits(full ? binary : sparse_table());
  task job(ctx, n);
  for_blocks(
      n, grain, job,
      [n] {
        return workspace{std::vector<std::uint32_t>(n, 0), {}};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t block) {
        auto& made = blocks[block];
        for (std::size_t i = first; i < last; ++i) {
          const auto a = static_cast<std::uint32_t>(i);
          const std::size_t before = made.size();
          if (full) {
            bits.count_common(a, 0, n, ws.count.data());
            for (std::uint32_t b = 0; b < n; ++b)
              if (ws.count[b] != 0) made.push_back({b, ws.count[b]});
          } else {
            for (const auto& k : binary.row(a))
              for (const auto& e : columns.row(k.column))
                if (ws.count[e.column]++ == 0) ws.touched.push_back(e.column);
            std::sort(ws.touched.begin(), ws.touched.end());
            for (const std::uint32_t b : ws.touched) {
              made.push_back({b, ws.count[b]});
              ws.count[b] = 0;
            }
            ws.touched.clear();
          }
          size[i] = made.size() - before;
          job.checkpoint();
        }
        job.advance(static_cast<double>(last - first));
      });
  cooccurrence_counts result;
  for (std::uint32_t a = 0; a < n; ++a) result.offset.push_back(result.offset.back() + size[a]);
  result.pairs.reserve(result.offset.back());
  for (auto& block : blocks) {
    result.pairs.insert(result.pairs.end(), block.begin(), block.end());
    std::vector<cooccurrence_counts::pair>().swap(block);
  }
  job.finish();
  return result;
}

/// value(a, b, count) of every pair as a square table; pairs for which it is 0 are left out.
template <class Value>
[[nodiscard]] sparse_table pairs_table(const cooccurrence_counts& counts, Value value) {
  std::vector<std::size_t> offset = {0};
  std::vector<sparse_table::entry> entries;
  entries.reserve(counts.pairs.size());
  for (std::uint32_t a = 0; a < counts.rows(); ++a) {
    for (const auto& [b, count] : counts.row(a))
      if (const double v = value(a, b, static_cast<double>(count)); v != 0)
        entries.push_back({b, v});
    offset.push_back(entries.size());
  }
  return sparse_table::from_rows(counts.rows(), std::move(offset), std::move(entries));
}

}  // namespace kedja::measures
