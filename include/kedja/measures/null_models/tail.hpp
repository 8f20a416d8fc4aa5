/// @file
/// How likely a count at least, or at most, this large is.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include <kedja/measures/common/log_gamma.hpp>

namespace kedja::measures {

enum class tail { two_sided, less, greater };

/// P(N >= observed) and P(N <= observed) for a count of given mean and variance: normal when the
/// mean exceeds 50; else negative binomial when the variance exceeds the mean, else Poisson (which
/// is conservative for sums of unequal Bernoulli trials). Fractional observations are rounded away
/// from significance.
[[nodiscard]] inline double count_p_value(double observed, double mean, double variance,
                                          tail side) {
  if (!(mean >= 0) || std::isnan(observed)) return std::nan("");
  double at_least = 1, at_most = 1;
  if (mean > 50) {
    const double z = (observed - mean) / std::sqrt(variance);
    at_least = 0.5 * std::erfc(z / std::numbers::sqrt2);
    at_most = 0.5 * std::erfc(-z / std::numbers::sqrt2);
  } else if (mean > 0) {
    const double low = std::floor(observed + 1e-9), high = std::ceil(observed - 1e-9);
    const bool spread = variance > mean * (1 + 1e-9);
    const double r = spread ? mean * mean / (variance - mean) : 0;
    double term = spread ? std::pow(r / (r + mean), r) : std::exp(-mean);
    double below_high = 0, up_to_low = 0;
    for (double k = 0; k <= std::max(high, low); ++k) {
      if (k < high) below_high += term;
      if (k <= low) up_to_low += term;
      term *= spread ? (k + r) / (k + 1) * (mean / (r + mean)) : mean / (k + 1);
    }
    // Far in the upper tail 1 - sum loses its digits; the tail itself is summed there.
    at_least = 1 - below_high;
    if (at_least < 1e-6) {
      double t = spread
                     ? std::exp(log_gamma(high + r) - log_gamma(r) - log_gamma(high + 1) +
                                r * std::log(r / (r + mean)) + high * std::log(mean / (r + mean)))
                     : std::exp(high * std::log(mean) - mean - log_gamma(high + 1));
      at_least = 0;
      for (double k = high; t > at_least * 1e-17 && t > 0; ++k) {
        at_least += t;
        t *= spread ? (k + r) / (k + 1) * (mean / (r + mean)) : mean / (k + 1);
      }
    }
    at_most = up_to_low;
  } else {
    at_least = observed > 0 ? 0 : 1;
  }
  at_least = std::clamp(at_least, 0.0, 1.0), at_most = std::clamp(at_most, 0.0, 1.0);
  if (side == tail::greater) return at_least;
  if (side == tail::less) return at_most;
  return std::min(1.0, 2 * std::min(at_least, at_most));
}

}  // namespace kedja::measures
