/// @file
/// Poisson pseudo-maximum likelihood: E[y] = exp(X b), right whatever the distribution of y is as
/// long as its mean is. Source: Santos Silva & Tenreyro, "The log of gravity", Rev. Econ. Stat. 88
/// (2006), doi:10.1162/rest.88.4.641.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <kedja/core/run_context.hpp>
#include <kedja/measures/common/iteration.hpp>

namespace kedja::measures {

struct poisson_regression_options {
  double tolerance = 1e-12;  ///< change of the deviance, relative
  int max_iterations = 100;
};

struct poisson_regression_result {
  std::vector<double> coefficient;
  std::vector<double> robust_error;  ///< sandwich, n / (n - k)
  std::vector<double> fitted;
  double dispersion = 0;  ///< sum (y - mu)^2 / mu over n - k
  double deviance = 0;
  iteration_record iteration;
};

/// x: row after row, `terms` numbers each. Reweighted least squares with halved steps where the
/// deviance would rise. Throws invalid_argument for y that is negative or not finite, fewer
/// observations than terms, y all 0, and terms that are linear combinations of others (named by
/// number). O(n terms^2) per iteration.
[[nodiscard]] poisson_regression_result poisson_regression(
    std::span<const double> y, std::span<const double> x, std::size_t terms,
    const poisson_regression_options& options = {}, const run_context& ctx = {});

}  // namespace kedja::measures
