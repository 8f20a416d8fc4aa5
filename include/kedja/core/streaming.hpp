/// @file
/// Writing past the caches, for tables that are filled once and read much later. An ordinary store
/// first reads the line it changes from memory; a whole line streamed out does not, which halves
/// what moves. Where the processor has no such stores, these are ordinary ones.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kedja {

inline constexpr std::size_t cache_line = 64;

/// Copies one line; `to` is aligned to a line, `from` to 16 bytes.
inline void stream_line(void* to, const void* from) noexcept {
#if defined(__SSE2__)
  auto* const out = static_cast<__m128i*>(to);
  const auto* const in = static_cast<const __m128i*>(from);
  for (std::size_t k = 0; k < cache_line / sizeof(__m128i); ++k)
    _mm_stream_si128(out + k, _mm_loadu_si128(in + k));
#else
  std::memcpy(to, from, cache_line);
#endif
}

/// Orders what was streamed before what is stored later: call it before another thread may read.
inline void stream_fence() noexcept {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

/// Copies `from` to `to`, whole lines past the caches.
template <class T>
void stream_copy(std::span<const T> from, T* to) noexcept {
  static_assert(std::is_trivially_copyable_v<T> && cache_line % sizeof(T) == 0);
  const auto past = std::bit_cast<std::uintptr_t>(to) % cache_line;
  const std::size_t head = std::min(from.size(), past == 0 ? 0 : (cache_line - past) / sizeof(T));
  constexpr std::size_t step = cache_line / sizeof(T);
  std::copy_n(from.data(), head, to);
  std::size_t k = head;
  for (; k + step <= from.size(); k += step) stream_line(to + k, from.data() + k);
  std::copy_n(from.data() + k, from.size() - k, to + k);
  stream_fence();
}

/// Deals items out to many places of a table, each place filled from its front. Items wait in one
/// line per place until that line is full, and whole lines are streamed out. Source: Balkesen,
/// Teubner, Alonso & Ozsu, "Main-memory hash joins on multi-core CPUs", ICDE 2013,
/// doi:10.1109/ICDE.2013.6544839 (there: software-managed buffers).
template <class T>
class dealer {
 public:
  /// Place p is filled from table[next[p]] on; next[p] moves on as items are dealt.
  dealer(T* table, std::span<std::size_t> next)
      : table_(table),
        shift_(std::bit_cast<std::uintptr_t>(table) % cache_line / sizeof(T)),
        next_(next),
        first_(next.begin(), next.end()),
        line_(next.size()) {}

  [[gnu::always_inline]] void deal(std::size_t place, const T& item) noexcept {
    const std::size_t at = next_[place]++;
    const std::size_t in_line = (at + shift_) % per_line;
    line_[place].item[in_line] = item;
    if (in_line == per_line - 1) flush(place, at + 1);
  }

  /// Writes what still waits. Call once, after the last item.
  void finish() noexcept {
    for (std::size_t place = 0; place < line_.size(); ++place)
      if ((next_[place] + shift_) % per_line != 0) flush(place, next_[place]);
    stream_fence();
  }

 private:
  static_assert(std::is_trivially_copyable_v<T> && cache_line % sizeof(T) == 0);
  static constexpr std::size_t per_line = cache_line / sizeof(T);
  struct alignas(cache_line) line {
    T item[per_line];
  };

  /// Writes the items of a place's line that come before table position `end`. A line whose front
  /// belongs to another place is written item by item.
  void flush(std::size_t place, std::size_t end) noexcept {
    const std::size_t filled = (end + shift_ - 1) % per_line + 1;
    const line& from = line_[place];
    if (filled == per_line && end >= first_[place] + per_line) {
      stream_line(table_ + (end - per_line), from.item);
      return;
    }
    const std::size_t count = std::min(filled, end - first_[place]);
    std::copy_n(from.item + (filled - count), count, table_ + (end - count));
  }

  T* table_;
  std::size_t shift_;  // items before table[0] in its line
  std::span<std::size_t> next_;
  std::vector<std::size_t> first_;
  std::vector<line> line_;
};

}  // namespace kedja
