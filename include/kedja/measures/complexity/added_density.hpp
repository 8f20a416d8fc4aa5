/// @file
/// What a partner adds around what one lacks. After Balland & Boschma, "Complementary interregional
/// linkages and Smart Specialisation", Regional Studies 55 (2021),
/// doi:10.1080/00343404.2020.1861240.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {

/// added_{a<-b,k} = sum over the l that b has and a lacks of near_kl / sum_l near_kl: the density
/// around k that b's columns would add to a's. Result [a * rows + b]: its mean over the columns k
/// that a lacks (and that are near anything), or with `column` its value for that one column, NaN
/// where a has it or there is none. The diagonal is NaN. O(rows x non-zero near + rows x cells).
[[nodiscard]] inline std::vector<double> added_density(
    const sparse_table& binary, const sparse_table& near,
    std::optional<std::uint32_t> column = std::nullopt, const run_context& ctx = {}) {
  const std::uint32_t rows = binary.rows(), n = binary.columns();
  if (near.rows() != n || near.columns() != n)
    throw invalid_argument("near must have one row and one column per column of the table");
  if (column && *column >= n) throw invalid_argument("there is no such column");
  std::vector<double> around(n, 0.0);
  for (std::uint32_t k = 0; k < n; ++k)
    for (const auto& e : near.row(k))
      if (e.column != k) around[k] += e.value;
  std::vector<double> result(std::size_t{rows} * rows, std::nan(""));
  struct workspace {
    std::vector<char> has;
    std::vector<double> gain;  // what column l is worth to row a
  };
  task job(ctx, rows);
  for_blocks(
      rows, 8, job,
      [n] {
        return workspace{std::vector<char>(n), std::vector<double>(n)};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        for (std::size_t a = first; a < last; ++a) {
          std::fill(ws.has.begin(), ws.has.end(), 0);
          std::fill(ws.gain.begin(), ws.gain.end(), 0.0);
          for (const auto& e : binary.row(static_cast<std::uint32_t>(a))) ws.has[e.column] = 1;
          double lacked = 0;
          for (std::uint32_t k = column.value_or(0); k < (column ? *column + 1 : n); ++k) {
            if (ws.has[k] || !(around[k] > 0)) continue;
            ++lacked;
            for (const auto& e : near.row(k))
              if (e.column != k && !ws.has[e.column]) ws.gain[e.column] += e.value / around[k];
          }
          if (lacked > 0)
            for (std::uint32_t b = 0; b < rows; ++b) {
              if (b == a) continue;
              double sum = 0;
              for (const auto& e : binary.row(b)) sum += ws.gain[e.column];
              result[a * rows + b] = sum / lacked;
            }
          job.checkpoint();
        }
        job.advance(static_cast<double>(last - first));
      });
  job.finish();
  return result;
}

}  // namespace kedja::measures
