/// @file
/// Counter-based random numbers: the i-th number of a stream is a function of (seed, stream, i), so
/// threads and their order never change a draw.
/// Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
/// doi:10.1145/2063384.2063405 (Philox4x32-10).
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace kedja {

using philox_block = std::array<std::uint32_t, 4>;
using philox_key = std::array<std::uint32_t, 2>;

/// One Philox4x32-10 block: 128 random bits from a 128-bit counter and a 64-bit key.
[[nodiscard]] constexpr philox_block philox4x32(philox_block counter, philox_key key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53u} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * counter[2];
    counter = {
        static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
        static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

/// The random numbers of one item (a source, a replicate): seed chosen by the user, stream = item.
class random_stream {
 public:
  constexpr random_stream(std::uint64_t seed, std::uint64_t stream) noexcept
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        stream_(stream) {}

  constexpr std::uint32_t next_u32() noexcept {
    if (used_ == 4) {
      block_ = philox4x32(
          {static_cast<std::uint32_t>(index_), static_cast<std::uint32_t>(index_ >> 32),
           static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
          key_);
      ++index_;
      used_ = 0;
    }
    return block_[used_++];
  }
  constexpr std::uint64_t next_u64() noexcept {
    const std::uint64_t high = next_u32();
    return high << 32 | next_u32();
  }
  /// Uniform in [0, 1) with 53 random bits.
  constexpr double uniform() noexcept { return static_cast<double>(next_u64() >> 11) * 0x1.0p-53; }
  /// Uniform in 0 .. n-1 without bias (Lemire 2019, doi:10.1145/3230636); n > 0.
  constexpr std::uint64_t below(std::uint64_t n) noexcept {
    const std::uint64_t reject = (0 - n) % n;
    for (;;) {
      const auto product = static_cast<uint128>(next_u64()) * n;
      if (static_cast<std::uint64_t>(product) >= reject)
        return static_cast<std::uint64_t>(product >> 64);
    }
  }

 private:
  __extension__ using uint128 = unsigned __int128;

  philox_key key_;
  std::uint64_t stream_;
  std::uint64_t index_ = 0;
  philox_block block_{};
  std::size_t used_ = 4;
};

/// Fisher-Yates; the permutation depends on the stream's state only.
template <class Range>
void shuffle(Range&& items, random_stream& random) {
  using std::swap;
  for (std::size_t i = items.size(); i > 1; --i)
    swap(items[i - 1], items[static_cast<std::size_t>(random.below(i))]);
}

}  // namespace kedja
