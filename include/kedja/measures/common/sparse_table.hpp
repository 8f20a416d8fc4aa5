/// @file
/// A sparse table of rows by columns (clusters by capabilities, countries by products).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>

namespace kedja::measures {

/// Compressed rows sorted by column; cells given several times are summed in canonical order.
class sparse_table {
 public:
  struct entry {
    std::uint32_t column;
    double value;
  };

  sparse_table() = default;
  /// Throws invalid_argument, naming the entry, for positions out of range and for values that are
  /// negative, NaN or infinite. O(k log k).
  sparse_table(std::uint32_t rows, std::uint32_t columns, std::span<const std::uint32_t> row,
               std::span<const std::uint32_t> column, std::span<const double> value = {})
      : columns_(columns), offset_(rows + std::size_t{1}, 0) {
    if (row.size() != column.size() || (!value.empty() && value.size() != row.size()))
      throw invalid_argument("row, column and value must have one entry per cell");
    bool ready = true;  // sorted, and no cell twice
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double v = value.empty() ? 1.0 : value[i];
      if (row[i] >= rows || column[i] >= columns)
        throw invalid_argument("cell " + std::to_string(i) + ": row " + std::to_string(row[i]) +
                               " or column " + std::to_string(column[i]) + " does not exist");
      if (!std::isfinite(v) || v < 0)
        throw invalid_argument("cell " + std::to_string(i) + ": value " + std::to_string(v) +
                               " is not a finite number >= 0");
      if (i > 0 && (row[i] < row[i - 1] || (row[i] == row[i - 1] && column[i] <= column[i - 1])))
        ready = false;
    }
    entries_.reserve(row.size());
    if (ready) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        entries_.push_back({column[i], value.empty() ? 1.0 : value[i]});
        ++offset_[row[i] + std::size_t{1}];
      }
      for (std::size_t r = 0; r < rows; ++r) offset_[r + 1] += offset_[r];
      return;
    }
    std::vector<std::tuple<std::uint32_t, std::uint32_t, double>> cells(row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
      cells[i] = {row[i], column[i], value.empty() ? 1.0 : value[i]};
    std::sort(cells.begin(), cells.end());
    for (std::size_t i = 0; i < cells.size();) {
      const auto [r, c, first] = cells[i];
      double sum = 0;
      for (; i < cells.size() && std::get<0>(cells[i]) == r && std::get<1>(cells[i]) == c; ++i)
        sum += std::get<2>(cells[i]);
      if (!std::isfinite(sum))
        throw invalid_argument("the cells of a row and column sum to infinity");
      entries_.push_back({c, sum});
      ++offset_[r + std::size_t{1}];
    }
    for (std::size_t r = 0; r < rows; ++r) offset_[r + 1] += offset_[r];
  }

  /// Takes rows that are ready: sorted by column, no column twice, offset[r] where row r begins.
  [[nodiscard]] static sparse_table from_rows(std::uint32_t columns,
                                              std::vector<std::size_t> offset,
                                              std::vector<entry> entries) {
    sparse_table t;
    t.columns_ = columns;
    t.offset_ = std::move(offset);
    t.entries_ = std::move(entries);
    return t;
  }

  [[nodiscard]] std::uint32_t rows() const noexcept {
    return static_cast<std::uint32_t>(offset_.size() - 1);
  }
  [[nodiscard]] std::uint32_t columns() const noexcept { return columns_; }
  [[nodiscard]] std::span<const entry> row(std::uint32_t r) const noexcept {
    return {entries_.data() + offset_[r], entries_.data() + offset_[r + std::size_t{1}]};
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  /// Columns as rows.
  [[nodiscard]] sparse_table transposed() const {
    sparse_table t;
    t.columns_ = rows();
    t.offset_.assign(columns_ + std::size_t{1}, 0);
    t.entries_.resize(entries_.size());
    for (const entry& e : entries_) ++t.offset_[e.column + std::size_t{1}];
    for (std::size_t c = 0; c < columns_; ++c) t.offset_[c + 1] += t.offset_[c];
    std::vector<std::size_t> cursor(t.offset_.begin(), t.offset_.end() - 1);
    for (std::uint32_t r = 0; r < rows(); ++r)
      for (const entry& e : row(r)) t.entries_[cursor[e.column]++] = {r, e.value};
    return t;
  }
  /// The cells for which keep(value) holds, each worth 1.
  template <class Keep>
  [[nodiscard]] sparse_table where(Keep keep) const {
    sparse_table t;
    t.columns_ = columns_;
    t.offset_.assign(1, 0);
    for (std::uint32_t r = 0; r < rows(); ++r) {
      for (const entry& e : row(r))
        if (keep(e.value)) t.entries_.push_back({e.column, 1.0});
      t.offset_.push_back(t.entries_.size());
    }
    return t;
  }

 private:
  std::uint32_t columns_ = 0;
  std::vector<std::size_t> offset_ = {0};
  std::vector<entry> entries_;
};

}  // namespace kedja::measures
