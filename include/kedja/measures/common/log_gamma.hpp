/// @file
/// The logarithm of the gamma function, for several threads at a time.
#pragma once

#include <cmath>

namespace kedja::measures {

/// ln |Gamma(x)|. std::lgamma writes the sign into a global, `signgam`, which is a data race when
/// two threads call it; the systems that have that global have this form without it.
[[nodiscard]] inline double log_gamma(double x) {
#if defined(__unix__) || defined(__APPLE__)
  int sign = 0;
  return ::lgamma_r(x, &sign);
#else
  return std::lgamma(x);
#endif
}

}  // namespace kedja::measures
