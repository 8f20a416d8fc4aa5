/// @file
/// Sums of products in twice the working precision, by error-free transformations. Source: Ogita,
/// Rump & Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005),
/// doi:10.1137/030601818. Exact parts need no contraction of a*b+c (-ffp-contract=off) and factors
/// whose products stay within 1e-290 and 1e290.
#pragma once

#include <cmath>
#include <limits>

namespace kedja::measures {

/// An unevaluated sum hi + lo.
struct double_pair {
  double hi = 0.0, lo = 0.0;
};

/// a + b exactly.
[[nodiscard]] inline double_pair two_sum(double a, double b) noexcept {
  const double sum = a + b, part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

/// The upper and lower half of a factor's digits.
[[nodiscard]] inline double_pair split(double a) noexcept {
  const double wide = 134217729.0 * a;  // 2^27 + 1
  const double hi = wide - (wide - a);
  return {hi, a - hi};
}

/// a * b exactly.
[[nodiscard]] inline double_pair two_product(double a, double b) noexcept {
  const double product = a * b;
  const double_pair x = split(a), y = split(b);
  return {product, ((x.hi * y.hi - product) + x.hi * y.lo + x.lo * y.hi) + x.lo * y.lo};
}

/// Adds to `sum`; the error of each step is kept in the lower part.
inline void add(double_pair& sum, double a) noexcept {
  const double_pair s = two_sum(sum.hi, a);
  sum = {s.hi, sum.lo + s.lo};
}
inline void add_product(double_pair& sum, double a, double b) noexcept {
  const double_pair p = two_product(a, b);
  const double_pair s = two_sum(sum.hi, p.hi);
  sum = {s.hi, sum.lo + (s.lo + p.lo)};
}

}  // namespace kedja::measures
