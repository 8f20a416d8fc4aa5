/// @file
/// Current-flow betweenness: how much of the flow between others a company passes on when flow
/// takes all ways at once, as current does. Sources: Newman, "A measure of betweenness centrality
/// based on random walks", Social Networks 27 (2005), doi:10.1016/j.socnet.2004.11.009; Brandes &
/// Fleischer, "Centrality measures based on current flow", STACS 2005,
/// doi:10.1007/978-3-540-31856-9_44.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/conductor_network.hpp>
#include <kedja/measures/common/iteration.hpp>

namespace kedja::measures {

struct current_flow_options {
  bool normalized = true;
  bool weighted = true;  ///< a link conducts in proportion to its value
  double epsilon = 0.0;  ///< 0: exact; otherwise the largest error of a normalized score
  double delta = 0.1;    ///< probability that any score errs by more
  std::uint64_t seed = 0;
  double tolerance = 1e-11;  ///< on the residual of every system of potentials
  int max_iterations = 100000;
};

struct current_flow_result {
  std::vector<double> score;
  std::vector<value_status> status;  ///< isolated, not_converged or ok
  std::uint64_t samples = 0;         ///< pairs drawn, of an estimate
  double residual = 0.0;             ///< largest of all systems
  bool converged = true;
};

namespace detail {

/// Sum of |x_a - x_b| over all unordered pairs. Sorts x.
[[nodiscard]] inline double sum_of_differences(std::vector<double>& x) {
  std::sort(x.begin(), x.end());
  double sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k)
    sum += (2.0 * static_cast<double>(k) + 1.0 - static_cast<double>(x.size())) * x[k];
  return sum;
}

/// Currents of one component, at most eight, solved together.
struct current_batch {
  vertex_id component;
  std::vector<potential_solver::current> currents;
};

/// Cuts currents (sorted by component) into batches.
inline std::vector<current_batch> batches_of(const conductor_network& net,
                                             const std::vector<potential_solver::current>& all) {
  std::vector<current_batch> made;
  for (const auto& c : all) {
    const vertex_id label = net.component[c.first];
    if (made.empty() || made.back().component != label ||
        made.back().currents.size() == potential_solver::lanes)
      made.push_back({label, {}});
    made.back().currents.push_back(c);
  }
  return made;
}

}  // namespace detail

