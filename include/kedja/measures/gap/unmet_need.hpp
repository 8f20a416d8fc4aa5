/// @file
/// Unmet need of one cluster against spare supply of the others: pairwise, and the joint optimum.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/types.hpp>

namespace kedja::measures {

/// Clusters x kinds, row after row: what members need, what they supply in all, and what members
/// supply to members.
struct need_and_supply {
  std::size_t clusters = 0, kinds = 0;
  std::vector<double> need, supply, home;

  [[nodiscard]] double unmet(std::size_t a, std::size_t k) const noexcept {
    return std::max(0.0, need[a * kinds + k] - home[a * kinds + k]);
  }
  [[nodiscard]] double spare(std::size_t a, std::size_t k) const noexcept {
    return std::max(0.0, supply[a * kinds + k] - home[a * kinds + k]);
  }
};

/// Supply that stays at home where it is needed there: home = min(need, supply).
inline void home_first(need_and_supply& n) {
  n.home.resize(n.need.size());
  for (std::size_t i = 0; i < n.need.size(); ++i) n.home[i] = std::min(n.need[i], n.supply[i]);
}

struct unmet_need_result {
  /// Clusters x clusters, row a (in need), column b (with spare):
  /// comp(b -> a) = sum_k omega_k min(unmet_ak, spare_bk) / sum_k omega_k unmet_ak.
  std::vector<double> pair;
  /// Clusters x clusters: the part of what all others could meet that b could and clusters tied to
  /// a could not; 0 for tied clusters. At most a's gap.
  std::vector<double> offer;
  std::vector<double> unmet;  ///< sum_k omega_k unmet_ak
  /// Part of it that all others together could meet if a were the only one to ask.
  std::vector<double> alone;
  /// Part of it that is met in the joint optimum, where scarce supply is shared in proportion.
  std::vector<double> joint;
  /// Part of it that clusters tied to a could meet if a were the only one to ask.
  std::vector<double> tied;
  /// 1 - tied / alone; 0 when nothing is unmet, or nothing of it could be met.
  std::vector<double> gap;
  double joint_total = 0;  ///< sum_k omega_k times the joint optimum of k
};

/// What each cluster receives of one kind in the joint optimum, and the optimum itself.
///
/// The transportation problem: send x_ba >= 0 from b to a != b with sum_a x_ba <= s_b (spare) and
/// sum_b x_ba <= u_a (unmet), the sum of x as large as possible. Kinds share no constraint, so the
/// joint problem over all kinds is this one for each kind. Its optimum is
///   F = min(S, U, min_b (S - s_b) + (U - u_b)),  S = sum s, U = sum u:
/// by max-flow min-cut, a finite cut keeps some set X of suppliers on the source's side and pays
/// the others' spare. X empty costs S. X = {b} must keep every other cluster's demand on that side
/// and costs (S - s_b) + (U - u_b). Two or more suppliers reach every demand, so the cut costs at
/// least U, and exactly U when X is everyone.
/// Shares: F = U: everybody gets all. F = the third term for b: b gets S - s_b, the others all.
/// F = S < U: u_a S / U each, but at most S - s_a, since a's own spare goes elsewhere; at most one
/// cluster can break that bound (two that did would give (u_a + u_b) S / U + s_a + s_b > 2 S,
/// though both terms are at most S), and what it leaves is shared among the others in proportion.
/// O(clusters).
[[nodiscard]] inline double joint_optimum(std::span<const double> unmet,
                                          std::span<const double> spare,
                                          std::vector<double>& received) {
  double all_unmet = 0, all_spare = 0;
  for (const double u : unmet) all_unmet += u;
  for (const double s : spare) all_spare += s;
  const std::size_t n = unmet.size();
  received.assign(n, 0.0);
  std::size_t lone = n;
  double best = std::min(all_spare, all_unmet);
  for (std::size_t b = 0; b < n; ++b) {
    const double cut = std::max(0.0, all_spare - spare[b]) + std::max(0.0, all_unmet - unmet[b]);
    if (cut < best) best = cut, lone = b;
  }
  if (!(best > 0)) return 0.0;
  if (lone < n) {
    received.assign(unmet.begin(), unmet.end());
    received[lone] = std::max(0.0, all_spare - spare[lone]);
    return best;
  }
  if (all_unmet <= all_spare) {
    received.assign(unmet.begin(), unmet.end());
    return best;
  }
  for (std::size_t a = 0; a < n; ++a) received[a] = unmet[a] * all_spare / all_unmet;
  for (std::size_t a = 0; a < n; ++a) {
    const double most = std::max(0.0, all_spare - spare[a]);
    if (received[a] <= most) continue;
    for (std::size_t b = 0; b < n; ++b)
      received[b] = unmet[b] * (all_spare - most) / (all_unmet - unmet[a]);
    received[a] = most;
    break;
  }
  return best;
}

/// `omega` weighs the kinds (none: 1 each); `tied` (clusters x clusters) says who has ties. The
/// pairs count a spare once for everyone who wants it; `joint` counts it once. O(clusters^2 x
/// kinds). Throws invalid_argument for sizes that do not match and negative or infinite values.
[[nodiscard]] inline unmet_need_result unmet_need(const need_and_supply& given,
                                                  std::span<const double> omega,
                                                  std::span<const char> tied) {
  const std::size_t n = given.clusters, wide = given.kinds;
  if (given.need.size() != n * wide || given.supply.size() != n * wide ||
      given.home.size() != n * wide || tied.size() != n * n ||
      (!omega.empty() && omega.size() != wide))
    throw invalid_argument("needs, supplies, weights and ties do not match in size");
  for (const auto* values : {&given.need, &given.supply, &given.home})
    for (const double x : *values)
      if (!std::isfinite(x) || x < 0)
        throw invalid_argument("a need or supply is not a finite number >= 0");
  for (const double w : omega)
    if (!std::isfinite(w) || w < 0) throw invalid_argument("a weight is not a finite number >= 0");
  unmet_need_result r;
  r.pair.assign(n * n, 0.0), r.offer.assign(n * n, 0.0);
  for (auto* column : {&r.unmet, &r.alone, &r.joint, &r.tied, &r.gap}) column->assign(n, 0.0);
  std::vector<double> unmet(n), spare(n), received;
  for (std::size_t k = 0; k < wide; ++k) {
    const double w = omega.empty() ? 1.0 : omega[k];
    double all_spare = 0;
    for (std::size_t a = 0; a < n; ++a) {
      unmet[a] = given.unmet(a, k), spare[a] = given.spare(a, k);
      all_spare += spare[a];
    }
    r.joint_total += w * joint_optimum(unmet, spare, received);
    for (std::size_t a = 0; a < n; ++a) {
      if (!(unmet[a] > 0)) continue;
      r.unmet[a] += w * unmet[a];
      r.joint[a] += w * received[a];
      r.alone[a] += w * std::min(unmet[a], std::max(0.0, all_spare - spare[a]));
      double of_tied = 0;
      for (std::size_t b = 0; b < n; ++b)
        if (b != a && tied[a * n + b] != 0) of_tied += spare[b];
      r.tied[a] += w * std::min(unmet[a], of_tied);
      const double left = std::max(0.0, unmet[a] - of_tied);
      for (std::size_t b = 0; b < n; ++b) {
        if (b == a || !(spare[b] > 0)) continue;
        r.pair[a * n + b] += w * std::min(unmet[a], spare[b]);
        if (tied[a * n + b] == 0) r.offer[a * n + b] += w * std::min(left, spare[b]);
      }
    }
  }
  for (std::size_t a = 0; a < n; ++a) {
    if (!(r.unmet[a] > 0)) continue;
    if (r.alone[a] > 0) r.gap[a] = std::clamp(1.0 - r.tied[a] / r.alone[a], 0.0, 1.0);
    for (std::size_t b = 0; b < n; ++b) {
      r.pair[a * n + b] /= r.unmet[a];
      if (r.alone[a] > 0) r.offer[a * n + b] /= r.alone[a];
    }
    r.alone[a] /= r.unmet[a], r.joint[a] /= r.unmet[a], r.tied[a] /= r.unmet[a];
  }
  return r;
}

}  // namespace kedja::measures
