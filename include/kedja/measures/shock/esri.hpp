/// @file
/// Economic systemic risk index: what share of the network's output is lost when companies fail.
/// Source: Diem, Borsos, Reisch, Kertesz & Thurner, Sci. Rep. 12 (2022),
/// doi:10.1038/s41598-022-11522-z.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/shock/amplification.hpp>
#include <kedja/measures/shock/closed_circles.hpp>
#include <kedja/measures/shock/closed_form.hpp>
#include <kedja/measures/shock/esri_result.hpp>
#include <kedja/measures/shock/hub_first_map.hpp>
#include <kedja/measures/shock/lanes.hpp>
#include <kedja/measures/shock/linear_push.hpp>
#include <kedja/measures/shock/loss_map.hpp>
#include <kedja/measures/shock/market_table.hpp>
#include <kedja/measures/shock/scenarios.hpp>

namespace kedja::measures {

namespace detail {

[[nodiscard]] inline esri_result empty_result(std::size_t count) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(),
                   infinity = std::numeric_limits<double>::infinity();
  return {std::vector<double>(count, nan),      std::vector<double>(count, nan),
          std::vector<double>(count, nan),      std::vector<int>(count, 0),
          std::vector<double>(count, infinity), std::vector<value_status>(count)};
}

/// Row k of `from` becomes row rows[k] of `to`.
inline void put_back(const esri_result& from, std::span<const std::size_t> rows, esri_result& to) {
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const std::size_t i = rows[k];
    to.esri[i] = from.esri[k];
    to.downstream[i] = from.downstream[k];
    to.upstream[i] = from.upstream[k];
    to.iterations[i] = from.iterations[k];
    to.error_bound[i] = from.error_bound[k];
    to.status[i] = from.status[k];
  }
}

template <class Cascade>
void fade(const hub_first_map& down, const push_map& up, const typename Cascade::setting& setting,
          esri_result& result, task& job) {
  for_blocks(
      setting.down_given.count(), Cascade::scenarios_at_once, job,
      [&] { return Cascade(down, up); },
      [&](Cascade& cascade, std::size_t first, std::size_t last, std::size_t) {
        typename Cascade::outcome made[Cascade::scenarios_at_once];
        cascade.run(setting, first, last, made, job);
        for (std::size_t i = first; i < last; ++i) {
          const auto& [both, d, u, bound, passes] = made[i - first];
          result.esri[i] = both;
          result.downstream[i] = d;
          result.upstream[i] = u;
          result.error_bound[i] = bound;
          result.iterations[i] = passes;
        }
        job.advance(static_cast<double>(last - first));
      });
}

template <class Cascade>
void step_through(const loss_map& down, const loss_map& up, const market_table* markets,
                  const synchronous_setting& setting, esri_result& result, task& job) {
  // Cascades of small networks go through them together, as long as every thread has its own.
  constexpr vertex_id small = 1 << 14;
  const std::size_t count = setting.down_given.count(), lanes = Cascade::scenarios_at_once;
  const std::size_t each = (count + lanes * job.threads() - 1) / (lanes * job.threads());
  const std::size_t together =
      down.rows() > small ? 1 : std::clamp<std::size_t>(each, 1, Cascade::most_together);
  for_blocks(
      count, together * lanes, job,
      [&] { return std::vector<Cascade>(together, Cascade(down, up, markets)); },
      [&](std::vector<Cascade>& cascades, std::size_t first, std::size_t last, std::size_t) {
        Cascade::run(setting, first, last, cascades, result, job);
        job.advance(static_cast<double>(last - first));
      });
}

/// Scenarios in which no company that is hit has a link.
template <graph::two_way_graph G>
void mark_isolated(const G& g, const scenarios& given, esri_result& result) {
  for (std::size_t i = 0; i < given.count(); ++i) {
    bool linked = given.of(i).empty();
    for (const auto& [v, remaining] : given.of(i))
      linked = linked || !g.successors(v).empty() || !g.predecessors(v).empty();
    if (!linked && result.status[i] == value_status::ok) result.status[i] = value_status::isolated;
  }
}

