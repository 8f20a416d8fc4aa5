#include <kedja/measures/null_models/trial_sums.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

namespace kedja::measures {
namespace {

constexpr std::size_t lanes = trial_sums::lanes;
constexpr std::ptrdiff_t trials = 8;  // multiplied by at a time
constexpr std::ptrdiff_t states = 4;  // computed at a time, from registers

constexpr int steps = 4;  // between two looks at which states matter

// What is left out at the low end, each time: a sum that is low already reaches a tail less often
// than others do, so that no tail loses more than this share of itself.
const double log_weightless = std::log(1e15);

/// As many lanes as a register holds. By reference: how vectors are passed depends on the target.
struct one_lane {
  using vector = double;
  static constexpr std::size_t width = 1;
  static inline void get(const double* at, vector& x) { x = *at; }
  static inline void put(const vector& x, double* at) { *at = x; }
  static inline void fill(double value, vector& x) { x = value; }
  /// to = x y + plus, rounded once.
  static inline void fused(const vector& x, const vector& y, const vector& plus, vector& to) {
    to = std::fma(x, y, plus);
  }
};
#if defined(__x86_64__) && defined(__GNUC__)
struct four_lanes {
  using vector = double __attribute__((vector_size(32)));
  static constexpr std::size_t width = 4;
  KEDJA_TARGET("avx2,fma") static inline void get(const double* at, vector& x) {
    x = (vector)_mm256_loadu_pd(at);
  }
  KEDJA_TARGET("avx2,fma") static inline void put(const vector& x, double* at) {
    _mm256_store_pd(at, (__m256d)x);
  }
  KEDJA_TARGET("avx2,fma") static inline void fill(double value, vector& x) {
    x = (vector)_mm256_set1_pd(value);
  }
  KEDJA_TARGET("avx2,fma")
  static inline void fused(const vector& x, const vector& y, const vector& plus, vector& to) {
    to = (vector)_mm256_fmadd_pd((__m256d)x, (__m256d)y, (__m256d)plus);
  }
};
struct all_lanes {
  using vector = double __attribute__((vector_size(64)));
  static constexpr std::size_t width = 8;
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2,fma")
  static inline void get(const double* at, vector& x) { x = (vector)_mm512_loadu_pd(at); }
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2,fma")
  static inline void put(const vector& x, double* at) { _mm512_store_pd(at, (__m512d)x); }
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2,fma")
  static inline void fill(double value, vector& x) { x = (vector)_mm512_set1_pd(value); }
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2,fma")
  static inline void fused(const vector& x, const vector& y, const vector& plus, vector& to) {
    to = (vector)_mm512_fmadd_pd((__m512d)x, (__m512d)y, (__m512d)plus);
  }
};
#endif

/// Multiplies states low to high - 1 by eight trials of the lanes' chances at chance[t]: with the
/// chances c[k] of k successes, mass[s] = sum_k c[k] mass[s - k]. From the top, so that it can be
/// done in place.
template <class Set>
[[gnu::always_inline]] inline void multiply(const double* const* chance, double* mass,
                                            std::ptrdiff_t low, std::ptrdiff_t high) {
  using vector = typename Set::vector;
  constexpr auto row = static_cast<std::ptrdiff_t>(lanes);
  for (std::size_t part = 0; part < lanes; part += Set::width, mass += Set::width) {
    vector c[trials + 1], q;
    Set::fill(1, c[0]);
#pragma GCC unroll 8
    for (std::ptrdiff_t t = 0; t < trials; ++t) {
      Set::get(chance[t] + part, q);
      c[t + 1] = c[t] * q;
#pragma GCC unroll 8
      for (std::ptrdiff_t k = t; k > 0; --k) {
        const vector missed = c[k] - c[k] * q;
        Set::fused(c[k - 1], q, missed, c[k]);
      }
      c[0] = c[0] - c[0] * q;
    }
    std::ptrdiff_t s = high - 1;
    for (; s - states + 1 >= low; s -= states) {
      vector near[trials + states], sum;
#pragma GCC unroll 12
      for (std::ptrdiff_t k = 0; k < trials + states; ++k) Set::get(mass + (s - k) * row, near[k]);
#pragma GCC unroll 4
      for (std::ptrdiff_t i = 0; i < states; ++i) {
        sum = near[i] * c[0];
#pragma GCC unroll 8
        for (std::ptrdiff_t k = 1; k <= trials; ++k) Set::fused(near[i + k], c[k], sum, sum);
        Set::put(sum, mass + (s - i) * row);
      }
    }
    for (; s >= low; --s) {
      vector near, sum;
      Set::get(mass + s * row, near);
      sum = near * c[0];
      for (std::ptrdiff_t k = 1; k <= trials; ++k) {
        Set::get(mass + (s - k) * row, near);
        Set::fused(near, c[k], sum, sum);
      }
      Set::put(sum, mass + s * row);
    }
  }
}

/// How far from its mean a sum of this variance gets, on either side, with a chance of exp(-rarity)
/// at most: Bernstein's inequality.
double far(double variance, double rarity) {
  return rarity / 3 + std::sqrt(rarity * rarity / 9 + 2 * rarity * variance);
}
/// The same below the mean only, where numbers that cannot be negative are bounded by it.
double far_below(double mean, double rarity) { return std::sqrt(2 * rarity * mean); }

}  // namespace

void trial_sums::start(std::size_t most, double lightest) {
  low_ = 0, high_ = 1, most_ = static_cast<std::ptrdiff_t>(most);
  rarity_ = -std::log(lightest);
  mean_ = {}, variance_ = {};
  mass_.assign((most + 1 + trials + 1) * lanes, 0.0);
  constexpr std::size_t line = lanes * sizeof(double);
  const auto address = reinterpret_cast<std::uintptr_t>(mass_.data());
  zero_ = (line - address % line) % line / sizeof(double) + trials * lanes;
  std::fill_n(mass_.data() + zero_, lanes, 1.0);
}

void trial_sums::raise_high() {
  double high = 0;
  for (std::size_t l = 0; l < lanes; ++l)
    high = std::max(high, mean_[l] + far(variance_[l], rarity_));
  high_ = std::max(high_, std::min(static_cast<std::ptrdiff_t>(high) + 2, most_ + 1));
}

void trial_sums::raise_low() {
  double low = mean_[0];
  for (std::size_t l = 0; l < lanes; ++l)
    low = std::min(low, mean_[l] - std::min(far(variance_[l], log_weightless),
                                            far_below(mean_[l], log_weightless)));
  for (; low_ + 1 < high_ && low_ < static_cast<std::ptrdiff_t>(low); ++low_)
    std::fill_n(mass_.data() + zero_ + low_ * static_cast<std::ptrdiff_t>(lanes), lanes, 0.0);
}

template <class Set>
[[gnu::always_inline]] inline void trial_sums::add_with(std::span<const double> chance,
                                                        std::span<const std::uint32_t> size) {
  alignas(64) constexpr std::array<double, lanes> never{};
  std::array<const double*, steps * trials> waiting;
  std::size_t count = 0;
  const auto multiply_by_waiting = [&]() __attribute__((always_inline)) {
    for (std::size_t t = 0; t < count; ++t)
      for (std::size_t l = 0; l < lanes; ++l)
        mean_[l] += waiting[t][l], variance_[l] += waiting[t][l] * (1 - waiting[t][l]);
    raise_high();
    while (count % trials != 0) waiting[count++] = never.data();
    for (std::size_t first = 0; first < count; first += trials)
      multiply<Set>(waiting.data() + first, mass_.data() + zero_, low_, high_);
    raise_low();
    count = 0;
  };
  for (std::size_t c = 0; c < size.size(); ++c) {
    const double* const of_class = chance.data() + c * lanes;
    if (std::equal(never.begin(), never.end(), of_class)) continue;
    for (std::uint32_t i = 0; i < size[c]; ++i) {
      waiting[count++] = of_class;
      if (count == waiting.size()) multiply_by_waiting();
    }
  }
  if (count > 0) multiply_by_waiting();
}

#if defined(__x86_64__) && defined(__GNUC__)
KEDJA_TARGET("avx2,fma")
void trial_sums::add_avx2(std::span<const double> chance, std::span<const std::uint32_t> size) {
  add_with<four_lanes>(chance, size);
}
KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2,fma")
void trial_sums::add_avx512(std::span<const double> chance, std::span<const std::uint32_t> size) {
  add_with<all_lanes>(chance, size);
}
#else
void trial_sums::add_avx2(std::span<const double> chance, std::span<const std::uint32_t> size) {
  add_with<one_lane>(chance, size);
}
void trial_sums::add_avx512(std::span<const double> chance, std::span<const std::uint32_t> size) {
  add_with<one_lane>(chance, size);
}
#endif

void trial_sums::add(std::span<const double> chance, std::span<const std::uint32_t> size,
                     instruction_set with) {
  switch (with) {
    case instruction_set::avx512:
      return add_avx512(chance, size);
    case instruction_set::avx2:
      return add_avx2(chance, size);
    case instruction_set::baseline:
      return add_with<one_lane>(chance, size);
  }
}

}  // namespace kedja::measures
