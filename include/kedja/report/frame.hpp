/// @file
/// A finished table on its way out: named columns of equal length. Every output (CSV, JSON, the
/// Arrow stream) is written from one of these.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <kedja/model/dataset.hpp>
#include <kedja/model/raw_table.hpp>

namespace kedja::report {

struct frame_column {
  std::string name;
  /// Text, numbers (NaN = missing), whole numbers or truth values.
  std::variant<model::text_column, std::vector<double>, std::vector<std::int64_t>,
               std::vector<char>>
      values;
  /// 1 where a cell is missing; empty: none is. A NaN that is not marked is a result, undefined.
  std::vector<char> missing = {};

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool is_missing(std::size_t row) const noexcept {
    return !missing.empty() && missing[row] != 0;
  }
};

struct frame {
  std::vector<frame_column> columns;

  [[nodiscard]] std::size_t num_rows() const noexcept {
    return columns.empty() ? 0 : columns.front().size();
  }
};

/// One table of a dataset: references as ids, words as text, empty text as missing.
[[nodiscard]] frame frame_of(const model::dataset& data, std::string_view table);

/// Hides Swedish personal identity numbers in every text cell.
void mask_personal_numbers(frame& table);

}  // namespace kedja::report
