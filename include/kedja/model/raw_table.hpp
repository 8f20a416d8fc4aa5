/// @file
/// A table as it was read: named columns of text cells, before any meaning. Every source (CSV,
/// Arrow, GraphML, spreadsheets) becomes one of these, so that there is a single door check.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/model/diagnostics.hpp>

namespace kedja::model {

/// Cells of one column, end to end. A missing cell (Arrow null) is an empty one.
class text_column {
 public:
  text_column() = default;
  explicit text_column(std::string name) : name_(std::move(name)) {}
  /// Cells that end at `end` in `bytes`; the caller has checked that ends rise to bytes.size().
  text_column(std::string name, std::string bytes, std::vector<std::size_t> end)
      : name_(std::move(name)), bytes_(std::move(bytes)), end_(std::move(end)) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::size_t size() const noexcept { return end_.size(); }
  [[nodiscard]] std::string_view operator[](std::size_t row) const noexcept {
    const std::size_t first = row == 0 ? 0 : end_[row - 1];
    return std::string_view(bytes_).substr(first, end_[row] - first);
  }
  /// All cells end to end, and where each ends.
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
  [[nodiscard]] const std::vector<std::size_t>& ends() const noexcept { return end_; }
  void push_back(std::string_view cell) {
    bytes_.append(cell);
    end_.push_back(bytes_.size());
  }
  void reserve(std::size_t rows, std::size_t bytes) {
    end_.reserve(rows);
    bytes_.reserve(bytes);
  }

 private:
  std::string name_;
  std::string bytes_;
  std::vector<std::size_t> end_;
};

struct raw_table {
  std::string table;  ///< "companies", "links", ...; empty when the source does not say
  std::string file;   ///< what messages call it: a file name, or the table's name
  /// Physical line (1-based, header = 1) of each record of a text file; empty for sources whose
  /// rows are 0-based records.
  std::vector<std::uint64_t> line;
  std::vector<text_column> columns;
  bool decimal_comma = false;  ///< numbers are written 1 200,50
  bool unfinished = false;     ///< the last record of a text file has no line end
  diagnostics notes;           ///< what the reader already has to say (warnings and information)

  [[nodiscard]] std::size_t num_rows() const noexcept {
    return columns.empty() ? 0 : columns.front().size();
  }
  /// Where a cell is, for messages.
  [[nodiscard]] data_location at(std::size_t row, std::string_view column = {},
                                 std::string_view value = {}) const {
    return {file, line.empty() ? row : line[row], true, std::string(column), std::string(value)};
  }
};

}  // namespace kedja::model
