#include <kedja/measures/common/dense_lu.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace kedja::measures {

namespace {

constexpr std::size_t block = 96;  // rows eliminated together: their part of M stays in cache
constexpr std::size_t grain = 64;  // rows or columns per piece of parallel work

/// Rows of `x` (width values, `stride` apart) = their unit lower triangle's inverse times them.
void solve_unit_lower(const dense_matrix& lu, std::size_t first, std::size_t last, double* x,
                      std::size_t stride, std::size_t width) {
  for (std::size_t i = first; i < last; ++i)
    for (std::size_t j = first; j < i; ++j)
      subtract_scaled(x + (i - first) * stride, lu(i, j), x + (j - first) * stride, width);
}
void solve_upper(const dense_matrix& lu, std::size_t first, std::size_t last, double* x,
                 std::size_t stride, std::size_t width) {
  for (std::size_t i = last; i-- > first;) {
    double* to = x + (i - first) * stride;
    for (std::size_t j = i + 1; j < last; ++j)
      subtract_scaled(to, lu(i, j), x + (j - first) * stride, width);
    for (std::size_t c = 0; c < width; ++c) to[c] /= lu(i, i);
  }
}

}  // namespace

dense_lu::dense_lu(dense_matrix m, task& job) : lu_(std::move(m)) {
  const std::size_t n = lu_.rows;
  const double least = 8 * static_cast<double>(n) * std::numeric_limits<double>::epsilon();
  packed_rows right;
  for (std::size_t first = 0; first < n; first += block) {
    const std::size_t last = std::min(first + block, n);
    for (std::size_t k = first; k < last; ++k) {
      if (!(lu_(k, k) > least)) throw not_productive(k);
      for (std::size_t i = k + 1; i < last; ++i) {
        lu_(i, k) /= lu_(k, k);
        subtract_scaled(lu_.row(i) + k + 1, lu_(i, k), lu_.row(k) + k + 1, last - k - 1);
      }
    }
    if (last == n) break;
    for_blocks(n - last, grain, job, [&](std::size_t a, std::size_t b, std::size_t) {
      solve_unit_lower(lu_, first, last, lu_.row(first) + last + a, n, b - a);
    });
    right.pack(lu_.row(first) + last, n, last - first, n - last);
    for_blocks(n - last, grain, job, [&](std::size_t a, std::size_t b, std::size_t) {
      for (std::size_t i = last + a; i < last + b; ++i) {
        double* row = lu_.row(i);
        for (std::size_t k = first; k < last; ++k) {
          row[k] /= lu_(k, k);
          subtract_scaled(row + k + 1, row[k], lu_.row(k) + k + 1, last - k - 1);
        }
      }
      subtract_product(lu_.row(last + a) + last, n, lu_.row(last + a) + first, n, b - a, right);
    });
  }
}

void dense_lu::forward(dense_matrix& x, std::size_t left, std::size_t width, std::size_t row0,
                       task& job) const {
  const std::size_t n = size();
  packed_rows known;
  for (std::size_t first = row0; first < n; first += block) {
    const std::size_t last = std::min(first + block, n);
    double* here = x.row(first - row0) + left;
    solve_unit_lower(lu_, first, last, here, x.columns, width);
    if (last == n) break;
    known.pack(here, x.columns, last - first, width);
    subtract_product(x.row(last - row0) + left, x.columns, lu_.row(last) + first, n, n - last,
                     known);
    job.checkpoint();
  }
}

void dense_lu::backward(dense_matrix& x, std::size_t left, std::size_t width, std::size_t row0,
                        task& job) const {
  const std::size_t n = size();
  packed_rows known;
  for (std::size_t last = n; last > row0;) {
    // The last block may be short, so that the blocks are those of forward().
    const std::size_t first = row0 + (last - row0 - 1) / block * block;
    double* here = x.row(first - row0) + left;
    solve_upper(lu_, first, last, here, x.columns, width);
    known.pack(here, x.columns, last - first, width);
    subtract_product(x.row(0) + left, x.columns, lu_.row(row0) + first, n, first - row0, known);
    job.checkpoint();
    last = first;
  }
}

void dense_lu::solve(dense_matrix& x, task& job) const {
  for_blocks(x.columns, grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    forward(x, first, last - first, 0, job);
    backward(x, first, last - first, 0, job);
  });
}

void dense_lu::solve_left(dense_matrix& x, task& job) const {
  const std::size_t n = size();
  // x U L = given: first by columns of U, ascending, then by those of L, descending.
  for_blocks(x.rows, grain, job, [&](std::size_t top, std::size_t bottom, std::size_t) {
    packed_rows part;
    for (std::size_t first = 0; first < n; first += block) {
      const std::size_t last = std::min(first + block, n);
      for (std::size_t i = top; i < bottom; ++i) {
        double* row = x.row(i);
        for (std::size_t k = first; k < last; ++k) {
          row[k] /= lu_(k, k);
          subtract_scaled(row + k + 1, row[k], lu_.row(k) + k + 1, last - k - 1);
        }
      }
      if (last == n) break;
      part.pack(lu_.row(first) + last, n, last - first, n - last);
      subtract_product(x.row(top) + last, n, x.row(top) + first, n, bottom - top, part);
      job.checkpoint();
    }
    for (std::size_t last = n; last > 0;) {
      const std::size_t first = (last - 1) / block * block;
      for (std::size_t i = top; i < bottom; ++i) {
        double* row = x.row(i);
        for (std::size_t k = last; k-- > first;)
          subtract_scaled(row + first, row[k], lu_.row(k) + first, k - first);
      }
      part.pack(lu_.row(first), n, last - first, first);
      subtract_product(x.row(top), n, x.row(top) + first, n, bottom - top, part);
      job.checkpoint();
      last = first;
    }
  });
}

dense_matrix dense_lu::inverse_block(std::size_t first, std::size_t last, task& job) const {
  const std::size_t width = last - first;
  dense_matrix x(size() - first, width);  // rows before `first` never come in
  for (std::size_t k = 0; k < width; ++k) x(k, k) = 1;
  forward(x, 0, width, first, job);
  backward(x, 0, width, first, job);
  x.value.resize(width * width);
  x.rows = width;
  return x;
}

}  // namespace kedja::measures
