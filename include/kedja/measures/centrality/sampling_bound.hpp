/// @file
/// When enough was sampled: bounds on many frequencies at once, with the probability of an error
/// shared out among them. Sources: Borassi & Natale, doi:10.1145/3284359, for shares that a pilot
/// sample chooses; Pellegrina & Vandin, "SILVAN", ACM Trans. Knowl. Discov. Data 18 (2023),
/// doi:10.1145/3628601, for peeling; Hoeffding, J. Am. Stat. Assoc. 58 (1963),
/// doi:10.1080/01621459.1963.10500830, theorem 1, for the tail of a frequency.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace kedja::measures::detail {

/// Relative entropy of a coin with frequency q against one with p. The frequency of r draws lies on
/// one side of its mean p and so far from it that r * entropy(q, p) >= x with probability at most
/// exp(-x).
[[nodiscard]] inline double entropy(double q, double p) noexcept {
  double sum = 0;
  if (q > 0) sum += p > 0 ? q * std::log(q / p) : std::numeric_limits<double>::infinity();
  if (q < 1)
    sum += p < 1 ? (1 - q) * std::log((1 - q) / (1 - p)) : std::numeric_limits<double>::infinity();
  return std::max(sum, 0.0);
}

/// Draws after which n frequencies, whose means sum to at most `total`, all lie within epsilon of
/// their means with probability at least 1 - delta, whatever the means. At most total * 2^(i+1) of
/// them have a mean above 2^-(i+1), so that layers of small means, which are many, have small
/// variances; each mean fails with the probability of Bernstein's inequality.
[[nodiscard]] inline double draws_at_most(double n, double total, double epsilon, double delta) {
  const auto failure = [&](double r) {
    double sum = 0;
    for (double top = 1;; top /= 2) {  // means in (top / 2, top]
      const double variance = top > 0.5 ? 0.25 : top * (1 - top);
      const bool last = 2 * total / top >= n;
      sum += (last ? n : 2 * total / top) * 2 *
             std::exp(-r * epsilon * epsilon / (2 * (variance + epsilon / 3)));
      if (last) return sum;
    }
  };
  double low = 0, high = 1;
  while (failure(high) > delta) low = high, high *= 2;
  while (high - low > 0.5) (failure((low + high) / 2) > delta ? low : high) = (low + high) / 2;
  return std::ceil(high);
}

/// The stopping rule. Every frequency v may err above with probability a_v and below with b_v, at
/// each of a series of checks that has half the probability of the check before; all sum to at most
/// delta. The shares are those with which a sample that looks like the pilot would be large enough
/// soonest. The pilot is independent of what is checked, so the union bound holds.
class sampling_bound {
 public:
  /// pilot: how often each of them came in `draws` draws.
  sampling_bound(std::vector<std::uint32_t> pilot, double draws, double epsilon, double delta)
      : pilot_(std::move(pilot)), draws_(draws), epsilon_(std::min(epsilon, 0.49)) {
    std::vector<std::uint32_t> sorted(pilot_);
    std::sort(sorted.begin(), sorted.end());
    const auto failure = [&](double r) {
      double sum = 0;
      for (std::size_t first = 0, last; first < sorted.size(); first = last) {
        last = static_cast<std::size_t>(
            std::upper_bound(sorted.begin() + static_cast<std::ptrdiff_t>(first), sorted.end(),
                             sorted[first]) -
            sorted.begin());
        sum += static_cast<double>(last - first) * (std::exp(-r * rate_above(sorted[first])) +
                                                    std::exp(-r * rate_below(sorted[first])));
      }
      return sum;
    };
    double low = 0;
    expected_ = 1;
    while (failure(expected_) > delta / 2) low = expected_, expected_ *= 2;
    while (expected_ - low > 0.5) {
      const double middle = (low + expected_) / 2;
      (failure(middle) > delta / 2 ? low : expected_) = middle;
    }
  }

  /// Draws at which the first check should succeed.
  [[nodiscard]] double expected() const noexcept { return expected_; }

  /// The least error that `draws` draws prove at check number `check`, counted from 0; at most
  /// epsilon when it is time to stop.
  [[nodiscard]] double error(const std::vector<std::uint32_t>& count, double draws,
                             int check) const {
    // Few pairs of counts differ.
    std::vector<std::uint64_t> pairs(count.size());
    for (std::size_t v = 0; v < count.size(); ++v)
      pairs[v] = std::uint64_t{pilot_[v]} << 32 | count[v];
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    const double later = check * std::log(2.0);
    double worst = 0;
    for (const std::uint64_t pair : pairs) {
      const auto before = static_cast<std::uint32_t>(pair >> 32);
      const double q = static_cast<double>(static_cast<std::uint32_t>(pair)) / draws;
      const double above = (expected_ * rate_above(before) + later) / draws;
      const double below = (expected_ * rate_below(before) + later) / draws;
      const auto proved = [&](double e) {
        return (q + e >= 1 || entropy(q, q + e) >= above) &&
               (q - e <= 0 || entropy(q, q - e) >= below);
      };
      if (proved(worst)) continue;
      double low = worst, high = 1;
      for (int i = 0; i < 40; ++i) (proved((low + high) / 2) ? high : low) = (low + high) / 2;
      worst = high;
    }
    return worst;
  }

 private:
  /// A little above the pilot's frequency: overestimates cost less than underestimates.
  [[nodiscard]] double guess(std::uint32_t count) const {
    return std::min((count + std::sqrt(double{1} * count) + 1) / draws_, 0.5);
  }
  [[nodiscard]] double rate_above(std::uint32_t count) const {
    const double q = guess(count);
    return entropy(q, q + epsilon_);
  }
  /// Below epsilon nothing can err; who seems to lie there may still turn out somewhat above.
  [[nodiscard]] double rate_below(std::uint32_t count) const {
    const double q = std::max(guess(count), 1.5 * epsilon_);
    return entropy(q, q - epsilon_);
  }

  std::vector<std::uint32_t> pilot_;
  double draws_, epsilon_, expected_ = 1;
};

}  // namespace kedja::measures::detail
