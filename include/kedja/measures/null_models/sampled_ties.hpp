/// @file
/// Links between groups against random graphs or random labels.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/null_models/rewire.hpp>
#include <kedja/measures/null_models/tie_significance.hpp>

namespace kedja::measures {

struct sampled_ties_options {
  tail side = tail::two_sided;
  std::uint32_t draws = 200;  ///< at least 20
  std::uint64_t seed = 0;
  double switches_per_link = 10;  ///< of the rewired graphs
};

namespace detail {

/// Weighted links from group a to group b over links u -> v; both ways where undirected.
class pair_counter {
 public:
  pair_counter(const graph::grouping& groups, bool directed)
      : groups_(groups), directed_(directed), count_(groups.num_groups()) {}

  template <class Who>
  void count(const std::vector<vertex_id>& source, const std::vector<vertex_id>& target, Who who,
             std::vector<double>& sum, task& job) const {
    pacer pace(job);
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t i = 0; i < source.size(); ++i, pace())
      for (const auto& [a, ma] : groups_.of(who(source[i])))
        for (const auto& [b, mb] : groups_.of(who(target[i]))) sum[at(a, b)] += ma * mb;
  }
  /// An undirected pair is counted at a <= b, whichever way its link is given.
  [[nodiscard]] std::size_t at(group_id a, group_id b) const {
    if (!directed_ && a > b) std::swap(a, b);
    return static_cast<std::size_t>(a) * count_ + b;
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(count_) * count_; }

 private:
  const graph::grouping& groups_;
  bool directed_;
  group_id count_;
};

/// Moments over draws: sum[draw] = draw_counts(draw, sum), in blocks fixed by their number.
template <class Draw>
tie_significance_result sampled_ties(const std::vector<double>& observed,
                                     const std::vector<double>* exact_mean, group_id count,
                                     bool directed, const sampled_ties_options& options,
                                     const run_context& ctx, Draw draw_counts) {
  constexpr std::size_t grain = 10;
  const std::size_t blocks = (options.draws + grain - 1) / grain;
  std::vector<std::vector<double>> sums(blocks), squares(blocks);
  task job(ctx, options.draws);
  for_blocks(
      options.draws, grain, job, [&] { return std::vector<double>(observed.size()); },
      [&](std::vector<double>& counts, std::size_t first, std::size_t last, std::size_t block) {
        sums[block].assign(observed.size(), 0.0), squares[block] = sums[block];
        for (std::size_t draw = first; draw < last; ++draw) {
          draw_counts(draw, counts, job);
          for (std::size_t i = 0; i < counts.size(); ++i) {
            // Around the observed number, so that squares do not cancel.
            const double d = counts[i] - observed[i];
            sums[block][i] += d, squares[block][i] += d * d;
          }
          job.advance(1);
          job.checkpoint();
        }
      });
  tie_significance_result r;
  const double draws = options.draws;
  for (group_id a = 0; a < count; ++a)
    for (group_id b = directed ? 0 : a; b < count; ++b) {
      const std::size_t at = static_cast<std::size_t>(a) * count + b;
      double sum = 0, square = 0;
      for (std::size_t k = 0; k < blocks; ++k) sum += sums[k][at], square += squares[k][at];
      const double drift = sum / draws;
      const double sampled = std::max(observed[at] + drift, 0.0);
      const double mean = exact_mean ? (*exact_mean)[at] : sampled;
      double variance = std::max(square - draws * drift * drift, 0.0) / (draws - 1);
      if (!exact_mean) variance *= 1 + 1 / draws;  // the mean is itself an estimate
      r.a.push_back(a), r.b.push_back(b);
      r.observed.push_back(observed[at]), r.expected.push_back(mean);
      r.variance.push_back(variance);
    }
  r.iteration = {static_cast<int>(options.draws), 0, 0, true};
  finish_ties(r, options.side);
  // Every draw alike, but not the observed number: all that draws can say is one in draws + 1.
  for (std::size_t i = 0; i < r.a.size(); ++i)
    if (!(r.variance[i] > 0) && std::abs(r.observed[i] - r.expected[i]) > 1e-9) {
      const bool more = r.observed[i] > r.expected[i];
      const double least = 1 / (draws + 1);
      r.p[i] = options.side == tail::two_sided           ? 2 * least
               : (options.side == tail::greater) == more ? least
                                                         : 1.0;
    }
  r.q = q_values(r.p);
  job.finish();
  return r;
}

inline void check_sampled(const sampled_ties_options& options, vertex_id companies,
                          vertex_id vertices) {
  if (options.draws < 20) throw invalid_argument("draws must be at least 20");
  if (companies != vertices)
    throw invalid_argument("the grouping has " + std::to_string(companies) +
                           " companies, the graph " + std::to_string(vertices));
}

}  // namespace detail

