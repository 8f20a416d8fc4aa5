/// @file
/// What another cluster could add. After Balland & Boschma, "Complementary interregional linkages
/// and Smart Specialisation", Regional Studies 55 (2021), doi:10.1080/00343404.2020.1861240.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <kedja/measures/gap/cluster_profile.hpp>

namespace kedja::measures {

struct complementarity_result {
  /// Clusters x clusters: sqrt(added_ab added_ba) over the largest such value; 0 on the diagonal.
  std::vector<double> pair;
  /// Per cluster: 1 - the part of its lacking, needed capabilities that clusters it is tied to are
  /// specialised in; 0 when it lacks nothing that another cluster is specialised in.
  std::vector<double> gap;
};

/// added_ab = sum over the capabilities k that b is specialised in and a is not of near_ak, where
/// near (clusters x capabilities, NaN counting 0) is the density of a's specialisations around k.
/// `tied` (clusters x clusters) is 1 where two clusters share a link. O(clusters^2 x capabilities).
[[nodiscard]] inline complementarity_result complementarity(const cluster_profile& p,
                                                            std::span<const double> near,
                                                            std::span<const char> tied) {
  const std::size_t n = p.clusters;
  if (near.size() != n * p.capabilities || tied.size() != n * n)
    throw invalid_argument("near must be clusters x capabilities and tied clusters x clusters");
  const sparse_table strong = specialised_table(p);
  std::vector<char> has(n * p.capabilities, 0);
  for (group_id a = 0; a < n; ++a)
    for (const auto& e : strong.row(a)) has[p.at(a, e.column)] = 1;

  std::vector<double> added(n * n, 0.0);
  for (group_id a = 0; a < n; ++a)
    for (group_id b = 0; b < n; ++b)
      for (const auto& e : strong.row(b))
        if (has[p.at(a, e.column)] == 0 && !std::isnan(near[p.at(a, e.column)]))
          added[a * n + b] += near[p.at(a, e.column)];

  complementarity_result result;
  result.pair.assign(n * n, 0.0);
  double most = 0;
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b < n; ++b) {
      if (a != b) result.pair[a * n + b] = std::sqrt(added[a * n + b] * added[b * n + a]);
      most = std::max(most, result.pair[a * n + b]);
    }
  if (most > 0)
    for (double& value : result.pair) value /= most;

  for (group_id a = 0; a < n; ++a) {
    double wanted = 0, delivered = 0;
    for (std::uint32_t k = 0; k < p.capabilities; ++k) {
      if (has[p.at(a, k)] != 0) continue;
      bool elsewhere = false, partner = false;
      for (group_id b = 0; b < n; ++b) {
        const bool offers = b != a && has[p.at(b, k)] != 0;
        elsewhere = elsewhere || offers;
        partner = partner || (offers && tied[a * n + b] != 0);
      }
      if (elsewhere) wanted += p.need[k];
      if (partner) delivered += p.need[k];
    }
    result.gap.push_back(wanted > 0 ? 1.0 - delivered / wanted : 0.0);
  }
  return result;
}

}  // namespace kedja::measures