/// For every pair of other companies a unit current enters at one and leaves at the other; the
/// score is the sum of what passes v, over pairs in v's component, divided by (n - 1)(n - 2) / 2
/// when normalized. NetworkX's definition where the graph is connected; elsewhere a pair without a
/// path carries nothing, as for betweenness, so that a company without conducting links scores 0
/// with status `isolated`. Directions are ignored, parallel links add up, self-links conduct
/// nothing.
///
/// Exact: one system of potentials per linked pair, O(m (k m + n log n)) for k iterations each.
/// With epsilon: ln(2 n / delta) / (2 epsilon^2) random pairs, after which every normalized score
/// errs by at most epsilon with probability 1 - delta (Hoeffding's inequality: what one pair sends
/// through v lies in [0, 1]). Bit-identical for any number of threads. Memory 40 n doubles per
/// thread. Throws invalid_argument naming the option, and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] current_flow_result current_flow_betweenness(const G& g,
                                                           const current_flow_options& options = {},
                                                           const run_context& ctx = {}) {
  iteration_limits{options.tolerance, options.max_iterations}.check();
  const bool exact = options.epsilon == 0.0;
  if (!exact && !(options.epsilon > 0 && options.epsilon < 1))
    throw invalid_argument("epsilon must lie in (0, 1), not " + std::to_string(options.epsilon));
  if (!exact && !(options.delta > 0 && options.delta < 1))
    throw invalid_argument("delta must lie in (0, 1), not " + std::to_string(options.delta));
  const vertex_id n = g.num_vertices();
  task making(stage(ctx, 0.0, 0.0));  // how much there is to do is known afterwards
  const conductor_network net = make_conductors(g, options.weighted && g.weighted(), making);
  current_flow_result result{std::vector<double>(n, 0.0),
                             std::vector<value_status>(n, value_status::ok)};
  for (vertex_id v = 0; v < n; ++v)
    if (net.offset[v] == net.offset[v + std::size_t{1}]) result.status[v] = value_status::isolated;

  std::vector<potential_solver::current> currents;
  if (exact) {
    pacer pace(making);
    for (const vertex_id u : net.member)
      for (std::size_t k = net.offset[u]; k < net.offset[u + std::size_t{1}]; ++k, pace())
        if (u < net.row[k].to) currents.push_back({u, net.row[k].to});
  } else if (n > 2) {
    // Draws are over all pairs, scores over those of which v is no end.
    const double epsilon = options.epsilon * (n - 2.0) / n;
    result.samples = static_cast<std::uint64_t>(
        std::ceil(std::log(2.0 * n / options.delta) / (2 * epsilon * epsilon)));
    pacer pace(making);
    for (std::uint64_t i = 0; i < result.samples; ++i, pace()) {
      random_stream random(options.seed, i);
      const auto s = static_cast<vertex_id>(random.below(n));
      auto t = static_cast<vertex_id>(random.below(n - 1));
      t += t >= s;
      if (net.component[s] == net.component[t]) currents.push_back({s, t});
    }
    std::stable_sort(currents.begin(), currents.end(), [&](const auto& a, const auto& b) {
      return net.component[a.first] < net.component[b.first];
    });
  }
  const auto batches = detail::batches_of(net, currents);
  task job(ctx, static_cast<double>(std::max<std::size_t>(batches.size(), 1)));
  // Each block of batches has sums of its own, added in order.
  const std::size_t parts = std::clamp<std::size_t>((std::size_t{1} << 24) / (n + 1), 2, 64);
  const std::size_t grain = std::max<std::size_t>((batches.size() + parts - 1) / parts, 1);
  struct sums {
    std::vector<double> score;
    double residual = 0;
  };
  std::vector<sums> part((batches.size() + grain - 1) / grain);
  struct workspace {
    potential_solver solver;
    std::vector<double> x;
  };
  for_blocks(
      batches.size(), grain, job,
      [n] {
        return workspace{potential_solver(n), {}};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t block) {
        sums& mine = part[block];
        mine.score.assign(n, 0.0);
        for (std::size_t b = first; b < last; ++b) {
          const detail::current_batch& batch = batches[b];
          const auto from = static_cast<std::ptrdiff_t>(net.start[batch.component]);
          const auto to = static_cast<std::ptrdiff_t>(net.start[batch.component + std::size_t{1}]);
          mine.residual = std::max(mine.residual,
                                   ws.solver.solve(net, batch.component, batch.currents,
                                                   options.tolerance, options.max_iterations, job));
          for (std::size_t k = 0; k < batch.currents.size(); ++k) {
            const auto [s, t] = batch.currents[k];
            if (exact) {
              // By symmetry these potentials say what the link carries of every current, and its
              // sum over pairs is a sum of differences.
              ws.x.clear();
              for (auto at = from; at < to; ++at)
                ws.x.push_back(ws.solver.potential(net.member[static_cast<std::size_t>(at)], k));
              const auto row = net.row.begin() + static_cast<std::ptrdiff_t>(net.offset[s]);
              const auto end =
                  net.row.begin() + static_cast<std::ptrdiff_t>(net.offset[s + std::size_t{1}]);
              const double conductance =
                  std::lower_bound(row, end, t, [](const auto& c, vertex_id v) {
                    return c.to < v;
                  })->conductance;
              const double through = conductance * detail::sum_of_differences(ws.x) / 2;
              mine.score[s] += through;
              mine.score[t] += through;
            } else {
              for (auto at = from; at < to; ++at) {
                const vertex_id v = net.member[static_cast<std::size_t>(at)];
                if (v == s || v == t) continue;
                const double here = ws.solver.potential(v, k);
                double through = 0;
                for (std::size_t e = net.offset[v]; e < net.offset[v + std::size_t{1}]; ++e)
                  through += net.row[e].conductance *
                             std::abs(here - ws.solver.potential(net.row[e].to, k));
                mine.score[v] += through / 2;
              }
            }
          }
          job.advance(1);
          job.checkpoint();
        }
      });
  for (const sums& p : part) {
    for (vertex_id v = 0; v < n; ++v) result.score[v] += p.score[v];
    result.residual = std::max(result.residual, p.residual);
  }
  const double pairs = (n - 1.0) * (n - 2.0) / 2;
  for (vertex_id v = 0; v < n; ++v) {
    double& x = result.score[v];
    if (exact) {
      // A current that begins or ends in v is half its own throughput too much.
      const std::size_t label = net.component[v];
      x = std::max(x - static_cast<double>(net.start[label + 1] - net.start[label] - 1) / 2, 0.0);
      if (options.normalized && n > 2) x /= pairs;
    } else if (n > 2) {
      // The mean over pairs of which v is an end for 2 of n.
      x *= static_cast<double>(n) / (n - 2.0) / static_cast<double>(result.samples);
      if (!options.normalized) x *= pairs;
    }
  }
  result.converged = result.residual <= options.tolerance;
  if (!result.converged)
    for (vertex_id v = 0; v < n; ++v)
      if (result.status[v] == value_status::ok) result.status[v] = value_status::not_converged;
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template current_flow_result current_flow_betweenness(const graph::csr_graph&,
                                                             const current_flow_options&,
                                                             const run_context&);
extern template current_flow_result current_flow_betweenness(const graph::csr_view&,
                                                             const current_flow_options&,
                                                             const run_context&);
#endif

}  // namespace kedja::measures
