/// @file
/// One channel of a cascade for eight scenarios side by side, in synchronous steps: each step uses
/// the losses of the step before. Only rows that a changed loss can reach are looked at, which
/// changes no value, since a row with the same input has the same output.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/instruction_set.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/shock/loss_map.hpp>
#include <kedja/measures/shock/row_set.hpp>

namespace kedja::measures::detail {

using lanes8 = double __attribute__((vector_size(64)));
using lane_bits8 = std::int64_t __attribute__((vector_size(64)));
// Functions take and give them by reference: how vectors are passed by value depends on the
// instructions that the caller is compiled for.
// In a structure of its own: a vector type that is a template argument loses its alignment.
struct alignas(64) lane_values {
  lanes8 lane = {};
};
inline constexpr std::size_t num_lanes = 8;

[[gnu::always_inline]] inline bool any_lane(const lane_bits8& bits) {
  std::int64_t all = 0;
  for (std::size_t k = 0; k < num_lanes; ++k) all |= bits[k];
  return all != 0;
}

/// Companies that sell in the same market replace each other: a failing supplier's customers lose
/// only the part that its remaining competitors cannot take over,
/// sigma_i = min(1, sales_i / sum of what the market's sellers still sell), and 1 in a market
/// without sellers, whatever the currency unit.
struct market_table {
  std::span<const std::uint32_t> market;  ///< of each company
  std::span<const double> sales;
  std::vector<std::uint64_t> offset;
  std::vector<vertex_id> member;

  market_table(std::span<const std::uint32_t> of, std::uint32_t count, std::span<const double> sold)
      : market(of), sales(sold), offset(count + std::size_t{1}, 0), member(of.size()) {
    for (const std::uint32_t m : of) ++offset[m + std::size_t{1}];
    for (std::size_t m = 0; m < count; ++m) offset[m + 1] += offset[m];
    std::vector<std::uint64_t> at(offset.begin(), offset.end() - 1);
    for (std::size_t v = 0; v < of.size(); ++v) member[at[of[v]]++] = static_cast<vertex_id>(v);
  }
};

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
    due_.drain(rows_);
    if (next_.size() < rows_.size()) next_.resize(rows_.size());
    switch (best_instruction_set()) {
      case instruction_set::avx512:
        evaluate_avx512(job);
        break;
      case instruction_set::avx2:
        evaluate_avx2(job);
        break;
      case instruction_set::baseline:
        evaluate_any(job);
    }
    largest = lanes8{};
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
      changed(v);
    }
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

  /// Whether losses + extra, extra(v) giving the eight scenarios' additions for company v, stay
  /// where they are or fall in one more step. If so they lie above the least fixed point
  /// (Knaster-Tarski: it is the least of all such points), and `extra` bounds the error. Scenarios
  /// for which that fails leave `holds`.
  template <class Extra>
  void bounded_by(Extra extra, lane_bits8& holds, task& job) {
    const vertex_id n = map_.rows();
    above_.resize(n);
    for (vertex_id v = 0; v < n; ++v) {
      lanes8 raised;
      extra(v, raised);
      raised += loss_[v].lane;
      above_[v].lane = raised < 1.0 ? raised : lanes8{} + 1.0;
    }
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
    std::size_t arcs = 0;
    for (vertex_id v = 0; v < n; ++v) {
      lanes8 lost;
      row(v, passed->data(), lost);
      holds &= lost <= above_[v].lane;
      if ((arcs += map_.offset[v + std::size_t{1}] - map_.offset[v]) > checkpoint_arcs)
        arcs = 0, job.checkpoint();
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
  }

 private:
  static constexpr std::size_t checkpoint_arcs = 1 << 16;

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
    for (std::uint64_t at = map_.offset[v]; at < map_.offset[v + std::size_t{1}]; ++at) {
      const double share = map_.share[at];
      const std::int64_t same_group = share > 0 ? -1 : 0;
      const lanes8 kept = (lanes8)((lane_bits8)sum & same_group);
      sum = kept + (share > 0 ? share : -share) * felt[map_.source[at]].lane;
      most = sum > most ? sum : most;
    }
    lost = most < 1.0 ? most : lanes8{} + 1.0;
  }
  [[gnu::always_inline]] inline void evaluate(task& job) {
    const lane_values* const passed = markets_ != nullptr ? passed_.data() : loss_.data();
    std::size_t arcs = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const vertex_id v = rows_[i];
      row(v, passed, next_[i].lane);
      if ((arcs += map_.offset[v + std::size_t{1}] - map_.offset[v]) > checkpoint_arcs)
        arcs = 0, job.checkpoint();
    }
  }
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2") void evaluate_avx512(task& job) { evaluate(job); }
  KEDJA_TARGET("avx2") void evaluate_avx2(task& job) { evaluate(job); }
  void evaluate_any(task& job) { evaluate(job); }

  const loss_map& map_;
  const market_table* markets_;
  std::vector<lane_values> loss_;
  std::vector<lane_values> passed_;  ///< sigma times loss; loss itself without markets
  row_set due_, touched_, market_due_;
  std::vector<vertex_id> rows_;
  std::vector<lane_values> next_;
  std::vector<lane_values> above_, above_passed_;
};

}  // namespace kedja::measures::detail
