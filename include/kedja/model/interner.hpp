/// @file
/// Text to dense numbers and back: ids are stored once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/core/types.hpp>

namespace kedja::model {

/// Open addressing with a seed of this process, so that ids made to collide do no harm.
class interner {
 public:
  /// The number of `text`, given in order of first appearance. Amortised O(length).
  std::uint32_t add(std::string_view text) {
    if (needs_room(1)) grow();
    return add_hashed(text, hash(text));
  }
  /// The numbers of many texts. A lookup touches three places that are rarely in the cache (slot,
  /// end and bytes); asking for those of a whole block first hides most of the waiting.
  void add_all(std::span<const std::string_view> texts, std::uint32_t* numbers) {
    constexpr std::size_t block = 32;
    std::uint64_t key[block];
    for (std::size_t first = 0; first < texts.size(); first += block) {
      const auto part = texts.subspan(first, std::min(block, texts.size() - first));
      while (needs_room(part.size())) grow();
      for (std::size_t i = 0; i < part.size(); ++i) {
        key[i] = hash(part[i]);
        __builtin_prefetch(&slot_[key[i] & (slot_.size() - 1)]);
      }
      for (std::size_t i = 0; i < part.size(); ++i)
        if (const auto* hit = candidate(key[i])) __builtin_prefetch(&end_[hit->number]);
      for (std::size_t i = 0; i < part.size(); ++i)
        if (const auto* hit = candidate(key[i])) __builtin_prefetch((*this)[hit->number].data());
      for (std::size_t i = 0; i < part.size(); ++i)
        numbers[first + i] = add_hashed(part[i], key[i]);
    }
  }
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const {
    if (slot_.empty()) return std::nullopt;
    const std::uint32_t number = slot_[find_slot(text, hash(text))].number;
    return number == empty ? std::nullopt : std::optional(number);
  }
  [[nodiscard]] std::size_t size() const noexcept { return end_.size(); }
  [[nodiscard]] std::string_view operator[](std::size_t number) const noexcept {
    const std::size_t first = number == 0 ? 0 : end_[number - 1];
    return std::string_view(bytes_).substr(first, end_[number] - first);
  }

 private:
  static constexpr std::uint32_t empty = no_vertex;
  struct slot {
    std::uint32_t number = empty;
    std::uint32_t tag = 0;  ///< upper half of the hash: most other texts differ in it
  };

  /// Folded 64 x 64 -> 128 bit products of the text's words with a secret of this process.
  static std::uint64_t hash(std::string_view text) noexcept {
    static const std::uint64_t secret = [] {
      std::random_device random;
      return (static_cast<std::uint64_t>(random()) << 32 | random()) | 1;
    }();
    const auto fold = [](std::uint64_t a, std::uint64_t b) {
      __extension__ using wide = unsigned __int128;
      const wide product = static_cast<wide>(a) * b;
      return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    std::uint64_t state = secret ^ text.size() * 0x9E3779B97F4A7C15u;
    while (text.size() > 8) {
      std::uint64_t word;
      std::memcpy(&word, text.data(), 8);
      state = fold(state ^ word, secret ^ 0xD6E8FEB86659FD93u);
      text.remove_prefix(8);
    }
    std::uint64_t last = 0;
    std::memcpy(&last, text.data(), text.size());
    return fold(fold(state ^ last, secret ^ 0xA0761D6478BD642Fu), 0xE7037ED1A0B428DBu);
  }
  [[nodiscard]] bool needs_room(std::size_t more) const noexcept {
    return 2 * (end_.size() + more) > slot_.size();
  }
  [[nodiscard]] const slot* candidate(std::uint64_t key) const noexcept {
    const slot& at = slot_[key & (slot_.size() - 1)];
    return at.number == empty ? nullptr : &at;
  }
  std::uint32_t add_hashed(std::string_view text, std::uint64_t key) {
    slot& at = slot_[find_slot(text, key)];
    if (at.number == empty) {
      at = {static_cast<std::uint32_t>(end_.size()), static_cast<std::uint32_t>(key >> 32)};
      bytes_.append(text);
      end_.push_back(bytes_.size());
    }
    return at.number;
  }
  [[nodiscard]] std::size_t find_slot(std::string_view text, std::uint64_t key) const {
    const std::size_t mask = slot_.size() - 1;
    const auto tag = static_cast<std::uint32_t>(key >> 32);
    std::size_t at = key & mask;
    while (slot_[at].number != empty && (slot_[at].tag != tag || (*this)[slot_[at].number] != text))
      at = (at + 1) & mask;
    return at;
  }
  void grow() {
    slot_.assign(std::max<std::size_t>(64, 2 * slot_.size()), slot());
    const std::size_t mask = slot_.size() - 1;
    for (std::uint32_t number = 0; number < end_.size(); ++number) {
      const std::uint64_t key = hash((*this)[number]);
      std::size_t at = key & mask;  // texts are distinct: the first free slot is its own
      while (slot_[at].number != empty) at = (at + 1) & mask;
      slot_[at] = {number, static_cast<std::uint32_t>(key >> 32)};
    }
  }

  std::string bytes_;
  std::vector<std::size_t> end_;
  std::vector<slot> slot_;
};

namespace detail {

struct ranked_text {
  std::uint64_t word;
  vertex_id number;
};

/// Sorts by the eight bytes from `depth`, then each run of equal ones by the next eight.
template <class Texts>
void sort_by_bytes(const Texts& texts, std::span<ranked_text> part, std::size_t depth) {
  bool longer = false;
  for (ranked_text& entry : part) {
    const std::string_view text = texts[entry.number];
    std::uint64_t word = 0;
    for (std::size_t b = depth; b < depth + 8; ++b)
      word = word << 8 | (b < text.size() ? static_cast<unsigned char>(text[b]) : 0u);
    entry.word = word;
    longer = longer || text.size() > depth;
  }
  if (!longer) {  // all bytes are used up: equal texts, or they differ in trailing NULs
    std::ranges::sort(part, [&](const ranked_text& a, const ranked_text& b) {
      const std::size_t x = texts[a.number].size(), y = texts[b.number].size();
      return x != y ? x < y : a.number < b.number;
    });
    return;
  }
  std::ranges::sort(part, {}, &ranked_text::word);
  for (std::size_t first = 0; first < part.size();) {
    std::size_t last = first + 1;
    while (last < part.size() && part[last].word == part[first].word) ++last;
    if (last - first > 1) sort_by_bytes(texts, part.subspan(first, last - first), depth + 8);
    first = last;
  }
}

}  // namespace detail

/// rank[i] = how many of the texts come before text i in the order of their UTF-8 bytes (which is
/// the order of their code points), equal texts in order of i. O(n log n + bytes).
template <class Texts>
[[nodiscard]] std::vector<vertex_id> rank_by_bytes(const Texts& texts, std::size_t n) {
  std::vector<detail::ranked_text> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i].number = static_cast<vertex_id>(i);
  detail::sort_by_bytes(texts, order, 0);
  std::vector<vertex_id> rank(n);
  for (std::size_t i = 0; i < n; ++i) rank[order[i].number] = static_cast<vertex_id>(i);
  return rank;
}

}  // namespace kedja::model
