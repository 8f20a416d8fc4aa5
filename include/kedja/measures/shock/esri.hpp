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
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/shock/amplification.hpp>
#include <kedja/measures/shock/loss_map.hpp>
#include <kedja/measures/shock/scenarios.hpp>
#include <kedja/measures/shock/synchronous_channel.hpp>

namespace kedja::measures {

enum class esri_mode {
  fixed_point,  ///< the greatest fixed point of remaining output, within `eps`
  published,    ///< synchronous steps until no company changes by more than `eps`
};

struct esri_options {
  esri_mode mode = esri_mode::fixed_point;
  /// published: largest change of a company's output that stops; fixed_point: bound on the error of
  /// the index. None: 1e-2 and 1e-6.
  std::optional<double> eps = {};
  int max_iterations = 10'000;
};

struct esri_result {
  std::vector<double> esri;        ///< per scenario, in [0, 1]; NaN where all weights are 0
  std::vector<double> downstream;  ///< with the customers' channel alone
  std::vector<double> upstream;    ///< with the suppliers' channel alone
  std::vector<int> iterations;
  /// Proved bound on how far `esri` is below the fixed point's; infinite where there is none.
  std::vector<double> error_bound;
  std::vector<value_status> status;  ///< ok, isolated, no_sellers, not_converged, undefined
};

namespace detail {

/// Eight scenarios side by side through both channels.
class synchronous_cascade {
 public:
  synchronous_cascade(const loss_map& down, const loss_map& up, const market_table* markets)
      : down_(down, markets), up_(up, nullptr) {}

  struct setting {
    const scenarios& given;
    std::span<const double> weight;  ///< sums to 1
    const esri_options& options;
    double eps;
    const potential& down;  ///< of unit changes, where it exists
    const potential& up;
    bool replaces = false;  ///< there are markets
  };

  void run(const setting& s, std::size_t first, std::size_t last, esri_result& result, task& job) {
    lane_bits8 alive{};
    for (std::size_t i = first; i < last; ++i) {
      alive[i - first] = -1;
      for (const auto& [v, remaining] : s.given.of(i)) {
        down_.start(i - first, v, 1.0 - remaining);
        up_.start(i - first, v, 1.0 - remaining);
      }
    }
    down_.started();
    up_.started();
    lane_bits8 converged{};
    constexpr double infinity = std::numeric_limits<double>::infinity();
    lanes8 tried = lanes8{} + infinity, bound = tried;
    int next_look = 4;
    const bool fades = s.down.exists && s.up.exists;
    for (int i = 1; i <= s.options.max_iterations && any_lane(alive); ++i) {
      lanes8 d, u;
      down_.step(alive, d, job);
      up_.step(alive, u, job);
      const lanes8 change = d > u ? d : u;
      for (std::size_t k = 0; k < last - first; ++k)
        if (alive[k] != 0) result.iterations[first + k] = i;
      if (s.options.mode == esri_mode::published) {
        // Lost by stopping here: what is left of a last change c is at most c (v - 1).
        const lane_bits8 stop = alive & (change <= s.eps), exact = change <= 0.0;
        const double more = fades && !s.replaces ? s.down.total + s.up.total - 2 : infinity;
        bound = stop ? (exact ? lanes8{} : change * more) : bound;
        converged |= stop & (exact | (fades ? std::int64_t{-1} : std::int64_t{0}));
        alive &= ~stop;
      } else {
        const lane_bits8 still = alive & (change <= 0.0);  // a fixed point, met exactly
        converged |= still;
        bound = still ? lanes8{} : bound;
        prove(s, alive & ~converged, change, i, next_look, tried, converged, bound, job);
      }
      alive &= ~converged;
    }
    add_up(s, first, last, result);
    lane_bits8 emptied;
    down_.without_sellers(emptied);
    for (std::size_t k = 0; k < last - first; ++k) {
      result.error_bound[first + k] = bound[k];
      if (converged[k] == 0)
        result.status[first + k] = value_status::not_converged;
      else if (emptied[k] != 0)
        result.status[first + k] = value_status::no_sellers;
    }
    down_.clear();
    up_.clear();
    earlier_down_.clear();
    earlier_up_.clear();
  }

