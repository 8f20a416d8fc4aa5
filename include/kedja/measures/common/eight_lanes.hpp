/// @file
/// Eight numbers that are worked on together, and sets of their lanes. Arithmetic is what the
/// compiler makes of it, except that AVX2 holds halves of them: GCC takes wider vectors apart into
/// single numbers there. Telling lanes apart is here once for each instruction set. All give the
/// same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <kedja/core/instruction_set.hpp>
#include <kedja/core/types.hpp>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

namespace kedja::measures {

struct eight_lanes {
  static constexpr std::size_t lanes = 8;
  using wide = double __attribute__((vector_size(64)));
  using lane_set = std::uint8_t;  ///< bit k: lane k
  // In a structure of its own: a vector type that is a template argument loses its alignment.
  struct alignas(64) values {
    wide lane = {};
  };

  [[gnu::always_inline]] static inline void add(const wide& x, wide& to) { to += x; }
  /// The sum of the values of a row's vertices. Two sums, as an addition must wait for the last.
  [[gnu::always_inline]] static inline void add_all(std::span<const vertex_id> row,
                                                    const values* from, wide& to) {
    wide even = {}, odd = {};
    std::size_t k = 0;
    for (; k + 1 < row.size(); k += 2) even += from[row[k]].lane, odd += from[row[k + 1]].lane;
    if (k < row.size()) even += from[row[k]].lane;
    to = even + odd;
  }

  [[gnu::always_inline]] static inline void multiply(const wide& x, const wide& y, wide& to) {
    to = x * y;
  }
  [[gnu::always_inline]] static inline void scale(const wide& x, double factor, wide& to) {
    to = x * factor;
  }
  /// (x + plus) / y.
  [[gnu::always_inline]] static inline void ratio(const wide& x, double plus, const wide& y,
                                                  wide& to) {
    to = (plus + x) / y;
  }
  /// Adds x - x: not a number where x is infinite.
  [[gnu::always_inline]] static inline void add_lost(const wide& x, wide& to) { to += x - x; }

  [[gnu::always_inline]] static inline double total(const wide& x) {
    const auto four =
        __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
    const auto two =
        __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
    return two[0] + two[1];
  }
};

/// Vectors go by reference: how they are returned depends on the processor.
struct eight_lanes_baseline : eight_lanes {
  // By pointer: sanitizers take a subscript of a vector for something else.
  static inline void find_nonzero(const wide& x, lane_set& who) {
    const auto* const at = reinterpret_cast<const double*>(&x);
    unsigned found = 0;
    for (unsigned k = 0; k < lanes; ++k) found |= static_cast<unsigned>(at[k] != 0) << k;
    who = static_cast<lane_set>(found);
  }
  /// Zero in the lanes of nobody in `who`.
  static inline void keep(wide& x, lane_set who) {
    auto* const at = reinterpret_cast<double*>(&x);
    for (unsigned k = 0; k < lanes; ++k)
      if ((who >> k & 1) == 0) at[k] = 0;
  }
  static inline void put(const wide& x, lane_set who, wide& to) {
    const auto* const from = reinterpret_cast<const double*>(&x);
    auto* const at = reinterpret_cast<double*>(&to);
    for (unsigned k = 0; k < lanes; ++k)
      if ((who >> k & 1) != 0) at[k] = from[k];
  }
};

#if defined(__x86_64__) && defined(__GNUC__)
struct eight_lanes_avx2 : eight_lanes {
  KEDJA_TARGET("avx2") static inline void add(const wide& x, wide& to) {
    const double* const from = reinterpret_cast<const double*>(&x);
    double* const at = reinterpret_cast<double*>(&to);
    for (int first = 0; first < 8; first += 4)
      _mm256_store_pd(at + first,
                      _mm256_add_pd(_mm256_load_pd(at + first), _mm256_load_pd(from + first)));
  }
  KEDJA_TARGET("avx2")
  static inline void add_all(std::span<const vertex_id> row, const values* from, wide& to) {
    __m256d even[2] = {}, odd[2] = {};
    const auto more = [&](__m256d * sum, vertex_id v)
        __attribute__((always_inline, target("avx2"))) {
      const double* const at = reinterpret_cast<const double*>(&from[v]);
      sum[0] = _mm256_add_pd(sum[0], _mm256_load_pd(at));
      sum[1] = _mm256_add_pd(sum[1], _mm256_load_pd(at + 4));
    };
    std::size_t k = 0;
    for (; k + 1 < row.size(); k += 2) more(even, row[k]), more(odd, row[k + 1]);
    if (k < row.size()) more(even, row[k]);
    double* const at = reinterpret_cast<double*>(&to);
    _mm256_store_pd(at, _mm256_add_pd(even[0], odd[0]));
    _mm256_store_pd(at + 4, _mm256_add_pd(even[1], odd[1]));
  }
  static const double* numbers(const wide& x) { return reinterpret_cast<const double*>(&x); }
  static double* numbers(wide& x) { return reinterpret_cast<double*>(&x); }

