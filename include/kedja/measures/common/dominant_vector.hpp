/// @file
/// The dominant eigenvector of a non-negative matrix that is known by its products only: Arnoldi's
/// method, restarted with the best vector found. Source: Saad, "Numerical methods for large
/// eigenvalue problems", 2nd ed. (2011), sections 6.2 and 6.4, doi:10.1137/1.9781611970739.
#pragma once

#include <algorithm>
#include <array>
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
/// weight that the start gives it. multiply(x, y) sets y = A x. Of a symmetric matrix each new
/// vector needs to be held against the last two only (Lanczos' method, section 6.6); what rounding
/// brings back of earlier ones is little in so few steps, and the residual is that of the vector
/// given. Memory: 13 vectors of n doubles.
template <class Multiply>
[[nodiscard]] dominant_vector_result dominant_vector(std::size_t n, const iteration_limits& limits,
                                                     task& job, Multiply multiply,
                                                     bool symmetric = false) {
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
  // Classical Gram & Schmidt, twice (Giraud, Langou & Rozloznik, Comput. Math. Appl. 50 (2005)
  // 1069, doi:10.1016/j.camwa.2005.08.009): `known` parts along the basis are taken out of `next`,
  // and what is then found along it, from `look` on, and in all is told. One pass over memory.
  struct products {
    std::array<double, largest_basis> along = {};
    double square = 0;
  };
  const auto take_out = [&](const products& known, std::size_t used, std::vector<double>& next,
                            std::size_t look) {
    return ordered_reduce(
        n, row_grain, job, products{},
        [&](std::size_t first, std::size_t last) {
          const std::span<double> part(next.data() + first, last - first);
          for (std::size_t k = 0; k <= used; ++k) {
            if (known.along[k] == 0) continue;
            const double along = known.along[k];
            const double* const axis = basis[k].data() + first;
            for (std::size_t i = 0; i < part.size(); ++i) part[i] -= along * axis[i];
          }
          products found;
          for (std::size_t k = look; k <= used; ++k)
            found.along[k] = dot({basis[k].data() + first, part.size()}, part);
          found.square = dot(part, part);
          return found;
        },
        [](products a, const products& b) {
          for (std::size_t k = 0; k < largest_basis; ++k) a.along[k] += b.along[k];
          a.square += b.square;
          return a;
        });
  };
  const auto best_in_basis = [&](const std::vector<double>& projected, std::size_t used) {
    std::vector<double> small(used * used);
    for (std::size_t a = 0; a < used; ++a)
      for (std::size_t b = 0; b < used; ++b) small[a * used + b] = projected[a * size + b];
    return rightmost_eigenpair(small, used);
  };
  while (result.iteration.iterations < limits.max_iterations && !result.iteration.converged) {
    std::vector<double> projected(size * size, 0.0);
    basis[0] = x;
    std::size_t used = 0;
    double beyond = 0;
    while (used < size && result.iteration.iterations < limits.max_iterations) {
      std::vector<double>& next = basis[used + 1];
      multiply(std::span<const double>(basis[used]), std::span<double>(next));
      ++result.iteration.iterations;
      job.advance(1);
      products last, rest;  // last: what a symmetric matrix gives along the vector before
      if (symmetric && used > 0) last.along[used - 1] = beyond;
      const products raw = take_out(last, used, next, symmetric ? used : 0);
      const double before = std::sqrt(raw.square + last.along[used > 0 ? used - 1 : 0] * beyond);
      if (symmetric) {
        beyond = std::sqrt(take_out(raw, used, next, used + 1).square);
      } else {
        rest = take_out(raw, used, next, 0);  // twice is enough
        beyond = std::sqrt(take_out(rest, used, next, used + 1).square);
      }
      for (std::size_t k = 0; k <= used; ++k)
        projected[k * size + used] = last.along[k] + raw.along[k] + rest.along[k];
      ++used;
      // Below this the basis holds the answer. What is left is rounding, and following it would
      // lead to other vectors where several parts tie. Far enough below the tolerance for that to
      // be met, as it is held against another norm.
      if (!(beyond > std::min(1e-10, limits.tolerance) / 64 * before)) break;
      if (used < size) projected[used * size + used - 1] = beyond;
      // What the residual of the best vector in the basis will be. A wrong guess only restarts.
      if (used % 2 == 0 && used < size) {
        const small_eigenpair guess = best_in_basis(projected, used);
        if (beyond * std::abs(guess.vector.back()) <= limits.tolerance / 8 * guess.value) break;
      }
      each([&](std::size_t i) { next[i] /= beyond; });
    }
    const small_eigenpair best = best_in_basis(projected, used);
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
