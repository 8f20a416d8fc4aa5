/// @file
/// One channel of a cascade for eight scenarios side by side, in synchronous steps: each step uses
/// the losses of the step before. Only rows that a changed loss can reach are looked at, which
/// changes no value, since a row with the same input has the same output. Read by lanes.hpp once
/// per set of instructions; by itself it gives all of them.
#ifndef KEDJA_LANES
#include <kedja/measures/shock/lanes.hpp>
#else
namespace kedja::measures::detail::KEDJA_LANES {

using lanes8 = double __attribute__((vector_size(64)));
using lane_bits8 = std::int64_t __attribute__((vector_size(64)));
// Functions take and give them by reference: how vectors are passed by value depends on the
// instructions that the caller is compiled for.
// In a structure of its own: a vector type that is a template argument loses its alignment. Without
// an initialiser: the constructor that it would make is not compiled for this set of instructions,
// and g++ 12 cannot write it without optimisation. A std::vector of it starts with zeros anyway.
struct alignas(64) lane_values {
  lanes8 lane;
};
inline constexpr std::size_t num_lanes = 8;

[[gnu::always_inline]] inline bool any_lane(const lane_bits8& bits) {
  lane_bits8 all = bits | __builtin_shufflevector(bits, bits, 4, 5, 6, 7, 0, 1, 2, 3);
  all |= __builtin_shufflevector(all, all, 2, 3, 0, 1, 6, 7, 4, 5);
  return (all[0] | all[1]) != 0;
}

class synchronous_channel {
 public:
  /// `markets` null: nobody replaces anybody.
  synchronous_channel(const loss_map& map, const market_table* markets)
      : map_(map),
        markets_(markets),
        loss_(map.rows()),
        passed_(markets != nullptr ? map.rows() : 0),
        due_(map.rows()),
        touched_(map.rows()),
        market_due_(markets != nullptr ? markets->offset.size() - 1 : 0) {}

  /// Company v starts with this loss in one scenario.
  void start(std::size_t lane, vertex_id v, double loss) {
    loss_[v].lane[lane] = loss;
    touched_.add(v);
    changed(v);
  }
  void started() { pass_on(); }

  /// One step for the scenarios in `alive` (all bits of a lane); `largest` is each scenario's
  /// largest change.
  void step(const lane_bits8& alive, lanes8& largest, task& job) {
    find_due();
    evaluate(job);
    settle(alive, largest);
  }

  /// A step in three parts: which rows to look at, their losses after the step, and the changes.
  void find_due() {
    if (all_due_) {
      rows_.resize(map_.rows());
      std::iota(rows_.begin(), rows_.end(), vertex_id{0});
    } else {
      due_.drain(rows_);
    }
    if (next_.size() < rows_.size()) next_.resize(rows_.size());
  }
  void evaluate(task& job) {
    const lane_values* const passed = felt();
    pacer pace(job);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const vertex_id v = rows_[i];
      row(v, passed, next_[i].lane);
      pace(map_.offset[v + std::size_t{1}] - map_.offset[v]);
    }
  }
  /// The same for channels of one map. Those in which every row is due share the pass over it.
  static void evaluate(std::span<synchronous_channel* const> channels, task& job) {
    std::array<synchronous_channel*, most_together> whole{};
    std::size_t count = 0;
    for (synchronous_channel* const c : channels)
      if (c->all_due_ && count < most_together)
        whole[count++] = c;
      else
        c->evaluate(job);
    if (count == 3)
      evaluate_every_row<3>(whole, job);
    else if (count == 2)
      evaluate_every_row<2>(whole, job);
    else if (count == 1)
      whole[0]->evaluate(job);
  }
  static constexpr std::size_t most_together = 3;

