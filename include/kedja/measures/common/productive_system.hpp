/// @file
/// Solves (I - A) u = b for a table of flows, with an error bound that holds. The one sparse solve
/// behind multipliers, linkages, upstreamness, extraction and influence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/measures/common/flow_matrix.hpp>

namespace kedja::measures {

/// A spectral radius that is not below 1: what is asked has no finite answer.
class radius_error : public invalid_argument {
 public:
  radius_error(double low, double high, std::vector<std::uint32_t> members);
  /// The spectral radius of the component lies in [low, high].
  [[nodiscard]] double low() const noexcept { return low_; }
  [[nodiscard]] double high() const noexcept { return high_; }
  /// Positions of the sectors that feed each other without end, in increasing order.
  [[nodiscard]] const std::vector<std::uint32_t>& component() const noexcept { return component_; }

 private:
  double low_, high_;
  std::vector<std::uint32_t> component_;
};

enum class solver { automatic, direct, iterative };

struct solve_options {
  solver method = solver::automatic;  ///< direct up to 400 sectors, or where iterating is slow
  int max_iterations = 2000;          ///< in all; per right-hand side
};

/// How a solve ended. Norms are the largest absolute value.
struct solve_record {
  int iterations = 0;        ///< products with the table; 0 for a direct solve
  double residual = 0.0;     ///< of the returned vector, computed in twice the working precision
  double error_bound = 0.0;  ///< no value is farther than this from the exact answer
  bool converged = false;    ///< the residual is at the level of rounding
};

struct solution {
  std::vector<double> value;
  solve_record record;
};

/// I - S T, where T is Z or its transpose and S = diag(1/x), S_ii = 0 where x_i = 0.
///
/// T = Z: u_i = b_i + sum_j Z_ij u_j / x_i, what a sector's sales lead to (Ghosh, upstreamness).
/// T = Z': u_j = b_j + sum_i Z_ij u_i / x_j, what a sector's purchases carry (multipliers).
///
/// The matrix is an M-matrix exactly when the spectral radius of S T is below 1, which the
/// constructor proves by a vector w > 0 with (I - S T) w > 0, evaluated in twice the working
/// precision, or refuses by radius_error with the component named. Its inverse has no negative
/// entry, so |error| <= w max_i |r_i| / ((I - S T) w)_i for any residual r, and the condition
/// number in the largest-absolute-row-sum norm is known, not estimated.
///
/// Method: `dense_lu` for small systems; else
/// GMRES, for compressed rows preconditioned by Gauss-Seidel in an order that puts suppliers before
/// buyers, so that a table without cycles takes one pass; then iterative refinement. Compressed
/// rows on which that does not settle are eliminated in an order that keeps them sparse
/// (`sparse_elimination`), where memory allows. O(m) per iteration, O(n^3) direct. Bit-identical
/// for any number of threads. The arrays are borrowed.
class productive_system {
 public:
  /// What the constructor is to find: (I - S T)^-1 1 as exactly as can be, or only a vector near it
  /// that proves the rest, in fewer steps.
  enum class find { ones, proof };

  /// Throws invalid_argument naming a position with x_i < 0 or beyond 1e140, radius_error, or
  /// cancelled.
  productive_system(const flow_matrix& z, std::span<const double> x, bool transpose,
                    const solve_options& options = {}, const run_context& ctx = {},
                    find what = find::ones);
  ~productive_system();
  productive_system(productive_system&&) noexcept;

  [[nodiscard]] std::size_t size() const noexcept;
  /// (I - S T)^-1 1, found by the constructor; with find::proof only a few digits of it.
  [[nodiscard]] const solution& ones() const noexcept;
  /// Upper bound of the spectral radius of S T; below 1.
  [[nodiscard]] double radius_bound() const noexcept;
  /// Condition number of I - S T in the norm of the largest absolute row sum.
  [[nodiscard]] double condition() const noexcept;
  [[nodiscard]] bool is_direct() const noexcept;

  /// (I - S T)^-1 b.
  [[nodiscard]] solution solve(std::span<const double> b, const run_context& ctx = {}) const;
  /// (I - T S)^-1 b, the other side: with T = Z outputs for a final demand, with T = Z' outputs for
  /// given primary inputs.
  [[nodiscard]] solution solve_other_side(std::span<const double> b,
                                          const run_context& ctx = {}) const;
  /// Diagonal of the inverse; direct O(n^3), else n solves that share passes.
  [[nodiscard]] solution inverse_diagonal(const run_context& ctx = {}) const;
  /// The whole inverse, row by row; 8 n^2 bytes, O(n^3).
  [[nodiscard]] solution inverse(const run_context& ctx = {}) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace kedja::measures
