/// @file
/// What the risk index is asked and what it answers.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <kedja/core/status.hpp>

namespace kedja::measures {

enum class esri_mode {
  fixed_point,  ///< the greatest fixed point of remaining output, within `eps`
  published,    ///< synchronous steps until no company changes by more than `eps`
  closed_form,  ///< the fixed point of one company's shock where losses only add up, by an inverse
};

struct esri_options {
  esri_mode mode = esri_mode::fixed_point;
  /// published: largest change of a company's output that stops; fixed_point: bound on the error of
  /// the index. None: 1e-2 and 1e-6.
  std::optional<double> eps = {};
  /// Of synchronous steps; passes that are proved to end are not counted.
  int max_iterations = 10'000;
  /// Fixed points of networks with at least so many links are found in single precision, the
  /// rounding inside the bound.
  std::uint64_t single_precision_from = std::uint64_t{1} << 16;
};

struct esri_result {
  std::vector<double> esri;        ///< per scenario, in [0, 1]; NaN where all weights are 0
  std::vector<double> downstream;  ///< with the customers' channel alone
  std::vector<double> upstream;    ///< with the suppliers' channel alone
  std::vector<int> iterations;
  /// Proved bound on how far `esri` is from the fixed point's (below it, save for rounding in
  /// single precision); infinite where there is none.
  std::vector<double> error_bound;
  std::vector<value_status> status;  ///< ok, isolated, no_sellers, not_converged, undefined
};

}  // namespace kedja::measures
