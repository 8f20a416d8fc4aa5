/// @file
/// How many of many independent trials succeed: eight distributions side by side, so that every
/// step of the convolution is one operation on eight numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/instruction_set.hpp>

namespace kedja::measures {

/// Distributions of the number of successes, one in each of eight lanes, on the states that can
/// matter. Left out, in all lanes, are states at the high end that a sum reaches with a chance of
/// `lightest` at most, and at the low end those that no tail misses by more than 1e-15 of itself,
/// each time anew as trials come in. Bounds are Bernstein's (see Boucheron, Lugosi & Massart,
/// "Concentration Inequalities", 2013, section 2.8). Bit-identical on every instruction set:
/// products are added by fused operations, which a processor without them gets from the library,
/// slowly.
class trial_sums {
 public:
  static constexpr std::size_t lanes = 8;

  /// No trial yet, so no success. States above `most` are never kept.
  void start(std::size_t most, double lightest);

  /// Adds size[c] trials for every class c, those of lane l with chance[c * lanes + l] each.
  /// O(trials x states kept).
  void add(std::span<const double> chance, std::span<const std::uint32_t> size,
           instruction_set with = best_instruction_set());

  /// States first() to last() - 1 are kept.
  [[nodiscard]] std::size_t first() const noexcept { return static_cast<std::size_t>(low_); }
  [[nodiscard]] std::size_t last() const noexcept { return static_cast<std::size_t>(high_); }
  /// What a state that is kept weighs in each lane.
  [[nodiscard]] const double* weights(std::size_t state) const noexcept {
    return mass_.data() + zero_ + state * lanes;
  }

 private:
  template <class Set>
  void add_with(std::span<const double> chance, std::span<const std::uint32_t> size);
  void add_avx2(std::span<const double> chance, std::span<const std::uint32_t> size);
  void add_avx512(std::span<const double> chance, std::span<const std::uint32_t> size);
  void raise_high();
  void raise_low();

  std::vector<double> mass_;  // by state and lane; some states before 0 stay 0
  std::size_t zero_ = 0;      // where state 0 stands: at the start of a cache line, as all others
  std::ptrdiff_t low_ = 0, high_ = 1, most_ = 0;
  double rarity_ = 0;  // -log of what may be left out at the high end
  std::array<double, lanes> mean_{}, variance_{};
};

}  // namespace kedja::measures
