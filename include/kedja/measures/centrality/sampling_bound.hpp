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
#include <functional>
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

struct interval {
  double lower = 0, upper = 1;

  [[nodiscard]] double error(double q) const noexcept { return std::max(q - lower, upper - q); }
  void narrow(double q, double epsilon) noexcept {
    lower = std::max(lower, q - epsilon);
    upper = std::min(upper, q + epsilon);
  }
};

/// Whom intervals prove to be among the k with the largest means, and whom not to be. Ties may be
/// broken either way. k = 0, or no fewer than all: nothing is asked, and nothing proved.
class best_of_intervals {
 public:
  best_of_intervals(const std::vector<interval>& all, std::size_t k) {
    if (k == 0 || k >= all.size()) return;
    std::vector<double> bound(all.size());
    const auto largest = [&](std::size_t rank, double interval::*end) {
      for (std::size_t v = 0; v < all.size(); ++v) bound[v] = all[v].*end;
      const auto at = bound.begin() + static_cast<std::ptrdiff_t>(rank);
      std::nth_element(bound.begin(), at, bound.end(), std::greater<>());
      return *at;
    };
    enters_ = largest(k, &interval::upper);
    leaves_ = largest(k - 1, &interval::lower);
  }
  /// Whether at most k - 1 others may be above x, or at least k others are not below.
  [[nodiscard]] bool decides(const interval& x) const noexcept {
    return x.lower >= enters_ || x.upper <= leaves_;
  }

 private:
  double enters_ = std::numeric_limits<double>::infinity();
  double leaves_ = -std::numeric_limits<double>::infinity();
};

/// When to stop, and what is proved then. Every frequency v may err above with probability a_v and
/// below with b_v, at each of a series of checks that has half the probability of the check before;
/// all sum to at most delta. The shares are those with which a sample that looks like the pilot
/// would be large enough soonest. The pilot is independent of what is checked, so the union bound
/// holds.
class sampling_bound {
 public:
  /// pilot: how often each of them came in `draws` draws. All are to be known within epsilon; where
  /// only the k largest are asked for (0: all), less exactly the further they lie from the border.
  sampling_bound(std::vector<std::uint32_t> pilot, double draws, double epsilon, double delta,
                 std::size_t k = 0)
      : pilot_(std::move(pilot)), draws_(draws), epsilon_(std::min(epsilon, 0.49)) {
    std::vector<std::uint32_t> sorted(pilot_);
    std::sort(sorted.begin(), sorted.end());
    if (k > 0 && k < sorted.size())
      border_ = (sorted[sorted.size() - k] / 2.0 + sorted[sorted.size() - k - 1] / 2.0) / draws_;
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

  /// Where the means lie that `draws` draws with these counts leave possible at check number
  /// `check`, counted from 0.
  [[nodiscard]] std::vector<interval> intervals(const std::vector<std::uint32_t>& count,
                                                double draws, int check) const {
    // Few pairs of counts differ.
    const auto pair_of = [&](std::size_t v) { return std::uint64_t{pilot_[v]} << 32 | count[v]; };
    std::vector<std::uint64_t> pairs(count.size());
    for (std::size_t v = 0; v < count.size(); ++v) pairs[v] = pair_of(v);
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    std::vector<interval> of_pair;
    for (const std::uint64_t pair : pairs)
      of_pair.push_back(of_counts(static_cast<std::uint32_t>(pair >> 32),
                                  static_cast<std::uint32_t>(pair), draws, check));
    std::vector<interval> result(count.size());
    for (std::size_t v = 0; v < count.size(); ++v)
      result[v] = of_pair[static_cast<std::size_t>(
          std::lower_bound(pairs.begin(), pairs.end(), pair_of(v)) - pairs.begin())];
    return result;
  }

 private:
  [[nodiscard]] interval of_counts(std::uint32_t before, std::uint32_t now, double draws,
                                   int check) const {
    const double q = now / draws, later = check * std::log(2.0);
    // The end at which the sample becomes too unlikely, rounded outwards.
    const auto end = [&](double far, double exponent) {
      if (entropy(q, far) < exponent) return far;
      double near = q;
      for (int i = 0; i < 40; ++i) {
        const double middle = (near + far) / 2;
        (entropy(q, middle) >= exponent ? far : near) = middle;
      }
      return far;
    };
    return {end(0.0, (expected_ * rate_below(before) + later) / draws),
            end(1.0, (expected_ * rate_above(before) + later) / draws)};
  }

  /// A little above the pilot's frequency: overestimates cost less than underestimates.
  [[nodiscard]] double guess(std::uint32_t count) const {
    return std::min((count + std::sqrt(double{1} * count) + 1) / draws_, 0.5);
  }
  /// Less than the distance to the border by what the pilot may err: whoever is taken for far from
  /// it, and is not, costs the most.
  [[nodiscard]] double allowed(std::uint32_t count) const {
    if (border_ < 0) return epsilon_;
    const double noise = 2 * (std::sqrt(double{1} * count) + std::sqrt(border_ * draws_)) / draws_;
    return std::clamp(std::abs(count / draws_ - border_) - noise - epsilon_, epsilon_, 0.49);
  }
  [[nodiscard]] double rate_above(std::uint32_t count) const {
    const double q = guess(count);
    return entropy(q, q + allowed(count));
  }
  /// Below what is allowed nothing can err; who seems to lie there may still turn out somewhat
  /// above.
  [[nodiscard]] double rate_below(std::uint32_t count) const {
    const double most = allowed(count), q = std::max(guess(count), 1.5 * most);
    return entropy(q, q - most);
  }

  std::vector<std::uint32_t> pilot_;
  double draws_, epsilon_, expected_ = 1;
  double border_ = -1;  ///< between the k largest frequencies of the pilot and the others
};

}  // namespace kedja::measures::detail