  KEDJA_TARGET("avx2") static inline void multiply(const wide& x, const wide& y, wide& to) {
    for (int first = 0; first < 8; first += 4)
      _mm256_store_pd(numbers(to) + first, _mm256_mul_pd(_mm256_load_pd(numbers(x) + first),
                                                         _mm256_load_pd(numbers(y) + first)));
  }
  KEDJA_TARGET("avx2") static inline void scale(const wide& x, double factor, wide& to) {
    for (int first = 0; first < 8; first += 4)
      _mm256_store_pd(numbers(to) + first,
                      _mm256_mul_pd(_mm256_load_pd(numbers(x) + first), _mm256_set1_pd(factor)));
  }
  KEDJA_TARGET("avx2")
  static inline void ratio(const wide& x, double plus, const wide& y, wide& to) {
    for (int first = 0; first < 8; first += 4) {
      const __m256d sum = _mm256_add_pd(_mm256_set1_pd(plus), _mm256_load_pd(numbers(x) + first));
      _mm256_store_pd(numbers(to) + first, _mm256_div_pd(sum, _mm256_load_pd(numbers(y) + first)));
    }
  }
  KEDJA_TARGET("avx2") static inline void add_lost(const wide& x, wide& to) {
    for (int first = 0; first < 8; first += 4) {
      const __m256d lost = _mm256_load_pd(numbers(x) + first);
      _mm256_store_pd(numbers(to) + first, _mm256_add_pd(_mm256_load_pd(numbers(to) + first),
                                                         _mm256_sub_pd(lost, lost)));
    }
  }
  KEDJA_TARGET("avx2") static inline double total(const wide& x) {
    const double* const at = reinterpret_cast<const double*>(&x);
    const __m256d four = _mm256_add_pd(_mm256_load_pd(at), _mm256_load_pd(at + 4));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
  }
  KEDJA_TARGET("avx2") static inline void find_nonzero(const wide& x, lane_set& who) {
    const double* const at = reinterpret_cast<const double*>(&x);
    const __m256d zero = _mm256_setzero_pd();
    const int low = _mm256_movemask_pd(_mm256_cmp_pd(_mm256_load_pd(at), zero, _CMP_NEQ_UQ));
    const int high = _mm256_movemask_pd(_mm256_cmp_pd(_mm256_load_pd(at + 4), zero, _CMP_NEQ_UQ));
    who = static_cast<lane_set>(low | high << 4);
  }
  KEDJA_TARGET("avx2") static inline __m256i half(lane_set who, int first) {
    const __m256i bit = _mm256_setr_epi64x(1 << first, 2 << first, 4 << first, 8 << first);
    return _mm256_cmpeq_epi64(_mm256_and_si256(_mm256_set1_epi64x(who), bit), bit);
  }
  KEDJA_TARGET("avx2") static inline void keep(wide& x, lane_set who) {
    double* const at = reinterpret_cast<double*>(&x);
    for (int first = 0; first < 8; first += 4)
      _mm256_store_pd(at + first, _mm256_and_pd(_mm256_load_pd(at + first),
                                                _mm256_castsi256_pd(half(who, first))));
  }
  KEDJA_TARGET("avx2") static inline void put(const wide& x, lane_set who, wide& to) {
    for (int first = 0; first < 8; first += 4)
      _mm256_maskstore_pd(reinterpret_cast<double*>(&to) + first, half(who, first),
                          _mm256_load_pd(reinterpret_cast<const double*>(&x) + first));
  }
};

struct eight_lanes_avx512 : eight_lanes {
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2")
  static inline void find_nonzero(const wide& x, lane_set& who) {
    who = _mm512_cmp_pd_mask((__m512d)x, _mm512_setzero_pd(), _CMP_NEQ_UQ);
  }
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2") static inline void keep(wide& x, lane_set who) {
    x = (wide)_mm512_maskz_mov_pd(who, (__m512d)x);
  }
  KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2")
  static inline void put(const wide& x, lane_set who, wide& to) {
    to = (wide)_mm512_mask_mov_pd((__m512d)to, who, (__m512d)x);
  }
};
#else
using eight_lanes_avx2 = eight_lanes_baseline;
using eight_lanes_avx512 = eight_lanes_baseline;
#endif

}  // namespace kedja::measures
