/// @file
/// Katz centrality. Source: Katz, "A new status index derived from sociometric analysis",
/// Psychometrika 18 (1953), doi:10.1007/BF02289026.
#pragma once

#include <algorithm>
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

/// One pass over the terms of a Katz series: sums, and how fast terms shrink over two steps.
struct katz_pass {
  double term = 0, score = 0, ratio = 0;
};
inline katz_pass join(katz_pass a, const katz_pass& b) {
  return {a.term + b.term, a.score + b.score, std::max(a.ratio, b.ratio)};
}

}  // namespace detail

/// x = alpha A' x + beta: walks that end in the company (upstream), each damped by alpha per link.
/// NetworkX's definition. Parallel links add up, self-links count, an isolated company has beta.
///
/// The series beta + alpha A' beta + ... is summed term by term. All terms are >= 0, so once every
/// entry of a term is at most q times its value two terms before, with q < 1, all later terms
/// together are at most (last two terms) q / (1 - q): a proved bound, whatever the graph. An alpha
/// of 1 / spectral radius or more makes the series grow without end: NaN with `not_converged`.
/// O(m) per iteration. Bit-identical for any number of threads. Throws invalid_argument naming the
/// option, and cancelled.
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
  std::vector<double> term(options.betas.begin(), options.betas.end());
  if (term.empty()) term.assign(n, options.beta);
  std::vector<double>& score = result.score = term;
  std::vector<double> before = term, next(n);  // the terms one and two steps back
  bool first_step = true;                      // of equal betas the number of links says all
  result.iteration = iterate(limits, job, [&] {
    const bool alike = first_step && options.betas.empty() && !weighted;
    first_step = false;
    const detail::katz_pass now = ordered_reduce(
        n, row_grain, job, detail::katz_pass{},
        [&](std::size_t first, std::size_t last) {
          detail::katz_pass sum;
          for (std::size_t v = first; v < last; ++v) {
            const auto u = static_cast<vertex_id>(v);
            next[v] =
                options.alpha *
                (alike ? options.beta * static_cast<double>(step(g, u, options.direction).size())
                       : sum_over_links(g, u, options.direction, weighted, term));
            score[v] += next[v];
            if (next[v] > 0)
              sum.ratio = std::max(sum.ratio, before[v] > 0 ? next[v] / before[v] : unbounded);
            sum.term += next[v] + term[v];
            sum.score += score[v];
          }
          return sum;
        },
        detail::join);
    std::swap(before, term);
    std::swap(term, next);
    if (n == 0) return iteration_step{0.0, 0.0};
    const double residual = now.term / now.score, q = now.ratio;
    // A series without end overflows; sums of nothing but zeros cannot be, since some beta is > 0.
    if (!(q < 1) || !std::isfinite(now.score)) return iteration_step{residual, unbounded};
    return iteration_step{residual, residual * q / (1 - q)};
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
