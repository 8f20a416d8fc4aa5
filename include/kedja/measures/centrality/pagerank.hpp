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
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/hub_order.hpp>
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
/// Seidel), which takes two thirds of the iterations or less; sinks, which nobody's score depends
/// on, are computed once, after them. Stops when the last sweep proves that the L1 error is below
/// `tolerance`; not converging is reported. O(m) per iteration; 4 bytes per arc, 12 with weights,
/// and 48 per vertex while it runs, 56 with personalization. Bit-identical for any number of
/// threads. Throws invalid_argument naming the option.
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
  const double damping = options.damping;
  const double iterations_ahead =
      damping > 0 ? std::log(options.tolerance) / std::log(damping) : 1.0;
  task job(ctx, std::max(1.0, iterations_ahead));

  // Sinks come last: the first `inner` rows are of companies that links lead on from.
  const auto is_sink = [&](vertex_id v) { return step(g, v, onward).empty(); };
  const auto row_length = [&](vertex_id v) { return step(g, v, options.direction).size(); };
  std::size_t inner = n, longest_sink = 0;
  for (vertex_id v = 0; v < n; ++v)
    if (is_sink(v)) --inner, longest_sink = std::max(longest_sink, row_length(v));
  const hub_rows rows(
      g, options.direction, weighted,
      order_by_degree(
          n, [&](vertex_id v) { return row_length(v) + (is_sink(v) ? 0 : longest_sink + 1); }),
      nullptr, job);

  // From here on vertices have the rows' numbers. What a vertex divides its score by is its spread,
  // -1 where no link of value leads on: such a share is below zero, and nobody takes it. What the
  // sweeps keep of a score is its share, score / spread; share * kept is the part of the score that
  // does not flow on to inner vertices.
  large_vector<double> spread(inner), kept(inner), share(inner), start(start_sum > 0 ? n : 0);
  const double even = 1.0 / n;  // everybody's start without personalization
  const auto start_of = [&](std::size_t i) { return start.empty() ? even : start[i]; };
  std::ranges::fill(kept, 0.0);
  for (edge_id k = rows.row_begin(inner); k < rows.neighbour.size(); ++k) {
    if (k % (1 << 16) == 0) job.checkpoint();
    kept[rows.neighbour[k]] += weighted ? rows.weight[k] : 1.0;  // what flows on to sinks
  }
  struct sums {
    double moved = 0, score = 0, kept = 0;
    sums operator+(const sums& b) const noexcept {
      return {moved + b.moved, score + b.score, kept + b.kept};
    }
  };
  constexpr std::size_t grain = 1 << 13;
  const sums first_guess = ordered_reduce(
      n, grain, job, sums{},
      [&](std::size_t first, std::size_t last) {
        sums mine;
        for (std::size_t i = first; i < last; ++i) {
          const vertex_id v = rows.order.original[i];
          if (!start.empty()) start[i] = options.personalization[v] / start_sum;
          if (i >= inner) continue;
          double out = 0;
          if (!weighted)
            out = static_cast<double>(step(g, v, onward).size());
          else
            for (const double w : step_weights(g, v, onward)) out += w;
          spread[i] = out > 0 ? out : -1;
          kept[i] = out > 0 ? (1 - damping) * out + damping * kept[i] : -1;
          share[i] = start_of(i) / spread[i];
          mine.score += start_of(i);
          mine.kept += share[i] * kept[i];
        }
        return mine;
      },
      std::plus<>());
  const double inner_start = first_guess.score;

  // Scores are found up to scale: anew, what starts anew, is such that as much comes in as does not
  // flow on. A sweep goes through a few strips of vertices; each sees what those before it have
  // become in this sweep, and within a strip all change at once, so that threads may share it.
  const auto anew_of = [&](const sums& of) {
    return inner_start > 0 ? of.kept / inner_start : 1.0;
  };
  const std::vector<hub_rows::strip> strips = rows.even_strips(64, inner);
  std::size_t longest = 0;
  for (const auto& [begin, end] : strips) longest = std::max(longest, end - begin);
  large_vector<double> next(longest);  // shares of the strip in work
  const auto sweep = [&](double anew, std::size_t begin, std::size_t first, std::size_t last) {
    const double* const known = share.data();
    sums mine;
    edge_id k = rows.row_begin(first);
    for (std::size_t i = first; i < last; k = rows.end[i++]) {
      const double score = damping * rows.gathered(k, rows.end[i], known) + anew * start_of(i);
      const double to = score / spread[i];
      next[i - begin] = to;
      mine.moved += std::abs((to - known[i]) * spread[i]);
      mine.score += score;
      mine.kept += to * kept[i];
    }
    return mine;
  };
  double anew = anew_of(first_guess);
  sums found = first_guess;
  result.iteration = iterate(limits, job, [&] {
    found = {};
    for (const auto& [begin, end] : strips) {
      found = found + ordered_reduce(
                          end - begin, hub_rows::block_of(end - begin), job, sums{},
                          [&, begin = begin](std::size_t first, std::size_t last) {
                            return sweep(anew, begin, begin + first, begin + last);
                          },
                          std::plus<>());
      std::copy_n(next.begin(), end - begin, share.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    // With all that starts anew the scores y solve (I - damping P) y = anew * start, sinks
    // included, but for a residual among inner vertices: a part of damping P times the change, and
    // start times the change of `anew`. It sums to 0, as anew makes up for all. The inverse has no
    // entry below zero and L1 norm 1 / (1 - damping), so scores are too high or too low by half the
    // residual's norm / (1 - damping) at most; and of two vectors that sum to 1, what lies above on
    // one side lies below on the other. The scores' sum is that of inner ones and what sinks start
    // with, or more.
    const double before = std::exchange(anew, anew_of(found)), change = std::abs(anew - before);
    const double all = found.score + anew * (1 - inner_start);
    return iteration_step{found.moved / all,
                          (damping * found.moved + change * inner_start) / all / (1 - damping)};
  });

  result.score.resize(n);
  const double total = ordered_reduce(
      n, grain, job, 0.0,
      [&](std::size_t first, std::size_t last) {
        double sum = 0;
        for (std::size_t i = first; i < last; ++i)
          sum += result.score[rows.order.original[i]] =
              i < inner ? share[i] * spread[i]
                        : damping * rows.gathered(rows.row_begin(i), rows.end[i], share.data()) +
                              anew * start_of(i);
        return sum;
      },
      std::plus<>());
  for (double& x : result.score) x /= total;
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
