/// @file
/// Links from a cluster to the outside by region, and entropies of them: rarefied to equal numbers
/// (Hurlbert 1971, doi:10.2307/1934145), since entropy grows with the number of links.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/graph/links.hpp>

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
      const bool within =
          std::ranges::any_of(others, [a = a](const auto& o) { return o.group == a; });
      if (!within) count_[static_cast<std::size_t>(a) * regions_ + region] += 1.0;
    }
  }

  std::uint32_t regions_;
  std::vector<double> count_;
};

/// Entropies of ties over regions, with log factorials up to the largest number of ties.
class tie_entropy {
 public:
  explicit tie_entropy(std::uint64_t most_ties) : log_factorial_(most_ties + 1, 0.0) {
    for (std::uint64_t k = 2; k <= most_ties; ++k)
      log_factorial_[k] = log_factorial_[k - 1] + std::log(static_cast<double>(k));
  }

  /// E[H] of m independent draws from q: sum over i and k of Binomial(k; m, q_i) (-(k/m) log(k/m)).
  /// Counts further than 12 standard deviations and 40 from their mean are left out; their
  /// probability is below 1e-30. O(regions x sqrt(m)).
  [[nodiscard]] double expected(std::span<const double> q, std::uint64_t m) const {
    const auto n = static_cast<double>(m);
    double total = 0;
    for (const double p : q) {
      if (!(p > 0) || p >= 1) continue;
      const double mean = n * p, wide = 12.0 * std::sqrt(mean * (1 - p)) + 40.0;
      const auto first = static_cast<std::uint64_t>(std::max(1.0, std::floor(mean - wide)));
      const auto last = static_cast<std::uint64_t>(std::min(n - 1, std::ceil(mean + wide)));
      for (std::uint64_t i = first; i <= last;
           ++i) {  // all m in one region adds nothing: log 1 = 0
        const auto k = static_cast<double>(i);
        const double chance = std::exp(choose(m, i) + k * std::log(p) + (n - k) * std::log1p(-p));
        total -= chance * (k / n) * std::log(k / n);
      }
    }
    return total;
  }
  /// E[H] of m of the given ties drawn without replacement (Hurlbert's rarefaction). O(regions x
  /// m).
  [[nodiscard]] double rarefied(std::span<const double> count, std::uint64_t m) const {
    std::uint64_t all = 0;
    for (const double c : count) all += static_cast<std::uint64_t>(c);
    double total = 0;
    for (const double c : count) {
      const auto here = static_cast<std::uint64_t>(c), elsewhere = all - here;
      if (here == 0) continue;
      const std::uint64_t first = std::max<std::uint64_t>(1, m > elsewhere ? m - elsewhere : 0);
      for (std::uint64_t k = first; k <= std::min(here, m) && k < m; ++k) {
        const double chance = std::exp(choose(here, k) + choose(elsewhere, m - k) - choose(all, m));
        const double part = static_cast<double>(k) / static_cast<double>(m);
        total -= chance * part * std::log(part);
      }
    }
    return total;
  }

 private:
  [[nodiscard]] double choose(std::uint64_t n, std::uint64_t k) const {
    return log_factorial_[n] - log_factorial_[k] - log_factorial_[n - k];
  }
  std::vector<double> log_factorial_;
};

/// H of counts, natural logarithm.
[[nodiscard]] inline double entropy_of(std::span<const double> count) {
  double all = 0, sum = 0;
  for (const double c : count) all += c;
  for (const double c : count)
    if (c > 0) sum -= c / all * std::log(c / all);
  return sum;
}

}  // namespace kedja::measures
