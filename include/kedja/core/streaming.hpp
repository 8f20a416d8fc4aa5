/// @file
/// Writing past the caches, for tables that are filled once and read much later. An ordinary store
/// first reads the line it changes from memory; a whole line streamed out does not, which halves
/// what moves. Where the processor has no such stores, these are ordinary ones.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <tuple>
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

/// Deals items out to many places of a table, each place filled from its front. A table may have
/// several columns, one type each. Items wait in lines of their place's own until those are full,
/// and whole lines are streamed out. Source: Balkesen, Teubner, Alonso & Ozsu, "Main-memory hash
/// joins on multi-core CPUs", ICDE 2013, doi:10.1109/ICDE.2013.6544839 (there: software-managed
/// buffers).
template <class... T>
class dealer {
 public:
  /// Columns start at a line of the cache, as a large_vector does.
  dealer(std::size_t places, T*... column) : column_(column...), line_(places), first_(places) {}

  /// Place p is filled from row next[p] on; next[p] moves on as items are dealt.
  void start(std::span<std::size_t> next) noexcept {
    next_ = next;
    std::ranges::copy(next, first_.begin());
  }

  [[gnu::always_inline]] void deal(std::size_t place, const T&... item) noexcept {
    const std::size_t row = next_[place]++;
    const std::size_t in_line = row % per_line;
    std::apply([&](auto&... waiting) { ((waiting[in_line] = item), ...); }, line_[place].item);
    if (in_line == per_line - 1) flush(place, row + 1);
  }

  /// Writes what still waits. Call once, after the last item.
  void finish() noexcept {
    for (std::size_t place = 0; place < line_.size(); ++place)
      if (next_[place] % per_line != 0) flush(place, next_[place]);
    stream_fence();
  }

 private:
  static_assert(((std::is_trivially_copyable_v<T> && cache_line % sizeof(T) == 0) && ...));
  /// Rows in one line of the narrowest column; wider columns take as many rows on more lines.
  static constexpr std::size_t per_line = cache_line / std::min({sizeof(T)...});
  struct alignas(cache_line) line {
    std::tuple<std::array<T, per_line>...> item;
  };

  /// Writes the items of a place's line that come before row `end`. A line whose front belongs to
  /// another place is written item by item.
  void flush(std::size_t place, std::size_t end) noexcept {
    const std::size_t filled = (end - 1) % per_line + 1;
    const bool whole = filled == per_line && end >= first_[place] + per_line;
    const std::size_t count = whole ? per_line : std::min(filled, end - first_[place]);
    const auto write = [&]<class Item>(Item* to, const std::array<Item, per_line>& from) {
      if (!whole) {
        std::copy_n(from.data() + (filled - count), count, to);
        return;
      }
      for (std::size_t k = 0; k < per_line; k += cache_line / sizeof(Item))
        stream_line(to + k, from.data() + k);
    };
    std::apply(
        [&](const auto&... from) {
          std::apply([&](auto*... to) { (write(to + (end - count), from), ...); }, column_);
        },
        line_[place].item);
  }

  std::tuple<T*...> column_;
  std::vector<line> line_;
  std::vector<std::size_t> first_;
  std::span<std::size_t> next_;
};

}  // namespace kedja
