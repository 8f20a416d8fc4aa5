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
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/common/quantile.hpp>
#include <kedja/measures/gap/cluster_profile.hpp>
#include <kedja/measures/gap/external_ties.hpp>
#include <kedja/measures/gap/member_draws.hpp>

namespace kedja::measures {

struct reach_options {
  std::uint32_t draws = 200;  ///< for the band and for random clusters; at least 20
  std::uint64_t seed = 0;
  std::uint32_t rarefy = 20;  ///< ties to which clusters are brought to be compared
};

struct reach_row {
  /// R_a = max(0, 1 - exp H(q_a) / exp E[H(q*_m)]); NaN without ties, and without other_ties.
  gap_band whole;
  gap_band random;                 ///< the same of random companies: 50, 2.5, 97.5 per cent
  double rarefied = std::nan("");  ///< R_a of `rarefy` ties; NaN with fewer
  double ties = 0;                 ///< m
  double other_ties = 0;           ///< of all other clusters; without any, q* would be q_a
  double entropy = 0;              ///< H(q_a), natural logarithm
  double expected_entropy = 0;     ///< E[H(q*_m)]
  /// Per region: q* log(q* / q_a), with one pseudo tie spread as q* so that no region is infinite.
  std::vector<double> missing;
};

/// The ties of sets of companies: who is linked to whom, and where they are.
template <graph::two_way_graph G>
class tie_counter {
 public:
  tie_counter(std::span<const G* const> graphs, std::span<const std::uint32_t> region,
              std::uint32_t regions)
      : graphs_(graphs.begin(), graphs.end()), region_(region), count(regions) {
    if (!graphs_.empty()) inside_.assign(graphs_[0]->num_vertices(), 0);
  }
  void open(std::span<const vertex_id> set) {
    ++mark_;
    for (const vertex_id v : set) inside_[v] = mark_;
    std::fill(count.begin(), count.end(), 0.0);
  }
  /// Adds v's links to companies outside the set. O(degree).
  void add(vertex_id v) {
    const auto look = [&](std::span<const vertex_id> others) {
      for (const vertex_id w : others)
        if (inside_[w] != mark_ && region_[w] != no_region) count[region_[w]] += 1.0;
    };
    for (const G* g : graphs_) {
      look(g->successors(v));
      if (g->directed()) look(g->predecessors(v));
    }
  }

 private:
  std::vector<const G*> graphs_;
  std::span<const std::uint32_t> region_;
  std::vector<std::uint32_t> inside_;
  std::uint32_t mark_ = 0;

