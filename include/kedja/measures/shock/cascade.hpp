/// @file
/// One shock step by step: how the loss grows and which companies carry it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/measures/shock/esri.hpp>

namespace kedja::measures {

struct cascade_result {
  std::vector<double> esri, downstream, upstream;      ///< after step 0 (the shock), 1, 2, ...
  std::vector<double> change;                          ///< largest change of a company in the step
  std::vector<double> loss_downstream, loss_upstream;  ///< of each company at the end, in [0, 1]
  std::vector<int> first_step;  ///< at which the company loses something; -1: it loses nothing
  bool converged = false;       ///< the last change was at most eps
};

/// The synchronous steps of `esri` for the first scenario of `given`, at most `steps` of them,
/// until no company changes by more than `eps`. O(links reached) per step. Throws like `esri`; also
/// for a network in which all weights are 0.
template <graph::two_way_graph G>
[[nodiscard]] cascade_result cascade(const G& g, const production& p, const scenarios& given,
                                     int steps, double eps, const run_context& ctx = {}) {
  detail::check(g, p);
  given.check(g.num_vertices());
  if (given.count() != 1)
    throw invalid_argument("cascade follows one scenario, not " + std::to_string(given.count()));
  if (steps < 0) throw invalid_argument("steps must be >= 0, not " + std::to_string(steps));
  if (!(eps >= 0)) throw invalid_argument("eps must be >= 0, not " + std::to_string(eps));
  const std::vector<double> sold = detail::sales(g);
  const std::vector<double> weight = detail::index_weights(p.weight, sold);
  if (weight.empty()) throw invalid_argument("cascade needs a company with a weight above 0");
  task job(ctx, static_cast<double>(steps) + 1);
  const detail::loss_map down = detail::downstream_map(g, p), up = detail::upstream_map(g, p);
  std::optional<detail::market_table> markets;
  if (!p.market.empty()) markets.emplace(p.market, p.num_markets, sold);
  detail::baseline::synchronous_channel d(down, markets ? &*markets : nullptr), u(up, nullptr);
  for (const auto& [v, remaining] : given.of(0)) {
    d.start(0, v, 1.0 - remaining);
    u.start(0, v, 1.0 - remaining);
  }
  d.started();
  u.started();
  const vertex_id n = g.num_vertices();
  cascade_result result;
  result.first_step.assign(n, -1);
  const auto record = [&](int step, double change) {
    double both = 0, sum_d = 0, sum_u = 0;
    for (vertex_id v = 0; v < n; ++v) {
      const double a = d.loss(v)[0], b = u.loss(v)[0];
      if (result.first_step[v] < 0 && (a > 0 || b > 0)) result.first_step[v] = step;
      both += weight[v] * std::max(a, b);
      sum_d += weight[v] * a;
      sum_u += weight[v] * b;
    }
    result.esri.push_back(both);
    result.downstream.push_back(sum_d);
    result.upstream.push_back(sum_u);
    result.change.push_back(change);
    job.advance(1);
  };
  record(0, 0.0);
  detail::baseline::lane_bits8 alive{};
  alive[0] = -1;
  for (int step = 1; step <= steps && !result.converged; ++step) {
    detail::baseline::lanes8 a, b;
    d.step(alive, a, job);
    u.step(alive, b, job);
    const double change = std::max<double>(a[0], b[0]);
    record(step, change);
    result.converged = change <= eps;
  }
  result.loss_downstream.resize(n);
  result.loss_upstream.resize(n);
  for (vertex_id v = 0; v < n; ++v) {
    result.loss_downstream[v] = d.loss(v)[0];
    result.loss_upstream[v] = u.loss(v)[0];
  }
  job.finish();
  return result;
}

}  // namespace kedja::measures
