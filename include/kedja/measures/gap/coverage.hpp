/// @file
/// Coverage gap: the part of a set of requirements (green, digital, skills) that no member meets.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/common/quantile.hpp>
#include <kedja/measures/common/random_variates.hpp>
#include <kedja/measures/common/sparse_table.hpp>
#include <kedja/measures/gap/cluster_profile.hpp>
#include <kedja/measures/gap/member_draws.hpp>

namespace kedja::measures {

struct coverage_options {
  std::uint32_t draws = 200;  ///< for the bands; at least 20
  std::uint64_t seed = 0;
};

/// Arrays over clusters, and clusters x requirements row after row. A cluster of which no member
/// answered has NaN throughout: not answering is not lacking.
struct coverage_result {
  std::vector<std::uint32_t> members, answered;
  /// sum_q r_q prod_i (1 - s_iq) over the members that answered: nobody can supply it. The high end
  /// of the band is the value itself, since members that did not answer can only add.
  std::vector<gap_band> gap;
  std::vector<gap_band> breadth_gap;  ///< 1 - sum_q r_q mean_i s_iq
  std::vector<gap_band> random;       ///< gap of as many answering companies drawn at random
  std::vector<double> lack;           ///< prod_i (1 - s_iq)
  std::vector<double> share;          ///< mean_i s_iq
};

namespace detail {

/// What one set asks and what each company said about it.
struct requirement_answers {
  const sparse_table& level;  ///< companies x requirements, in [0, 1]
  std::span<const double> need;
  std::span<const char> answered;

