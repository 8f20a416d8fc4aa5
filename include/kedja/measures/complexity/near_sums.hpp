/// @file
/// Sums over what is near a column, for every row and column at once and without the matrix of
/// proximities where that is the larger thing.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
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
/// additions. The same bits for any instruction set.
[[nodiscard]] near_sums_result near_sums_by_size(const sparse_table& binary,
                                                 std::span<const double> weight, bool count_itself,
                                                 const run_context& ctx, bool only_all = false);

/// The same through the matrix of proximities (phi, kept dense): O(cells x columns).
[[nodiscard]] near_sums_result near_sums_by_matrix(const sparse_table& binary,
                                                   const sparse_table& phi,
                                                   std::span<const double> weight,
                                                   bool count_itself, const run_context& ctx,
                                                   bool only_all = false);

}  // namespace detail

/// Whether near_sums goes without the matrix of proximities.
[[nodiscard]] inline bool wide(const sparse_table& binary) noexcept {
  return binary.rows() <= binary.columns();
}

/// Weighted sums over proximities (see proximity) of a 0/1 table; with count_itself, phi_kk = 1 is
/// one of them; with only_all, `has` is left empty. `phi`, where known, is
/// proximity() of the table. O(cells x min(rows, columns)), memory rows x
/// columns for the result. Bit-identical for any number of threads.
[[nodiscard]] inline near_sums_result near_sums(const sparse_table& binary,
                                                std::span<const double> weight, bool count_itself,
                                                const run_context& ctx = {}, bool only_all = false,
                                                const sparse_table* phi = nullptr) {
  if (wide(binary)) return detail::near_sums_by_size(binary, weight, count_itself, ctx, only_all);
  if (phi != nullptr)
    return detail::near_sums_by_matrix(binary, *phi, weight, count_itself, ctx, only_all);
  const sparse_table made = proximity(binary, stage(ctx, 0.0, 0.2));
  return detail::near_sums_by_matrix(binary, made, weight, count_itself, stage(ctx, 0.2, 1.0),
                                     only_all);
}

/// density_ck = sum_l M_cl phi_kl / sum_l phi_kl for a table and its own proximities; as density()
/// with a given matrix. NaN in columns near nothing.
[[nodiscard]] inline std::vector<double> density(const sparse_table& binary,
                                                 const density_options& options = {},
                                                 const run_context& ctx = {}) {
  const std::uint32_t n = binary.columns();
  const std::vector<double> ones(n, 1.0);
  near_sums_result r = near_sums(binary, ones, options.count_itself, ctx);
  for (double& all : r.all) all = all > 0 ? all : std::nan("");
  for (std::size_t from = 0; from < r.has.size(); from += n)
    for (std::uint32_t k = 0; k < n; ++k) r.has[from + k] /= r.all[k];
  return std::move(r.has);
}

}  // namespace kedja::measures
