/// @file
/// Tails of the gamma distribution.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include <kedja/measures/null_models/tail.hpp>

namespace kedja::measures {

/// P(X <= x) and P(X >= x) for X of the gamma distribution with the given shape and scale 1: series
/// below shape + 1, Lentz's continued fraction above (Abramowitz & Stegun 6.5.29, 6.5.31).
struct gamma_tails {
  double at_most, at_least;
};
[[nodiscard]] inline gamma_tails gamma_distribution(double shape, double x) {
  if (!(x > 0)) return {0.0, 1.0};
  const double front = std::exp(shape * std::log(x) - x - log_gamma(shape));
  if (x < shape + 1) {
    double term = 1 / shape, sum = term;
    for (double k = shape + 1; term > sum * 1e-17; ++k) sum += term *= x / k;
    const double below = std::clamp(front * sum, 0.0, 1.0);
    return {below, 1 - below};
  }
  constexpr double tiny = std::numeric_limits<double>::min();
  double b = x + 1 - shape, c = 1 / tiny, d = 1 / b, fraction = d;
  for (double k = 1; k < 100000; ++k) {
    const double a = -k * (k - shape);
    b += 2;
    d = a * d + b, c = b + a / c;
    if (std::abs(d) < tiny) d = tiny;
    if (std::abs(c) < tiny) c = tiny;
    d = 1 / d;
    fraction *= d * c;
    if (std::abs(d * c - 1) < 1e-16) break;
  }
  const double above = std::clamp(front * fraction, 0.0, 1.0);
  return {1 - above, above};
}

/// How likely a sum of values at least, or at most, this large is, when it has this mean and
/// variance and, with probability exp(log_none), no value at all: where it has any, it is taken to
/// be of the gamma distribution with the moments that leaves.
[[nodiscard]] inline double value_p_value(double observed, double mean, double variance,
                                          double log_none, tail side) {
  if (!(mean > 0) || !(variance > 0)) return std::nan("");
  const double none = std::exp(log_none), some = -std::expm1(log_none);
  const double middle = mean / some;
  const double spread = (variance + mean * mean) / some - middle * middle;
  const auto t = gamma_distribution(middle * middle / spread, observed * middle / spread);
  const double at_least = observed > 0 ? some * t.at_least : 1.0;
  const double at_most = none + some * t.at_most;
  if (side == tail::greater) return at_least;
  if (side == tail::less) return at_most;
  return std::min(1.0, 2 * std::min(at_least, at_most));
}

}  // namespace kedja::measures
