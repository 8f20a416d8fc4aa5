/// @file
/// Upstreamness and downstreamness. Sources: Antras, Chor, Fally & Hillberry, Amer. Econ. Rev. 102
/// (2012), doi:10.1257/aer.102.3.412; Antras & Chor, Econometrica 81 (2013), doi:10.3982/ECTA10813.
#pragma once

#include <kedja/measures/value_chain/sector_values.hpp>

namespace kedja::measures {

/// U = (I - B)^-1 1 with B_ij = Z_ij / x_i: one more than the expected number of sales until a unit
/// of output reaches final demand; >= 1. A sector without output has U = 1 and a status. For an
/// open economy pass x less exports and stock-building plus imports as output. One solve. Throws
/// radius_error where sectors sell only to each other.
[[nodiscard]] inline sector_values upstreamness(const flow_table& flows,
                                                const solve_options& options = {},
                                                const run_context& ctx = {}) {
  const productive_system system(flows.z, flows.output, false, options, ctx);
  sector_values made{system.ones().value, sector_status(flows), {}};
  combine(made.facts, system, system.ones().record);
  return made;
}

/// D = (I - A')^-1 1 with A_ij = Z_ij / x_j: one more than the expected number of purchases behind
/// a unit of output; >= 1, and equal to the output multiplier. Else as `upstreamness`.
[[nodiscard]] inline sector_values downstreamness(const flow_table& flows,
                                                  const solve_options& options = {},
                                                  const run_context& ctx = {}) {
  const productive_system system(flows.z, flows.output, true, options, ctx);
  sector_values made{system.ones().value, sector_status(flows), {}};
  combine(made.facts, system, system.ones().record);
  return made;
}

}  // namespace kedja::measures
