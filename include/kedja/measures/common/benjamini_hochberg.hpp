/// @file
/// False discovery rates. Source: Benjamini & Hochberg, "Controlling the false discovery rate", J.
/// R. Stat. Soc. B 57 (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace kedja::measures {

/// q[i]: the least rate at which test i would be called significant. NaN p-values are not tests:
/// they stay NaN and do not count. O(n log n).
[[nodiscard]] inline std::vector<double> q_values(std::span<const double> p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> q(p.size(), std::nan(""));
  const auto tests = static_cast<double>(order.size());
  double least = 1.0;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    least = std::min(least, p[i] * tests / static_cast<double>(rank));
    q[i] = least;
  }
  return q;
}

}  // namespace kedja::measures
