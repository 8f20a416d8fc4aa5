/// @file
/// Numbers as people write them in tables, and nothing that only looks like one.
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace kedja::model {

/// A finite decimal number: sign, digits, decimal mark, exponent. In a decimal-comma file the mark
/// is a comma and thousands may be set off by spaces (also no-break and narrow ones), which sets
/// `*had_separators`. NaN, infinities, hexadecimal, per cent signs and trailing text are refused.
[[nodiscard]] inline std::optional<double> parse_number(std::string_view text, bool decimal_comma,
                                                        bool* had_separators = nullptr) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rest = text.substr(i);
    if (decimal_comma && i > 0) {
      std::size_t space = rest[0] == ' ' ? 1 : 0;
      if (rest.starts_with("\xC2\xA0")) space = 2;
      if (rest.starts_with("\xE2\x80\xAF")) space = 3;
      if (space > 0) {
        if (had_separators != nullptr) *had_separators = true;
        i += space - 1;
        continue;
      }
    }
    if (decimal_comma && text[i] == ',')
      plain += '.';
    else if (decimal_comma && text[i] == '.')
      return std::nullopt;
    else
      plain += text[i];
  }
  std::string_view digits = plain;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789.-+eE") != std::string_view::npos ||
      digits.starts_with('+'))
    return std::nullopt;
  double value = 0;
  const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (bad != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

}  // namespace kedja::model
