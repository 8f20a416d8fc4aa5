/// @file
/// The largest eigenvalues of a symmetric matrix that is known by its products with vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/iteration.hpp>

namespace kedja::measures {

/// y = A x.
using symmetric_product = std::function<void(std::span<const double> x, std::span<double> y)>;

struct eigen_options {
  std::uint32_t count = 1;     ///< how many, the largest first
  double tolerance = 1e-13;    ///< residual |A v - lambda v| relative to the largest eigenvalue
  std::uint32_t subspace = 0;  ///< most basis vectors kept; 0: 2 count + 40
  int max_products = 20'000;   ///< products with A after which the search gives up
};

struct eigen_pairs {
  std::vector<double> value;                ///< falling; fewer than asked where the space is small
  std::vector<std::vector<double>> vector;  ///< of unit length
  std::vector<double> residual;             ///< |A v - lambda v|
  iteration_record iteration;               ///< iterations: products with A
};

/// The largest eigenpairs on the complement of `known`, a unit eigenvector that is left out (empty:
/// none). Lanczos with full reorthogonalisation and thick restarts: Wu & Simon, "Thick-restart
/// Lanczos method for large symmetric eigenvalue problems", SIAM J. Matrix Anal. Appl. 22 (2000),
/// doi:10.1137/S0895479898334605. Starts from a fixed vector, so that a call repeats itself.
/// O(products x (cost of a product + n x subspace)), memory n x subspace.
[[nodiscard]] eigen_pairs largest_eigenpairs(std::size_t n, const symmetric_product& product,
                                             std::span<const double> known,
                                             const eigen_options& options, task& job);

}  // namespace kedja::measures
