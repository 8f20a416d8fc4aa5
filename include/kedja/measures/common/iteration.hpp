/// @file
/// One mechanism for iterative measures: limits in, a record of how the iteration ended out. Not
/// converging is a result, never an exception.
#pragma once

#include <limits>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>

namespace kedja::measures {

/// What `error_bound` holds where no bound is proved: convergence then rests on the residual.
inline constexpr double no_bound = std::numeric_limits<double>::quiet_NaN();

struct iteration_record {
  int iterations = 0;
  double residual = 0.0;     ///< L1 norm of the last step
  double error_bound = 0.0;  ///< bound on the L1 distance to the exact answer, where one is proved
  bool converged = false;
};

struct iteration_limits {
  double tolerance;
  int max_iterations;
  void check() const {
    if (!(tolerance > 0))
      throw invalid_argument("tolerance must be > 0, not " + std::to_string(tolerance));
    if (max_iterations < 1)
      throw invalid_argument("max_iterations must be at least 1, not " +
                             std::to_string(max_iterations));
  }
};

/// What one step tells: how far it moved, and how far the answer can be at most (or no_bound).
struct iteration_step {
  double residual;
  double error_bound = no_bound;
};

/// Repeats step() -> iteration_step until its bound (without one: its residual) is within the
/// tolerance, the limit is reached, or the residual is no longer a number.
template <class Step>
[[nodiscard]] iteration_record iterate(const iteration_limits& limits, task& job, Step step) {
  iteration_record record;
  while (record.iterations < limits.max_iterations && !record.converged) {
    const iteration_step now = step();
    ++record.iterations;
    record.residual = now.residual;
    record.error_bound = now.error_bound;
    const bool proved = now.error_bound == now.error_bound;
    record.converged = (proved ? now.error_bound : now.residual) <= limits.tolerance;
    if (!(now.residual <= std::numeric_limits<double>::max())) break;
    job.advance(1);
  }
  return record;
}

}  // namespace kedja::measures
