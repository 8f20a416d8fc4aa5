/// @file
/// Katz centrality. Source: Katz, "A new status index derived from sociometric analysis",
/// Psychometrika 18 (1953), doi:10.1007/BF02289026.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/iteration.hpp>
#include <kedja/measures/common/link_product.hpp>
#include <kedja/measures/common/near_rows.hpp>

namespace kedja::measures {

struct katz_options {
  double alpha = 0.1;                  ///< > 0; below 1 / spectral radius
  double beta = 1.0;                   ///< what every company has by itself, > 0
  std::span<const double> betas = {};  ///< the same by company, >= 0, instead of beta
  bool normalized = true;              ///< L2 norm 1
  path_direction direction = path_direction::upstream;
  bool weighted = true;
  double tolerance = 1e-10;  ///< bound on the L1 error as a share of the sum of scores
  int max_iterations = 1000;
};

struct katz_result {
  std::vector<double> score;
  std::vector<value_status> status;
  iteration_record iteration;
};

namespace detail {

/// One pass over a Katz series: the sum of the next term and of the one after it, and how fast
/// terms shrink over two steps.
struct katz_pass {
  double sum = 0, ahead = 0, ratio = 0;
};
inline katz_pass join(katz_pass a, const katz_pass& b) {
  return {a.sum + b.sum, a.ahead + b.ahead, std::max(a.ratio, b.ratio)};
}

/// The next term of some vertices, alpha times `sums`, takes the place of the one before the last
/// and joins the score; `reach` is what the term after it has of each, in all.
inline katz_pass add_term(double alpha, std::span<const double> sums, std::span<const double> reach,
                          std::span<double> before, std::span<double> score) noexcept {
  katz_pass pass;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const double next = alpha * sums[i];
    score[i] += next;
    pass.sum += next;
    pass.ahead += reach[i] * next;
    if (next > pass.ratio * before[i]) pass.ratio = next / before[i];  // unbounded where 0 was
    before[i] = next;
  }
  return pass;
}

}  // namespace detail

