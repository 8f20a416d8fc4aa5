/// @file
/// Proximity between columns and the density of rows around them. Source: Hidalgo, Klinger,
/// Barabasi & Hausmann, "The product space conditions the development of nations", Science 317
/// (2007), doi:10.1126/science.1144581.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/cooccurrence.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {

/// What the rows that have both columns k and l are divided by; u_k rows have k.
enum class proximity_form {
  minimum,      ///< max(u_k, u_l): the smaller of the two conditional shares, as published
  geometric,    ///< sqrt(u_k u_l): their geometric mean
  conditional,  ///< u_k: the share of the rows with k that have l; not symmetric
  count,        ///< nothing
};

/// phi_kl = (rows that have both k and l) / max(rows that have k, rows that have l) or another
/// form, for a 0/1 table. Row k of the result holds the l with phi > 0; phi_kk = 1 (count: u_k)
/// where column k has any row. Cost and memory as for cooccurrence. Bit-identical for any number of
/// threads.
[[nodiscard]] inline sparse_table proximity(const sparse_table& binary, proximity_form form,
                                            const run_context& ctx = {}) {
  const sparse_table columns = binary.transposed();
  const auto rows_of = [&](std::uint32_t k) { return static_cast<double>(columns.row(k).size()); };
  return pairs_table(cooccurrence(columns, ctx),
                     [&](std::uint32_t k, std::uint32_t l, double both) {
                       switch (form) {
                         case proximity_form::geometric:
                           return both / std::sqrt(rows_of(k) * rows_of(l));
                         case proximity_form::conditional:
                           return both / rows_of(k);
                         case proximity_form::count:
                           return both;
                         case proximity_form::minimum:
                           break;
                       }
                       return both / std::max(rows_of(k), rows_of(l));
                     });
}

/// As published.
[[nodiscard]] inline sparse_table proximity(const sparse_table& binary,
                                            const run_context& ctx = {}) {
  return proximity(binary, proximity_form::minimum, ctx);
}

struct density_options {
  bool count_itself = false;  ///< phi_kk counts as 1; a column would then predict itself
};

/// density_ck = sum_l M_cl phi_kl / sum_l phi_kl: how much of what is near k row c has. Dense, row
/// after row; NaN in columns near nothing. O(rows x non-zero proximities).
[[nodiscard]] inline std::vector<double> density(const sparse_table& binary,
                                                 const sparse_table& phi,
                                                 const density_options& options = {},
                                                 const run_context& ctx = {}) {
  const std::uint32_t n = binary.columns();
  std::vector<double> around(n, 0.0);
  for (std::uint32_t k = 0; k < n; ++k)
    for (const auto& e : phi.row(k))
      if (options.count_itself || e.column != k) around[k] += e.value;
  std::vector<double> result(static_cast<std::size_t>(binary.rows()) * n, 0.0);
  task job(ctx, binary.rows());
  for_blocks(binary.rows(), 8, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t c = first; c < last; ++c) {
      double* row = result.data() + c * n;
      for (const auto& has : binary.row(static_cast<std::uint32_t>(c)))
        for (const auto& near : phi.row(has.column))
          if (options.count_itself || near.column != has.column) row[near.column] += near.value;
      for (std::uint32_t k = 0; k < n; ++k)
        row[k] = around[k] > 0 ? row[k] / around[k] : std::nan("");
    }
    job.advance(static_cast<double>(last - first));
  });
  job.finish();
  return result;
}

}  // namespace kedja::measures
