/// @file
/// A checked table: typed columns, each row still knowing where it was read.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <kedja/model/raw_table.hpp>
#include <kedja/model/schema.hpp>

namespace kedja::model {

/// Missing year, word, truth value or reference.
inline constexpr std::int32_t missing = std::numeric_limits<std::int32_t>::min();

struct column {
  std::string name;                   ///< the contract's name, or the user's own for extra columns
  const column_rule* rule = nullptr;  ///< null for extra columns
  /// Text (empty = missing), numbers (NaN = missing), or whole numbers: years, words (position in
  /// the rule's list), truth values (0, 1), references (row of companies or clusters).
  std::variant<text_column, std::vector<double>, std::vector<std::int32_t>> values;
};

struct table {
  std::string name;
  std::string file;
  std::vector<std::uint64_t> line;  ///< physical line of each row; empty: rows are records
  std::vector<column> columns;
  std::size_t rows = 0;

  [[nodiscard]] const column* find(std::string_view wanted) const noexcept {
    for (const column& c : columns)
      if (c.name == wanted) return &c;
    return nullptr;
  }
  /// A text cell; empty when the column is absent.
  [[nodiscard]] std::string_view text(std::string_view wanted, std::size_t row) const noexcept {
    const column* c = find(wanted);
    const auto* values = c ? std::get_if<text_column>(&c->values) : nullptr;
    return values ? (*values)[row] : std::string_view();
  }
  /// The numbers of a column, or null when it is absent.
  [[nodiscard]] const std::vector<double>* numbers(std::string_view wanted) const noexcept {
    const column* c = find(wanted);
    return c ? std::get_if<std::vector<double>>(&c->values) : nullptr;
  }
  /// Years, words, truth values or references of a column, or null when it is absent.
  [[nodiscard]] const std::vector<std::int32_t>* whole(std::string_view wanted) const noexcept {
    const column* c = find(wanted);
    return c ? std::get_if<std::vector<std::int32_t>>(&c->values) : nullptr;
  }
  [[nodiscard]] data_location at(std::size_t row, std::string_view where = {},
                                 std::string_view value = {}) const {
    return {file, line.empty() ? row : line[row], true, std::string(where), std::string(value)};
  }
};

/// The word that a cell::word code stands for.
[[nodiscard]] inline std::string_view word_of(const column_rule& rule, std::int32_t code) noexcept {
  std::string_view list = rule.words;
  for (; code > 0; --code) list.remove_prefix(list.find('|') + 1);
  return list.substr(0, list.find('|'));
}

/// Keeps the rows whose flag is zero.
void keep_good_rows(table& t, const std::vector<char>& bad);

}  // namespace kedja::model
