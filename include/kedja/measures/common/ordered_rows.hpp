/// @file
/// Compressed rows of S T in an order that puts what a row needs before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/flow_matrix.hpp>

namespace kedja::measures {

/// Rows in the order in which a depth-first search leaves them: every row stands after the rows
/// whose values it needs, save along the links that close a cycle. One Gauss-Seidel pass then
/// solves a table without cycles, and few solve the others.
class ordered_rows {
 public:
  ordered_rows(const flow_matrix& z, std::span<const double> x);

  /// No sector uses all that it makes itself.
  [[nodiscard]] bool productive() const noexcept { return productive_; }
  /// Approximates (I - S T) out = r; returns how many passes were used.
  int correct(std::span<const double> r, std::span<double> out, double reduction, int most,
              task& job) const;
  /// Diagonal of the inverse by passes over 16 columns at a time, and a bound on its error.
  void inverse_diagonal(std::span<const double> gain, std::span<const double> w,
                        std::span<double> out, double& error_bound, task& job) const;

 private:
  std::vector<std::uint32_t> place_;    // position -> place in the order
  std::vector<std::int64_t> offsets_;   // by place
  std::vector<std::uint32_t> columns_;  // places, without the row itself
  std::vector<double> values_;          // T_ij / x_i
  std::vector<double> diagonal_;        // 1 - T_ii / x_i
  bool productive_ = true;
};

}  // namespace kedja::measures
