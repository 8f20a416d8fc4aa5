/// @file
/// XXH64, a fast 64-bit checksum for provenance and file sections; not cryptographic.
/// Source: the xxHash specification, https://xxhash.com (version 0.1.1 of the document).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace kedja {

/// Streaming XXH64: update() any number of times, then digest(). Little-endian hosts only.
class checksum {
 public:
  explicit constexpr checksum(std::uint64_t seed = 0) noexcept
      : seed_(seed), lane_{seed + p1 + p2, seed + p2, seed, seed - p1} {}

  void update(const void* data, std::size_t size) noexcept {
    const auto* at = static_cast<const unsigned char*>(data);
    total_ += size;
    if (buffered_ > 0) {
      const std::size_t take = size < 32 - buffered_ ? size : 32 - buffered_;
      if (take > 0) std::memcpy(buffer_ + buffered_, at, take);
      buffered_ += take, at += take, size -= take;
      if (buffered_ < 32) return;
      stripe(buffer_);
      buffered_ = 0;
    }
    for (; size >= 32; at += 32, size -= 32) stripe(at);
    if (size > 0) std::memcpy(buffer_, at, size);
    buffered_ = size;
  }
  template <class T>
  void update(std::span<const T> values) noexcept {
    update(values.data(), values.size_bytes());
  }
  void update(std::string_view text) noexcept { update(text.data(), text.size()); }
  template <class T>
  void update_value(const T& value) noexcept {
    update(&value, sizeof value);
  }

  [[nodiscard]] std::uint64_t digest() const noexcept {
    std::uint64_t h = seed_ + p5;
    if (total_ >= 32) {
      h = std::rotl(lane_[0], 1) + std::rotl(lane_[1], 7) + std::rotl(lane_[2], 12) +
          std::rotl(lane_[3], 18);
      for (const std::uint64_t lane : lane_) h = (h ^ round(0, lane)) * p1 + p4;
    }
    h += total_;
    const unsigned char* at = buffer_;
    std::size_t left = buffered_;
    for (; left >= 8; at += 8, left -= 8)
      h = std::rotl(h ^ round(0, read<std::uint64_t>(at)), 27) * p1 + p4;
    for (; left >= 4; at += 4, left -= 4)
      h = std::rotl(h ^ (read<std::uint32_t>(at) * p1), 23) * p2 + p3;
    for (; left > 0; ++at, --left) h = std::rotl(h ^ (*at * p5), 11) * p1;
    h = (h ^ (h >> 33)) * p2;
    h = (h ^ (h >> 29)) * p3;
    return h ^ (h >> 32);
  }

 private:
  static constexpr std::uint64_t p1 = 0x9E3779B185EBCA87u, p2 = 0xC2B2AE3D27D4EB4Fu,
                                 p3 = 0x165667B19E3779F9u, p4 = 0x85EBCA77C2B2AE63u,
                                 p5 = 0x27D4EB2F165667C5u;
  static_assert(std::endian::native == std::endian::little);

  template <class T>
  static std::uint64_t read(const unsigned char* at) noexcept {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  static constexpr std::uint64_t round(std::uint64_t lane, std::uint64_t input) noexcept {
    return std::rotl(lane + input * p2, 31) * p1;
  }
  void stripe(const unsigned char* at) noexcept {
    for (std::size_t i = 0; i < 4; ++i) lane_[i] = round(lane_[i], read<std::uint64_t>(at + 8 * i));
  }

  std::uint64_t seed_;
  std::uint64_t lane_[4];
  std::uint64_t total_ = 0;
  unsigned char buffer_[32] = {};
  std::size_t buffered_ = 0;
};

/// A digest as 16 lower-case hexadecimal digits.
[[nodiscard]] inline std::string to_hex(std::uint64_t digest) {
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) text[15 - i] = "0123456789abcdef"[digest >> (4 * i) & 15];
  return text;
}

}  // namespace kedja
