/// @file
/// Both channels of a cascade that fades, thirty-two scenarios at a time: broad downstream, where a
/// lack of essential inputs reaches almost everybody and scenarios share each pass over the links;
/// narrow upstream, where each scenario is pushed by itself. Read by lanes.hpp once
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
/// channel is linear, and there the bound is finer (linear_push).
class fading_cascade {
 public:
  static constexpr std::size_t scenarios_at_once = many;
  struct setting {
    const scenarios& down_given;  ///< the same scenarios for both channels, maybe on others
    const scenarios& up_given;
    std::span<const double> weight;  ///< sums to 1
    double eps;
    const potential& down;
  };
  struct outcome {
    double esri, downstream, upstream, error_bound;
    int iterations;
  };

  fading_cascade(const hub_first_map& down, const push_map& up)
      : up_map_(up), down_(down), up_(up), up_loss_(down.rows()), reached_(down.rows()) {}

  /// Scenarios [first, last), at most `many`; `made` gets one outcome each.
  void run(const setting& s, std::size_t first, std::size_t last, outcome* made, task& job) {
    hits_.clear();
    for (std::size_t i = first; i < last; ++i)
      for (const auto& [v, remaining] : s.down_given.of(i)) {
        const double loss = 1.0 - remaining;
        hits_.push_back({v, i - first, loss});
        down_.start(i - first, v, static_cast<float>(loss));
      }
    std::sort(hits_.begin(), hits_.end());
    counters passes;
    const double wanted = 0.7 * s.eps / std::max(s.down.total - 1, 1e-3);
    down_.settle(static_cast<float>(std::min(wanted, 0.01)), passes, job);
    for (std::size_t i = first; i < last; ++i) push_up(s, i, i - first, made[i - first], job);
    write_up();
    add_up(s, last - first, made, job);
    const auto* count = reinterpret_cast<const std::int32_t*>(&passes);
    for (std::size_t k = 0; k < last - first; ++k) made[k].iterations = count[k];
    down_.clear();
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

  void push_up(const setting& s, std::size_t scenario, std::size_t lane, outcome& made, task& job) {
    for (const auto& [v, remaining] : s.up_given.of(scenario)) up_.start(v, 1.0 - remaining);
    const double owed = up_.settle(0.2 * s.eps, job);
    double sum = 0, blur = 0;  // shares and losses are rounded to single precision
    for (const vertex_id v : up_.companies()) {
      const auto loss = static_cast<float>(up_.loss(v));
      sum += s.weight[v] * static_cast<double>(loss);
      blur += (up_map_.price[v] + 2 * s.weight[v]) * static_cast<double>(loss);
      unwritten_.push_back({v, static_cast<std::uint32_t>(lane), loss});
      reached_.add(v);
    }
    if (unwritten_.size() >= (1 << 16)) write_up();
    up_.clear();
    made.upstream = sum;
    made.error_bound = owed + 0x1.01p-24 * blur;
  }

  /// Sorted first: the lanes of all companies do not fit the cache.
  void write_up() {
    sort_by_company(unwritten_, spare_, down_.companies());
    for (const auto& [v, lane, loss] : unwritten_) up_loss_[v].values()[lane] = loss;
    unwritten_.clear();
  }

  void add_up(const setting& s, std::size_t count, outcome* made, task& job) {
    down_.reached(reached_);
    double both[many] = {}, down[many] = {}, blur[many] = {};
    float worst[many] = {};
    auto hit_at = hits_.begin();
    std::size_t rows = 0;
    for (vertex_id v = reached_.next(0); v != no_vertex;) {
      const vertex_id after = reached_.next(v + std::uint64_t{1});
      if (after != no_vertex) down_.fetch_company(after);
      floats d;
      down_.last_step(v, d);
      float* const in_d = d.values();
      const float* const in_u = up_loss_[v].values();
      for (; hit_at != hits_.end() && hit_at->company == v; ++hit_at)
        in_d[hit_at->lane] = std::max(in_d[hit_at->lane], static_cast<float>(hit_at->loss));
      const float* const old_d = down_.loss(v).values();
      const double w = s.weight[v], round_d = down_.rounding(v);
      const auto round_d_up = static_cast<float>(round_d * (1 + 1e-6));
      const float felt = down_.is_felt(v) ? 1.0f : 0.0f;
      for (std::size_t k = 0; k < many; ++k) {
        const float off_d = felt * (std::abs(in_d[k] - old_d[k]) + round_d_up * in_d[k]);
        worst[k] = off_d > worst[k] ? off_d : worst[k];
        const double a = in_d[k], b = in_u[k];
        both[k] += w * (a > b ? a : b);
        down[k] += w * a;
        blur[k] += w * round_d * a;
      }
      up_loss_[v] = floats{};
      reached_.remove(v);
      v = after;
      if ((++rows & 1023) == 0) job.checkpoint();
    }
    const double more = s.down.total - 1;
    for (std::size_t k = 0; k < count; ++k) {
      made[k].esri = both[k];
      made[k].downstream = down[k];
      made[k].error_bound += static_cast<double>(worst[k]) * more + blur[k];
    }
  }

  const push_map& up_map_;
  fading_channel down_;
  linear_push up_;
  std::vector<floats> up_loss_;  ///< of each company
  row_set reached_;              ///< companies
  std::vector<hit> hits_;
  std::vector<lane_loss> unwritten_, spare_;
};

}  // namespace kedja::measures::detail::KEDJA_LANES
#endif
