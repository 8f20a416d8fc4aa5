/// @file
/// Both channels of a cascade that fades, thirty-two scenarios at a time. Read by lanes.hpp once
/// per set of instructions; by itself it gives all of them.
#ifndef KEDJA_LANES
#include <kedja/measures/shock/lanes.hpp>
#else
#include <kedja/measures/shock/fading_channel.hpp>

namespace kedja::measures::detail::KEDJA_LANES {

/// Where potentials exist and nobody replaces anybody, the step is a contraction (in the norm
/// weighted by the potential v) with one fixed point x*. For any x with |F(x) - x| <= r in every
/// row, |F(x) - x*| <= r (v - 1). That holds below and above x*, so r may include the rounding of
/// single precision. F(x) is the answer; the index is off by at most r sum w (v - 1). The upstream
/// channel is linear, and there the bound is finer: sum (u - w) |F(x) - x| for u = w + Lambda' u.
class fading_cascade {
 public:
  static constexpr std::size_t scenarios_at_once = many;
  struct setting {
    const scenarios& given;
    std::span<const double> weight;  ///< sums to 1
    double eps;
    const potential& down;
    const std::vector<double>& price;  ///< u - w of the upstream channel
  };
  struct outcome {
    double esri, downstream, upstream, error_bound;
    int iterations;
  };

  fading_cascade(const hub_first_map& down, const hub_first_map& up)
      : down_(down), up_(up), reached_(down.rows()) {}

  /// Scenarios [first, last), at most `many`; `made` gets one outcome each.
  void run(const setting& s, std::size_t first, std::size_t last, outcome* made, task& job) {
    hits_.clear();
    for (std::size_t i = first; i < last; ++i)
      for (const auto& [v, remaining] : s.given.of(i)) {
        const double loss = 1.0 - remaining;
        hits_.push_back({v, i - first, loss});
        down_.start(i - first, v, static_cast<float>(loss));
        up_.start(i - first, v, static_cast<float>(loss));
      }
    std::sort(hits_.begin(), hits_.end());
    counters passes;
    settle_down(s, passes, job);
    settle_up(s, last - first, passes, job);
    add_up(s, last - first, made, job);
    const auto* count = reinterpret_cast<const std::int32_t*>(&passes);
    for (std::size_t k = 0; k < last - first; ++k) made[k].iterations = count[k];
    down_.clear();
    up_.clear();
  }

 private:
  struct hit {
    vertex_id company;
    std::size_t lane;
    double loss;
    friend bool operator<(const hit& a, const hit& b) {
      return std::tie(a.company, a.lane) < std::tie(b.company, b.lane);
    }
  };
  static constexpr float rest = std::numeric_limits<float>::infinity();

  void settle_down(const setting& s, counters& passes, task& job) {
    const double wanted = 0.6 * s.eps / std::max(s.down.total - 1, 1e-3);
    floats threshold;
    threshold.fill(static_cast<float>(std::min(wanted, 0.01)));
    down_.settle(threshold, passes, job);
  }
  void settle_up(const setting& s, std::size_t count, counters& passes, task& job) {
    floats threshold;
    threshold.fill(rest);
    std::fill(threshold.values(), threshold.values() + count, static_cast<float>(10 * s.eps));
    double owed[many];
    for (int phase = 0; phase < 20; ++phase) {
      up_.settle(threshold, passes, job);
      up_.owed(s.price, owed, job);
      bool done = true;
      for (std::size_t k = 0; k < count; ++k) {
        float& t = threshold.values()[k];
        if (owed[k] <= 0.2 * s.eps) t = rest;
        if (t < rest) t *= 0.3f, done = false;
      }
      if (done) return;
      up_.resume();
    }
  }

  void add_up(const setting& s, std::size_t count, outcome* made, task& job) {
    down_.reached(reached_);
    up_.reached(reached_);
    double both[many] = {}, down[many] = {}, up[many] = {}, owed[many] = {}, blur[many] = {};
    float worst[many] = {};
    auto hit_at = hits_.begin();
    std::size_t rows = 0;
    for (vertex_id v = reached_.next(0); v != no_vertex;) {
      const vertex_id after = reached_.next(v + std::uint64_t{1});
      if (after != no_vertex) down_.fetch_company(after), up_.fetch_company(after);
      floats d, u;
      down_.last_step(v, d);
      up_.last_step(v, u);
      float *const in_d = d.values(), *const in_u = u.values();
      for (; hit_at != hits_.end() && hit_at->company == v; ++hit_at) {
        const auto loss = static_cast<float>(hit_at->loss);
        in_d[hit_at->lane] = std::max(in_d[hit_at->lane], loss);
        in_u[hit_at->lane] = std::max(in_u[hit_at->lane], loss);
      }
      const float *const old_d = down_.loss(v).values(), *const old_u = up_.loss(v).values();
      const double w = s.weight[v], price = s.price[v];
      const double round_d = down_.rounding(v), round_u = up_.rounding(v);
      const auto round_d_up = static_cast<float>(round_d * (1 + 1e-6));
      const float felt = down_.is_felt(v) ? 1.0f : 0.0f;
      for (std::size_t k = 0; k < many; ++k) {
        const float off_d = felt * (std::abs(in_d[k] - old_d[k]) + round_d_up * in_d[k]);
        worst[k] = off_d > worst[k] ? off_d : worst[k];
        const double a = in_d[k], b = in_u[k];
        owed[k] += price * (std::abs(b - static_cast<double>(old_u[k])) + round_u * b);
        both[k] += w * (a > b ? a : b);
        down[k] += w * a;
        up[k] += w * b;
        blur[k] += w * (round_d * a + round_u * b);
      }
      reached_.remove(v);
      v = after;
      if ((++rows & 1023) == 0) job.checkpoint();
    }
    const double more = s.down.total - 1;
    for (std::size_t k = 0; k < count; ++k) {
      made[k].esri = both[k];
      made[k].downstream = down[k];
      made[k].upstream = up[k];
      made[k].error_bound = static_cast<double>(worst[k]) * more + owed[k] + blur[k];
    }
  }

  fading_channel down_, up_;
  row_set reached_;  ///< companies
  std::vector<hit> hits_;
};

}  // namespace kedja::measures::detail::KEDJA_LANES
#endif