  void settle(const lane_bits8& alive, lanes8& largest) {
    largest = lanes8{};
    risen_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const vertex_id v = rows_[i];
      const lanes8 old = loss_[v].lane;
      const lane_bits8 rises = (next_[i].lane > old) & alive;
      if (!any_lane(rises)) continue;
      const lanes8 now = rises ? next_[i].lane : old;
      const lanes8 change = now - old;
      largest = change > largest ? change : largest;
      loss_[v].lane = now;
      touched_.add(v);
      risen_.push_back(v);
    }
    // Where much has changed, looking at every row costs less than finding out which to look at.
    all_due_ = false;
    if (markets_ == nullptr) {
      std::uint64_t told = 0;
      for (const vertex_id v : risen_) told += map_.dependents(v).size();
      all_due_ = told > map_.source.size() / 4;
    }
    if (!all_due_)
      for (const vertex_id v : risen_) changed(v);
    pass_on();
  }

  [[nodiscard]] const lanes8& loss(vertex_id v) const noexcept { return loss_[v].lane; }
  [[nodiscard]] const row_set& touched() const noexcept { return touched_; }

  /// Scenarios in which every seller of some market has failed.
  void without_sellers(lane_bits8& found) const {
    found = lane_bits8{};
    if (markets_ == nullptr) return;
    const row_set& rows = touched_;
    row_set seen(markets_->offset.size() - 1);
    for (vertex_id v = rows.next(0); v != no_vertex; v = rows.next(v + std::uint64_t{1})) {
      const std::uint32_t m = markets_->market[v];
      if (seen.has(m)) continue;
      seen.add(m);
      double sold = 0;
      for (const vertex_id w : members(m)) sold += markets_->sales[w];
      lanes8 left;
      still_sold(m, loss_, left);
      if (sold > 0) found |= !(left > 0.0);
    }
  }

  /// Takes a point above the losses: scale times a company's potential higher, or scale times what
  /// it has risen by since `earlier`.
  void raise_by(const std::vector<double>& potential, double scale) {
    above_.resize(map_.rows());
    for (vertex_id v = 0; v < map_.rows(); ++v) raise(v, lanes8{} + scale * potential[v]);
  }
  void raise_along(const std::vector<lane_values>& earlier, const lanes8& scale) {
    above_.resize(map_.rows());
    for (vertex_id v = 0; v < map_.rows(); ++v) raise(v, scale * (loss_[v].lane - earlier[v].lane));
  }
  /// Whether that point stays where it is or falls in one more step. If so it lies above the least
  /// fixed point (Knaster-Tarski: that is the least of all such points). Scenarios for which it
  /// rises leave `holds`.
  void bounded(lane_bits8& holds, task& job) {
    const vertex_id n = map_.rows();
    const std::vector<lane_values>* passed = &above_;
    if (markets_ != nullptr) {
      above_passed_.resize(n);
      for (std::size_t m = 0; m + 1 < markets_->offset.size(); ++m) {
        lanes8 left;
        still_sold(m, above_, left);
        for (const vertex_id v : members(m)) pass(left, v, above_[v].lane, above_passed_[v].lane);
      }
      passed = &above_passed_;
    }
    pacer pace(job);
    for (vertex_id v = 0; v < n; ++v) {
      lanes8 lost;
      row(v, passed->data(), lost);
      holds &= lost <= above_[v].lane;
      pace(map_.offset[v + std::size_t{1}] - map_.offset[v]);
    }
  }

  /// Back to no loss; costs what was touched.
  void clear() {
    for (vertex_id v = touched_.next(0); v != no_vertex; v = touched_.next(v + std::uint64_t{1})) {
      loss_[v].lane = lanes8{};
      if (markets_ != nullptr) passed_[v].lane = lanes8{};
      touched_.remove(v);
    }
    due_.drain(rows_);
    all_due_ = false;
  }

 private:
  void raise(vertex_id v, const lanes8& by) {
    const lanes8 raised = loss_[v].lane + by;
    above_[v].lane = raised < 1.0 ? raised : lanes8{} + 1.0;
  }

  [[nodiscard]] std::span<const vertex_id> members(std::size_t m) const noexcept {
    return {markets_->member.data() + markets_->offset[m],
            markets_->member.data() + markets_->offset[m + 1]};
  }
  void still_sold(std::size_t m, const std::vector<lane_values>& loss, lanes8& left) const {
    left = lanes8{};
    for (const vertex_id v : members(m)) left += markets_->sales[v] * (1.0 - loss[v].lane);
  }
  /// The part of a seller's loss that its customers feel where `left` is still sold in its market.
  void pass(const lanes8& left, vertex_id v, const lanes8& loss, lanes8& felt) const {
    const double sold = markets_->sales[v];
    const lane_bits8 others = left > sold;
    felt = others ? sold / (others ? left : lanes8{} + 1.0) * loss : loss;
  }

  void changed(vertex_id v) {
    if (markets_ != nullptr)
      market_due_.add(markets_->market[v]);
    else
      for (const vertex_id w : map_.dependents(v)) due_.add(w);
  }
  /// After losses have changed: what customers still get from the markets concerned.
  void pass_on() {
    if (markets_ == nullptr) return;
    market_due_.drain(rows_);
    for (const vertex_id m : rows_) {
      lanes8 left;
      still_sold(m, loss_, left);
      for (const vertex_id v : members(m)) {
        if (!touched_.has(v)) continue;
        lanes8 now;
        pass(left, v, loss_[v].lane, now);
        if (!any_lane(now != passed_[v].lane)) continue;
        passed_[v].lane = now;
        for (const vertex_id w : map_.dependents(v)) due_.add(w);
      }
    }
  }

  [[gnu::always_inline]] inline void row(vertex_id v, const lane_values* felt, lanes8& lost) const {
    lanes8 most{}, sum{};
    if (!map_.grouped) {  // the same sums with less to do
      for (std::uint64_t at = map_.offset[v]; at < map_.offset[v + std::size_t{1}]; ++at)
        most += std::abs(map_.share[at]) * felt[map_.source[at]].lane;
      lost = most < 1.0 ? most : lanes8{} + 1.0;
      return;
    }
    for (std::uint64_t at = map_.offset[v]; at < map_.offset[v + std::size_t{1}]; ++at) {
      const double share = map_.share[at];
      const std::int64_t same_group = share > 0 ? -1 : 0;
      const lanes8 kept = (lanes8)((lane_bits8)sum & same_group);
      sum = kept + (share > 0 ? share : -share) * felt[map_.source[at]].lane;
      most = sum > most ? sum : most;
    }
    lost = most < 1.0 ? most : lanes8{} + 1.0;
  }
  [[nodiscard]] const lane_values* felt() const noexcept {
    return markets_ != nullptr ? passed_.data() : loss_.data();
  }
  /// As `row` for every row of `count` channels: an entry is read, and a row's end met, once.
  template <std::size_t count>
  static void evaluate_every_row(const std::array<synchronous_channel*, most_together>& channels,
                                 task& job) {
    const loss_map& map = channels[0]->map_;
    const lane_values* passed[count];
    lane_values* next[count];
    for (std::size_t c = 0; c < count; ++c) {
      passed[c] = channels[c]->felt();
      next[c] = channels[c]->next_.data();
    }
    pacer pace(job);
    for (vertex_id v = 0; v < map.rows(); ++v) {
      const std::uint64_t end = map.offset[v + std::size_t{1}];
      lanes8 most[count], sum[count];
      for (std::size_t c = 0; c < count; ++c) most[c] = sum[c] = lanes8{};
      if (map.grouped) {
        for (std::uint64_t at = map.offset[v]; at < end; ++at) {
          const double share = map.share[at], size = share > 0 ? share : -share;
          const std::int64_t same_group = share > 0 ? -1 : 0;
          const vertex_id source = map.source[at];
          for (std::size_t c = 0; c < count; ++c) {
            sum[c] = (lanes8)((lane_bits8)sum[c] & same_group) + size * passed[c][source].lane;
            most[c] = sum[c] > most[c] ? sum[c] : most[c];
          }
        }
      } else {
        for (std::uint64_t at = map.offset[v]; at < end; ++at) {
          const double size = std::abs(map.share[at]);
          const vertex_id source = map.source[at];
          for (std::size_t c = 0; c < count; ++c) most[c] += size * passed[c][source].lane;
        }
      }
      for (std::size_t c = 0; c < count; ++c)
        next[c][v].lane = most[c] < 1.0 ? most[c] : lanes8{} + 1.0;
      pace(end - map.offset[v]);
    }
  }

  const loss_map& map_;
  const market_table* markets_;
  std::vector<lane_values> loss_;
  std::vector<lane_values> passed_;  ///< sigma times loss; loss itself without markets
  row_set due_, touched_, market_due_;
  bool all_due_ = false;  ///< every row, whatever due_ holds
  std::vector<vertex_id> rows_, risen_;
  std::vector<lane_values> next_;
  std::vector<lane_values> above_, above_passed_;
};

}  // namespace kedja::measures::detail::KEDJA_LANES
#endif
