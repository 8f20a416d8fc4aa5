/// @file
/// Leontief and Ghosh models, multipliers, linkages and hypothetical extraction. Sources: Leontief
/// 1936; Ghosh, Economica 25 (1958), doi:10.2307/2550694; Rasmussen 1956; Jones, Quart. J. Econ. 90
/// (1976); Miller & Blair, Input-Output Analysis (2009); Miller & Lahr 2001.
#pragma once

#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/measures/value_chain/sector_values.hpp>

namespace kedja::measures {

namespace detail {

inline void check_length(std::span<const double> values, std::size_t n, const char* what) {
  if (values.size() != n)
    throw invalid_argument(std::string(what) + " must have one value per sector");
  for (std::size_t i = 0; i < n; ++i)
    if (!std::isfinite(values[i]))
      throw invalid_argument(std::string(what) + " at position " + std::to_string(i) +
                             " is not a finite number");
}

inline sector_values by_sector(const productive_system& system, solution&& found,
                               const flow_table& flows) {
  sector_values made{std::move(found.value), sector_status(flows), {}};
  combine(made.facts, system, found.record);
  return made;
}

}  // namespace detail

/// L y = (I - A)^-1 y with A_ij = Z_ij / x_j: the output that a final demand y (of any sign) calls
/// for. Solved, never inverted.
[[nodiscard]] inline sector_values leontief(const flow_table& flows,
                                            std::span<const double> final_demand,
                                            const solve_options& options = {},
                                            const run_context& ctx = {}) {
  detail::check_length(final_demand, flows.z.n, "final demand");
  const productive_system system(flows.z, flows.output, false, options, stage(ctx, 0, 0.6),
                                 productive_system::find::proof);
  return detail::by_sector(system, system.solve_other_side(final_demand, stage(ctx, 0.6, 1)),
                           flows);
}

/// v' G = v' (I - B)^-1 with B_ij = Z_ij / x_i: the output that primary inputs v allow.
[[nodiscard]] inline sector_values ghosh(const flow_table& flows,
                                         std::span<const double> primary_inputs,
                                         const solve_options& options = {},
                                         const run_context& ctx = {}) {
  detail::check_length(primary_inputs, flows.z.n, "primary inputs");
  const productive_system system(flows.z, flows.output, true, options, stage(ctx, 0, 0.6),
                                 productive_system::find::proof);
  return detail::by_sector(system, system.solve_other_side(primary_inputs, stage(ctx, 0.6, 1)),
                           flows);
}

struct inverse_result {
  std::vector<double> value;  ///< n * n, row by row
  solve_facts facts;
};

/// The whole Leontief inverse L. 8 n^2 bytes, O(n^3); ask only for all of it.
[[nodiscard]] inline inverse_result leontief_inverse(const flow_table& flows,
                                                     const run_context& ctx = {}) {
  const std::size_t n = flows.z.n;
  const productive_system system(flows.z, flows.output, true, {}, stage(ctx, 0, 0.2),
                                 productive_system::find::proof);
  solution found = system.inverse(stage(ctx, 0.2, 1));  // (I - S Z')^-1 = L'
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      std::swap(found.value[i * n + j], found.value[j * n + i]);
  inverse_result made{std::move(found.value), {}};
  combine(made.facts, system, found.record);
  return made;
}
/// The whole Ghosh inverse G.
[[nodiscard]] inline inverse_result ghosh_inverse(const flow_table& flows,
                                                  const run_context& ctx = {}) {
  const productive_system system(flows.z, flows.output, false, {}, stage(ctx, 0, 0.2),
                                 productive_system::find::proof);
  solution found = system.inverse(stage(ctx, 0.2, 1));
  inverse_result made{std::move(found.value), {}};
  combine(made.facts, system, found.record);
  return made;
}

struct multipliers_result {
  std::vector<double> output;       ///< column sums of L, >= 1
  std::vector<double> value_added;  ///< v' L with v per unit of output
  std::vector<value_status> status;
  solve_facts facts;
};

/// Output that a unit of final demand calls for, and the value added in it. `value_added` is money
/// per sector; with output less all purchases the second multiplier is 1, or 0 without output.
[[nodiscard]] inline multipliers_result multipliers(const flow_table& flows,
                                                    std::span<const double> value_added,
                                                    const solve_options& options = {},
                                                    const run_context& ctx = {}) {
  const std::size_t n = flows.z.n;
  detail::check_length(value_added, n, "value added");
  const productive_system system(flows.z, flows.output, true, options, stage(ctx, 0, 0.6));
  std::vector<double> share(n, 0.0);
  double rounding = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (flows.output[i] > 0) {
      share[i] = value_added[i] / flows.output[i];
      rounding = std::max(rounding, std::abs(share[i]));
    }
  solution added = system.solve(share, stage(ctx, 0.6, 1));
  double most = 0;
  for (const double w : system.ones().value) most = std::max(most, w);
  added.record.error_bound += most * rounding * std::numeric_limits<double>::epsilon();
  multipliers_result made{system.ones().value, std::move(added.value), sector_status(flows), {}};
  combine(made.facts, system, system.ones().record);
  combine(made.facts, system, added.record);
  return made;
}

struct linkages_result {
  std::vector<double> backward;  ///< column sums of L over their mean (Rasmussen)
  std::vector<double> forward;   ///< row sums of G over their mean (Jones)
  std::vector<value_status> status;
  solve_facts facts;
};

/// How much a sector pulls on its suppliers and pushes to its buyers; 1 is the mean. Two solves.
[[nodiscard]] inline linkages_result linkages(const flow_table& flows,
                                              const solve_options& options = {},
                                              const run_context& ctx = {}) {
  const auto over_mean = [](std::vector<double> values) {
    const double mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    for (double& v : values) v /= mean;
    return values;
  };
  const productive_system buys(flows.z, flows.output, true, options, stage(ctx, 0, 0.5));
  const productive_system sells(flows.z, flows.output, false, options, stage(ctx, 0.5, 1));
  linkages_result made{
      over_mean(buys.ones().value), over_mean(sells.ones().value), sector_status(flows), {}};
  combine(made.facts, buys, buys.ones().record);
  combine(made.facts, sells, sells.ones().record);
  // Means are >= 1, so dividing shrinks the bound; the mean itself errs by at most as much.
  const double eps = std::numeric_limits<double>::epsilon();
  double most = 1;
  for (const auto* values : {&made.backward, &made.forward})
    for (const double v : *values) most = std::max(most, v);
  made.facts.error_bound =
      made.facts.error_bound * (1 + most) + static_cast<double>(flows.z.n + 2) * eps * most;
  return made;
}

/// Loss of total output if sector i neither buys nor sells: (1'L)_i x_i / L_ii, which is
/// 1'x - 1'(I - A without i)^-1 y without i for every i at once (Sherman-Morrison-Woodbury on L).
/// Output must be that of the table's own final demand. Diagonal of L: O(n^3) dense, n solves that
/// share passes for compressed rows.
[[nodiscard]] inline sector_values extraction(const flow_table& flows,
                                              const solve_options& options = {},
                                              const run_context& ctx = {}) {
  const productive_system system(flows.z, flows.output, true, options, stage(ctx, 0, 0.2));
  solution diagonal = system.inverse_diagonal(stage(ctx, 0.2, 1));
  sector_values made{std::vector<double>(flows.z.n), sector_status(flows), {}};
  combine(made.facts, system, system.ones().record);
  combine(made.facts, system, diagonal.record);
  const double of_ones = system.ones().record.error_bound,
               of_diagonal = diagonal.record.error_bound;
  made.facts.error_bound = 0;
  for (std::size_t i = 0; i < flows.z.n; ++i) {
    const double w = system.ones().value[i], x = flows.output[i];
    made.value[i] = w * x / diagonal.value[i];  // L_ii >= 1
    const double bound = x * (of_ones + w * of_diagonal) +
                         4 * std::numeric_limits<double>::epsilon() * made.value[i];
    made.facts.error_bound = std::max(made.facts.error_bound, bound);
  }
  return made;
}

}  // namespace kedja::measures
