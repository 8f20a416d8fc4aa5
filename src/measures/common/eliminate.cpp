#include "eliminate.hpp"

#include <algorithm>

namespace kedja::measures {

namespace {

constexpr std::size_t block = 64;   // rows eliminated together: they stay in cache
constexpr std::size_t grain = 256;  // columns per piece of parallel work

void subtract(double* from, double factor, const double* row, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) from[k] -= factor * row[k];
}

}  // namespace

elimination::elimination(const flow_matrix& z, std::span<const double> x, bool transpose, task& job)
    : n_(z.n), lu_(n_ * n_, 0.0) {
  const auto put = [&](std::size_t i, std::size_t j, double value) {
    const std::size_t to = transpose ? j : i, by = transpose ? i : j;
    if (x[to] > 0) lu_[to * n_ + by] = -value / x[to];
  };
  for (std::size_t i = 0; i < n_; ++i) {
    if (z.is_dense()) {
      for (std::size_t j = 0; j < n_; ++j) put(i, j, z.dense[i * n_ + j]);
    } else {
      for (auto k = static_cast<std::size_t>(z.offsets[i]);
           k < static_cast<std::size_t>(z.offsets[i + 1]); ++k)
        put(i, z.columns[k], z.values[k]);
    }
  }
  for (std::size_t i = 0; i < n_; ++i) lu_[i * n_ + i] += 1.0;

  for (std::size_t first = 0; first < n_; first += block) {
    const std::size_t last = std::min(first + block, n_);
    for (std::size_t k = first; k < last; ++k) {  // the block itself
      const double pivot = lu_[k * n_ + k];
      if (!(pivot > 0)) {
        productive_ = false;
        return;
      }
      for (std::size_t i = k + 1; i < last; ++i) {
        const double factor = lu_[i * n_ + k] /= pivot;
        if (factor != 0) subtract(&lu_[i * n_ + k + 1], factor, &lu_[k * n_ + k + 1], n_ - k - 1);
      }
    }
    for_blocks(n_ - last, 16, job, [&](std::size_t from, std::size_t to, std::size_t) {
      for (std::size_t i = last + from; i < last + to; ++i)
        for (std::size_t k = first; k < last; ++k) {
          const double factor = lu_[i * n_ + k] /= lu_[k * n_ + k];
          if (factor != 0) subtract(&lu_[i * n_ + k + 1], factor, &lu_[k * n_ + k + 1], n_ - k - 1);
        }
    });
  }
}

void elimination::solve(std::span<double> b) const {
  for (std::size_t i = 0; i < n_; ++i)
    for (std::size_t k = 0; k < i; ++k) b[i] -= row(i)[k] * b[k];
  for (std::size_t i = n_; i-- > 0;) {
    for (std::size_t k = i + 1; k < n_; ++k) b[i] -= row(i)[k] * b[k];
    b[i] /= row(i)[i];
  }
}

std::vector<double> elimination::inverse(task& job) const {
  std::vector<double> made(n_ * n_, 0.0);
  for_blocks(n_, grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    const std::size_t width = last - first;
    for (std::size_t i = first; i < n_; ++i) {  // rows before `first` stay zero
      double* to = &made[i * n_ + first];
      if (i < last) to[i - first] = 1.0;
      for (std::size_t k = first; k < i; ++k)
        if (row(i)[k] != 0) subtract(to, row(i)[k], &made[k * n_ + first], width);
      if (i % 64 == 0) job.checkpoint();
    }
    for (std::size_t i = n_; i-- > 0;) {
      double* to = &made[i * n_ + first];
      for (std::size_t k = i + 1; k < n_; ++k)
        if (row(i)[k] != 0) subtract(to, row(i)[k], &made[k * n_ + first], width);
      for (std::size_t c = 0; c < width; ++c) to[c] /= row(i)[i];
      if (i % 64 == 0) job.checkpoint();
    }
  });
  return made;
}

}  // namespace kedja::measures
