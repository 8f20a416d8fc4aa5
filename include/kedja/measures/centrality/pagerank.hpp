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
#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/hub_rows.hpp>
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
/// Seidel), which takes two thirds of the iterations or less. Stops when the last sweep proves that
/// the L1 error is below `tolerance`; not converging is reported. O(m) per iteration; 4 bytes per
/// arc, 12 with weights, and 40 per vertex while it runs. Bit-identical for any number of threads.
/// Throws invalid_argument naming the option.
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
  double start_sum = 0;
  if (!options.personalization.empty()) {
    if (options.personalization.size() != n)
      throw invalid_argument("personalization must have one weight per company");
    for (std::size_t v = 0; v < n; ++v) {
      const double w = options.personalization[v];
      if (!(w >= 0) || std::isinf(w))
        throw invalid_argument("personalization[" + std::to_string(v) +
                               "] must be a finite number >= 0");
      start_sum += w;
    }
    if (!(start_sum > 0)) throw invalid_argument("personalization must have a weight > 0");
  }
  const bool weighted = options.weighted && g.weighted();
  const path_direction onward = opposite(options.direction);
  const double iterations_ahead =
      options.damping > 0 ? std::log(options.tolerance) / std::log(options.damping) : 1.0;
  task job(ctx, std::max(1.0, iterations_ahead));
  const hub_rows rows(g, options.direction, weighted, job);

  // From here on vertices have the rows' numbers. What a vertex divides its score by is its spread,
  // -1 where nothing leads on: such a share is below zero, and nobody takes it. What the sweeps
  // keep of a score is its share, score / spread.
  struct sweep_sums {
    double moved = 0, total = 0, lost = 0;
    sweep_sums operator+(const sweep_sums& b) const noexcept {
      return {moved + b.moved, total + b.total, lost + b.lost};
    }
  };
  constexpr std::size_t grain = 1 << 13;
  large_vector<double> spread(n), share(n), start(start_sum > 0 ? n : 0);
  const double even = 1.0 / n;  // everybody's start without personalization
  sweep_sums last_sweep = ordered_reduce(
      n, grain, job, sweep_sums{},
      [&](std::size_t first, std::size_t last) {
        sweep_sums mine;
        for (std::size_t i = first; i < last; ++i) {
          const vertex_id v = rows.order.original[i];
          double out = 0;
          if (!weighted)
            out = static_cast<double>(step(g, v, onward).size());
          else
            for (const double w : step_weights(g, v, onward)) out += w;
          const double score =
              start.empty() ? even : (start[i] = options.personalization[v] / start_sum);
          spread[i] = out > 0 ? out : -1;
          share[i] = score / spread[i];
          if (!(out > 0)) mine.lost += score;
          mine.total += score;
        }
        return mine;
      },
      std::plus<>());

  // Scores are found up to scale. A sweep goes through a few strips of vertices; each sees what
  // those before it have become in this sweep, and within a strip all change at once, so that
  // threads may share it.
  const std::vector<hub_rows::strip> strips = rows.even_strips(64);
  std::size_t longest = 0;
  for (const auto& [begin, end] : strips) longest = std::max(longest, end - begin);
  large_vector<double> next(longest);  // shares of the strip in work
  const auto sweep = [&](double anew, std::size_t begin, std::size_t first, std::size_t last) {
    sweep_sums mine;
    edge_id k = rows.row_begin(first);
    for (std::size_t i = first; i < last; ++i) {
      const edge_id end = rows.end[i];
      double sum = 0;
      if (weighted)
        for (; k < end; ++k) sum += share[rows.neighbour[k]] * rows.weight[k];
      else
        for (; k < end; ++k) sum += share[rows.neighbour[k]];
      const double now = options.damping * sum + anew * (start.empty() ? even : start[i]);
      const double to = now / spread[i];
      mine.moved += std::abs((to - share[i]) * spread[i]);
      next[i - begin] = to;
      mine.total += now;
      if (spread[i] < 0) mine.lost += now;
    }
    return mine;
  };
  result.iteration = iterate(limits, job, [&] {
    const double anew =
        options.damping * last_sweep.lost + (1 - options.damping) * last_sweep.total;
    sweep_sums sums;
    for (const auto& [begin, end] : strips) {
      sums = sums + ordered_reduce(
                        end - begin, hub_rows::block_of(end - begin), job, sweep_sums{},
                        [&, begin = begin](std::size_t first, std::size_t last) {
                          return sweep(anew, begin, begin + first, begin + last);
                        },
                        std::plus<>());
      std::copy_n(next.begin(), end - begin, share.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    // The scores y solve (I - damping P) y = anew * start but for a residual r that is part of
    // damping P times the change. Where the change rises, r is at most damping times the rise, and
    // likewise where it falls; the inverse has no entry below zero and L1 norm 1 / (1 - damping);
    // and of two vectors that sum to 1, what lies above on one side lies below on the other.
    const double net = std::abs(sums.total - last_sweep.total);
    last_sweep = sums;
    return iteration_step{sums.moved / sums.total, (sums.moved + net) / sums.total *
                                                       options.damping / (1 - options.damping)};
  });
  result.score.resize(n);
  for (std::size_t i = 0; i < n; ++i)
    result.score[rows.order.original[i]] = share[i] * spread[i] / last_sweep.total;
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
