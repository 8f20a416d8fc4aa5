/// @file
/// What clusters can do and what is needed: the common ground of the gap measures.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {

/// A value with its band.
struct gap_band {
  double value = std::nan(""), low = std::nan(""), high = std::nan("");
};

/// Clusters by capabilities. A member counts once in each of its clusters.
struct cluster_profile {
  std::uint32_t clusters = 0, capabilities = 0;
  std::vector<std::uint32_t> size;   ///< members per cluster
  std::vector<std::uint32_t> count;  ///< members that have it, row after row of clusters
  std::vector<double> common;        ///< share of the able companies that have it
  /// Need per capability, summing to 1: one row for all clusters, or a row for each (all zeros
  /// where nothing is known of a cluster's need).
  std::vector<double> need;
  std::vector<vertex_id> able;  ///< companies with any capability

  /// m_ak: share of a's members that have k; NaN for a cluster without members.
  [[nodiscard]] double share(group_id a, std::uint32_t k) const noexcept {
    return static_cast<double>(count[at(a, k)]) / static_cast<double>(size[a]);
  }
  /// As common in a as among the able companies, or more.
  [[nodiscard]] bool specialised(group_id a, std::uint32_t k) const noexcept {
    return count[at(a, k)] > 0 && share(a, k) >= common[k];
  }
  /// How much of the need for k a share covers: min(1, share / common); 0 where nobody has k.
  [[nodiscard]] double met(double share_of_members, std::uint32_t k) const noexcept {
    return common[k] > 0 ? std::min(1.0, share_of_members / common[k]) : 0.0;
  }
  /// a's need for k.
  [[nodiscard]] double need_of(group_id a, std::uint32_t k) const noexcept {
    return need.size() == capabilities ? need[k] : need[at(a, k)];
  }
  [[nodiscard]] std::size_t at(group_id a, std::uint32_t k) const noexcept {
    return static_cast<std::size_t>(a) * capabilities + k;
  }
};

/// `has` is companies by capabilities; any cell > 0 counts. `need` (none: the common shares; one
/// entry per capability, or clusters x capabilities) is scaled to sum 1 per row. Throws
/// invalid_argument for sizes that do not match and for a negative, NaN or infinite need. O(members
/// x capabilities they have + clusters x capabilities).
[[nodiscard]] inline cluster_profile profile_of(const graph::grouping& groups,
                                                const sparse_table& has,
                                                std::span<const double> need = {}) {
  if (groups.num_vertices() != has.rows())
    throw invalid_argument("the grouping has " + std::to_string(groups.num_vertices()) +
                           " companies, the capabilities " + std::to_string(has.rows()));
  const std::size_t cells = static_cast<std::size_t>(groups.num_groups()) * has.columns();
  if (!need.empty() && need.size() != has.columns() && need.size() != cells)
    throw invalid_argument(
        "need must have one entry per capability, or per cluster and capability");
  cluster_profile p;
  p.clusters = groups.num_groups(), p.capabilities = has.columns();
  p.size.assign(p.clusters, 0);
  p.count.assign(static_cast<std::size_t>(p.clusters) * p.capabilities, 0);
  p.common.assign(p.capabilities, 0.0);
  for (vertex_id i = 0; i < has.rows(); ++i) {
    bool able = false;
    for (const auto& [a, share] : groups.of(i)) ++p.size[a];
    for (const auto& e : has.row(i)) {
      if (!(e.value > 0)) continue;
      able = true;
      p.common[e.column] += 1.0;
      for (const auto& [a, share] : groups.of(i)) ++p.count[p.at(a, e.column)];
    }
    if (able) p.able.push_back(i);
  }
  for (double& c : p.common) c = p.able.empty() ? 0.0 : c / static_cast<double>(p.able.size());
  p.need.assign(need.begin(), need.end());
  if (need.empty()) p.need = p.common;
  for (std::size_t first = 0; first < p.need.size(); first += p.capabilities) {
    const std::span<double> row(p.need.data() + first, p.capabilities);
    double sum = 0;
    for (const double t : row) {
      if (!std::isfinite(t) || t < 0) throw invalid_argument("a need is not a finite number >= 0");
      sum += t;
    }
    for (double& t : row) t = sum > 0 ? t / sum : 0.0;
  }
  return p;
}

/// The 0/1 table of clusters by the capabilities that they are specialised in.
[[nodiscard]] inline sparse_table specialised_table(const cluster_profile& p) {
  std::vector<std::uint32_t> row, column;
  for (group_id a = 0; a < p.clusters; ++a)
    for (std::uint32_t k = 0; k < p.capabilities; ++k)
      if (p.specialised(a, k)) row.push_back(a), column.push_back(k);
  return sparse_table(p.clusters, p.capabilities, row, column);
}

}  // namespace kedja::measures
