/// @file
/// Text to dense numbers and back: ids are stored once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/core/checksum.hpp>
#include <kedja/core/types.hpp>

namespace kedja::model {

/// Open addressing with a seed of this process, so that ids made to collide do no harm.
class interner {
 public:
  /// The number of `text`, given in order of first appearance. Amortised O(length).
  std::uint32_t add(std::string_view text) {
    if (2 * (end_.size() + 1) > slot_.size()) grow();
    const std::size_t at = find_slot(text);
    if (slot_[at] == empty) {
      slot_[at] = static_cast<std::uint32_t>(end_.size());
      bytes_.append(text);
      end_.push_back(bytes_.size());
    }
    return slot_[at];
  }
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const {
    if (slot_.empty()) return std::nullopt;
    const std::uint32_t number = slot_[find_slot(text)];
    return number == empty ? std::nullopt : std::optional(number);
  }
  [[nodiscard]] std::size_t size() const noexcept { return end_.size(); }
  [[nodiscard]] std::string_view operator[](std::size_t number) const noexcept {
    const std::size_t first = number == 0 ? 0 : end_[number - 1];
    return std::string_view(bytes_).substr(first, end_[number] - first);
  }

 private:
  static constexpr std::uint32_t empty = no_vertex;

  static std::uint64_t hash(std::string_view text) {
    static const std::uint64_t seed = std::random_device{}() * 0x9E3779B97F4A7C15u + 1;
    checksum sum(seed);
    sum.update(text);
    return sum.digest();
  }
  [[nodiscard]] std::size_t find_slot(std::string_view text) const {
    const std::size_t mask = slot_.size() - 1;
    std::size_t at = hash(text) & mask;
    while (slot_[at] != empty && (*this)[slot_[at]] != text) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    slot_.assign(std::max<std::size_t>(16, 2 * slot_.size()), empty);
    for (std::uint32_t number = 0; number < end_.size(); ++number)
      slot_[find_slot((*this)[number])] = number;
  }

  std::string bytes_;
  std::vector<std::size_t> end_;
  std::vector<std::uint32_t> slot_;
};

/// rank[i] = how many of the texts come before text i in the order of their UTF-8 bytes (which is
/// the order of their code points). O(n log n).
template <class Texts>
[[nodiscard]] std::vector<vertex_id> rank_by_bytes(const Texts& texts, std::size_t n) {
  // The first eight bytes as one number decide most comparisons without touching the text.
  struct entry {
    std::uint64_t head;
    vertex_id number;
  };
  std::vector<entry> order(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::string_view text = texts[i];
    std::uint64_t head = 0;
    for (std::size_t b = 0; b < 8; ++b)
      head = head << 8 | (b < text.size() ? static_cast<unsigned char>(text[b]) : 0u);
    order[i] = {head, static_cast<vertex_id>(i)};
  }
  std::sort(order.begin(), order.end(), [&](const entry& a, const entry& b) {
    if (a.head != b.head) return a.head < b.head;
    const std::string_view x = texts[a.number], y = texts[b.number];
    return x != y ? x < y : a.number < b.number;
  });
  std::vector<vertex_id> rank(n);
  for (std::size_t i = 0; i < n; ++i) rank[order[i].number] = static_cast<vertex_id>(i);
  return rank;
}

}  // namespace kedja::model
