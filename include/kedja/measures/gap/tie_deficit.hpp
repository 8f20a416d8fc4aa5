/// @file
/// Pairs of clusters with significantly fewer ties than chance explains.
#pragma once

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
  /// Per cluster: the mean of its deficits weighted by `weight`; 0 where all weights are 0.
  std::vector<double> gap;
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
  r.deficit.assign(n * n, 0.0), r.significant.assign(n * n, 0);
  const auto put = [&](std::size_t cell, std::size_t i) {
    r.observed[cell] = ties.observed[i], r.expected[cell] = ties.expected[i];
    r.z[cell] = ties.z[i], r.q[cell] = ties.q[i];
    if (!(ties.q[i] < alpha && ties.z[i] < 0)) return;
    r.significant[cell] = 1;
    r.deficit[cell] = (ties.expected[i] - ties.observed[i]) / ties.expected[i];
  };
  for (std::size_t i = 0; i < ties.a.size(); ++i) {
    put(ties.a[i] * n + ties.b[i], i);
    if (!directed) put(ties.b[i] * n + ties.a[i], i);
  }
  for (std::size_t a = 0; a < n; ++a) {
    double sum = 0, all = 0;
    for (std::size_t b = 0; b < n; ++b) {
      if (a == b) continue;
      sum += weight[a * n + b] * r.deficit[a * n + b];
      all += weight[a * n + b];
    }
    r.gap.push_back(all > 0 ? sum / all : 0.0);
  }
  return r;
}

}  // namespace kedja::measures
