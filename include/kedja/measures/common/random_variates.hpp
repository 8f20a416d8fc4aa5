/// @file
/// Draws from the distributions that bands are made of.
#pragma once

#include <cmath>
#include <numbers>

#include <kedja/core/rng.hpp>

namespace kedja::measures {

/// Standard normal, by Box and Muller.
[[nodiscard]] inline double draw_normal(random_stream& random) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - random.uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * random.uniform());
}

/// Gamma with the given shape > 0 and scale 1. Source: Marsaglia & Tsang, "A simple method for
/// generating gamma variables", ACM TOMS 26 (2000), doi:10.1145/358407.358414.
[[nodiscard]] inline double draw_gamma(double shape, random_stream& random) {
  if (shape < 1.0)  // one step up, and back down by a power of a uniform number
    return draw_gamma(shape + 1.0, random) * std::pow(1.0 - random.uniform(), 1.0 / shape);
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = draw_normal(random);
    const double t = 1.0 + c * x;
    if (t <= 0) continue;
    const double v = t * t * t;
    if (std::log(1.0 - random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

/// Beta(a, b); a = 0 gives 0 and b = 0 gives 1, the limits that Clopper and Pearson's interval has.
[[nodiscard]] inline double draw_beta(double a, double b, random_stream& random) {
  if (a == 0) return 0.0;
  if (b == 0) return 1.0;
  const double x = draw_gamma(a, random), y = draw_gamma(b, random);
  return x / (x + y);
}

}  // namespace kedja::measures
