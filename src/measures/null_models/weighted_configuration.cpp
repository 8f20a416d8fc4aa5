#include <kedja/measures/null_models/weighted_configuration.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/measures/null_models/gamma_tail.hpp>

namespace kedja::measures {

namespace {

/// Companies of one degree class and equal strengths, which have equal rates.
struct strength_classes {
  std::vector<std::uint32_t> class_of;  ///< per vertex
  std::vector<std::uint32_t> degrees;   ///< class of the configuration model
  std::vector<double> size;             ///< vertices per class
  strengths wanted;
  std::vector<double> out_rate, in_rate;
};

strength_classes classes_of(const configuration_model& links, const strengths& wanted, task& job) {
  const std::size_t n = links.class_of.size(), degrees = links.size.size();
  std::vector<std::size_t> first(degrees + 1, 0);
  for (const std::uint32_t d : links.class_of) ++first[d + std::size_t{1}];
  for (std::size_t d = 0; d < degrees; ++d) first[d + 1] += first[d];
  std::vector<vertex_id> order(n);
  std::vector<std::size_t> cursor(first.begin(), first.end() - 1);
  for (vertex_id v = 0; v < n; ++v) order[cursor[links.class_of[v]]++] = v;
  const auto strength = [&](vertex_id v) { return std::pair(wanted.out[v], wanted.in[v]); };
  strength_classes r;
  r.class_of.resize(n);
  for (std::uint32_t d = 0; d < degrees; ++d) {
    const auto from = order.begin() + static_cast<std::ptrdiff_t>(first[d]);
    const auto to = order.begin() + static_cast<std::ptrdiff_t>(first[d + std::size_t{1}]);
    std::sort(from, to, [&](vertex_id u, vertex_id v) { return strength(u) < strength(v); });
    for (auto at = from; at != to; ++at) {
      if (at == from || strength(*at) != strength(at[-1])) {
        r.degrees.push_back(d), r.size.push_back(0);
        r.wanted.out.push_back(wanted.out[*at]), r.wanted.in.push_back(wanted.in[*at]);
      }
      r.class_of[*at] = static_cast<std::uint32_t>(r.size.size() - 1);
      ++r.size.back();
    }
    job.checkpoint();
  }
  return r;
}

/// Anderson's mixing: from the last few steps of an iteration x -> G(x), the combination of its
/// results whose steps, by a straight line, would cancel out. Source: Walker & Ni, "Anderson
/// acceleration for fixed-point iterations", SIAM J. Numer. Anal. 49 (2011), doi:10.1137/10078356X.
class mixing_of_steps {
 public:
  explicit mixing_of_steps(std::vector<double> weight) : weight_(std::move(weight)) {}

  void forget() { step_.clear(), result_.clear(); }
  /// Where to go on after x has led to g, which is replaced.
  void mix(const std::vector<double>& x, std::vector<double>& g) {
    std::vector<double> step(g.size());
    for (std::size_t i = 0; i < g.size(); ++i) step[i] = g[i] - x[i];
    step_.push_back(std::move(step)), result_.push_back(g);
    if (step_.size() > depth + 1) step_.erase(step_.begin()), result_.erase(result_.begin());
    const std::size_t m = step_.size() - 1;
    if (m == 0) return;
    // Normal equations of min |step_m - sum_k share_k (step_m - step_k)|, by elimination.
    std::vector<std::vector<double>> a(m, std::vector<double>(m + 1, 0.0));
    const auto& last = step_[m];
    for (std::size_t k = 0; k < m; ++k)
      for (std::size_t l = 0; l <= m; ++l)
        for (std::size_t i = 0; i < g.size(); ++i)
          a[k][l] +=
              weight_[i] * (last[i] - step_[k][i]) * (l == m ? last[i] : last[i] - step_[l][i]);
    for (std::size_t k = 0; k < m; ++k) a[k][k] *= 1 + 1e-12;  // steps may be nearly alike
    for (std::size_t k = 0; k < m; ++k) {
      if (!(a[k][k] > 0)) return;
      for (std::size_t r = k + 1; r < m; ++r) {
        const double by = a[r][k] / a[k][k];
        for (std::size_t l = k; l <= m; ++l) a[r][l] -= by * a[k][l];
      }
    }
    for (std::size_t k = m; k-- > 0;) {
      double share = a[k][m];
      for (std::size_t l = k + 1; l < m; ++l) share -= a[k][l] * a[l][m];
      a[k][m] = share / a[k][k];
    }
    const std::vector<double> plain = g;
    for (std::size_t k = 0; k < m; ++k)
      for (std::size_t i = 0; i < g.size(); ++i) g[i] -= a[k][m] * (plain[i] - result_[k][i]);
  }