 private:
  /// Looks for a bound on the error of the scenarios in `open`: with the potential of unit changes
  /// where there is one, else with the changes since the last look, enlarged as far as eps allows.
  void prove(const setting& s, const lane_bits8& open, const lanes8& change, int i, int& next_look,
             lanes8& tried, lane_bits8& converged, lanes8& bound, task& job) {
    if (!any_lane(open)) return;
    const double half = s.eps / 2;
    if (s.down.exists && s.up.exists) {
      // Without markets this holds as soon as the largest change is small enough; with them it is
      // looked at, each time changes have halved.
      const double down = half / s.down.total, up = half / s.up.total;
      const lane_bits8 ready = open & (change <= std::min(down, up)) & (change <= tried / 2);
      if (!any_lane(ready)) return;
      tried = ready ? change : tried;
      const auto extra = [](const potential& p, double scale) {
        return [&p, scale](vertex_id v, lanes8& to) { to = lanes8{} + scale * p.value[v]; };
      };
      lane_bits8 found = ready;
      down_.bounded_by(extra(s.down, down), found, job);
      up_.bounded_by(extra(s.up, up), found, job);
      converged |= found;
      bound = found ? lanes8{} + s.eps : bound;
      return;
    }
    if (i < next_look) return;
    next_look = i + std::max(4, i / 2);
    lane_bits8 found = open;
    look_along(down_, earlier_down_, s, half, found, job);
    look_along(up_, earlier_up_, s, half, found, job);
    converged |= found;
    bound = found ? lanes8{} + s.eps : bound;
  }
  static void look_along(synchronous_channel& channel, std::vector<lane_values>& earlier,
                         const setting& s, double half, lane_bits8& found, task& job) {
    const std::size_t n = s.weight.size();
    if (earlier.empty()) earlier.resize(n);
    lanes8 risen{};
    for (vertex_id v = 0; v < n; ++v) risen += s.weight[v] * (channel.loss(v) - earlier[v].lane);
    const lane_bits8 moved = risen > 0.0;
    const lanes8 scale = moved ? half / (moved ? risen : lanes8{} + 1.0) : lanes8{};
    channel.bounded_by(
        [&](vertex_id v, lanes8& to) { to = scale * (channel.loss(v) - earlier[v].lane); }, found,
        job);
    for (vertex_id v = 0; v < n; ++v) earlier[v].lane = channel.loss(v);
  }

  void add_up(const setting& s, std::size_t first, std::size_t last, esri_result& result) const {
    lanes8 both{}, down{}, up{};
    const auto add = [&](vertex_id v) {
      const lanes8 d = down_.loss(v), u = up_.loss(v);
      both += s.weight[v] * (d > u ? d : u);
      down += s.weight[v] * d;
      up += s.weight[v] * u;
    };
    const row_set &a = down_.touched(), &b = up_.touched();
    vertex_id v = a.next(0), w = b.next(0);
    while (v != no_vertex || w != no_vertex) {  // ascending, each row once
      const vertex_id at = std::min(v, w);
      add(at);
      if (v == at) v = a.next(at + std::uint64_t{1});
      if (w == at) w = b.next(at + std::uint64_t{1});
    }
    for (std::size_t k = 0; k < last - first; ++k) {
      result.esri[first + k] = both[k];
      result.downstream[first + k] = down[k];
      result.upstream[first + k] = up[k];
    }
  }

  synchronous_channel down_, up_;
  std::vector<lane_values> earlier_down_, earlier_up_;
};

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
/// changes. Where none is found in max_iterations the status is not_converged. (Up to rounding in
/// double precision.) In published mode not_converged says that the stop proves nothing: losses
/// were still moving and do not fade, so the value depends on eps.
///
/// O(links reached) per step and scenario, eight scenarios at a time; 128 n bytes per thread and
/// channel. Bit-identical for any number of threads. Throws invalid_argument naming the argument
/// and the company.
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
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(),
                   infinity = std::numeric_limits<double>::infinity();
  esri_result result{std::vector<double>(count, nan),      std::vector<double>(count, nan),
                     std::vector<double>(count, nan),      std::vector<int>(count, 0),
                     std::vector<double>(count, infinity), std::vector<value_status>(count)};
  const std::vector<double> sold = detail::sales(g);
  const std::vector<double> weight = detail::index_weights(p.weight, sold);
  if (weight.empty()) {
    result.status.assign(count, value_status::undefined);
    return result;
  }
  task job(ctx, static_cast<double>(count));
  const detail::loss_map down = detail::downstream_map(g, p), up = detail::upstream_map(g, p);
  std::optional<detail::market_table> markets;
  if (!p.market.empty()) markets.emplace(p.market, p.num_markets, sold);
  const detail::potential of_down = detail::unit_potential(down, weight, job);
  const detail::potential of_up = detail::unit_potential(up, weight, job);
  const detail::synchronous_cascade::setting setting{
      given, weight, options, eps, of_down, of_up, markets.has_value()};
  for_blocks(
      count, detail::num_lanes, job,
      [&] { return detail::synchronous_cascade(down, up, markets ? &*markets : nullptr); },
      [&](detail::synchronous_cascade& cascade, std::size_t first, std::size_t last, std::size_t) {
        cascade.run(setting, first, last, result, job);
        job.advance(static_cast<double>(last - first));
      });
  for (std::size_t i = 0; i < count; ++i) {
    bool linked = given.of(i).empty();
    for (const auto& [v, remaining] : given.of(i))
      linked = linked || !g.successors(v).empty() || !g.predecessors(v).empty();
    if (!linked && result.status[i] == value_status::ok) result.status[i] = value_status::isolated;
  }
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
