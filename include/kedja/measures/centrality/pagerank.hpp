/// @file
/// PageRank. Source: Brin & Page, "The anatomy of a large-scale hypertextual web search engine",
/// Computer Networks 30 (1998), doi:10.1016/S0169-7552(98)00110-X.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/iteration.hpp>

namespace kedja::measures {

struct pagerank_options {
  double damping = 0.85;  ///< in [0, 1)
  /// upstream: a company is scored by its suppliers' scores, as in NetworkX.
  path_direction direction = path_direction::upstream;
  bool weighted = true;                          ///< links pass on in proportion to their value
  std::span<const double> personalization = {};  ///< one weight >= 0 per company; none: all equal
  double tolerance = 1e-10;                      ///< bound on the L1 distance to the exact scores
  int max_iterations = 1000;
};

struct pagerank_result {
  std::vector<double> score;  ///< >= 0, sums to 1 (empty graph: empty)
  iteration_record iteration;
};

/// The stationary share of a walker who follows links with probability `damping` and starts anew
/// (by `personalization`) otherwise, and whenever it stands where no link of value leads on: value
/// chains end in sinks, whose score is never lost. Sweeps use what they have just found (Gauss &
/// Seidel), which takes two thirds of the iterations or less. Stops when 2 damping / (1 - damping)
/// times the last relative L1 step, which bounds the L1 error, is below `tolerance`; not converging
/// is reported. O(m) per iteration. Bit-identical for any number of threads. Throws
/// invalid_argument naming the option.
template <graph::two_way_graph G>
[[nodiscard]] pagerank_result pagerank(const G& g, const pagerank_options& options = {},
                                       const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  if (!(options.damping >= 0 && options.damping < 1))
    throw invalid_argument("damping must lie in [0, 1), not " + std::to_string(options.damping));
  const iteration_limits limits{options.tolerance, options.max_iterations};
  limits.check();
  pagerank_result result;
  if (n == 0) {
    result.iteration.converged = true;
    return result;
  }
  std::vector<double> start(n, 1.0 / n);
  if (!options.personalization.empty()) {
    if (options.personalization.size() != n)
      throw invalid_argument("personalization must have one weight per company");
    double sum = 0;
    for (std::size_t v = 0; v < n; ++v) {
      const double w = options.personalization[v];
      if (!(w >= 0) || std::isinf(w))
        throw invalid_argument("personalization[" + std::to_string(v) +
                               "] must be a finite number >= 0");
      sum += w;
    }
    if (!(sum > 0)) throw invalid_argument("personalization must have a weight > 0");
    for (std::size_t v = 0; v < n; ++v) start[v] = options.personalization[v] / sum;
  }
  const bool weighted = options.weighted && g.weighted();
  const path_direction from = options.direction, onward = opposite(options.direction);
  constexpr std::size_t grain = 1 << 13;
  const double iterations_ahead =
      options.damping > 0 ? std::log(options.tolerance) / std::log(options.damping) : 1.0;
  task job(ctx, std::max(1.0, iterations_ahead));

  // Of what a vertex divides its score by; 0 where nothing leads on.
  std::vector<double> inverse(n, 0.0);
  for_blocks(n, grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t v = first; v < last; ++v) {
      const auto u = static_cast<vertex_id>(v);
      double out = 0;
      if (!weighted)
        out = static_cast<double>(step(g, u, onward).size());
      else
        for (const double w : step_weights(g, u, onward)) out += w;
      if (out > 0) inverse[v] = 1 / out;
    }
  });

  // Scores are found up to scale. A sweep goes through a few strips of vertices; each sees what
  // those before it have become in this sweep, and within a strip all change at once, so that
  // threads may share it.
  struct sweep_sums {
    double moved = 0, total = 0, lost = 0;
    sweep_sums operator+(const sweep_sums& b) const noexcept {
      return {moved + b.moved, total + b.total, lost + b.lost};
    }
  };
  const std::size_t strip = std::max<std::size_t>(grain, (std::size_t{n} + 15) / 16);
  std::vector<double>& score = result.score;
  score = start;
  std::vector<double> share(n), next(std::min<std::size_t>(strip, n));
  sweep_sums last_sweep{0, 1, 0};
  for (std::size_t v = 0; v < n; ++v) {
    share[v] = score[v] * inverse[v];
    if (!(inverse[v] > 0)) last_sweep.lost += score[v];
  }
  result.iteration = iterate(limits, job, [&] {
    const double anew =
        options.damping * last_sweep.lost + (1 - options.damping) * last_sweep.total;
    sweep_sums sums;
    for (std::size_t begin = 0; begin < n; begin += strip) {
      const std::size_t size = std::min<std::size_t>(strip, n - begin);
      sums = sums + ordered_reduce(
                        size, grain, job, sweep_sums{},
                        [&](std::size_t first, std::size_t last) {
                          sweep_sums mine;
                          for (std::size_t i = first; i < last; ++i) {
                            const auto u = static_cast<vertex_id>(begin + i);
                            const auto row = step(g, u, from);
                            double sum = 0;
                            if (weighted) {
                              const auto weight = step_weights(g, u, from);
                              for (std::size_t k = 0; k < row.size(); ++k)
                                sum += share[row[k]] * weight[k];
                            } else {
                              for (const vertex_id s : row) sum += share[s];
                            }
                            const double now = options.damping * sum + anew * start[u];
                            mine.moved += std::abs(now - score[u]);
                            mine.total += now;
                            if (!(inverse[u] > 0)) mine.lost += now;
                            score[u] = now;
                            next[i] = now * inverse[u];
                          }
                          return mine;
                        },
                        std::plus<>());
      std::copy_n(next.begin(), size, share.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    last_sweep = sums;
    // The scores solve (I - damping P) y = anew * start but for a residual of at most damping times
    // the change; the inverse has L1 norm 1 / (1 - damping), and scaling to sum 1 at most doubles
    // the error.
    const double change = sums.moved / sums.total;
    return iteration_step{change, 2 * change * options.damping / (1 - options.damping)};
  });
  for (double& x : score) x /= last_sweep.total;
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template pagerank_result pagerank(const graph::csr_graph&, const pagerank_options&,
                                         const run_context&);
extern template pagerank_result pagerank(const graph::csr_view&, const pagerank_options&,
                                         const run_context&);
#endif

}  // namespace kedja::measures
