/// @file
/// A quick look at many shocks: every company passes its loss on once. After Battiston, Puliga,
/// Kaushik, Tasca & Caldarelli, "DebtRank: too central to fail?", Sci. Rep. 2 (2012),
/// doi:10.1038/srep00541, on supply links.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/shock/esri.hpp>

namespace kedja::measures {

struct screening_result {
  std::vector<double> esri, downstream, upstream;  ///< per scenario; NaN where all weights are 0
  std::vector<int> steps;                          ///< until nobody had anything left to pass on
};

namespace detail {

/// One wave through the network after another, over the same tables.
class single_pass {
 public:
  explicit single_pass(vertex_id n) : loss_(n, 0.0), reached_(n, 0) {}

  /// `next(u)` are u's dependents, `values(u)` those of its links (empty: 1 each), and a dependent
  /// v loses value / whole[v] of what u lost. Steps until nobody passes anything on.
  template <class Next, class Values>
  int run(std::span<const scenarios::hit> hits, std::span<const double> whole, Next next,
          Values values, task& job) {
    touched_.clear(), active_.clear();
    for (const auto& [v, remaining] : hits)
      if (remaining < 1) loss_[v] = 1 - remaining, reach(v);
    int steps = 0;
    std::size_t links = 0;
    while (!active_.empty()) {
      // What is passed on in a step is what had been lost before it.
      told_.clear();
      for (const vertex_id u : active_) told_.push_back(loss_[u]);
      sending_.swap(active_);
      active_.clear();
      bool passed = false;
      for (std::size_t i = 0; i < sending_.size(); ++i) {
        const auto row = next(sending_[i]);
        const auto value = values(sending_[i]);
        for (std::size_t k = 0; k < row.size(); ++k) {
          const double part = (value.empty() ? 1.0 : value[k]) * told_[i];
          if (!(part > 0)) continue;
          passed = true;
          loss_[row[k]] += part / whole[row[k]];
          if (reached_[row[k]] == 0) reach(row[k]);
        }
        if ((links += row.size()) > (1u << 16)) links = 0, job.checkpoint();
      }
      for (const vertex_id v : touched_) loss_[v] = std::min(loss_[v], 1.0);
      steps += passed;
    }
    return steps;
  }
  [[nodiscard]] double loss(vertex_id v) const noexcept { return loss_[v]; }
  [[nodiscard]] std::span<const vertex_id> touched() const noexcept { return touched_; }
  void clear() {
    for (const vertex_id v : touched_) loss_[v] = 0, reached_[v] = 0;
  }

 private:
  void reach(vertex_id v) {
    reached_[v] = 1;
    touched_.push_back(v);
    active_.push_back(v);  // sends in the next step, and never again
  }

  std::vector<double> loss_, told_;
  std::vector<char> reached_;
  std::vector<vertex_id> touched_, active_, sending_;
};

}  // namespace detail

/// The index of `esri` after a single pass, in which a company passes on what it has lost once, a
/// step after it first loses something: h_v(t+1) = min(1, h_v(t) + sum over active u of W_uv /
/// cost_v h_u(t)), and against the links with revenue. All inputs count alike (essential and market
/// play no part); loops count once, so that it is no bound on `esri` either way. O(links reached)
/// per scenario. Bit-identical for any number of threads. Throws like `esri`.
template <graph::two_way_graph G>
[[nodiscard]] screening_result screening(const G& g, const production& p, const scenarios& given,
                                         const run_context& ctx = {}) {
  detail::check(g, p);
  given.check(g.num_vertices());
  const vertex_id n = g.num_vertices();
  std::vector<double> cost(n), revenue(n);
  for (vertex_id v = 0; v < n; ++v) {
    cost[v] = detail::divisor("cost", "buys", p.cost, v,
                              detail::sum_of(g.predecessor_weights(v), g.predecessors(v).size()));
    revenue[v] = detail::divisor("revenue", "sells", p.revenue, v,
                                 detail::sum_of(g.successor_weights(v), g.successors(v).size()));
  }
  const std::vector<double> weight = detail::index_weights(p.weight, detail::sales(g));
  const std::size_t count = given.count();
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  screening_result result{std::vector<double>(count, undefined),
                          std::vector<double>(count, undefined),
                          std::vector<double>(count, undefined), std::vector<int>(count, 0)};
  if (weight.empty()) return result;
  struct workspace {
    detail::single_pass down, up;
  };
  task job(ctx, static_cast<double>(count));
  for_blocks(
      count, 16, job,
      [n] {
        return workspace{detail::single_pass(n), detail::single_pass(n)};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        for (std::size_t i = first; i < last; ++i) {
          const int down = ws.down.run(
              given.of(i), cost, [&](vertex_id u) { return g.successors(u); },
              [&](vertex_id u) { return g.successor_weights(u); }, job);
          const int up = ws.up.run(
              given.of(i), revenue, [&](vertex_id u) { return g.predecessors(u); },
              [&](vertex_id u) { return g.predecessor_weights(u); }, job);
          double sum_down = 0, sum_up = 0, both = 0;
          for (const vertex_id v : ws.down.touched()) {
            sum_down += weight[v] * ws.down.loss(v);
            both += weight[v] * std::max(ws.down.loss(v), ws.up.loss(v));
          }
          for (const vertex_id v : ws.up.touched()) {
            sum_up += weight[v] * ws.up.loss(v);
            if (ws.down.loss(v) == 0) both += weight[v] * ws.up.loss(v);
          }
          result.esri[i] = both, result.downstream[i] = sum_down, result.upstream[i] = sum_up;
          result.steps[i] = std::max(down, up);
          ws.down.clear(), ws.up.clear();
          job.checkpoint();
        }
        job.advance(static_cast<double>(last - first));
      });
  job.finish();
  return result;
}

}  // namespace kedja::measures
