/// @file
/// Elimination without pivoting on I - S T, private to the solver.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/flow_matrix.hpp>

namespace kedja::measures {

/// I - S T = L U. Every pivot is positive exactly when the matrix is a nonsingular M-matrix
/// (Fiedler & Ptak 1962), so no pivoting is needed. 2/3 n^3.
class elimination {
 public:
  elimination(const flow_matrix& z, std::span<const double> x, bool transpose, task& job);

  /// All pivots were positive. Without that nothing else may be called.
  [[nodiscard]] bool productive() const noexcept { return productive_; }
  /// b becomes the solution. O(n^2).
  void solve(std::span<double> b) const;
  /// The inverse row by row. 4/3 n^3.
  [[nodiscard]] std::vector<double> inverse(task& job) const;

 private:
  [[nodiscard]] const double* row(std::size_t i) const { return &lu_[i * n_]; }

  std::size_t n_ = 0;
  std::vector<double> lu_;
  bool productive_ = true;
};

}  // namespace kedja::measures