/// Weights that sum to 1; empty where all are zero.
[[nodiscard]] inline std::vector<double> index_weights(std::span<const double> given,
                                                       std::vector<double> sold) {
  if (!given.empty()) sold.assign(given.begin(), given.end());
  double sum = 0;
  for (const double w : sold) sum += w;
  if (!(sum > 0)) return {};
  for (double& w : sold) w /= sum;
  return sold;
}

}  // namespace detail

/// For every scenario, the weighted share of output lost once the shock has gone through the
/// network: h_j is what company j still makes, with
///   downstream  h_j <- max(0, min(psi_j, essential inputs left, 1 - sum of non-essential losses)),
///   upstream    h_i <- max(0, min(psi_i, 1 - sum_j W_ij / revenue_i (1 - h_j))),
/// from h = psi (what the shock leaves), channels apart; the index is sum_i w_i (1 - min of both).
/// The failed companies count. Self-links and parallel links count as links.
///
/// In losses x = 1 - h the step is a monotone map F, so that x rises from 1 - psi to the least
/// fixed point whatever the order. `published` stops by the size of a step, which proves nothing.
/// `fixed_point` stops on a proof: for a vector y >= x with F(y) <= y the least fixed point lies
/// between x and y (Knaster-Tarski), so the index is low by at most sum w (y - x). Where part of
/// every cycle's revenue or cost lies outside the network there is v with v >= 1 + L v for the
/// increments L of F, and y = x + r v for residual r; otherwise y is looked for along the last
/// changes. Circles of companies that nothing leaks out of are seen as one company each
/// (closed_circles). Where no y is found in max_iterations the status is not_converged. (Up to
/// rounding in double precision.) In published mode not_converged says that the stop proves
/// nothing: losses were still moving and do not fade, so the value depends on eps.
///
/// In large networks the fixed points of cascades that fade, with nobody replaced, are found
/// thirty-two scenarios at a time downstream and one by one upstream, in single precision with the
/// rounding inside the bound (fading_cascade; its iterations are the passes downstream); all others
/// eight at a time in synchronous steps. O(links reached) per pass over the rows; 280 n bytes per
/// thread. `closed_form` gives the fixed points of shocks of one company each to rounding, in
/// networks where every loss is a sum of partners' losses: O(n^3), 16 n^2 bytes. A scenario's value
/// does not depend on the others. Bit-identical for any number of threads. Throws invalid_argument
/// naming the argument and the company.
template <graph::two_way_graph G>
[[nodiscard]] esri_result esri(const G& g, const production& p, const scenarios& given,
                               const esri_options& options = {}, const run_context& ctx = {}) {
  detail::check(g, p);
  const double eps = options.eps.value_or(options.mode == esri_mode::published ? 1e-2 : 1e-6);
  if (!(eps >= 0 && eps < 1) || (eps == 0 && options.mode == esri_mode::fixed_point))
    throw invalid_argument("eps must lie in (0, 1), not " + std::to_string(eps));
  if (options.max_iterations < 1)
    throw invalid_argument("max_iterations must be at least 1, not " +
                           std::to_string(options.max_iterations));
  given.check(g.num_vertices());
  const std::size_t count = given.count();
  esri_result result = detail::empty_result(count);
  const std::vector<double> sold = detail::sales(g);
  const std::vector<double> weight = detail::index_weights(p.weight, sold);
  if (weight.empty()) {
    result.status.assign(count, value_status::undefined);
    return result;
  }
  if (options.mode == esri_mode::closed_form) {
    if (!p.market.empty())
      throw invalid_argument(
          "mode 'closed_form' needs losses that add up, which those in a market do not; use mode "
          "'fixed_point'");
    detail::closed_form(detail::downstream_map(g, p), detail::upstream_map(g, p), given, weight,
                        result, ctx);
    detail::mark_isolated(g, given, result);
    return result;
  }
  task job(ctx, static_cast<double>(count));
  detail::loss_map down = detail::downstream_map(g, p), up = detail::upstream_map(g, p);
  std::optional<detail::market_table> markets;
  if (!p.market.empty()) markets.emplace(p.market, p.num_markets, sold);
  // Fixed points alone: the published steps go round the circles.
  std::optional<scenarios> led_down, led_up;
  if (options.mode == esri_mode::fixed_point) {
    if (!markets)
      if (const detail::closed_circles circles(down, job); !circles.empty())
        led_down = circles.on_leaders(given);
    if (const detail::closed_circles circles(up, job); !circles.empty())
      led_up = circles.on_leaders(given);
  }
  const scenarios &on_down = led_down ? *led_down : given, &on_up = led_up ? *led_up : given;
  const detail::potential of_down = detail::unit_potential(down, weight, job);
  const detail::potential of_up = detail::unit_potential(up, weight, job);
  // What fades and is not replaced goes in single precision first; what its bound leaves open, and
  // everything else, in synchronous steps.
  std::vector<std::size_t> open;
  std::vector<double> price;
  if (options.mode == esri_mode::fixed_point && !markets && of_down.exists && of_up.exists &&
      eps >= 1e-7 && g.num_links() >= options.single_precision_from)
    price = detail::price_of_residual(up, weight, job);
  const bool fades = !price.empty();
  if (fades) {
    const detail::hub_first_map hub_down(down);
    const detail::push_map push_up(up, std::move(price));
    switch (best_instruction_set()) {
      case instruction_set::avx512:
        detail::fade<detail::avx512::fading_cascade>(
            hub_down, push_up, {on_down, on_up, weight, eps, of_down}, result, job);
        break;
      case instruction_set::avx2:
        detail::fade<detail::avx2::fading_cascade>(
            hub_down, push_up, {on_down, on_up, weight, eps, of_down}, result, job);
        break;
      case instruction_set::baseline:
        detail::fade<detail::baseline::fading_cascade>(
            hub_down, push_up, {on_down, on_up, weight, eps, of_down}, result, job);
    }
    for (std::size_t i = 0; i < count; ++i)
      if (!(result.error_bound[i] <= eps)) open.push_back(i);
  }
  if (!fades || !open.empty()) {
    const scenarios left_down = fades ? on_down.some(open) : scenarios{},
                    left_up = fades ? on_up.some(open) : scenarios{};
    esri_result slow = !fades ? std::move(result) : detail::empty_result(open.size());
    const detail::synchronous_setting setting{
        fades ? left_down : on_down, fades ? left_up : on_up, weight, options, eps, of_down, of_up,
        markets.has_value()};
    const detail::market_table* const table = markets ? &*markets : nullptr;
    switch (best_instruction_set()) {
      case instruction_set::avx512:
        detail::step_through<detail::avx512::synchronous_cascade>(down, up, table, setting, slow,
                                                                  job);
        break;
      case instruction_set::avx2:
        detail::step_through<detail::avx2::synchronous_cascade>(down, up, table, setting, slow,
                                                                job);
        break;
      case instruction_set::baseline:
        detail::step_through<detail::baseline::synchronous_cascade>(down, up, table, setting, slow,
                                                                    job);
    }
    if (!fades)
      result = std::move(slow);
    else
      detail::put_back(slow, open, result);
  }
  detail::mark_isolated(g, given, result);
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template esri_result esri(const graph::csr_graph&, const production&, const scenarios&,
                                 const esri_options&, const run_context&);
extern template esri_result esri(const graph::csr_view&, const production&, const scenarios&,
                                 const esri_options&, const run_context&);
#endif

}  // namespace kedja::measures
