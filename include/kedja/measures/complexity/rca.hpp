/// @file
/// Revealed comparative advantage. Source: Balassa, "Trade liberalisation and revealed comparative
/// advantage", Manchester School 33 (1965), doi:10.1111/j.1467-9957.1965.tb00050.x.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {

struct rca_result {
  /// Aligned with the table's cells, row after row. Cells that are absent have RCA 0 where their
  /// row and column have any value.
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
  rca_result result;
  result.value.reserve(table.size());
  for (std::uint32_t c = 0; c < table.rows(); ++c) {
    if (!(in_row[c] > 0)) result.empty_rows.push_back(c);
    for (const auto& e : table.row(c))
      result.value.push_back(e.value > 0 ? (e.value / in_row[c]) / (in_column[e.column] / all)
                                         : 0.0);
  }
  for (std::uint32_t k = 0; k < table.columns(); ++k)
    if (!(in_column[k] > 0)) result.empty_columns.push_back(k);
  return result;
}

/// The 0/1 table M = [RCA >= threshold].
[[nodiscard]] inline sparse_table specialisation(const sparse_table& table,
                                                 double threshold = 1.0) {
  const rca_result r = rca(table);
  std::vector<std::size_t> offset = {0};
  std::vector<sparse_table::entry> entries;
  std::size_t at = 0;
  for (std::uint32_t c = 0; c < table.rows(); ++c) {
    for (const auto& e : table.row(c))
      if (r.value[at++] >= threshold) entries.push_back({e.column, 1.0});
    offset.push_back(entries.size());
  }
  return sparse_table::from_rows(table.columns(), std::move(offset), std::move(entries));
}

}  // namespace kedja::measures
