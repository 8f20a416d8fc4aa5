/// @file
/// Factors I - A of an input-output table, dense and without pivoting.
#pragma once

#include <cstddef>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/dense_matrix.hpp>

namespace kedja::measures {

/// I - A has no inverse without negative parts: the sectors need all they make, or more.
class not_productive : public invalid_argument {
 public:
  explicit not_productive(std::size_t position)
      : invalid_argument("the sectors up to position " + std::to_string(position) +
                         " use up all that they make (spectral radius of A >= 1)"),
        position_(position) {}
  /// The sector at which elimination stopped.
  [[nodiscard]] std::size_t position() const noexcept { return position_; }

 private:
  std::size_t position_;
};

/// M = L U for M = I - A, A >= 0. Such an M has an inverse without negative parts, which is what a
/// productive economy means, exactly when elimination in the given order meets only positive pivots
/// (Fiedler & Ptak, Czech. Math. J. 12 (1962)), so it needs no pivoting and finds out in passing.
/// 2/3 n^3 to factor, 2 n^2 per solved column. Bit-identical for any number of threads.
class dense_lu {
 public:
  /// Throws not_productive where a pivot is not above 8 n eps.
  dense_lu(dense_matrix m, task& job);

  [[nodiscard]] std::size_t size() const noexcept { return lu_.rows; }
  /// x = M^-1 x for all columns of x.
  void solve(dense_matrix& x, task& job) const;
  /// x = x M^-1 for all rows of x.
  void solve_left(dense_matrix& x, task& job) const;
  /// Rows and columns [first, last) of M^-1; 2 (n - first)^2 (last - first) operations.
  [[nodiscard]] dense_matrix inverse_block(std::size_t first, std::size_t last, task& job) const;

 private:
  /// Columns [left, left + width) of x, whose rows start at `row0` of M; rows before are zero.
  void forward(dense_matrix& x, std::size_t left, std::size_t width, std::size_t row0,
               task& job) const;
  void backward(dense_matrix& x, std::size_t left, std::size_t width, std::size_t row0,
                task& job) const;

  dense_matrix lu_;
};

}  // namespace kedja::measures
