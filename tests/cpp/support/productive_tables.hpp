/// @file
/// Random coefficient matrices of productive economies, and inverses by plain elimination.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>

#include <kedja/core/rng.hpp>
#include <kedja/measures/common/dense_matrix.hpp>

namespace kedja::test {

/// A >= 0 whose columns add up to at most 0.8; some columns and rows are zero.
[[nodiscard]] inline measures::dense_matrix productive(std::size_t n, std::uint64_t seed) {
  random_stream random(seed, 1);
  measures::dense_matrix a(n, n);
  for (std::size_t j = 0; j < n; ++j) {
    const double share = random.uniform() < 0.05 ? 0.0 : 1.6 * random.uniform() / (double(n) + 1);
    for (std::size_t i = 0; i < n; ++i) a(i, j) = share * random.uniform();
  }
  return a;
}

[[nodiscard]] inline measures::dense_matrix identity_minus(const measures::dense_matrix& a) {
  auto m = a;
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) m(i, j) = (i == j ? 1.0 : 0.0) - a(i, j);
  return m;
}

/// Gauss-Jordan with row exchange.
[[nodiscard]] inline measures::dense_matrix inverse(measures::dense_matrix m) {
  const std::size_t n = m.rows;
  measures::dense_matrix made(n, n);
  for (std::size_t i = 0; i < n; ++i) made(i, i) = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::abs(m(i, k)) > std::abs(m(best, k))) best = i;
    for (std::size_t j = 0; j < n; ++j) {
      std::swap(m(k, j), m(best, j));
      std::swap(made(k, j), made(best, j));
    }
    const double pivot = m(k, k);
    for (std::size_t j = 0; j < n; ++j) m(k, j) /= pivot, made(k, j) /= pivot;
    for (std::size_t i = 0; i < n; ++i) {
      const double factor = m(i, k);
      if (i == k || factor == 0) continue;
      for (std::size_t j = 0; j < n; ++j)
        m(i, j) -= factor * m(k, j), made(i, j) -= factor * made(k, j);
    }
  }
  return made;
}

}  // namespace kedja::test
