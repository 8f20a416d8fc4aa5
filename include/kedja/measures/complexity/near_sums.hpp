/// @file
/// Sums over what is near a column, for every row and column at once and without the matrix of
/// proximities where that is the larger thing.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/sparse_table.hpp>
#include <kedja/measures/complexity/proximity.hpp>

namespace kedja::measures {

/// has[c * columns + k] = sum_l M_cl w_l phi_kl and all[k] = sum_l w_l phi_kl.
struct near_sums_result {
  std::vector<double> has, all;
};

namespace detail {

/// With u_k rows in column k and n_cc'(t) the columns of at most t rows that c and c' share,
///   sum_l M_cl phi_kl = sum_{c' in k} [ n_cc'(u_k) / u_k + sum of 1 / u_l over shared l, u_l > u_k
///   ],
/// since phi_kl = sum_c' M_c'k M_c'l / max(u_k, u_l). Walking the columns by size keeps both sums
/// up to date: O(rows x cells) in all. Sixteen rows at a time, so that a step is one run of
/// additions.
inline near_sums_result near_sums_by_size(const sparse_table& binary,
                                          std::span<const double> weight, bool count_itself,
                                          const run_context& ctx) {
  const std::uint32_t rows = binary.rows(), n = binary.columns();
  const sparse_table columns = binary.transposed();
  constexpr std::size_t lanes = 16;
  std::vector<std::uint32_t> order;
  for (std::uint32_t k = 0; k < n; ++k)
    if (!columns.row(k).empty()) order.push_back(k);
  const auto size = [&](std::uint32_t k) { return columns.row(k).size(); };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return size(a) < size(b); });
  near_sums_result r{std::vector<double>(std::size_t{rows} * n, 0.0), std::vector<double>(n, 0.0)};
  task job(ctx, rows + 1.0);
  struct workspace {
    std::vector<double> shared;  // per other row, one number per lane
  };
  // Row number `rows` stands for a row that has every column: it gives the sums over all.
  for_blocks(
      rows + std::size_t{1}, lanes, job,
      [rows] { return workspace{std::vector<double>(std::size_t{rows} * lanes)}; },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        std::vector<std::uint16_t> mine(n, 0);  // which lanes have the column
        for (std::size_t c = first; c < last; ++c) {
          const auto lane = static_cast<std::uint16_t>(1u << (c - first));
          if (c == rows)
            for (std::uint16_t& has : mine) has |= lane;
          else
            for (const auto& e : binary.row(static_cast<std::uint32_t>(c))) mine[e.column] |= lane;
        }
        double step[lanes], sum[lanes];
        const auto add = [&](std::uint32_t l, double amount) {
          if (mine[l] == 0 || amount == 0) return;
          for (std::size_t b = 0; b < lanes; ++b) step[b] = mine[l] >> b & 1 ? amount : 0.0;
          for (const auto& e : columns.row(l)) {
            double* to = ws.shared.data() + e.column * lanes;
            for (std::size_t b = 0; b < lanes; ++b) to[b] += step[b];
          }
        };
        const auto gather = [&](std::uint32_t k) {
          std::fill(sum, sum + lanes, 0.0);
          for (const auto& e : columns.row(k)) {
            const double* from = ws.shared.data() + e.column * lanes;
            for (std::size_t b = 0; b < lanes; ++b) sum[b] += from[b];
          }
        };
        const auto store = [&](std::uint32_t k, double factor) {
          for (std::size_t c = first; c < last; ++c)
            (c == rows ? r.all[k] : r.has[c * n + k]) += sum[c - first] * factor;
        };
        std::fill(ws.shared.begin(), ws.shared.end(), 0.0);
        for (std::size_t i = order.size(), j; i > 0; i = j) {  // the larger columns
          for (j = i; j > 0 && size(order[j - 1]) == size(order[i - 1]); --j) {
            gather(order[j - 1]);
            store(order[j - 1], 1.0);
          }
          for (std::size_t at = j; at < i; ++at)
            add(order[at], weight[order[at]] / static_cast<double>(size(order[at])));
          if ((i & 63) == 0) job.checkpoint();
        }
        std::fill(ws.shared.begin(), ws.shared.end(), 0.0);
        for (std::size_t i = 0, j; i < order.size(); i = j) {  // those at most as large
          const auto u = static_cast<double>(size(order[i]));
          for (j = i; j < order.size() && size(order[j]) == size(order[i]); ++j)
            add(order[j], weight[order[j]]);
          for (std::size_t at = i; at < j; ++at) {
            const std::uint32_t k = order[at];
            gather(k);
            if (!count_itself)
              for (std::size_t b = 0; b < lanes; ++b)
                if (mine[k] >> b & 1) sum[b] -= u * weight[k];
            store(k, 1.0 / u);
          }
          job.checkpoint();
        }
        job.advance(static_cast<double>(last - first));
      });
  job.finish();
  return r;
}

