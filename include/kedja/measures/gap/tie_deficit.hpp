/// @file
/// Pairs of clusters with significantly fewer ties than chance explains.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <kedja/measures/gap/cluster_profile.hpp>
#include <kedja/measures/null_models/tie_significance.hpp>

namespace kedja::measures {

/// Clusters x clusters, row after row; NaN where a pair was not tested.
struct tie_deficit_result {
  std::vector<double> observed, expected, z, q;
  std::vector<double> deficit;    ///< (expected - observed) / expected where significant, else 0
  std::vector<char> significant;  ///< q < alpha and fewer ties than expected
  /// Ends of each significant deficit's 90 per cent band, from the null model's own variance
  /// ((observed - expected) / z); 0 elsewhere.
  std::vector<double> low, high;
  /// Per cluster: the mean of its deficits weighted by `weight`; 0 where all weights are 0.
  std::vector<gap_band> gap;
};

/// `weight` (clusters x clusters) says how useful each tie would be, so that only useful missing
/// ties count. A pair that was tested once (undirected) fills both of its cells.
/// Throws invalid_argument for alpha outside (0, 1) and for sizes that do not match. O(clusters^2).
[[nodiscard]] inline tie_deficit_result tie_deficit(const tie_significance_result& ties,
                                                    group_id clusters, bool directed,
                                                    std::span<const double> weight,
                                                    double alpha = 0.05) {
  const std::size_t n = clusters;
  if (!(alpha > 0 && alpha < 1))
    throw invalid_argument("alpha must lie in (0, 1), not " + std::to_string(alpha));
  if (weight.size() != n * n) throw invalid_argument("weight must be clusters x clusters");
  tie_deficit_result r;
  for (auto* column : {&r.observed, &r.expected, &r.z, &r.q}) column->assign(n * n, std::nan(""));
  for (auto* column : {&r.deficit, &r.low, &r.high}) column->assign(n * n, 0.0);
  r.significant.assign(n * n, 0);
  std::vector<double> variance(n * n, 0.0);
  constexpr double wide = 1.6448536269514722;  // 95 per cent of the normal distribution
  const auto inside = [](double x) { return std::clamp(x, 0.0, 1.0); };
  const auto put = [&](std::size_t cell, std::size_t i) {
    r.observed[cell] = ties.observed[i], r.expected[cell] = ties.expected[i];
    r.z[cell] = ties.z[i], r.q[cell] = ties.q[i];
    if (!(ties.q[i] < alpha && ties.z[i] < 0)) return;
    r.significant[cell] = 1;
    r.deficit[cell] = (ties.expected[i] - ties.observed[i]) / ties.expected[i];
    const double sd = std::isinf(ties.z[i]) ? 0.0 : r.deficit[cell] / -ties.z[i];
    variance[cell] = sd * sd;
    r.low[cell] = inside(r.deficit[cell] - wide * sd);
    r.high[cell] = inside(r.deficit[cell] + wide * sd);
  };
  for (std::size_t i = 0; i < ties.a.size(); ++i) {
    put(ties.a[i] * n + ties.b[i], i);
    if (!directed) put(ties.b[i] * n + ties.a[i], i);
  }
  for (std::size_t a = 0; a < n; ++a) {
    double sum = 0, all = 0, square = 0;
    for (std::size_t b = 0; b < n; ++b) {
      if (a == b) continue;
      sum += weight[a * n + b] * r.deficit[a * n + b];
      square += weight[a * n + b] * weight[a * n + b] * variance[a * n + b];
      all += weight[a * n + b];
    }
    const double mean = all > 0 ? sum / all : 0.0, sd = all > 0 ? std::sqrt(square) / all : 0.0;
    r.gap.push_back({mean, inside(mean - wide * sd), inside(mean + wide * sd)});
  }
  return r;
}

}  // namespace kedja::measures
