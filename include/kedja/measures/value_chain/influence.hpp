/// @file
/// Influence vector. Source: Acemoglu, Carvalho, Ozdaglar & Tahbaz-Salehi, Econometrica 80 (2012),
/// doi:10.3982/ECTA9623.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include <kedja/measures/value_chain/sector_values.hpp>

namespace kedja::measures {

/// v = (alpha / n) (I - (1 - alpha) W)^-1 1, W_ij = Z_ij / sum_k Z_kj the share of input i in what
/// j buys: how far a productivity shock of one sector moves aggregate output. alpha is the labour
/// share, in (0, 1]. A sector that buys nothing has a zero column in W; where every sector buys the
/// values sum to 1. One solve; the spectral radius is at most 1 - alpha.
[[nodiscard]] inline sector_values influence(const flow_matrix& z, double labour_share,
                                             const solve_options& options = {},
                                             const run_context& ctx = {}) {
  if (!(labour_share > 0 && labour_share <= 1))
    throw invalid_argument("labour_share must lie in (0, 1], not " + std::to_string(labour_share));
  const std::size_t n = z.n;
  constexpr double eps = std::numeric_limits<double>::epsilon();
  std::vector<double> bought;
  {
    task job(stage(ctx, 0, 0.1));
    bought = margins_of(z, job).column;
  }
  const std::vector<double> inputs = bought;
  for (double& x : bought) x = labour_share < 1 ? x / (1 - labour_share) : 0.0;
  const productive_system system(z, bought, false, options, stage(ctx, 0.1, 0.4),
                                 productive_system::find::proof);
  const std::vector<double> start(n, n == 0 ? 0.0 : labour_share / static_cast<double>(n));
  solution found = system.solve_other_side(start, stage(ctx, 0.4, 1));
  // Sums of inputs, the division by 1 - alpha and alpha / n are each rounded once: a relative
  // change of at most 4 eps of every coefficient, which moves v by at most 4 eps / alpha of its
  // sum.
  double sum = 0;
  for (const double v : found.value) sum += v;
  found.record.error_bound += 4 * eps * sum / labour_share;
  sector_values made{std::move(found.value), sector_status({z, inputs}), {}};
  for (auto& s : made.status)
    if (s == value_status::undefined) s = value_status::ok;  // buys nothing: W's column is zero
  combine(made.facts, system, found.record);
  return made;
}

}  // namespace kedja::measures
