/// @file
/// Dense matrices for input-output tables, and the one kernel that their linear algebra rests on.
#pragma once

#include <cstddef>
#include <vector>

#include <kedja/core/instruction_set.hpp>

namespace kedja::measures {

/// A row-major matrix that owns its values.
struct dense_matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> value = {};

  dense_matrix() = default;
  dense_matrix(std::size_t r, std::size_t c) : rows(r), columns(c), value(r * c, 0.0) {}

  [[nodiscard]] double* row(std::size_t i) noexcept { return value.data() + i * columns; }
  [[nodiscard]] const double* row(std::size_t i) const noexcept {
    return value.data() + i * columns;
  }
  [[nodiscard]] double& operator()(std::size_t i, std::size_t j) noexcept {
    return value[i * columns + j];
  }
  [[nodiscard]] double operator()(std::size_t i, std::size_t j) const noexcept {
    return value[i * columns + j];
  }
};

/// Rows of a matrix that are multiplied from the left many times, cut into strips of 16 columns so
/// that the kernel reads them in order.
class packed_rows {
 public:
  static constexpr std::size_t strip = 16;

  /// `b` points at the first of `depth` rows of `width` values, `stride` apart.
  void pack(const double* b, std::size_t stride, std::size_t depth, std::size_t width);

  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] const double* strip_at(std::size_t i) const noexcept {
    return value_.data() + i * depth_ * strip;
  }

 private:
  std::size_t depth_ = 0, width_ = 0;
  std::vector<double> value_;
};

/// C -= A B for m rows of C, A (m x depth) and B packed. Every element of C is computed as
/// ((c - a_0 b_0) - a_1 b_1) - ..., so its bits depend neither on how the matrices are cut into
/// blocks nor on the instruction set. O(m depth width).
void subtract_product(double* c, std::size_t c_stride, const double* a, std::size_t a_stride,
                      std::size_t m, const packed_rows& b,
                      instruction_set with = best_instruction_set());

/// y -= a x for n values.
void subtract_scaled(double* y, double a, const double* x, std::size_t n);

}  // namespace kedja::measures
