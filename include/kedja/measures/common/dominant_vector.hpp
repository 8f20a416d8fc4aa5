/// @file
/// The dominant eigenvector of a non-negative matrix that is known by its products only: Arnoldi's
/// method, restarted with the best vector found. Source: Saad, "Numerical methods for large
/// eigenvalue problems", 2nd ed. (2011), sections 6.2 and 6.4, doi:10.1137/1.9781611970739.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/iteration.hpp>
#include <kedja/measures/common/link_product.hpp>

namespace kedja::measures {

/// Eigenvalue with the largest real part of a small dense matrix (row-major, k x k), and the real
/// part of its vector, turned so that its largest entry is real.
struct small_eigenpair {
  double value = 0.0;
  std::vector<double> vector;
};
[[nodiscard]] small_eigenpair rightmost_eigenpair(std::span<const double> matrix, std::size_t k);

struct dominant_vector_result {
  double value = 0.0;          ///< spectral radius
  std::vector<double> vector;  ///< >= 0, L2 norm 1
  iteration_record iteration;  ///< iterations count products; the residual is relative to the value
};

/// Starts from all equal entries, which is where power iteration from there would end: entries that
/// no walk from the dominant part reaches become 0, and among several dominant parts each keeps the
/// weight that the start gives it. multiply(x, y) sets y = A x. Memory: 13 vectors of n doubles.
template <class Multiply>
[[nodiscard]] dominant_vector_result dominant_vector(std::size_t n, const iteration_limits& limits,
                                                     task& job, Multiply multiply) {
  constexpr std::size_t largest_basis = 12;
  const std::size_t size = std::min(n, largest_basis);
  dominant_vector_result result;
  std::vector<double>& x = result.vector;
  x.assign(n, n > 0 ? 1 / std::sqrt(static_cast<double>(n)) : 0.0);
  if (n == 0) return result;
  std::vector<std::vector<double>> basis(size + 1, std::vector<double>(n));
  const auto each = [&](auto body) {
    for_blocks(n, row_grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
      for (std::size_t i = first; i < last; ++i) body(i);
    });
  };
  while (result.iteration.iterations < limits.max_iterations && !result.iteration.converged) {
    std::vector<double> projected(size * size, 0.0);
    basis[0] = x;
    std::size_t used = 0;
    while (used < size && result.iteration.iterations < limits.max_iterations) {
      std::vector<double>& next = basis[used + 1];
      multiply(std::span<const double>(basis[used]), std::span<double>(next));
      ++result.iteration.iterations;
      job.advance(1);
      const double before = l2_norm(next, job);
      for (int pass = 0; pass < 2; ++pass)  // twice is enough (Giraud et al. 2005)
        for (std::size_t k = 0; k <= used; ++k) {
          const double along = dot(basis[k], next, job);
          projected[k * size + used] += along;
          each([&](std::size_t i) { next[i] -= along * basis[k][i]; });
        }
      const double beyond = l2_norm(next, job);  // what lies outside the basis
      ++used;
      // Below this the basis holds the answer. What is left is rounding, and following it would
      // lead to other vectors where several parts tie.
      if (!(beyond > std::min(1e-10, limits.tolerance) * before)) break;
      if (used < size) projected[used * size + used - 1] = beyond;
      each([&](std::size_t i) { next[i] /= beyond; });
    }
    std::vector<double> small(used * used);
    for (std::size_t a = 0; a < used; ++a)
      for (std::size_t b = 0; b < used; ++b) small[a * used + b] = projected[a * size + b];
    const small_eigenpair best = rightmost_eigenpair(small, used);
    each([&](std::size_t i) {
      double sum = 0;
      for (std::size_t k = 0; k < used; ++k) sum += basis[k][i] * best.vector[k];
      x[i] = sum;
    });
    // The exact vector has no negative entry; those found are rounding or not yet converged.
    const double sign = sum_of(n, job, [&](std::size_t i) { return x[i]; }) < 0 ? -1.0 : 1.0;
    each([&](std::size_t i) { x[i] = std::max(sign * x[i], 0.0); });
    const double norm = l2_norm(x, job);
    if (!(norm > 0)) break;
    each([&](std::size_t i) { x[i] /= norm; });
    result.value = best.value;
    std::vector<double>& image = basis[0];
    multiply(std::span<const double>(x), std::span<double>(image));
    ++result.iteration.iterations;
    const double size_of_x = l1_norm(x, job);
    result.value = dot(x, image, job);
    const double moved =
        sum_of(n, job, [&](std::size_t i) { return std::abs(image[i] - result.value * x[i]); });
    result.iteration.residual = moved / (std::abs(result.value) * size_of_x);
    result.iteration.error_bound = no_bound;
    result.iteration.converged = result.iteration.residual <= limits.tolerance;
  }
  return result;
}

}  // namespace kedja::measures
