/// @file
/// Both channels of a cascade in synchronous steps, eight scenarios at a time. Read by lanes.hpp
/// once per set of instructions; by itself it gives all of them.
#ifndef KEDJA_LANES
#include <kedja/measures/shock/lanes.hpp>
#else
#include <kedja/measures/shock/synchronous_channel.hpp>

namespace kedja::measures::detail::KEDJA_LANES {

/// Eight scenarios side by side through both channels.
class synchronous_cascade {
 public:
  synchronous_cascade(const loss_map& down, const loss_map& up, const market_table* markets)
      : down_(down, markets), up_(up, nullptr) {}

  static constexpr std::size_t scenarios_at_once = num_lanes;
  static constexpr std::size_t most_together = synchronous_channel::most_together;

  /// Scenarios [first, last), at most `scenarios_at_once` for each of the cascades, which share
  /// passes over the links where they can. A scenario's value does not depend on the others.
  static void run(const synchronous_setting& s, std::size_t first, std::size_t last,
                  std::span<synchronous_cascade> cascades, esri_result& result, task& job) {
    std::array<synchronous_cascade*, most_together> open{};
    std::size_t count = 0;
    for (; first < last; first += num_lanes) {
      open[count] = &cascades[count];
      open[count++]->begin(s, first, std::min(first + num_lanes, last));
    }
    for (int i = 1; count > 0; ++i) {
      std::array<synchronous_channel*, most_together> down{}, up{};
      for (std::size_t c = 0; c < count; ++c) {
        down[c] = &open[c]->down_;
        up[c] = &open[c]->up_;
        down[c]->find_due();
        up[c]->find_due();
      }
      synchronous_channel::evaluate(std::span(down.data(), count), job);
      synchronous_channel::evaluate(std::span(up.data(), count), job);
      std::size_t left = 0;
      for (std::size_t c = 0; c < count; ++c)
        if (open[c]->go_on(s, i, result, job))
          open[left++] = open[c];
        else
          open[c]->end(s, result);
      count = left;
    }
  }

 private:
  void begin(const synchronous_setting& s, std::size_t first, std::size_t last) {
    first_ = first;
    last_ = last;
    lane_bits8 alive{};
    for (std::size_t i = first; i < last; ++i) {
      alive[i - first] = -1;
      for (const auto& [v, remaining] : s.down_given.of(i))
        down_.start(i - first, v, 1.0 - remaining);
      for (const auto& [v, remaining] : s.up_given.of(i)) up_.start(i - first, v, 1.0 - remaining);
    }
    down_.started();
    up_.started();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    at_.resize(1);
    at_[0].alive = alive;
    at_[0].converged = lane_bits8{};
    at_[0].tried = at_[0].bound = lanes8{} + infinity;
    next_look_ = 4;
  }
  /// After the i-th step; false where no scenario takes another.
  bool go_on(const synchronous_setting& s, int i, esri_result& result, task& job) {
    auto& [alive, converged, tried, bound] = at_[0];
    const bool fades = s.down.exists && s.up.exists;
    lanes8 d, u;
    down_.settle(alive, d);
    up_.settle(alive, u);
    const lanes8 change = d > u ? d : u;
    for (std::size_t k = 0; k < last_ - first_; ++k)
      if (alive[k] != 0) result.iterations[first_ + k] = i;
    if (s.options.mode == esri_mode::published) {
      // Lost by stopping here: what is left of a last change c is at most c (v - 1).
      const lane_bits8 stop = alive & (change <= s.eps), exact = change <= 0.0;
      const double more = fades && !s.replaces ? s.down.total + s.up.total - 2
                                               : std::numeric_limits<double>::infinity();
      bound = stop ? (exact ? lanes8{} : change * more) : bound;
      converged |= stop & (exact | (fades ? std::int64_t{-1} : std::int64_t{0}));
      alive &= ~stop;
    } else {
      const lane_bits8 still = alive & (change <= 0.0);  // a fixed point, met exactly
      converged |= still;
      bound = still ? lanes8{} : bound;
      prove(s, alive & ~converged, change, i, next_look_, tried, converged, bound, job);
    }
    alive &= ~converged;
    return i < s.options.max_iterations && any_lane(alive);
  }
  void end(const synchronous_setting& s, esri_result& result) {
    add_up(s, first_, last_, result);
    lane_bits8 emptied;
    down_.without_sellers(emptied);
    for (std::size_t k = 0; k < last_ - first_; ++k) {
      result.error_bound[first_ + k] = at_[0].bound[k];
      if (at_[0].converged[k] == 0)
        result.status[first_ + k] = value_status::not_converged;
      else if (emptied[k] != 0)
        result.status[first_ + k] = value_status::no_sellers;
    }
    down_.clear();
    up_.clear();
    earlier_down_.clear();
    earlier_up_.clear();
  }

  /// Looks for a bound on the error of the scenarios in `open`: with the potential of unit changes
  /// where there is one, else with the changes since the last look, enlarged as far as eps allows.
  void prove(const synchronous_setting& s, const lane_bits8& open, const lanes8& change, int i,
             int& next_look, lanes8& tried, lane_bits8& converged, lanes8& bound, task& job) {
    if (!any_lane(open)) return;
    const double half = s.eps / 2;
    if (s.down.exists && s.up.exists) {
      // Without markets this holds as soon as the largest change is small enough
      // (amplification.hpp; the losses before the step had that residual, and the last losses lie
      // above them); with markets it is looked at, each time changes have halved.
      const double down = half / s.down.total, up = half / s.up.total;
      if (!s.replaces) {
        const lane_bits8 found = open & (change <= std::min(down, up));
        converged |= found;
        bound = found ? lanes8{} + s.eps : bound;
        return;
      }
      const lane_bits8 ready = open & (change <= std::min(down, up)) & (change <= tried / 2);
      if (!any_lane(ready)) return;
      tried = ready ? change : tried;
      lane_bits8 found = ready;
      down_.raise_by(s.down.value, down);
      down_.bounded(found, job);
      up_.raise_by(s.up.value, up);
      up_.bounded(found, job);
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
                         const synchronous_setting& s, double half, lane_bits8& found, task& job) {
    const std::size_t n = s.weight.size();
    if (earlier.empty()) earlier.resize(n);
    lanes8 risen{};
    for (vertex_id v = 0; v < n; ++v) risen += s.weight[v] * (channel.loss(v) - earlier[v].lane);
    const lane_bits8 moved = risen > 0.0;
    const lanes8 scale = moved ? half / (moved ? risen : lanes8{} + 1.0) : lanes8{};
    channel.raise_along(earlier, scale);
    channel.bounded(found, job);
    for (vertex_id v = 0; v < n; ++v) earlier[v].lane = channel.loss(v);
  }

  void add_up(const synchronous_setting& s, std::size_t first, std::size_t last,
              esri_result& result) const {
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

  /// What is known of the scenarios: which go on, which have a proof, and their bounds.
  struct alignas(64) knowledge {  // in a vector for the same reason as lane_values
    lane_bits8 alive, converged;
    lanes8 tried, bound;
  };

  synchronous_channel down_, up_;
  std::vector<knowledge> at_;
  std::size_t first_ = 0, last_ = 0;
  int next_look_ = 4;
  std::vector<lane_values> earlier_down_, earlier_up_;
};

}  // namespace kedja::measures::detail::KEDJA_LANES
#endif
