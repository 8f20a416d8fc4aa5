/// @file
/// Revealed comparative advantage. Source: Balassa, "Trade liberalisation and revealed comparative
/// advantage", Manchester School 33 (1965), doi:10.1111/j.1467-9957.1965.tb00050.x.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {

struct rca_result {
  /// Aligned with the table's cells, row after row; NaN in rows and columns whose values are all 0.
  /// Cells that are absent have RCA 0 where their row and column have any value.
  std::vector<double> value;
  std::vector<std::uint32_t> empty_rows, empty_columns;  ///< RCA is 0/0 there: undefined
};

/// RCA_ck = (X_ck / X_c.) / (X_.k / X_..): above 1, row c has more of column k than its share.
/// Cells of value 0 have RCA 0. O(cells).
[[nodiscard]] inline rca_result rca(const sparse_table& table) {
  std::vector<double> in_row(table.rows(), 0.0), in_column(table.columns(), 0.0);
  double all = 0;
  for (std::uint32_t c = 0; c < table.rows(); ++c)
    for (const auto& e : table.row(c)) in_row[c] += e.value, in_column[e.column] += e.value;
  for (const double sum : in_row) all += sum;
  std::vector<double> of_all(in_column);  // a column's share of everything; 0/0 is NaN
  for (double& share : of_all) share /= all;
  rca_result result;
  result.value.resize(table.size());
  std::size_t at = 0;
  for (std::uint32_t c = 0; c < table.rows(); ++c) {
    if (!(in_row[c] > 0)) result.empty_rows.push_back(c);
    for (const auto& e : table.row(c))
      result.value[at++] = (e.value / in_row[c]) / of_all[e.column];
  }
  for (std::uint32_t k = 0; k < table.columns(); ++k)
    if (!(in_column[k] > 0)) result.empty_columns.push_back(k);
  return result;
}

/// The cells whose number in `value` (aligned with the cells, row after row) is at least the
/// threshold, each worth 1; NaN is not.
[[nodiscard]] inline sparse_table chosen(const sparse_table& table, std::span<const double> value,
                                         double threshold) {
  if (value.size() != table.size()) throw invalid_argument("there must be one value per cell");
  std::vector<std::size_t> offset = {0};
  std::vector<sparse_table::entry> entries(table.size());
  std::size_t at = 0, kept = 0;
  for (std::uint32_t c = 0; c < table.rows(); ++c) {
    for (const auto& e : table.row(c)) {  // kept or written over: no branch to guess
      entries[kept] = {e.column, 1.0};
      kept += value[at++] >= threshold;
    }
    offset.push_back(kept);
  }
  entries.resize(kept);
  entries.shrink_to_fit();
  return sparse_table::from_rows(table.columns(), std::move(offset), std::move(entries));
}

/// The 0/1 table M = [RCA >= threshold].
[[nodiscard]] inline sparse_table specialisation(const sparse_table& table,
                                                 double threshold = 1.0) {
  return chosen(table, rca(table).value, threshold);
}

}  // namespace kedja::measures
