/// @file
/// Trophic levels and incoherence. Source: MacKay, Johnson & Sansom, "How directed is a directed
/// network?", R. Soc. Open Sci. 7 (2020), doi:10.1098/rsos.201138.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/exact_sum.hpp>
#include <kedja/measures/common/laplacian.hpp>
#include <kedja/measures/common/potential_range.hpp>

namespace kedja::measures {

struct trophic_options {
  bool weighted = true;        ///< links pull in proportion to their value
  int max_iterations = 20000;  ///< of conjugate gradients, in all
};

struct trophic_result {
  std::vector<double> level;         ///< >= 0, lowest 0 in every weak component
  std::vector<value_status> status;  ///< isolated, or not_converged for all others
  double incoherence = 0.0;  ///< in [0, 1]: 0 every link climbs one level; NaN without links
  vertex_id components = 0;  ///< weak components, isolated vertices included
  int iterations = 0;
  double residual = 0.0;  ///< largest |v - Lambda h|_i / u_i, in twice the working precision
  double error_bound =
      0.0;  ///< no level is farther than this from the exact one; infinite: unknown
  bool converged = false;
};

namespace detail {

/// Links without direction and without loops; parallel and opposite ones are added up.
template <graph::two_way_graph G>
[[nodiscard]] symmetric_links without_direction(const G& g, bool weighted, task& job) {
  symmetric_links made;
  const vertex_id n = g.num_vertices();
  made.neighbours.reserve(2 * g.num_links());
  made.weights.reserve(2 * g.num_links());
  for (vertex_id v = 0; v < n; ++v) {
    const auto out = g.successors(v), in = g.predecessors(v);
    const auto out_w = g.successor_weights(v), in_w = g.predecessor_weights(v);
    std::size_t a = 0, b = 0;
    while (a < out.size() || b < in.size()) {
      const vertex_id u =
          std::min(a < out.size() ? out[a] : no_vertex, b < in.size() ? in[b] : no_vertex);
      double sum = 0;
      for (; a < out.size() && out[a] == u; ++a) sum += weighted ? out_w[a] : 1.0;
      for (; b < in.size() && in[b] == u; ++b) sum += weighted ? in_w[b] : 1.0;
      if (u != v && sum > 0) {
        made.neighbours.push_back(u);
        made.weights.push_back(sum);
      }
    }
    made.offsets.push_back(made.neighbours.size());
    if (v % (1 << 13) == 0) job.checkpoint();
  }
  return made;
}

}  // namespace detail

/// Levels h that make links climb one level as nearly as they can: Lambda h = v, with u = in + out
/// strength, v = in - out strength, Lambda = diag(u) - W - W'. Incoherence is
/// sum w_ij (h_j - h_i - 1)^2 / sum w_ij. A self-link adds its value to both sums. An isolated
/// company (also one whose links are worth 0) has level 0 and a status. Iterative refinement from
/// residuals in twice the working precision; O(m) per iteration, exact for trees. The error bound
/// is proved from the residual (potential_range). Bit-identical for any number of threads. Throws
/// invalid_argument for an undirected graph.
template <graph::two_way_graph G>
[[nodiscard]] trophic_result trophic_levels(const G& g, const trophic_options& options = {},
                                            const run_context& ctx = {}) {
  if (!g.directed())
    throw invalid_argument("trophic levels need a directed graph: source sells to target");
  if (options.max_iterations < 1)
    throw invalid_argument("max_iterations must be at least 1, not " +
                           std::to_string(options.max_iterations));
  constexpr double eps = std::numeric_limits<double>::epsilon();
  constexpr std::size_t grain = 1 << 13;
  const bool weighted = options.weighted && g.weighted();
  const std::size_t n = g.num_vertices();
  task job(ctx);
  trophic_result made;
  made.level.assign(n, 0.0);
  made.status.assign(n, value_status::ok);
  std::vector<double> strength(n), residual(n);
  std::vector<double>& h = made.level;
  symmetric_links links = detail::without_direction(g, weighted, job);
  for (std::size_t v = 0; v < n; ++v)
    for (std::size_t e = links.offsets[v]; e < links.offsets[v + 1]; ++e)
      strength[v] += links.weights[e];
  const heavy_forest forest = heavy_spanning_forest(links, job);
  const laplacian_solver solver(links, job);
  bool representable = true;  // products of residuals and weights neither vanish nor overflow
  for (const double w : links.weights) representable = representable && w > 1e-140 && w < 1e140;
  links = {};
  made.components = solver.num_components();

  // v - Lambda h: what buyers pull up less what suppliers pull down.
  bool level_ground = true;  // h = 0: levels need not be fetched
  const auto largest_residual = [&] {
    return ordered_reduce(
        n, grain, job, 0.0,
        [&](std::size_t first, std::size_t last) {
          double most = 0;
          for (std::size_t i = first; i < last; ++i) {
            const auto v = static_cast<vertex_id>(i);
            double_pair sum;
            const auto in = g.predecessors(v), out = g.successors(v);
            const auto in_w = g.predecessor_weights(v), out_w = g.successor_weights(v);
            const auto pull = [&](vertex_id u, double w, double climb) {
              if (u == v) return;
              const double_pair gap = level_ground ? double_pair{} : two_sum(h[u], -h[v]);
              const double_pair off = two_sum(gap.hi, climb);
              const double rest = gap.lo + off.lo;
              if (weighted) {
                add_product(sum, w, off.hi);
                sum.lo += w * rest;
              } else {
                add(sum, off.hi);
                sum.lo += rest;
              }
            };
            for (std::size_t k = 0; k < in.size(); ++k) pull(in[k], weighted ? in_w[k] : 1.0, 1.0);
            for (std::size_t k = 0; k < out.size(); ++k)
              pull(out[k], weighted ? out_w[k] : 1.0, -1.0);
            residual[i] = sum.hi + sum.lo;
            if (strength[i] > 0) most = std::max(most, std::abs(residual[i]) / strength[i]);
          }
          return most;
        },
        [](double a, double b) { return std::max(a, b); });
  };
  // Each round makes the error smaller by about the ratio of two corrections: done when the next
  // one would no longer change a level.
  int left = options.max_iterations;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double before = infinity, moved = infinity, next_move = infinity;
  std::vector<double> best = h;
  for (int round = 0; round < 60; ++round) {
    const double now = largest_residual();
    if (!(now < before)) {
      h = best;
      break;
    }
    made.residual = now;
    double highest = 0;
    for (const double level : h) highest = std::max(highest, std::abs(level));
    made.converged = now <= 4 * eps * (1 + highest);
    if (now == 0 || left <= 0 || (made.converged && next_move <= eps / 4)) break;
    best = h;
    before = now;
    level_ground = false;
    solver.correct(residual, h, round == 0 ? 1e-12 : 1e-5, left, job);
    double move = 0;
    for (std::size_t v = 0; v < n; ++v) move = std::max(move, std::abs(h[v] - best[v]));
    next_move = move * std::min(move / moved, 1.0);
    moved = move;
  }
  made.iterations = options.max_iterations - left;

  std::vector<double> lowest(made.components, std::numeric_limits<double>::infinity());
  const auto component = solver.component();
  for (std::size_t v = 0; v < n; ++v) lowest[component[v]] = std::min(lowest[component[v]], h[v]);
  for (std::size_t v = 0; v < n; ++v) {
    h[v] -= lowest[component[v]];
    if (!(strength[v] > 0))
      made.status[v] = value_status::isolated;
    else if (!made.converged)
      made.status[v] = value_status::not_converged;
  }
  {
    // The residual of the levels as they are returned, and how far off it may be itself: every term
    // is added with an error of some eps^2 of the largest sum.
    made.residual = largest_residual();
    double highest = 0;
    for (const double level : h) highest = std::max(highest, level);
    std::vector<double> slack(n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto v = static_cast<vertex_id>(i);
      const auto terms = static_cast<double>(g.predecessors(v).size() + g.successors(v).size() + 2);
      slack[i] = 16 * terms * eps * eps * strength[i] * (highest + 1) + eps * std::abs(residual[i]);
    }
    made.error_bound = representable
                           ? potential_range(forest, residual, slack) *
                                 (1 + eps * static_cast<double>(g.num_links()))  // of merged links
                           : infinity;
  }
  struct sums {
    double off = 0.0, all = 0.0;
  };
  const sums total = ordered_reduce(
      n, grain, job, sums{},
      [&](std::size_t first, std::size_t last) {
        sums part;
        for (std::size_t i = first; i < last; ++i) {
          const auto v = static_cast<vertex_id>(i);
          const auto out = g.successors(v);
          const auto out_w = g.successor_weights(v);
          for (std::size_t k = 0; k < out.size(); ++k) {
            const double w = weighted ? out_w[k] : 1.0, gap = h[out[k]] - h[i] - 1;
            part.off += w * gap * gap;
            part.all += w;
          }
        }
        return part;
      },
      [](sums a, sums b) {
        return sums{a.off + b.off, a.all + b.all};
      });
  made.incoherence =
      total.all > 0 ? total.off / total.all : std::numeric_limits<double>::quiet_NaN();
  job.finish();
  return made;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template trophic_result trophic_levels(const graph::csr_graph&, const trophic_options&,
                                              const run_context&);
extern template trophic_result trophic_levels(const graph::csr_view&, const trophic_options&,
                                              const run_context&);
#endif

}  // namespace kedja::measures
