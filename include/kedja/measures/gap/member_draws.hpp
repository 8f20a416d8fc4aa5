/// @file
/// Draws of a cluster's shares for bands, and draws of random clusters to set beside a gap.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/core/types.hpp>

namespace kedja::measures {

/// Random weights of n members, and the weight of what no member showed.
///
/// A plain resample of members never finds what none of them has, so its bands do not hold for
/// shares near 0 or 1. Here the members' weights are Dirichlet(1, ..., 1), so the share S of the x
/// members that have something is Beta(x, n - x) and what members have together stays together;
/// with V = unseen() ~ Beta(1, n) drawn for each item, (1 - V) S + V is Beta(x + 1, n - x) and
/// (1 - V) S is Beta(x, n - x + 1): the upper and lower ends of Clopper and Pearson's interval
/// (1934, doi:10.1093/biomet/26.4.404).
class member_draws {
 public:
  explicit member_draws(std::size_t members) : weight_(members) {}

  void next(random_stream& random) {
    double sum = 0;
    for (double& w : weight_) sum += w = -std::log(1.0 - random.uniform());
    for (double& w : weight_) w /= sum;
  }
  [[nodiscard]] std::span<const double> weights() const noexcept { return weight_; }
  [[nodiscard]] double unseen(random_stream& random) const {
    return 1.0 - std::pow(1.0 - random.uniform(), 1.0 / static_cast<double>(weight_.size()));
  }

 private:
  std::vector<double> weight_;
};

/// Draws of as many further companies of the same kind as a cluster's n members.
///
/// Members are drawn from Polya's urn: any of the n members or of those drawn before, alike
/// (Blackwell & MacQueen 1973, doi:10.1214/aos/1176342372). That is to draw them by the weights of
/// member_draws, and unseen(m) adds what no member showed in the same way.
class urn_draws {
 public:
  explicit urn_draws(std::size_t members) : drawn_(members) {}

  /// Positions of n members, some of them more than once.
  std::span<const std::uint32_t> next(random_stream& random) {
    const std::size_t n = drawn_.size();
    for (std::size_t i = 0; i < n; ++i) {
      const auto ball = static_cast<std::size_t>(random.below(n + i));
      drawn_[i] = ball < n ? static_cast<std::uint32_t>(ball) : drawn_[ball - n];
    }
    return drawn_;
  }
  /// How many of m drawn companies are not as the member that they repeat: Binomial(m, V) with
  /// V ~ Beta(1, n). At least j are so with probability prod_{i < j} (m - i) / (m + n - i).
  [[nodiscard]] std::uint32_t unseen(std::uint32_t m, random_stream& random) const {
    const auto n = static_cast<std::uint32_t>(drawn_.size());
    std::uint32_t j = 0;
    while (j < m && random.below(m + n - j) < m - j) ++j;
    return j;
  }

 private:
  std::vector<std::uint32_t> drawn_;
};

/// Moves `count` random items of `pool`, without replacement, to its front: the first steps of
/// Fisher and Yates's shuffle.
template <class Item>
std::span<const Item> draw_front(std::vector<Item>& pool, std::size_t count,
                                 random_stream& random) {
  for (std::size_t i = 0; i < count; ++i)
    std::swap(pool[i], pool[i + static_cast<std::size_t>(random.below(pool.size() - i))]);
  return {pool.data(), count};
}

}  // namespace kedja::measures
