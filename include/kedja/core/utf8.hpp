/// @file
/// UTF-8 as the door check needs it: validation, and text made safe to show in messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kedja {

/// Decodes the character at `at` and moves past it; none when the bytes are not valid UTF-8
/// (overlong forms, surrogates and values above U+10FFFF included).
[[nodiscard]] inline std::optional<char32_t> next_character(std::string_view text,
                                                            std::size_t& at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return text[at++];
  const int length = lead >= 0xC2 && lead < 0xE0   ? 2
                     : lead >= 0xE0 && lead < 0xF0 ? 3
                     : lead >= 0xF0 && lead < 0xF5 ? 4
                                                   : 0;
  if (length == 0 || at + static_cast<std::size_t>(length) > text.size()) return std::nullopt;
  char32_t value = lead & (0xFFu >> (length + 1));
  for (int i = 1; i < length; ++i) {
    const unsigned char next = byte(at + static_cast<std::size_t>(i));
    if ((next & 0xC0) != 0x80) return std::nullopt;
    value = value << 6 | (next & 0x3Fu);
  }
  static constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
    return std::nullopt;
  at += static_cast<std::size_t>(length);
  return value;
}

/// Position of the first byte that is not valid UTF-8, or npos.
[[nodiscard]] inline std::size_t first_invalid_utf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();)
    if (static_cast<signed char>(text[at]) >= 0)
      ++at;
    else if (!next_character(text, at))
      return at;
  return std::string_view::npos;
}

/// Text for a message: controls, zero-width, bidirectional marks and invalid bytes as \uXXXX or
/// \xXX, at most `limit` characters.
[[nodiscard]] inline std::string escaped(std::string_view text, std::size_t limit = 80) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string shown;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    if (count == limit) return shown + "...";
    const std::size_t first = at;
    const auto c = next_character(text, at);
    if (!c) {
      const auto bad = static_cast<unsigned char>(text[at++]);
      shown += "\\x";
      shown += digits[bad >> 4];
      shown += digits[bad & 15];
    } else if (*c < 0x20 || (*c >= 0x7F && *c < 0xA0) || *c == 0xAD || *c == 0xFEFF ||
               (*c >= 0x200B && *c <= 0x200F) || (*c >= 0x2028 && *c <= 0x202E) ||
               (*c >= 0x2060 && *c <= 0x206F)) {
      shown += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) shown += digits[*c >> shift & 15];
    } else {
      shown += text.substr(first, at - first);
    }
  }
  return shown;
}

}  // namespace kedja
