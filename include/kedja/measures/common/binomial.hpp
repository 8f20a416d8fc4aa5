/// @file
/// The binomial distribution and the exact interval of a share.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include <kedja/core/error.hpp>
#include <kedja/measures/common/log_gamma.hpp>

namespace kedja::measures {

/// P(X <= x) for X ~ Binomial(n, p), summed from the largest term down. O(x).
[[nodiscard]] inline double binomial_at_most(std::uint64_t x, std::uint64_t n, double p) {
  if (x >= n || p <= 0) return 1.0;
  if (p >= 1) return 0.0;
  const auto trials = static_cast<double>(n);
  double sum = 0;
  for (std::uint64_t i = 0; i <= x; ++i) {
    const auto k = static_cast<double>(i);
    sum += std::exp(log_gamma(trials + 1) - log_gamma(k + 1) - log_gamma(trials - k + 1) +
                    k * std::log(p) + (trials - k) * std::log1p(-p));
  }
  return std::min(1.0, sum);
}

/// Clopper and Pearson's interval of the share behind x of n (1934, doi:10.1093/biomet/26.4.404):
/// it holds the share with at least probability `level`. By bisection, to 1e-12. O(n).
[[nodiscard]] inline std::pair<double, double> binomial_interval(std::uint64_t x, std::uint64_t n,
                                                                 double level) {
  if (n == 0 || x > n)
    throw invalid_argument(std::to_string(x) + " of " + std::to_string(n) + " is no share");
  if (!(level > 0 && level < 1)) throw invalid_argument("the level must lie in (0, 1)");
  const double tail = (1 - level) / 2;
  const auto solve = [](auto falls) {
    double low = 0, high = 1;
    for (int i = 0; i < 42; ++i) (falls((low + high) / 2) ? low : high) = (low + high) / 2;
    return (low + high) / 2;
  };
  const double low =
      x == 0 ? 0.0 : solve([&](double p) { return 1 - binomial_at_most(x - 1, n, p) < tail; });
  const double high =
      x == n ? 1.0 : solve([&](double p) { return binomial_at_most(x, n, p) > tail; });
  return {low, high};
}

}  // namespace kedja::measures
