/// @file
/// Quantiles of a sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace kedja::measures {

/// The p-quantile, linear between order statistics (Hyndman and Fan's type 7, the default of R and
/// NumPy), 0 <= p <= 1; NaN of nothing. Reorders the values. O(n).
[[nodiscard]] inline double quantile(std::span<double> values, double p) {
  if (values.empty()) return std::nan("");
  const double at = p * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(low);
  std::nth_element(values.begin(), nth, values.end());
  if (low + 1 >= values.size()) return *nth;
  const double next = *std::min_element(nth + 1, values.end());
  return *nth + (at - static_cast<double>(low)) * (next - *nth);
}

}  // namespace kedja::measures