 private:
  static constexpr std::size_t depth = 8;
  std::vector<double> weight_;
  std::vector<std::vector<double>> step_, result_;
};

}  // namespace

weighted_configuration_model fit_values(configuration_model links, const strengths& wanted,
                                        const configuration_options& options,
                                        const run_context& ctx) {
  const auto n = static_cast<vertex_id>(links.class_of.size());
  if (wanted.out.size() != n || wanted.in.size() != n)
    throw invalid_argument("strengths must have one entry per company");
  double total = 0, number = 0;
  for (vertex_id v = 0; v < n; ++v) {
    const auto c = links.class_of[v];
    if ((links.out[c] > 0 && !(wanted.out[v] > 0)) || (links.in[c] > 0 && !(wanted.in[v] > 0)))
      throw invalid_argument("company " + std::to_string(v) +
                             " has links whose values sum to 0; leave such links out");
    total += wanted.out[v], number += links.out[c];
  }
  task job(ctx, 60);
  strength_classes all = classes_of(links, wanted, job);
  const auto classes = static_cast<std::uint32_t>(all.size.size());
  const double middle = total > 0 ? number / total : 1.0;
  all.out_rate.assign(classes, 0.0), all.in_rate.assign(classes, 0.0);
  for (std::uint32_t i = 0; i < classes; ++i) {
    if (links.out[all.degrees[i]] > 0) all.out_rate[i] = middle / 2;
    if (links.in[all.degrees[i]] > 0) all.in_rate[i] = middle / 2;
  }

  // Expected number of links of one company of class i with companies of each class.
  const auto links_of = [&](bool out, std::uint32_t i, std::vector<double>& expected) {
    expected.resize(classes);
    for (std::uint32_t j = 0; j < classes; ++j) {
      const auto a = all.degrees[i], b = all.degrees[j];
      const double others = all.size[j] - (j == i ? 1.0 : 0.0);
      expected[j] = others * (out ? links.probability(a, b) : links.probability(b, a));
    }
  };
  const auto strength_at = [&](double rate, const std::vector<double>& expected,
                               const std::vector<double>& other, double& slope) {
    double sum = slope = 0;
    for (std::uint32_t j = 0; j < classes; ++j) {
      if (!(expected[j] > 0)) continue;
      const double mean = 1 / (rate + other[j]);
      sum += expected[j] * mean, slope -= expected[j] * mean * mean;
    }
    return sum;
  };
  // sum_j p_ij / (own + other_j) = strength falls and is convex in `own`, so Newton's steps from a
  // point where the sum is too large come near from one side.
  const auto solve = [&](bool out) {
    auto& own = out ? all.out_rate : all.in_rate;
    const auto& other = out ? all.in_rate : all.out_rate;
    const auto& strength = out ? all.wanted.out : all.wanted.in;
    const auto& degree = out ? links.out : links.in;
    for_blocks(
        classes, 16, job, [] { return std::vector<double>(); },
        [&](std::vector<double>& expected, std::size_t first, std::size_t last, std::size_t) {
          for (auto i = static_cast<std::uint32_t>(first); i < last; ++i) {
            if (!(degree[all.degrees[i]] > 0)) continue;
            links_of(out, i, expected);
            double lowest = std::numeric_limits<double>::infinity(), safe = -lowest;
            for (std::uint32_t j = 0; j < classes; ++j) {
              if (!(expected[j] > 0)) continue;
              lowest = std::min(lowest, other[j]);
              // One term alone reaches the strength here: the sum is too large or just right.
              safe = std::max(safe, expected[j] / strength[i] - other[j]);
            }
            double rate = std::max(own[i], safe), slope = 0;
            double sum = rate > -lowest ? strength_at(rate, expected, other, slope) : 0.0;
            if (sum < strength[i]) sum = strength_at(rate = safe, expected, other, slope);
            for (int step = 0; step < 60 && sum > strength[i] * (1 + 1e-15); ++step) {
              const double next = rate + (strength[i] - sum) / slope;
              if (!(next > rate)) break;
              sum = strength_at(rate = next, expected, other, slope);
            }
            own[i] = rate;
            job.checkpoint();
          }
        });
  };
  iteration_record iteration;
  // Receivers' rates decide all: senders' follow from them. A rate counts as it moves strengths.
  std::vector<double> weight(classes, 0.0);
  for (std::uint32_t i = 0; i < classes; ++i)
    if (links.in[all.degrees[i]] > 0)
      weight[i] = all.size[i] * all.wanted.in[i] * all.wanted.in[i] / links.in[all.degrees[i]];
  mixing_of_steps mixing(std::move(weight));
  double best = std::numeric_limits<double>::infinity();
  std::vector<double> before;
  for (int round = 1; round <= std::max(options.max_iterations, 1) * 10; ++round) {
    before = all.in_rate;
    solve(true), solve(false);
    // Receivers are met now; how far are senders off?
    iteration.error_bound = ordered_reduce(
        classes, 16, job, 0.0,
        [&](std::size_t first, std::size_t last) {
          double worst = 0, slope = 0;
          std::vector<double> expected;
          for (auto i = static_cast<std::uint32_t>(first); i < last; ++i) {
            if (!(links.out[all.degrees[i]] > 0)) continue;
            links_of(true, i, expected);
            const double sum = strength_at(all.out_rate[i], expected, all.in_rate, slope);
            worst = std::max(worst, std::abs(sum - all.wanted.out[i]) / all.wanted.out[i]);
            job.checkpoint();
          }
          return worst;
        },
        [](double a, double b) { return std::max(a, b); });
    iteration.iterations = round;
    iteration.residual = iteration.error_bound;
    iteration.converged = iteration.error_bound <= std::max(options.tolerance, 1e-12);
    job.advance(1);
    if (iteration.converged) break;
    if (iteration.error_bound > 10 * best) mixing.forget();
    best = std::min(best, iteration.error_bound);
    mixing.mix(before, all.in_rate);
  }
  weighted_configuration_model model{std::move(links), {}, {}, iteration};
  for (const std::uint32_t c : all.class_of) {
    model.out_rate.push_back(all.out_rate[c]);
    model.in_rate.push_back(all.in_rate[c]);
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
    std::vector<double> mean, variance, log_none;  // of there being no link
  };
  const std::vector<double> zeros(observed.size(), 0.0);
  const moments none{zeros, zeros, zeros};
  task job(ctx, n);
  const std::size_t grain = std::max<std::size_t>(64, (n + 31) / 32);  // few copies of the square
  const moments all = ordered_reduce(
      n, grain, job, none,
      [&](std::size_t first, std::size_t last) {
        moments part = none;
        std::vector<double> absent(count);  // may fall to 0: then some link is as good as certain
        for (auto i = static_cast<vertex_id>(first); i < last; ++i) {
          if (groups.of(i).empty()) continue;
          const std::size_t row = static_cast<std::size_t>(groups.of(i)[0].group) * count;
          std::fill(absent.begin(), absent.end(), 1.0);
          for (vertex_id j = 0; j < n; ++j) {
            if (groups.of(j).empty()) continue;
            const double p = model.probability(i, j);
            if (!(p > 0)) continue;
            const double mean = model.mean_value(i, j);
            part.mean[row + groups.of(j)[0].group] += p * mean;
            part.variance[row + groups.of(j)[0].group] += p * (2 - p) * mean * mean;
            absent[groups.of(j)[0].group] *= 1 - p;
          }
          for (group_id b = 0; b < count; ++b) part.log_none[row + b] += std::log(absent[b]);
          job.advance(1);
          job.checkpoint();
        }
        return part;
      },
      [](moments a, moments b) {
        for (std::size_t k = 0; k < a.mean.size(); ++k)
          a.mean[k] += b.mean[k], a.variance[k] += b.variance[k], a.log_none[k] += b.log_none[k];
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
      r.p.push_back(value_p_value(r.observed.back(), r.expected.back(), r.variance.back(),
                                  half * all.log_none[at], side));
    }
  r.q = q_values(r.p);
  job.finish();
  return r;
}

}  // namespace kedja::measures
