/// @file
/// How an iterative measure ended. Not converging is a result, never an exception.
#pragma once

namespace kedja::measures {

struct iteration_record {
  int iterations = 0;
  double residual = 0.0;     ///< L1 norm of the last step
  double error_bound = 0.0;  ///< bound on the L1 distance to the exact answer, where one is proved
  bool converged = false;
};

}  // namespace kedja::measures
