/// @file
/// Capability gap: needed capabilities that a cluster's members lack. After Hidalgo et al. 2007,
/// doi:10.1126/science.1144581, and Neffke, Henning & Boschma, "How do regions diversify over
/// time?", Economic Geography 87 (2011), doi:10.1111/j.1944-8287.2011.01121.x.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/measures/common/binomial.hpp>
#include <kedja/measures/common/quantile.hpp>
#include <kedja/measures/gap/cluster_profile.hpp>
#include <kedja/measures/gap/member_draws.hpp>

namespace kedja::measures {

struct capability_gap_options {
  std::uint32_t draws = 200;  ///< for the bands; at least 20
  std::uint64_t seed = 0;
};

struct capability_gap_result {
  /// One per asked cluster; NaN for a cluster without members or without a need.
  std::vector<gap_band> whole;
  /// The same gap of random clusters of equal size: 2.5, 50 and 97.5 per cent. NaN when fewer
  /// companies than members have any capability.
  std::vector<gap_band> random;
  /// Asked clusters x capabilities, row after row: each capability's part of the whole.
  std::vector<gap_band> part;
};

namespace detail {

/// a's gap, had it companies with capabilities `count` times among `members`.
inline double gap_of(const cluster_profile& p, group_id a, std::span<const std::uint32_t> count,
                     std::uint32_t members) {
  double gap = 0;
  for (std::uint32_t k = 0; k < p.capabilities; ++k)
    gap += p.need_of(a, k) * (1.0 - p.met(static_cast<double>(count[k]) / members, k));
  return gap;
}

inline gap_band random_clusters(const cluster_profile& p, const sparse_table& has, group_id a,
                                std::uint32_t draws, random_stream& random) {
  const std::uint32_t members = p.size[a];
  if (members == 0 || p.able.size() < members) return {};
  std::vector<vertex_id> pool = p.able;
  std::vector<double> gaps(draws);
  std::vector<std::uint32_t> count(p.capabilities);
  for (double& gap : gaps) {
    std::fill(count.begin(), count.end(), 0u);
    for (const vertex_id i : draw_front(pool, members, random))
      for (const auto& e : has.row(i)) count[e.column] += e.value > 0;
    gap = gap_of(p, a, count, members);
  }
  return {quantile(gaps, 0.5), quantile(gaps, 0.025), quantile(gaps, 0.975)};
}

/// Capabilities of which a's share would be this low in at most 5 per cent of clusters if it were
/// as common there as everywhere, all capabilities taken together (Bonferroni).
inline std::vector<char> clearly_lacking(const cluster_profile& p, group_id a) {
  std::vector<char> clear(p.capabilities, 0);
  std::size_t tests = 0;
  for (std::uint32_t k = 0; k < p.capabilities; ++k)
    tests += p.need_of(a, k) > 0 && p.met(p.share(a, k), k) < 1;
  for (std::uint32_t k = 0; k < p.capabilities; ++k)
    clear[k] = p.need_of(a, k) > 0 && p.met(p.share(a, k), k) < 1 &&
               (p.common[k] == 0 || binomial_at_most(p.count[p.at(a, k)], p.size[a], p.common[k]) <
                                        0.05 / static_cast<double>(tests));
  return clear;
}

/// Bands of one cluster's gap and of its parts, from draws of its members' weights.
inline void capability_bands(const cluster_profile& p, const sparse_table& has, group_id a,
                             std::span<const graph::group_members::member> members,
                             std::uint32_t draws, random_stream& random, gap_band& whole,
                             std::span<gap_band> part) {
  const std::size_t wide = p.capabilities;
  const std::vector<char> clear = clearly_lacking(p, a);
  member_draws weights(members.size());
  std::vector<double> share(wide), low(draws, 0.0), high(draws, 0.0);
  std::vector<double> low_part(wide * draws), high_part(wide * draws);
  for (std::uint32_t d = 0; d < draws; ++d) {
    weights.next(random);
    std::fill(share.begin(), share.end(), 0.0);
    for (std::size_t i = 0; i < members.size(); ++i)
      for (const auto& e : has.row(members[i].vertex))
        if (e.value > 0) share[e.column] += weights.weights()[i];
    for (std::uint32_t k = 0; k < wide; ++k) {
      const double need = p.need_of(a, k);
      const double up = weights.unseen(random), down = weights.unseen(random);
      const double least = need * (1.0 - p.met((1.0 - up) * share[k] + up, k));
      const double most = need * (1.0 - p.met((1.0 - down) * share[k], k));
      low_part[k * draws + d] = least, high_part[k * draws + d] = most;
      if (clear[k] != 0) low[d] += least;
      high[d] += most;
    }
  }
  for (std::size_t k = 0; k < wide; ++k) {
    part[k].low = std::min(part[k].value, quantile({low_part.data() + k * draws, draws}, 0.05));
    part[k].high = std::max(part[k].value, quantile({high_part.data() + k * draws, draws}, 0.95));
  }
  whole.low = std::min(whole.value, quantile(low, 0.05));
  whole.high = std::max(whole.value, quantile(high, 0.95));
}

}  // namespace detail

/// G_a = sum_k t_ak (1 - met_ak) with need t and met = min(1, m_ak / common_k).
///
/// Bands: 5 and 95 per cent under member_draws, so each part's band is Clopper and Pearson's. The
/// gap bends where a share reaches the common one, and there every draw of shares overstates it;
/// so in the low end of the whole only the clearly lacking capabilities count.
/// O(clusters x draws x (capabilities + members' capabilities)). Bit-identical for any number of
/// threads. Throws invalid_argument for a cluster that does not exist and for too few draws.
[[nodiscard]] inline capability_gap_result capability_gap(
    const cluster_profile& p, const graph::grouping& groups, const sparse_table& has,
    std::span<const group_id> clusters, const capability_gap_options& options = {},
    const run_context& ctx = {}) {
  if (options.draws < 20) throw invalid_argument("draws must be at least 20");
  if (groups.num_groups() != p.clusters || groups.num_vertices() != has.rows())
    throw invalid_argument("the grouping and the profile do not match");
  for (const group_id a : clusters)
    if (a >= p.clusters) throw invalid_argument("cluster " + std::to_string(a) + " does not exist");
  const std::size_t wide = p.capabilities;
  const graph::group_members members(groups);
  capability_gap_result result;
  result.whole.resize(clusters.size());
  result.random.resize(clusters.size());
  result.part.resize(clusters.size() * wide);
  task job(ctx, static_cast<double>(clusters.size()));
  for_blocks(clusters.size(), 1, job, [&](std::size_t row, std::size_t, std::size_t) {
    const group_id a = clusters[row];
    job.advance(1);
    double need = 0;
    for (std::uint32_t k = 0; k < wide; ++k) need += p.need_of(a, k);
    if (p.size[a] == 0 || !(need > 0)) return;
    const std::span<gap_band> part(result.part.data() + row * wide, wide);
    for (std::uint32_t k = 0; k < wide; ++k)
      part[k].value = p.need_of(a, k) * (1.0 - p.met(p.share(a, k), k));
    gap_band& whole = result.whole[row];
    whole.value = detail::gap_of(p, a, {p.count.data() + p.at(a, 0), wide}, p.size[a]);
    // One stream per cluster, whatever else is asked: a cluster's band does not depend on others.
    random_stream random(options.seed, a);
    detail::capability_bands(p, has, a, members.of(a), options.draws, random, whole, part);
    result.random[row] = detail::random_clusters(p, has, a, options.draws, random);
  });
  job.finish();
  return result;
}

}  // namespace kedja::measures