 public:
  std::vector<double> count;  ///< ties per region of what was added since open()
};

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

namespace detail {

/// Standard deviation of H(q_a): the larger of the multinomial one (delta method, with one pseudo
/// tie spread as q*) and that among halves of the members. Ties of one member are alike, which the
/// first does not know; halves are drawn without replacement, so no tie stands twice and the bias
/// of H cancels. A half of b of n members has (n - b) / b times the variance of the whole.
template <class Counter>
double entropy_sd(std::span<const double> count, double ties, std::span<const double> reference,
                  std::vector<vertex_id> members, Counter& counter, std::uint32_t draws,
                  random_stream& random) {
  double h = 0, square = 0;
  for (std::size_t r = 0; r < count.size(); ++r) {
    const double q = (count[r] + reference[r]) / (ties + 1.0);
    if (q > 0) h -= q * std::log(q), square += q * std::log(q) * std::log(q);
  }
  const double multinomial = std::sqrt(std::max(0.0, square - h * h) / ties);
  const std::size_t n = members.size(), half = n / 2;
  if (half < 2) return multinomial;
  double mean = 0, second = 0, used = 0;
  for (std::uint32_t d = 0; d < draws; ++d) {
    counter.open(members);
    double all = 0;
    for (const vertex_id v : draw_front(members, half, random)) counter.add(v);
    for (const double c : counter.count) all += c;
    if (!(all > 0)) continue;
    const double value = entropy_of(counter.count);
    used += 1, mean += value, second += value * value;
  }
  if (used < 10) return multinomial;
  const double variance = std::max(0.0, second / used - mean * mean / (used * used));
  const double scale = static_cast<double>(half) / static_cast<double>(n - half);
  return std::max(multinomial, std::sqrt(variance * scale));
}

}  // namespace detail

/// q_a is the spread of a's ties, q* the spread of all clusters' ties together. The band is 90 per
/// cent, H(q_a) with 1.645 entropy_sd either way. Random clusters are as many companies with any
/// tie, and as many of their ties (all, where they have fewer). O(clusters x draws x (members'
/// ties + regions) + m + clusters x regions x sqrt(ties)). Same bits for any number of threads.
template <graph::two_way_graph G>
[[nodiscard]] std::vector<reach_row> reach_gap(std::span<const G* const> graphs,
                                               const graph::grouping& groups,
                                               std::span<const std::uint32_t> region,
                                               std::uint32_t regions,
                                               std::span<const group_id> clusters,
                                               const reach_options& options = {},
                                               const run_context& ctx = {}) {
  if (options.draws < 20) throw invalid_argument("draws must be at least 20");
  if (options.rarefy < 2) throw invalid_argument("rarefy must be at least 2 ties");
  external_ties ties(groups.num_groups(), regions);
  for (const G* g : graphs) ties.add(*g, groups, region);
  const std::vector<double> reference = pooled_spread(ties);
  const graph::group_members members(groups);
  std::vector<double> of(groups.num_groups(), 0.0);
  double most = options.rarefy, all = 0;
  for (group_id a = 0; a < groups.num_groups(); ++a) {
    for (const double c : ties.row(a)) of[a] += c;
    most = std::max(most, of[a]);
    all += of[a];
  }
  const tie_entropy entropy(static_cast<std::uint64_t>(most));
  std::vector<vertex_id> linked;
  {
    tie_counter<G> counter(graphs, region, regions);
    for (vertex_id v = 0; v < groups.num_vertices(); ++v) {
      counter.open(std::span(&v, 1));
      counter.add(v);
      if (std::ranges::any_of(counter.count, [](double c) { return c > 0; })) linked.push_back(v);
    }
  }
  std::vector<reach_row> rows(clusters.size());
  task job(ctx, static_cast<double>(clusters.size()));
  for_blocks(
      clusters.size(), 1, job, [&] { return tie_counter<G>(graphs, region, regions); },
      [&](tie_counter<G>& counter, std::size_t at, std::size_t, std::size_t) {
        const group_id a = clusters[at];
        if (a >= groups.num_groups())
          throw invalid_argument("cluster " + std::to_string(a) + " does not exist");
        reach_row& r = rows[at];
        const auto count = ties.row(a);
        r.ties = of[a];
        r.other_ties = all - of[a];  // counts: exact
        job.advance(1);
        if (!(r.ties > 0) || !(r.other_ties > 0)) return;
        const auto m = static_cast<std::uint64_t>(r.ties);
        r.entropy = entropy_of(count);
        std::vector<vertex_id> mine;
        for (const auto& member : members.of(a)) mine.push_back(member.vertex);
        random_stream random(options.seed, a);
        const double sd =
            detail::entropy_sd(count, r.ties, reference, mine, counter, options.draws, random);
        const double even = r.expected_entropy = entropy.expected(reference, m);
        const auto gap = [](double h, double most_even) {
          return std::clamp(1.0 - std::exp(h - most_even), 0.0, 1.0);
        };
        constexpr double z = 1.6448536269514722;  // 95 per cent of the normal distribution
        r.whole = {gap(r.entropy, even), gap(r.entropy + z * sd, even),
                   gap(r.entropy - z * sd, even)};
        if (m >= options.rarefy)
          r.rarefied = gap(entropy.rarefied(count, options.rarefy),
                           entropy.expected(reference, options.rarefy));
        for (std::size_t i = 0; i < count.size(); ++i) {
          const double smooth = (count[i] + reference[i]) / (r.ties + 1.0);
          r.missing.push_back(reference[i] > 0 ? reference[i] * std::log(reference[i] / smooth)
                                               : 0.0);
        }
        if (linked.size() < mine.size()) return;
        std::vector<vertex_id> pool = linked;
        std::vector<double> gaps(options.draws);
        std::vector<std::uint32_t> ends;
        for (double& value : gaps) {
          const auto drawn = draw_front(pool, mine.size(), random);
          counter.open(drawn);
          for (const vertex_id v : drawn) counter.add(v);
          ends.clear();
          for (std::uint32_t place = 0; place < regions; ++place)
            ends.insert(ends.end(), static_cast<std::size_t>(counter.count[place]), place);
          if (ends.size() > m) {
            std::fill(counter.count.begin(), counter.count.end(), 0.0);
            for (const std::uint32_t place : draw_front(ends, m, random)) counter.count[place] += 1;
          }
          const std::uint64_t had = std::min<std::uint64_t>(ends.size(), m);
          value = had == 0 ? 1.0
                           : gap(entropy_of(counter.count),
                                 had == m ? even : entropy.expected(reference, had));
        }
        r.random = {quantile(gaps, 0.5), quantile(gaps, 0.025), quantile(gaps, 0.975)};
        job.checkpoint();
      });
  job.finish();
  return rows;
}

}  // namespace kedja::measures
