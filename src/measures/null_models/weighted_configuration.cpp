#include <kedja/measures/null_models/weighted_configuration.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/measures/null_models/gamma_tail.hpp>

namespace kedja::measures {

weighted_configuration_model fit_values(configuration_model links, const strengths& wanted,
                                        const configuration_options& options,
                                        const run_context& ctx) {
  const auto n = static_cast<vertex_id>(links.class_of.size());
  if (wanted.out.size() != n || wanted.in.size() != n)
    throw invalid_argument("strengths must have one entry per company");
  for (vertex_id v = 0; v < n; ++v) {
    const auto c = links.class_of[v];
    if ((links.out[c] > 0 && !(wanted.out[v] > 0)) || (links.in[c] > 0 && !(wanted.in[v] > 0)))
      throw invalid_argument("company " + std::to_string(v) +
                             " has links whose values sum to 0; leave such links out");
  }
  weighted_configuration_model model{std::move(links), {}, {}, {}};
  model.out_rate.assign(n, 0.0), model.in_rate.assign(n, 0.0);
  double total = 0, number = 0;
  for (vertex_id v = 0; v < n; ++v)
    total += wanted.out[v], number += model.links.out[model.links.class_of[v]];
  const double middle = total > 0 ? number / total : 1.0;
  for (vertex_id v = 0; v < n; ++v) {
    const auto c = model.links.class_of[v];
    if (model.links.out[c] > 0) model.out_rate[v] = middle / 2;
    if (model.links.in[c] > 0) model.in_rate[v] = middle / 2;
  }

  // sum_j p_ij / (own + other_j) = strength falls and is convex in `own`, so Newton's steps from a
  // point where the sum is too large come near from one side.
  const auto chance = [&](bool out, vertex_id i, vertex_id j) {
    const auto a = model.links.class_of[i], b = model.links.class_of[j];
    return out ? model.links.probability(a, b) : model.links.probability(b, a);
  };
  task job(ctx, 60);
  const auto solve = [&](bool out) {
    auto& own = out ? model.out_rate : model.in_rate;
    const auto& other = out ? model.in_rate : model.out_rate;
    const auto& strength = out ? wanted.out : wanted.in;
    const auto& degree = out ? model.links.out : model.links.in;
    const auto& partner = out ? model.links.in : model.links.out;
    for_blocks(n, 16, job, [&](std::size_t first, std::size_t last, std::size_t) {
      for (auto i = static_cast<vertex_id>(first); i < last; ++i) {
        if (!(degree[model.links.class_of[i]] > 0)) continue;
        const auto sums = [&](double rate, double& slope) {
          double sum = slope = 0;
          for (vertex_id j = 0; j < n; ++j) {
            if (j == i || !(partner[model.links.class_of[j]] > 0)) continue;
            const double p = chance(out, i, j), mean = 1 / (rate + other[j]);
            sum += p * mean, slope -= p * mean * mean;
          }
          return sum;
        };
        double lowest = std::numeric_limits<double>::infinity(), safe = -lowest;
        for (vertex_id j = 0; j < n; ++j) {
          if (j == i || !(partner[model.links.class_of[j]] > 0)) continue;
          lowest = std::min(lowest, other[j]);
          // One term alone reaches the strength here: the sum is too large or just right.
          safe = std::max(safe, chance(out, i, j) / strength[i] - other[j]);
        }
        double rate = std::max(own[i], safe), slope = 0;
        double sum = rate > -lowest ? sums(rate, slope) : 0.0;
        if (sum < strength[i]) sum = sums(rate = safe, slope);
        for (int step = 0; step < 60 && sum > strength[i] * (1 + 1e-15); ++step) {
          const double next = rate + (strength[i] - sum) / slope;
          if (!(next > rate)) break;
          sum = sums(rate = next, slope);
        }
        own[i] = rate;
        job.checkpoint();
      }
    });
  };
  for (int round = 1; round <= std::max(options.max_iterations, 1) * 10; ++round) {
    solve(true), solve(false);
    // Receivers are met now; how far are senders off?
    model.iteration.error_bound = ordered_reduce(
        n, 16, job, 0.0,
        [&](std::size_t first, std::size_t last) {
          double worst = 0;
          for (auto i = static_cast<vertex_id>(first); i < last; ++i) {
            if (!(model.links.out[model.links.class_of[i]] > 0)) continue;
            double sum = 0;
            for (vertex_id j = 0; j < n; ++j)
              if (j != i && model.links.in[model.links.class_of[j]] > 0)
                sum += model.probability(i, j) * model.mean_value(i, j);
            worst = std::max(worst, std::abs(sum - wanted.out[i]) / wanted.out[i]);
          }
          return worst;
        },
        [](double a, double b) { return std::max(a, b); });
    model.iteration.iterations = round;
    model.iteration.residual = model.iteration.error_bound;
    model.iteration.converged = model.iteration.error_bound <= std::max(options.tolerance, 1e-12);
    job.advance(1);
    if (model.iteration.converged) break;
  }
  job.finish();
  return model;
}

tie_significance_result weighted_significance(const weighted_configuration_model& model,
                                              const graph::grouping& groups,
                                              std::vector<double> observed, tail side,
                                              const run_context& ctx) {
  const auto n = static_cast<vertex_id>(model.links.class_of.size());
  const group_id count = groups.num_groups();
  if (groups.num_vertices() != n)
    throw invalid_argument("the grouping has " + std::to_string(groups.num_vertices()) +
                           " companies, the graph " + std::to_string(n));
  if (!groups.is_partition())
    throw invalid_argument("values between groups need each company in at most one group");
  if (observed.size() != static_cast<std::size_t>(count) * count)
    throw invalid_argument("observed must have one entry per ordered pair of groups");
  struct moments {
    std::vector<double> mean, variance;
  };
  const moments none{std::vector<double>(observed.size(), 0.0),
                     std::vector<double>(observed.size(), 0.0)};
  task job(ctx, n);
  const std::size_t grain = std::max<std::size_t>(64, (n + 31) / 32);  // few copies of the square
  const moments all = ordered_reduce(
      n, grain, job, none,
      [&](std::size_t first, std::size_t last) {
        moments part = none;
        for (auto i = static_cast<vertex_id>(first); i < last; ++i) {
          if (groups.of(i).empty()) continue;
          const std::size_t row = static_cast<std::size_t>(groups.of(i)[0].group) * count;
          for (vertex_id j = 0; j < n; ++j) {
            if (groups.of(j).empty()) continue;
            const double p = model.probability(i, j);
            if (!(p > 0)) continue;
            const double mean = model.mean_value(i, j);
            part.mean[row + groups.of(j)[0].group] += p * mean;
            part.variance[row + groups.of(j)[0].group] += p * (2 - p) * mean * mean;
          }
          job.advance(1);
          job.checkpoint();
        }
        return part;
      },
      [](moments a, moments b) {
        for (std::size_t k = 0; k < a.mean.size(); ++k)
          a.mean[k] += b.mean[k], a.variance[k] += b.variance[k];
        return a;
      });
  tie_significance_result r;
  r.iteration = model.iteration;
  const bool directed = model.links.directed;
  for (group_id a = 0; a < count; ++a)
    for (group_id b = directed ? 0 : a; b < count; ++b) {
      const std::size_t at = static_cast<std::size_t>(a) * count + b;
      const double half = !directed && a == b ? 0.5 : 1.0;
      r.a.push_back(a), r.b.push_back(b);
      r.observed.push_back(half * observed[at]);
      r.expected.push_back(half * all.mean[at]);
      r.variance.push_back(half * all.variance[at]);
      r.z.push_back(r.variance.back() > 0
                        ? (r.observed.back() - r.expected.back()) / std::sqrt(r.variance.back())
                        : std::nan(""));
      r.p.push_back(value_p_value(r.observed.back(), r.expected.back(), r.variance.back(), side));
    }
  r.q = q_values(r.p);
  job.finish();
  return r;
}

}  // namespace kedja::measures
