/// @file
/// Gross exports taken apart by group. Source: Koopman, Wang & Wei, "Tracing value-added and double
/// counting in gross exports", Am. Econ. Rev. 104 (2014), doi:10.1257/aer.104.2.459.
#pragma once

#include <array>
#include <vector>

#include <kedja/core/run_context.hpp>
#include <kedja/measures/value_chain/gvc_table.hpp>

namespace kedja::measures {

struct gvc_kww_result {
  /// T1 to T9, one value per group; they add up to `exports`.
  std::array<std::vector<double>, 9> term;
  std::vector<double> exports;
  std::vector<double> vax;           ///< own value added absorbed abroad: T1 + T2 + T3
  std::vector<double> backward;      ///< foreign content per unit of exports: (T7 + T8 + T9) / E
  std::vector<double> forward;       ///< own content used in others' exports: (T3 + .. + T6) / E
  std::vector<value_status> status;  ///< undefined: a group without exports; its shares are NaN
};

/// The nine terms of every group. Only one right-hand side per group is solved:
/// 2/3 n^3 + 2 G n^2 operations, 16 n^2 bytes. Bit-identical for any number of threads. Throws
/// invalid_argument, and not_productive where the sectors use up all that they make.
[[nodiscard]] gvc_kww_result gvc_kww(const gvc_input& in, const run_context& ctx = {});

}  // namespace kedja::measures