  /// The gap of some companies; `lack` is scratch, one per requirement.
  [[nodiscard]] double gap_of(std::span<const vertex_id> companies,
                              std::vector<double>& lack) const {
    std::fill(lack.begin(), lack.end(), 1.0);
    for (const vertex_id i : companies)
      for (const auto& e : level.row(i)) lack[e.column] *= 1.0 - e.value;
    double gap = 0;
    for (std::size_t q = 0; q < need.size(); ++q) gap += need[q] * lack[q];
    return gap;
  }
};

/// Members that did not answer, drawn to be like the n that did: each has what a member drawn by
/// the draw's weights has, and for each requirement a chance Beta(1/2, n) of having it although
/// nobody drawn has; shares are then Beta(x + 1/2, n - x), half a member beyond what was seen
/// (Jeffreys). Gives the low end of the gap and both ends of the breadth.
struct silent_members {
  double gap_low, breadth_low, breadth_high;
};

inline silent_members draw_silent(const requirement_answers& asked, std::span<const vertex_id> said,
                                  std::size_t silent, std::span<const double> lack,
                                  std::span<const double> sum, member_draws& draws,
                                  random_stream& random) {
  draws.next(random);
  const auto weight = draws.weights();
  std::vector<double> still(lack.begin(), lack.end()), more(sum.begin(), sum.end());
  for (std::size_t s = 0; s < silent; ++s) {
    double at = random.uniform();
    std::size_t like = 0;
    while (like + 1 < said.size() && at >= weight[like]) at -= weight[like++];
    for (const auto& e : asked.level.row(said[like])) {
      still[e.column] *= 1.0 - e.value;
      more[e.column] += e.value;
    }
  }
  const auto n = static_cast<double>(said.size()), u = static_cast<double>(silent);
  silent_members drawn{0, 0, 0};
  for (std::size_t q = 0; q < asked.need.size(); ++q) {
    const double up = draw_beta(0.5, n, random), down = draw_beta(0.5, n, random);
    const double none_more = std::pow(1.0 - up, u);
    if (random.uniform() >= none_more) still[q] = 0;
    drawn.gap_low += asked.need[q] * still[q];
    // Breadth of all members: those that answered as they said, the silent shifted up and down.
    const double of_silent = u > 0 ? (more[q] - sum[q]) / u : 0.0;
    const auto breadth = [&](double shifted) { return (sum[q] + u * shifted) / (n + u); };
    drawn.breadth_high += asked.need[q] * breadth((1 - up) * of_silent + up);
    drawn.breadth_low += asked.need[q] * breadth((1 - down) * of_silent);
  }
  return drawn;
}

}  // namespace detail

/// `level` is companies x requirements with levels in [0, 1]; `answered` says which companies were
/// asked and answered (also with no); `need` r_q is scaled to sum 1. Bands are 5 and 95 per cent of
/// what the whole cluster would show had the silent members answered, and points when all did.
/// O(clusters x draws x (members x levels + requirements)). Same bits for any number of threads.
/// Throws invalid_argument for sizes that do not match, a level above 1, a need that is negative,
/// NaN or infinite, needs that sum to 0, and too few draws.
[[nodiscard]] inline coverage_result coverage_gap(const graph::grouping& groups,
                                                  const sparse_table& level,
                                                  std::span<const double> need,
                                                  std::span<const char> answered,
                                                  const coverage_options& options = {},
                                                  const run_context& ctx = {}) {
  if (groups.num_vertices() != level.rows() || answered.size() != level.rows() ||
      need.size() != level.columns())
    throw invalid_argument("groups, levels, answers and needs do not match in size");
  if (options.draws < 20) throw invalid_argument("draws must be at least 20");
  double sum_need = 0;
  for (const double r : need) {
    if (!std::isfinite(r) || r < 0) throw invalid_argument("a need is not a finite number >= 0");
    sum_need += r;
  }
  if (!(sum_need > 0)) throw invalid_argument("the weights of the requirements sum to 0");
  std::vector<double> share_of_need(need.begin(), need.end());
  for (double& r : share_of_need) r /= sum_need;
  std::vector<vertex_id> pool;
  for (vertex_id i = 0; i < level.rows(); ++i) {
    if (answered[i] != 0) pool.push_back(i);
    for (const auto& e : level.row(i))
      if (e.value > 1)
        throw invalid_argument("level " + std::to_string(e.value) + " of company " +
                               std::to_string(i) + " is above 1");
  }
  const detail::requirement_answers asked{level, share_of_need, answered};
  const graph::group_members members(groups);
  const std::size_t clusters = groups.num_groups(), wide = need.size();
  coverage_result r;
  r.members.assign(clusters, 0), r.answered.assign(clusters, 0);
  for (auto* band : {&r.gap, &r.breadth_gap, &r.random}) band->resize(clusters);
  for (auto* cells : {&r.lack, &r.share}) cells->assign(clusters * wide, std::nan(""));

  task job(ctx, static_cast<double>(clusters));
  for_blocks(clusters, 1, job, [&](std::size_t a, std::size_t, std::size_t) {
    std::vector<vertex_id> said;
    for (const auto& m : members.of(static_cast<group_id>(a)))
      if (answered[m.vertex] != 0) said.push_back(m.vertex);
    const std::size_t all = members.of(static_cast<group_id>(a)).size();
    r.members[a] = static_cast<std::uint32_t>(all);
    r.answered[a] = static_cast<std::uint32_t>(said.size());
    job.advance(1);
    if (said.empty()) return;
    std::vector<double> lack(wide), sum(wide, 0.0), scratch(wide);
    const double gap = asked.gap_of(said, lack);
    for (const vertex_id i : said)
      for (const auto& e : level.row(i)) sum[e.column] += e.value;
    double breadth = 0;
    for (std::size_t q = 0; q < wide; ++q) {
      r.lack[a * wide + q] = lack[q];
      r.share[a * wide + q] = sum[q] / static_cast<double>(said.size());
      breadth += share_of_need[q] * r.share[a * wide + q];
    }
    r.gap[a] = {gap, gap, gap};
    r.breadth_gap[a] = {1 - breadth, 1 - breadth, 1 - breadth};

    random_stream random(options.seed, a);
    std::vector<double> low(options.draws), narrow(options.draws), broad(options.draws);
    if (all > said.size()) {
      member_draws draws(said.size());
      for (std::uint32_t d = 0; d < options.draws; ++d) {
        const auto drawn =
            detail::draw_silent(asked, said, all - said.size(), lack, sum, draws, random);
        low[d] = drawn.gap_low, narrow[d] = 1 - drawn.breadth_high,
        broad[d] = 1 - drawn.breadth_low;
      }
      r.gap[a].low = std::min(gap, quantile(low, 0.05));
      r.breadth_gap[a].low = std::min(1 - breadth, quantile(narrow, 0.05));
      r.breadth_gap[a].high = std::max(1 - breadth, quantile(broad, 0.95));
    }
    if (pool.size() >= said.size()) {
      std::vector<vertex_id> mine = pool;
      for (double& value : low)
        value = asked.gap_of(draw_front(mine, said.size(), random), scratch);
      r.random[a] = {quantile(low, 0.5), quantile(low, 0.025), quantile(low, 0.975)};
    }
  });
  job.finish();
  return r;
}

struct cover_step {
  group_id cluster;
  double gain;  ///< part of the gap that it closes after the steps before it
};

/// Clusters that together close most of a's gap, greedily: each step takes the cluster that closes
/// most of what is left, which is at least 1 - 1/e of the best choice of as many (Nemhauser, Wolsey
/// and Fisher 1978, doi:10.1007/BF01588971). Stops when nothing is gained. O(steps x clusters x
/// requirements).
[[nodiscard]] inline std::vector<cover_step> greedy_cover(const coverage_result& r,
                                                          std::span<const double> need, group_id a,
                                                          std::size_t steps) {
  const std::size_t wide = need.size(), clusters = r.members.size();
  std::vector<double> left(wide);
  for (std::size_t q = 0; q < wide; ++q) left[q] = need[q] * r.lack[a * wide + q];
  std::vector<cover_step> chosen;
  while (chosen.size() < steps) {
    cover_step best{0, 0.0};
    for (group_id b = 0; b < clusters; ++b) {
      if (b == a || r.answered[b] == 0) continue;
      double gain = 0;
      for (std::size_t q = 0; q < wide; ++q) gain += left[q] * (1 - r.lack[b * wide + q]);
      if (gain > best.gain) best = {b, gain};
    }
    if (!(best.gain > 0)) break;
    for (std::size_t q = 0; q < wide; ++q) left[q] *= r.lack[best.cluster * wide + q];
    chosen.push_back(best);
  }
  return chosen;
}

}  // namespace kedja::measures
