/// @file
/// Yes and no as people write them in tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <kedja/model/schema.hpp>

namespace kedja::model {

/// Whether the cell says yes or no, in English or Swedish; nothing where it says neither.
[[nodiscard]] inline std::optional<bool> parse_truth(std::string_view text) {
  const std::string word = plain_name(text);
  for (const auto* yes : {"true", "1", "yes", "ja", "sant", "y", "j", "t"})
    if (word == yes) return true;
  for (const auto* no : {"false", "0", "no", "nej", "falskt", "n", "f"})
    if (word == no) return false;
  return std::nullopt;
}

}  // namespace kedja::model
