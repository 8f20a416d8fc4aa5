/// @file
/// A set of rows that are visited in ascending order while others are added.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <kedja/core/types.hpp>

namespace kedja::measures::detail {

/// Three levels of bits: adding costs O(1), finding the next row skips 2^18 absent rows at a time.
class row_set {
 public:
  explicit row_set(std::size_t n)
      : low_((n >> 6) + 1, 0), middle_((n >> 12) + 1, 0), high_((n >> 18) + 1, 0) {}

  void add(vertex_id v) noexcept {
    std::uint64_t& word = low_[v >> 6];
    const std::uint64_t before = word;
    word |= std::uint64_t{1} << (v & 63);
    if (before != 0) return;  // the levels above know
    middle_[v >> 12] |= std::uint64_t{1} << ((v >> 6) & 63);
    high_[v >> 18] |= std::uint64_t{1} << ((v >> 12) & 63);
  }
  [[nodiscard]] bool has(vertex_id v) const noexcept { return (low_[v >> 6] >> (v & 63) & 1) != 0; }
  void remove(vertex_id v) noexcept {
    if ((low_[v >> 6] &= ~(std::uint64_t{1} << (v & 63))) != 0) return;
    if ((middle_[v >> 12] &= ~(std::uint64_t{1} << ((v >> 6) & 63))) != 0) return;
    high_[v >> 18] &= ~(std::uint64_t{1} << ((v >> 12) & 63));
  }
  /// The first row at or after `from`; no_vertex when there is none.
  [[nodiscard]] vertex_id next(std::uint64_t from) const noexcept {
    if (from >> 6 >= low_.size()) return no_vertex;
    std::uint64_t found = low_[from >> 6] >> (from & 63);
    if (found != 0) return static_cast<vertex_id>(from + lowest(found));
    std::uint64_t at = (from >> 6) + 1;
    if (at >> 6 >= middle_.size()) return no_vertex;
    found = middle_[at >> 6] >> (at & 63);
    if (found == 0) {
      std::uint64_t top = (at >> 6) + 1;
      if (top >> 6 >= high_.size()) return no_vertex;
      for (found = high_[top >> 6] >> (top & 63); found == 0; found = high_[top >> 6])
        if ((top = ((top >> 6) + 1) << 6) >> 6 >= high_.size()) return no_vertex;
      at = (top + lowest(found)) << 6;
      found = middle_[at >> 6];
    }
    const std::uint64_t word = at + lowest(found);
    return static_cast<vertex_id>((word << 6) + lowest(low_[word]));
  }
  /// Moves all rows into `rows`, ascending.
  void drain(std::vector<vertex_id>& rows) {
    rows.clear();
    for (vertex_id v = next(0); v != no_vertex; v = next(v + std::uint64_t{1})) {
      rows.push_back(v);
      remove(v);
    }
  }

 private:
  static unsigned lowest(std::uint64_t bits) noexcept {
    return static_cast<unsigned>(std::countr_zero(bits));
  }
  std::vector<std::uint64_t> low_, middle_, high_;
};

}  // namespace kedja::measures::detail