/// The same through the matrix of proximities, kept dense: O(cells x columns).
inline near_sums_result near_sums_by_matrix(const sparse_table& binary,
                                            std::span<const double> weight, bool count_itself,
                                            const run_context& ctx) {
  const std::uint32_t n = binary.columns();
  near_sums_result r{std::vector<double>(std::size_t{binary.rows()} * n, 0.0),
                     std::vector<double>(n, 0.0)};
  std::vector<double> near(std::size_t{n} * n, 0.0);  // row l: w_l phi_lk
  {
    const sparse_table phi = proximity(binary, stage(ctx, 0.0, 0.2));
    for (std::uint32_t l = 0; l < n; ++l)
      for (const auto& e : phi.row(l))
        if (count_itself || e.column != l)
          near[std::size_t{l} * n + e.column] = weight[l] * e.value;
  }
  for (std::uint32_t l = 0; l < n; ++l)
    for (std::uint32_t k = 0; k < n; ++k) r.all[k] += near[std::size_t{l} * n + k];
  task job(stage(ctx, 0.2, 1.0), binary.rows());
  for_blocks(binary.rows(), 8, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t c = first; c < last; ++c) {
      double* row = r.has.data() + c * n;
      for (const auto& has : binary.row(static_cast<std::uint32_t>(c))) {
        const double* from = near.data() + std::size_t{has.column} * n;
        for (std::uint32_t k = 0; k < n; ++k) row[k] += from[k];
      }
      job.checkpoint();
    }
    job.advance(static_cast<double>(last - first));
  });
  job.finish();
  return r;
}

}  // namespace detail

/// Weighted sums over proximities (see proximity) of a 0/1 table; with count_itself, phi_kk = 1 is
/// one of them. O(cells x min(rows, columns)), memory rows x columns for the result. Bit-identical
/// for any number of threads.
[[nodiscard]] inline near_sums_result near_sums(const sparse_table& binary,
                                                std::span<const double> weight, bool count_itself,
                                                const run_context& ctx = {}) {
  return binary.rows() <= binary.columns()
             ? detail::near_sums_by_size(binary, weight, count_itself, ctx)
             : detail::near_sums_by_matrix(binary, weight, count_itself, ctx);
}

/// density_ck = sum_l M_cl phi_kl / sum_l phi_kl for a table and its own proximities; as density()
/// with a given matrix. NaN in columns near nothing.
[[nodiscard]] inline std::vector<double> density(const sparse_table& binary,
                                                 const density_options& options = {},
                                                 const run_context& ctx = {}) {
  const std::uint32_t n = binary.columns();
  const std::vector<double> ones(n, 1.0);
  near_sums_result r = near_sums(binary, ones, options.count_itself, ctx);
  for (std::size_t i = 0; i < r.has.size(); ++i) {
    const double all = r.all[i % n];
    r.has[i] = all > 0 ? r.has[i] / all : std::nan("");
  }
  return std::move(r.has);
}

}  // namespace kedja::measures
