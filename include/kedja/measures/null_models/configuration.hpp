/// @file
/// The maximum-entropy configuration model: the least biased random graph with the observed
/// degrees. Source: Squartini & Garlaschelli, "Analytical maximum-likelihood method to detect
/// patterns in real networks", New J. Phys. 13 (2011), doi:10.1088/1367-2630/13/8/083001.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/iteration.hpp>
#include <kedja/measures/null_models/degree_fit.hpp>

namespace kedja::measures {

struct configuration_options {
  double tolerance = 1e-10;  ///< largest degree error
  int max_iterations = 200;  ///< Newton steps
};

/// Vertices of equal degrees share a class, and with it their probabilities.
struct configuration_model {
  bool directed = true;
  std::vector<std::uint32_t> class_of;  ///< per vertex
  std::vector<double> size;             ///< vertices per class
  std::vector<double> out, in;          ///< degrees per class
  std::vector<double> x, y;             ///< fitnesses; undirected: y is x
  iteration_record iteration;

  /// Probability of a link from a vertex of class c to another of class d.
  [[nodiscard]] double probability(std::size_t c, std::size_t d) const noexcept {
    const double xy = x[c] * y[d];
    return std::isinf(xy) ? 1.0 : xy / (1.0 + xy);
  }
};

/// Fits p_ij = x_i y_j / (1 + x_i y_j), i != j (undirected: x_i x_j) so that expected degrees are
/// the observed ones. The graph counts as simple: parallel links once, self-links not. Degree 0 has
/// fitness 0; a company linked with all others needs an infinite fitness, which the iteration
/// approaches, as `error_bound` (the largest degree error) tells. See fit_degrees.
template <graph::two_way_graph G>
[[nodiscard]] configuration_model fit_configuration(const G& g,
                                                    const configuration_options& options = {},
                                                    const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  task job(ctx, 10);
  pacer pace(job);
  configuration_model model;
  model.directed = g.directed();
  const auto simple_degree = [&](std::span<const vertex_id> row, vertex_id self) {
    std::uint32_t degree = 0;
    for (std::size_t k = 0; k < row.size(); ++k)
      degree += row[k] != self && !(k > 0 && row[k - 1] == row[k]);
    return degree;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> number;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> degrees(n);
  for (vertex_id v = 0; v < n; ++v) {
    pace(g.successors(v).size() + g.predecessors(v).size() + 1);
    degrees[v] = {simple_degree(g.successors(v), v), simple_degree(g.predecessors(v), v)};
    number.try_emplace(degrees[v], 0);
  }
  std::uint32_t next = 0;
  for (auto& [pair, c] : number) {
    c = next++;
    model.out.push_back(pair.first);
    model.in.push_back(pair.second);
  }
  model.size.assign(next, 0.0);
  model.class_of.resize(n);
  for (vertex_id v = 0; v < n; ++v) ++model.size[model.class_of[v] = number[degrees[v]]];

  const degree_problem problem{model.size, model.out, model.size, model.in, true};
  degree_fit fit = fit_degrees(problem, {options.tolerance, options.max_iterations}, job);
  model.x = std::move(fit.x), model.y = std::move(fit.y);
  model.iteration = fit.iteration;
  if (!model.directed) {  // x_i y_j = x_j y_i, so both are one vector up to a factor
    for (std::size_t c = 0; c < next; ++c)
      model.x[c] = model.y[c] = std::sqrt(model.x[c] * model.y[c]);
    double worst = 0;  // before convergence they are not, and the error is another
    for (std::size_t c = 0; c < next; ++c) {
      double degree = -model.probability(c, c);
      pace(next);
      for (std::size_t d = 0; d < next; ++d) degree += model.size[d] * model.probability(c, d);
      worst = std::max(worst, std::abs(degree - model.out[c]));
    }
    model.iteration.error_bound = worst;
    model.iteration.converged = worst <= options.tolerance;
  }
  job.finish();
  return model;
}

/// A graph drawn from the model, source <= target in undirected ones; draw `number` of `seed` is
/// always the same. O(n x classes + links).
[[nodiscard]] inline std::pair<std::vector<vertex_id>, std::vector<vertex_id>> draw_configuration(
    const configuration_model& model, std::uint64_t seed, std::uint64_t number) {
  std::vector<std::vector<vertex_id>> members(model.size.size());
  const auto n = static_cast<vertex_id>(model.class_of.size());
  for (vertex_id v = 0; v < n; ++v) members[model.class_of[v]].push_back(v);
  std::pair<std::vector<vertex_id>, std::vector<vertex_id>> links;
  for (vertex_id u = 0; u < n; ++u) {
    random_stream random(seed, number << 32 | u);
    for (std::size_t d = 0; d < members.size(); ++d) {
      const double p = model.probability(model.class_of[u], d);
      if (!(p > 0)) continue;
      // Steps between links are geometric, so that pairs without one cost nothing.
      const double rate = p < 1 ? std::log1p(-p) : 0.0;
      const auto first = model.directed ? members[d].begin()
                                        : std::upper_bound(members[d].begin(), members[d].end(), u);
      const auto left = static_cast<double>(members[d].end() - first);
      for (double at = 0;; ++at) {
        if (p < 1) at += std::floor(std::log(1.0 - random.uniform()) / rate);
        if (!(at < left)) break;
        const vertex_id v = first[static_cast<std::ptrdiff_t>(at)];
        if (v != u) links.first.push_back(u), links.second.push_back(v);
      }
    }
  }
  return links;
}

}  // namespace kedja::measures
