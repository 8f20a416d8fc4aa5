/// @file
/// Inoperability of sectors after a fall in final demand, static and dynamic. Source: Haimes &
/// Santos, J. Infrastruct. Syst. 11 (2005), doi:10.1061/(ASCE)1076-0342(2005)11:2(67).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <kedja/measures/value_chain/sector_values.hpp>

namespace kedja::measures {

namespace detail {

/// Values in [0, 1], one per sector. Throws invalid_argument naming the position.
inline void check_shares(std::span<const double> values, std::size_t n, const std::string& what) {
  if (values.size() != n) throw invalid_argument(what + " must have one value per sector");
  for (std::size_t i = 0; i < n; ++i)
    if (!(values[i] >= 0 && values[i] <= 1))
      throw invalid_argument(what + " at position " + std::to_string(i) + " is " +
                             std::to_string(values[i]) + ", outside [0, 1]");
}

}  // namespace detail

/// q = A* q + c*, A*_ij = Z_ij / x_i: the share of each sector's output that is lost when final
/// demand falls by c* of output. One solve. Values may exceed 1; a sector without output keeps c*.
/// Throws radius_error where sectors sell only to each other.
[[nodiscard]] inline sector_values inoperability(const flow_table& flows,
                                                 std::span<const double> disturbance,
                                                 const solve_options& options = {},
                                                 const run_context& ctx = {}) {
  detail::check_shares(disturbance, flows.z.n, "disturbance");
  const productive_system system(flows.z, flows.output, false, options, stage(ctx, 0, 0.5),
                                 productive_system::find::proof);
  solution found = system.solve(disturbance, stage(ctx, 0.5, 1));
  sector_values made{std::move(found.value), sector_status(flows), {}};
  combine(made.facts, system, found.record);
  return made;
}

/// q(t + 1) = q(t) + K (A* q(t) + c* - q(t)) from q(0) = start for `steps` steps; K is
/// `resilience`. Row t of the result, of n values, is q(t). O(m) per step.
[[nodiscard]] inline std::vector<double> inoperability_path(const flow_table& flows,
                                                            std::span<const double> disturbance,
                                                            std::span<const double> resilience,
                                                            std::span<const double> start,
                                                            std::size_t steps,
                                                            const run_context& ctx = {}) {
  const std::size_t n = flows.z.n;
  detail::check_shares(disturbance, n, "disturbance");
  detail::check_shares(resilience, n, "resilience");
  detail::check_shares(start, n, "start");
  task job(ctx, static_cast<double>(steps));
  std::vector<double> path(start.begin(), start.end()), passed(n);
  path.resize((steps + 1) * n);
  for (std::size_t t = 0; t < steps; ++t) {
    const std::span<double> now(path.data() + t * n, n), next(path.data() + (t + 1) * n, n);
    multiply(flows.z, false, now, passed, job);
    for (std::size_t i = 0; i < n; ++i) {
      const double felt = flows.output[i] > 0 ? passed[i] / flows.output[i] : 0.0;
      next[i] = now[i] + resilience[i] * (felt + disturbance[i] - now[i]);
    }
    job.advance(1);
  }
  job.finish();
  return path;
}

}  // namespace kedja::measures
