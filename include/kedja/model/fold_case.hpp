/// @file
/// Text made comparable: letter case, and the two ways Unicode has to write an accented letter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kedja::model {

/// ASCII and Latin-1 letters in lower case; other characters as they are.
[[nodiscard]] inline std::string fold_case(std::string_view text) {
  std::string folded(text);
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const auto c = static_cast<unsigned char>(folded[i]);
    if (c >= 'A' && c <= 'Z') {
      folded[i] = static_cast<char>(c + 32);
    } else if (c == 0xC3 && i + 1 < folded.size()) {
      const auto next = static_cast<unsigned char>(folded[i + 1]);
      if (next >= 0x80 && next <= 0x9E && next != 0x97)
        folded[i + 1] = static_cast<char>(next + 32);
    }
  }
  return folded;
}

/// Letter + combining mark (grave, acute, circumflex, tilde, diaeresis, ring, caron, cedilla) as
/// its one Latin-1 character where there is one; enough to see that two ids are the same word.
[[nodiscard]] std::string composed(std::string_view text);

}  // namespace kedja::model
