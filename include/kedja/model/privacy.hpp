/// @file
/// Swedish personal identity numbers that sole traders use as organisation numbers.
#pragma once

#include <string>
#include <string_view>

namespace kedja::model {

/// YYMMDD-NNNN or YYYYMMDD-NNNN (hyphen, plus or nothing) with a possible date: an organisation
/// number has at least 2 as its third digit, a birth month never has.
[[nodiscard]] inline bool is_personal_number(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      digits += c;
    else if (c != '-' && c != '+' && c != ' ')
      return false;
  }
  if (digits.size() == 12) {
    if (!digits.starts_with("19") && !digits.starts_with("20")) return false;
    digits.erase(0, 2);
  }
  if (digits.size() != 10) return false;
  const int month = (digits[2] - '0') * 10 + digits[3] - '0';
  const int day = ((digits[4] - '0') * 10 + digits[5] - '0') % 60;  // coordination numbers add 60
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/// The text with its digits hidden when it is a personal identity number, else unchanged.
[[nodiscard]] inline std::string masked(std::string_view text) {
  std::string shown(text);
  if (is_personal_number(text))
    for (char& c : shown)
      if (c >= '0' && c <= '9') c = '*';
  return shown;
}

}  // namespace kedja::model
