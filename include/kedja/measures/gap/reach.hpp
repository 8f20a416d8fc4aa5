/// @file
/// Reach gap: how narrowly a cluster's ties to others spread over regions or countries. Rarefied to
/// equal numbers of ties (Hurlbert 1971, doi:10.2307/1934145), since entropy grows with them;
/// effective numbers exp(H) after Jost 2006, doi:10.1111/j.2006.0030-1299.14714.x.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/graph/links.hpp>
#include <kedja/measures/gap/cluster_profile.hpp>

namespace kedja::measures {

inline constexpr std::uint32_t no_region = static_cast<std::uint32_t>(-1);

/// Clusters x regions: the links from a cluster's members to companies outside it, by the region of
/// the other end; links to companies without a region are left out.
class external_ties {
 public:
  external_ties(group_id clusters, std::uint32_t regions)
      : regions_(regions), count_(static_cast<std::size_t>(clusters) * regions, 0.0) {}

  /// Adds a graph's links; both ends of a link look out. O(m x clusters per company).
  template <graph::two_way_graph G>
  void add(const G& g, const graph::grouping& groups, std::span<const std::uint32_t> region) {
    if (groups.num_vertices() != g.num_vertices() || region.size() != g.num_vertices())
      throw invalid_argument("grouping and regions must have one entry per company");
    graph::for_each_link(g, [&](vertex_id u, vertex_id v, double) {
      look_out(groups, u, v, region[v]);
      look_out(groups, v, u, region[u]);
    });
  }
  [[nodiscard]] std::span<const double> row(group_id a) const noexcept {
    return {count_.data() + static_cast<std::size_t>(a) * regions_, regions_};
  }
  [[nodiscard]] std::uint32_t regions() const noexcept { return regions_; }
  [[nodiscard]] group_id clusters() const noexcept {
    return regions_ == 0 ? 0 : static_cast<group_id>(count_.size() / regions_);
  }

 private:
  void look_out(const graph::grouping& groups, vertex_id inside, vertex_id outside,
                std::uint32_t region) {
    if (region == no_region) return;
    if (region >= regions_)
      throw invalid_argument("region " + std::to_string(region) + " does not exist");
    const auto others = groups.of(outside);
    for (const auto& [a, share] : groups.of(inside)) {
      const bool within = std::ranges::any_of(others, [a](const auto& o) { return o.group == a; });
      if (!within) count_[static_cast<std::size_t>(a) * regions_ + region] += 1.0;
    }
  }

  std::uint32_t regions_;
  std::vector<double> count_;
};

/// E[H] of m independent draws from q: sum over i and k of Binomial(k; m, q_i) (-(k/m) log(k/m)).
/// Counts further than 12 standard deviations and 40 from their mean are left out; their
/// probability is below 1e-30. O(regions x sqrt(m) + m).
[[nodiscard]] inline double expected_entropy(std::span<const double> q, std::uint64_t m) {
  const auto n = static_cast<double>(m);
  std::vector<double> log_factorial(m + 1, 0.0);
  for (std::uint64_t k = 2; k <= m; ++k)
    log_factorial[k] = log_factorial[k - 1] + std::log(static_cast<double>(k));
  double total = 0;
  for (const double p : q) {
    if (!(p > 0) || p >= 1) continue;
    const double mean = n * p, wide = 12.0 * std::sqrt(mean * (1 - p)) + 40.0;
    const auto first = static_cast<std::uint64_t>(std::max(1.0, std::floor(mean - wide)));
    const auto last = static_cast<std::uint64_t>(std::min(n - 1, std::ceil(mean + wide)));
    for (std::uint64_t i = first; i <= last; ++i) {  // all m in one region adds nothing: log 1 = 0
      const auto k = static_cast<double>(i);
      const double log_choose = log_factorial[m] - log_factorial[i] - log_factorial[m - i];
      const double chance = std::exp(log_choose + k * std::log(p) + (n - k) * std::log1p(-p));
      total -= chance * (k / n) * std::log(k / n);
    }
  }
  return total;
}

struct reach_row {
  gap_band whole;      ///< R_a = max(0, 1 - exp H(q_a) / exp E[H(q*_m)]); NaN without ties
  double ties = 0;     ///< m
  double entropy = 0;  ///< H(q_a), natural logarithm
  /// Per region: q* log(q* / q_a), with one pseudo tie spread as q* so that no region is infinite.
  std::vector<double> missing;
};

/// q_a is the spread of a's ties, q* the spread of all clusters' ties together. The band is 90 per
/// cent, from the delta method's variance of H: (sum q log^2 q - H^2) / m.
[[nodiscard]] inline reach_row reach_gap(const external_ties& ties, group_id a,
                                         std::span<const double> reference) {
  reach_row r;
  const auto count = ties.row(a);
  for (const double c : count) r.ties += c;
  if (!(r.ties > 0)) return r;
  double square = 0;
  for (const double c : count) {
    if (!(c > 0)) continue;
    const double q = c / r.ties, log_q = std::log(q);
    r.entropy -= q * log_q;
    square += q * log_q * log_q;
  }
  const double sd = std::sqrt(std::max(0.0, square - r.entropy * r.entropy) / r.ties);
  const double even = expected_entropy(reference, static_cast<std::uint64_t>(r.ties));
  const auto gap = [even](double h) { return std::clamp(1.0 - std::exp(h - even), 0.0, 1.0); };
  constexpr double z = 1.6448536269514722;  // 95 per cent of the normal distribution
  r.whole = {gap(r.entropy), gap(r.entropy + z * sd), gap(r.entropy - z * sd)};
  for (std::size_t i = 0; i < count.size(); ++i) {
    const double smooth = (count[i] + reference[i]) / (r.ties + 1.0);
    r.missing.push_back(reference[i] > 0 ? reference[i] * std::log(reference[i] / smooth) : 0.0);
  }
  return r;
}

/// q*: the spread of all clusters' external ties together; zeros when there are none.
[[nodiscard]] inline std::vector<double> pooled_spread(const external_ties& ties) {
  std::vector<double> q(ties.regions(), 0.0);
  double sum = 0;
  for (group_id a = 0; a < ties.clusters(); ++a) {
    const auto row = ties.row(a);
    for (std::size_t r = 0; r < row.size(); ++r) q[r] += row[r], sum += row[r];
  }
  for (double& value : q) value = sum > 0 ? value / sum : 0.0;
  return q;
}

}  // namespace kedja::measures
