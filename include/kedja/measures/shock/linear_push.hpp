/// @file
/// One scenario through the linear channel of a cascade that fades: losses are pushed on to those
/// who feel them until what is left is worth too little to matter.
/// Source of the push: Andersen, Chung & Lang, "Local graph partitioning using PageRank vectors",
/// FOCS 2006, doi:10.1109/FOCS.2006.44 (there for PageRank).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/shock/loss_map.hpp>
#include <kedja/measures/shock/row_set.hpp>

namespace kedja::measures::detail {

/// A map of single groups by the company whose loss is felt, with the price of what is left.
struct push_map {
  struct entry {
    vertex_id to;
    float share;
  };
  std::vector<std::uint64_t> offset;
  std::vector<entry> entries;
  std::vector<double> price;  ///< what a unit of residual adds to the index beyond its own weight

  push_map(const loss_map& map, std::vector<double> unit_price)
      : offset(map.felt_offset), entries(map.source.size()), price(std::move(unit_price)) {
    constexpr float least = std::numeric_limits<float>::min();
    std::vector<std::uint64_t> at(offset.begin(), offset.end() - 1);
    for (vertex_id j = 0; j < map.rows(); ++j)
      for (std::uint64_t k = map.offset[j]; k < map.offset[j + std::size_t{1}]; ++k)
        entries[at[map.source[k]]++] = {
            j, std::max(static_cast<float>(std::abs(map.share[k])), least)};
  }
  [[nodiscard]] std::span<const entry> felt_by(vertex_id v) const noexcept {
    return {entries.data() + offset[v], entries.data() + offset[v + std::size_t{1}]};
  }
};

/// Losses rise from the shock to the fixed point of x = min(1, max(shock, Lambda x)). What a
/// company has lost but not passed on is its residual. The index at the fixed point is above that
/// of the losses by at most the residuals times their prices.
class linear_push {
 public:
  explicit linear_push(const push_map& map)
      : map_(map), at_(map.price.size()), is_hit_(map.price.size()) {}

  void start(vertex_id company, double loss) {
    if (!(loss > 0)) return;
    know(company);
    at_[company].lost = std::max(at_[company].lost, loss);
    if (is_hit_.has(company)) return;
    is_hit_.add(company);
    hits_.push_back({company, 0.0});
  }
  /// Until the residuals are worth at most `eps`, or lie below what double precision can tell.
  /// Returns what they are worth.
  double settle(double eps, task& job) {
    std::ranges::sort(hits_, {}, &hit::company);
    for (double threshold = 300 * eps;; threshold *= 0.3) {
      for (const vertex_id v : companies_)
        if (at_[v].residual() > threshold) waiting_.push_back(v);
      pass_on(threshold, job);
      double owed = 0;
      for (const vertex_id v : companies_) owed += map_.price[v] * at_[v].residual();
      if (owed <= eps || threshold < 1e-15) return owed;
    }
  }
  /// Companies that lose something, in the order in which they heard of it.
  [[nodiscard]] std::span<const vertex_id> companies() const noexcept { return companies_; }
  [[nodiscard]] double loss(vertex_id company) const { return at_[company].lost; }

  void clear() {
    for (const vertex_id v : companies_) at_[v] = state{};
    companies_.clear();
    for (const hit& h : hits_) is_hit_.remove(h.company);
    hits_.clear();
  }

 private:
  /// What a company hears of adds up beside its own shock, and counts once it is more.
  struct hit {
    vertex_id company;
    double heard;
  };
  struct state {
    double lost = 0, passed = 0;
    [[nodiscard]] double residual() const { return lost - passed; }
  };

  void know(vertex_id v) {
    if (at_[v].lost == 0) companies_.push_back(v);
  }
  void pass_on(double threshold, task& job) {
    pacer pace(job);
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      const vertex_id v = waiting_[i];
      if (i + 2 < waiting_.size()) __builtin_prefetch(&map_.entries[map_.offset[waiting_[i + 2]]]);
      const double rise = at_[v].residual();
      at_[v].passed = at_[v].lost;
      for (const auto& [to, share] : map_.felt_by(v)) hear(to, share * rise, threshold);
      pace(map_.felt_by(v).size() + 8);
    }
    waiting_.clear();
  }
  void hear(vertex_id v, double more, double threshold) {
    state& s = at_[v];
    know(v);
    const double before = s.residual();
    if (is_hit_.has(v)) {
      hit& own = *std::ranges::lower_bound(hits_, v, {}, &hit::company);
      own.heard += more;
      s.lost = std::max(s.lost, std::min(own.heard, 1.0));
    } else {
      s.lost = std::min(s.lost + more, 1.0);
    }
    if (before <= threshold && s.residual() > threshold) waiting_.push_back(v);
  }

  const push_map& map_;
  std::vector<state> at_;
  row_set is_hit_;
  std::vector<hit> hits_;
  std::vector<vertex_id> companies_, waiting_;
};

/// A company's loss in one of the scenarios that stand side by side.
struct lane_loss {
  vertex_id company;
  std::uint32_t lane;
  float loss;
};

/// Sorts by company, equal ones as they stood, in one pass per eleven bits of `companies`.
inline void sort_by_company(std::vector<lane_loss>& losses, std::vector<lane_loss>& spare,
                            vertex_id companies) {
  constexpr unsigned bits = 11;
  spare.resize(losses.size());
  for (unsigned shift = 0; shift < 32 && companies >> shift != 0; shift += bits) {
    const auto digit = [&](const lane_loss& l) { return l.company >> shift & ((1U << bits) - 1); };
    std::array<std::size_t, (std::size_t{1} << bits) + 1> at{};
    for (const lane_loss& l : losses) ++at[digit(l) + 1];
    for (std::size_t d = 1; d < at.size(); ++d) at[d] += at[d - 1];
    for (const lane_loss& l : losses) spare[at[digit(l)]++] = l;
    losses.swap(spare);
  }
}

}  // namespace kedja::measures::detail
