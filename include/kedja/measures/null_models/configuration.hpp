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

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/iteration.hpp>

namespace kedja::measures {

struct configuration_options {
  double tolerance = 1e-10;  ///< largest degree error
  int max_iterations = 20000;
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
/// approaches, as `error_bound` (the largest degree error) tells. O(classes^2) per iteration.
template <graph::two_way_graph G>
[[nodiscard]] configuration_model fit_configuration(const G& g,
                                                    const configuration_options& options = {},
                                                    const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
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

  const std::size_t classes = next;
  double links = 0;
  for (std::size_t c = 0; c < classes; ++c) links += model.size[c] * model.out[c];
  const double scale = links > 0 ? 1.0 / std::sqrt(links) : 0.0;
  model.x.resize(classes), model.y.resize(classes);
  for (std::size_t c = 0; c < classes; ++c)
    model.x[c] = model.out[c] * scale, model.y[c] = model.in[c] * scale;

  // x_c = k_c / sum_d n_d y_d / (1 + x_c y_d), the vertex itself left out; likewise y.
  task job(ctx, 200);
  std::vector<double> new_x(classes), new_y(classes), error(classes);
  for (int i = 1; i <= options.max_iterations; ++i) {
    for_blocks(classes, 16, job, [&](std::size_t first, std::size_t last, std::size_t) {
      for (std::size_t c = first; c < last; ++c) {
        double sum_out = 0, sum_in = 0;
        for (std::size_t d = 0; d < classes; ++d) {
          const double others = model.size[d] - (c == d ? 1.0 : 0.0);
          sum_out += others * model.y[d] / (1.0 + model.x[c] * model.y[d]);
          sum_in += others * model.x[d] / (1.0 + model.x[d] * model.y[c]);
        }
        error[c] = std::max(std::abs(model.x[c] * sum_out - model.out[c]),
                            std::abs(model.y[c] * sum_in - model.in[c]));
        new_x[c] = sum_out > 0 ? model.out[c] / sum_out : 0.0;
        new_y[c] = sum_in > 0 ? model.in[c] / sum_in : 0.0;
      }
    });
    double worst = 0;
    for (const double e : error) worst = std::max(worst, e);
    model.iteration = {i, worst, worst, worst <= options.tolerance};
    if (model.iteration.converged) break;
    if (model.directed) {
      model.x.swap(new_x), model.y.swap(new_y);
    } else {
      // Undirected x and y are one vector; the geometric mean damps the two-step oscillation.
      for (std::size_t c = 0; c < classes; ++c)
        model.x[c] = model.y[c] = std::sqrt(model.x[c] * new_x[c]);
    }
    job.advance(1);
  }
  job.finish();
  return model;
}

}  // namespace kedja::measures
