/// @file
/// Capability gap: needed capabilities that a cluster's members lack. After Hidalgo et al. 2007,
/// doi:10.1126/science.1144581, and Neffke, Henning & Boschma, "How do regions diversify over
/// time?", Economic Geography 87 (2011), doi:10.1111/j.1944-8287.2011.01121.x.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/measures/common/quantile.hpp>
#include <kedja/measures/common/random_variates.hpp>
#include <kedja/measures/gap/cluster_profile.hpp>

namespace kedja::measures {

struct capability_gap_options {
  std::uint32_t draws = 200;  ///< for the bands; at least 20
  std::uint64_t seed = 0;
};

struct capability_gap_result {
  /// One per asked cluster; NaN for a cluster without members.
  std::vector<gap_band> whole;
  /// The same gap of random clusters of equal size: 2.5, 50 and 97.5 per cent. NaN when fewer
  /// companies than members have any capability.
  std::vector<gap_band> random;
  /// Asked clusters x capabilities, row after row: each capability's part of the whole.
  std::vector<gap_band> part;
};

namespace detail {

/// The gap of companies that have capabilities `count` times among `members`.
inline double gap_of(const cluster_profile& p, std::span<const std::uint32_t> count,
                     std::uint32_t members) {
  double gap = 0;
  for (std::uint32_t k = 0; k < p.capabilities; ++k)
    gap += p.need[k] * (1.0 - p.met(static_cast<double>(count[k]) / members, k));
  return gap;
}

inline gap_band random_clusters(const cluster_profile& p, const sparse_table& has,
                                std::uint32_t members, std::uint32_t draws, random_stream& random) {
  if (members == 0 || p.able.size() < members) return {};
  std::vector<vertex_id> pool = p.able;
  std::vector<double> gaps(draws);
  std::vector<std::uint32_t> count(p.capabilities);
  for (double& gap : gaps) {
    std::fill(count.begin(), count.end(), 0u);
    for (std::uint32_t i = 0; i < members; ++i) {  // the first steps of Fisher and Yates's shuffle
      std::swap(pool[i], pool[i + static_cast<std::size_t>(random.below(pool.size() - i))]);
      for (const auto& e : has.row(pool[i])) count[e.column] += e.value > 0;
    }
    gap = gap_of(p, count, members);
  }
  return {quantile(gaps, 0.5), quantile(gaps, 0.025), quantile(gaps, 0.975)};
}

}  // namespace detail

/// G_a = sum_k t_k (1 - met_ak) with need t and met = min(1, m_ak / common_k). Bands: 5 and 95 per
/// cent of the gap when each share x/n is drawn from the ends of Clopper and Pearson's interval,
/// Beta(x, n-x+1) for high gaps and Beta(x+1, n-x) for low ones, so they are conservative.
/// O(clusters x draws x (capabilities + members)). Bit-identical for any number of threads.
/// Throws invalid_argument for a cluster that does not exist and for too few draws.
[[nodiscard]] inline capability_gap_result capability_gap(
    const cluster_profile& p, const sparse_table& has, std::span<const group_id> clusters,
    const capability_gap_options& options = {}, const run_context& ctx = {}) {
  if (options.draws < 20) throw invalid_argument("draws must be at least 20");
  for (const group_id a : clusters)
    if (a >= p.clusters) throw invalid_argument("cluster " + std::to_string(a) + " does not exist");
  const std::size_t wide = p.capabilities;
  capability_gap_result result;
  result.whole.resize(clusters.size());
  result.random.resize(clusters.size());
  result.part.resize(clusters.size() * wide);
  task job(ctx, static_cast<double>(clusters.size()));
  for_blocks(clusters.size(), 1, job, [&](std::size_t row, std::size_t, std::size_t) {
    const group_id a = clusters[row];
    const std::uint32_t n = p.size[a];
    if (n == 0) return;
    const std::span<const std::uint32_t> count(p.count.data() + p.at(a, 0), wide);
    // One stream per cluster, whatever else is asked: a cluster's band does not depend on others.
    random_stream random(options.seed, a);
    std::vector<double> low(options.draws, 0.0), high(options.draws, 0.0), part(options.draws);
    for (std::uint32_t k = 0; k < wide; ++k) {
      gap_band& band = result.part[row * wide + k];
      band.value = p.need[k] * (1.0 - p.met(p.share(a, k), k));
      const auto drawn = [&](double x, double y, std::vector<double>& sum, double tail) {
        for (std::uint32_t d = 0; d < options.draws; ++d) {
          part[d] = p.need[k] * (1.0 - p.met(draw_beta(x, y, random), k));
          sum[d] += part[d];
        }
        return quantile(part, tail);
      };
      const double has_it = count[k], lacks_it = n - count[k];
      band.high = drawn(has_it, lacks_it + 1.0, high, 0.95);
      band.low = drawn(has_it + 1.0, lacks_it, low, 0.05);
    }
    result.whole[row] = {detail::gap_of(p, count, n), quantile(low, 0.05), quantile(high, 0.95)};
    result.random[row] = detail::random_clusters(p, has, n, options.draws, random);
    job.advance(1);
  });
  job.finish();
  return result;
}

}  // namespace kedja::measures