/// x = alpha A' x + beta: walks that end in the company (upstream), each damped by alpha per link.
/// NetworkX's definition. Parallel links add up, self-links count, an isolated company has beta.
///
/// The series of terms t(0) = beta, t(k+1) = M t(k), M = alpha A', is summed term by term. All are
/// >= 0, so once every entry of a term is at most q times its value two terms before, with q < 1,
/// so it is for all later ones. With s(k) the sum of t(k), of which s(k+1) is known as soon as t(k)
/// is, by the column sums of M, what is left after t(k) sums to at most
///   rest = (s(k+1) + q s(k)) / (1 - q),
/// a proved bound, whatever the graph. When terms have become alike, what is left is about
/// c / (1 - c) t(k), c = s(k+1) / s(k). Let e = t(k) - c t(k-1); what this misses is
/// (M e + M M e + ...) / (1 - c), of which M e has at most the norm of e in the column sums, and
/// the others are at most t(k+2) + c t(k+1) and those after them, q (s(k) + rest) + c rest in all;
/// with no column sum above w < 1 they are at most w / (1 - w) of that norm. Adding what is left
/// saves a product or two. An alpha of 1 / spectral radius or more makes the series grow
/// without end: NaN with `not_converged`. O(m) per iteration; 36 bytes per vertex. Bit-identical
/// for any number of threads. Throws invalid_argument naming the option, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] katz_result katz(const G& g, const katz_options& options = {},
                               const run_context& ctx = {}) {
  const iteration_limits limits{options.tolerance, options.max_iterations};
  limits.check();
  const vertex_id n = g.num_vertices();
  for (const auto& [name, value] : {std::pair{"alpha", options.alpha}, {"beta", options.beta}})
    if (!(value > 0 && std::isfinite(value)))
      throw invalid_argument(std::string(name) + " must be a finite number > 0, not " +
                             std::to_string(value));
  if (!options.betas.empty() && options.betas.size() != n)
    throw invalid_argument("beta must have one value per company");
  for (std::size_t v = 0; v < options.betas.size(); ++v)
    if (!(options.betas[v] >= 0 && std::isfinite(options.betas[v])))
      throw invalid_argument("beta[" + std::to_string(v) + "] must be a finite number >= 0");
  if (!options.betas.empty() && *std::max_element(options.betas.begin(), options.betas.end()) == 0)
    throw invalid_argument("beta must have a value > 0");
  const bool weighted = options.weighted && g.weighted();
  constexpr double unbounded = std::numeric_limits<double>::infinity();
  katz_result result;
  task job(ctx, 60);
  const near_rows rows(g, options.direction, job);
  std::vector<double> term(options.betas.begin(), options.betas.end());
  if (term.empty()) term.assign(n, options.beta);
  std::vector<double>& score = result.score = term;
  std::vector<double> before = term;  // the term before, which the next one takes the place of
  std::vector<double> reach(n);       // sums of M's columns
  for_blocks(n, row_grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    const path_direction onward = opposite(options.direction);
    for (std::size_t i = first; i < last; ++i) {
      const auto v = static_cast<vertex_id>(i);
      double links = weighted ? 0.0 : static_cast<double>(step(g, v, onward).size());
      if (weighted)
        for (const double w : step_weights(g, v, onward)) links += w;
      reach[i] = options.alpha * links;
    }
  });
  const double widest = n > 0 ? *std::ranges::max_element(reach) : 0.0;
  const bool alike = options.betas.empty() && !weighted;
  bool first_step = true;
  double term_sum = sum_of(n, job, [&](std::size_t v) { return term[v]; }), score_sum = term_sum;
  result.iteration = iterate(limits, job, [&] {
    const bool count = alike && first_step;  // of equal betas the number of links says all
    first_step = false;
    const detail::katz_pass now = ordered_reduce(
        n, near_rows::grain, job, detail::katz_pass{},
        [&](std::size_t first, std::size_t last) {
          std::array<double, near_rows::grain> sums;
          if (count)
            for (std::size_t v = first; v < last; ++v)
              sums[v - first] =
                  options.beta *
                  static_cast<double>(step(g, static_cast<vertex_id>(v), options.direction).size());
          else
            rows.for_block(g, first, last, [&](vertex_id v, std::span<const vertex_id> row) {
              double sum = 0;
              if (weighted)
                sum = sum_over_links(g, v, options.direction, true, term);
              else
                for (const vertex_id u : row) sum += term[u];
              sums[v - first] = sum;
            });
          return detail::add_term(options.alpha, {sums.data(), last - first},
                                  std::span(reach).subspan(first), std::span(before).subspan(first),
                                  std::span(score).subspan(first));
        },
        detail::join);
    std::swap(before, term);
    if (n == 0) return iteration_step{0.0, 0.0};
    const double last_two = now.sum + std::exchange(term_sum, now.sum), q = now.ratio;
    const double residual = last_two / (score_sum += now.sum);
    // A series without end overflows; sums of nothing but zeros cannot be, since some beta is > 0.
    if (!(q < 1) || !std::isfinite(score_sum)) return iteration_step{residual, unbounded};
    const double rest = (now.ahead + q * now.sum) / (1 - q), c = now.ahead / now.sum;
    const double later = q * (now.sum + rest) + c * rest, most = options.tolerance * score_sum;
    if (rest <= most || rest > 64 * most || !(c < 1))  // far off, looking would be in vain
      return iteration_step{residual, rest / score_sum};
    const double apart =
        sum_of(n, job, [&](std::size_t v) { return reach[v] * std::abs(term[v] - c * before[v]); });
    const double others = widest < 1 ? std::min(later, apart * widest / (1 - widest)) : later;
    const double missed = (apart + others) / (1 - c);
    if (missed > most) return iteration_step{residual, rest / score_sum};
    for (std::size_t v = 0; v < n; ++v) score[v] += c / (1 - c) * term[v];
    return iteration_step{residual, missed / score_sum};
  });
  if (result.iteration.converged) {
    if (options.normalized && n > 0) {
      const double norm = l2_norm(score, job);
      for (double& x : score) x /= norm;
    }
    result.status.assign(n, value_status::ok);
  } else {
    score.assign(n, std::numeric_limits<double>::quiet_NaN());
    result.status.assign(n, value_status::not_converged);
  }
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template katz_result katz(const graph::csr_graph&, const katz_options&, const run_context&);
extern template katz_result katz(const graph::csr_view&, const katz_options&, const run_context&);
#endif

}  // namespace kedja::measures