/// Null: graphs with the same degrees (see rewire). Moments from `draws` of them.
/// O(draws x (switches + m)).
template <graph::two_way_graph G>
[[nodiscard]] tie_significance_result rewired_significance(const G& g,
                                                           const graph::grouping& groups,
                                                           const sampled_ties_options& options = {},
                                                           const run_context& ctx = {}) {
  detail::check_sampled(options, groups.num_vertices(), g.num_vertices());
  const rewire_options switches{options.switches_per_link, options.seed};
  check_rewire(switches);
  task making(stage(ctx, 0.0, 0.0));
  const link_switcher original = make_switcher(g, making);
  const detail::pair_counter counter(groups, g.directed());
  const auto self = [](vertex_id v) { return v; };
  std::vector<double> observed(counter.size());
  counter.count(original.source(), original.target(), self, observed, making);
  return detail::sampled_ties(observed, nullptr, groups.num_groups(), g.directed(), options, ctx,
                              [&](std::size_t draw, std::vector<double>& counts, task& job) {
                                const rewired_links made = rewire(original, switches, draw, job);
                                counter.count(made.source, made.target, self, counts, job);
                              });
}

/// Null: companies exchange their places in groups at random (those in no group too), the graph
/// stays. Expectations are exact, variances from `draws` permutations. O(draws x (n + m)).
template <graph::two_way_graph G>
[[nodiscard]] tie_significance_result permutation_significance(
    const G& g, const graph::grouping& groups, const sampled_ties_options& options = {},
    const run_context& ctx = {}) {
  detail::check_sampled(options, groups.num_vertices(), g.num_vertices());
  const vertex_id n = g.num_vertices();
  task making(stage(ctx, 0.0, 0.0));
  const link_switcher original = make_switcher(g, making);
  const std::vector<vertex_id> source = original.source(), target = original.target();
  const detail::pair_counter counter(groups, g.directed());
  std::vector<double> observed(counter.size()), expected(counter.size(), 0.0);
  counter.count(
      source, target, [](vertex_id v) { return v; }, observed, making);
  // A link joins two different companies drawn at random: (A_a A_b - sum_i m_ia m_ib) / n (n - 1).
  const double chance =
      n > 1 ? static_cast<double>(source.size()) / (static_cast<double>(n) * (n - 1.0)) : 0.0;
  const group_id count = groups.num_groups();
  std::vector<double> mass(count, 0.0);
  for (vertex_id v = 0; v < n; ++v)
    for (const auto& [a, ma] : groups.of(v)) mass[a] += ma;
  for (group_id a = 0; a < count; ++a)
    for (group_id b = 0; b < count; ++b) expected[counter.at(a, b)] += chance * mass[a] * mass[b];
  for (vertex_id v = 0; v < n; ++v)
    for (const auto& [a, ma] : groups.of(v))
      for (const auto& [b, mb] : groups.of(v)) expected[counter.at(a, b)] -= chance * ma * mb;
  std::vector<vertex_id> identity(n);
  std::iota(identity.begin(), identity.end(), vertex_id{0});
  return detail::sampled_ties(observed, &expected, count, g.directed(), options, ctx,
                              [&](std::size_t draw, std::vector<double>& counts, task& job) {
                                std::vector<vertex_id> place = identity;
                                random_stream random(options.seed, draw);
                                shuffle(place, random);
                                counter.count(
                                    source, target, [&](vertex_id v) { return place[v]; }, counts,
                                    job);
                              });
}

}  // namespace kedja::measures
