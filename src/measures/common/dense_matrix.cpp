#include <kedja/measures/common/dense_matrix.hpp>

#include <algorithm>
#include <array>

namespace kedja::measures {

void packed_rows::pack(const double* b, std::size_t stride, std::size_t depth, std::size_t width) {
  depth_ = depth;
  width_ = width;
  const std::size_t strips = (width + strip - 1) / strip;
  value_.resize(strips * depth * strip);
  for (std::size_t s = 0; s < strips; ++s) {
    const std::size_t first = s * strip, count = std::min(strip, width - first);
    double* to = value_.data() + s * depth * strip;
    for (std::size_t k = 0; k < depth; ++k, to += strip) {
      const double* from = b + k * stride + first;
      std::copy(from, from + count, to);
      std::fill(to + count, to + strip, 0.0);
    }
  }
}

namespace {

// One tile: MR rows by 16 columns of C stay in registers while the depth runs by. Written once and
// compiled per instruction set; a template could not be: vector types wider than the default
// target's are taken apart before a template is inlined into a function of a wider target.
#ifdef __clang__
#define KEDJA_UNROLL _Pragma("unroll")
#else
#define KEDJA_UNROLL _Pragma("GCC unroll 16")
#endif
#define KEDJA_TILE(name, set, bytes, MR)                                                        \
  KEDJA_TARGET(set)                                                                             \
  void name(double* c, std::size_t c_stride, const double* a, std::size_t a_stride,             \
            const double* b, std::size_t depth) {                                               \
    using wide = double __attribute__((vector_size(bytes)));                                    \
    using loose = double __attribute__((vector_size(bytes), aligned(8), may_alias));            \
    constexpr std::size_t lanes = (bytes) / sizeof(double), parts = packed_rows::strip / lanes; \
    wide sum[MR][parts];                                                                        \
    KEDJA_UNROLL for (std::size_t i = 0; i < (MR); ++i)                                         \
        KEDJA_UNROLL for (std::size_t p = 0; p < parts; ++p) sum[i][p] =                        \
            *reinterpret_cast<const loose*>(c + i * c_stride + p * lanes);                      \
    for (std::size_t k = 0; k < depth; ++k, b += packed_rows::strip) {                          \
      wide x[parts];                                                                            \
      KEDJA_UNROLL for (std::size_t p = 0; p < parts; ++p) x[p] =                               \
          *reinterpret_cast<const loose*>(b + p * lanes);                                       \
      KEDJA_UNROLL for (std::size_t i = 0; i < (MR); ++i)                                       \
          KEDJA_UNROLL for (std::size_t p = 0; p < parts; ++p) sum[i][p] -=                     \
          a[i * a_stride + k] * x[p];                                                           \
    }                                                                                           \
    KEDJA_UNROLL for (std::size_t i = 0; i < (MR); ++i)                                         \
            KEDJA_UNROLL for (std::size_t p = 0; p < parts; ++p) *                              \
        reinterpret_cast<loose*>(c + i * c_stride + p * lanes) = sum[i][p];                     \
  }

KEDJA_TILE(tile_avx512_8, "avx512f,avx512vl,avx512dq,avx2", 64, 8)
KEDJA_TILE(tile_avx512_1, "avx512f,avx512vl,avx512dq,avx2", 64, 1)
KEDJA_TILE(tile_avx2_2, "avx2", 32, 2)
KEDJA_TILE(tile_avx2_1, "avx2", 32, 1)
KEDJA_TILE(tile_baseline_1, "sse2", 16, 1)
#undef KEDJA_TILE
#undef KEDJA_UNROLL

using tile = void (*)(double*, std::size_t, const double*, std::size_t, const double*, std::size_t);
struct tiles {
  tile several;
  std::size_t rows;
  tile one;
};
tiles tiles_for(instruction_set with) {
  switch (with) {
    case instruction_set::avx512:
      return {tile_avx512_8, 8, tile_avx512_1};
    case instruction_set::avx2:
      return {tile_avx2_2, 2, tile_avx2_1};
    default:
      return {tile_baseline_1, 1, tile_baseline_1};
  }
}

}  // namespace

void subtract_product(double* c, std::size_t c_stride, const double* a, std::size_t a_stride,
                      std::size_t m, const packed_rows& b, instruction_set with) {
  const tiles use = tiles_for(with);
  constexpr std::size_t wide = packed_rows::strip;
  for (std::size_t s = 0; s * wide < b.width(); ++s) {
    const std::size_t first = s * wide, count = std::min(wide, b.width() - first);
    const double* strip = b.strip_at(s);
    for (std::size_t i = 0; i < m;) {
      const bool several = m - i >= use.rows;
      const std::size_t rows = several ? use.rows : 1;
      const tile run = several ? use.several : use.one;
      double* to = c + i * c_stride + first;
      const double* from = a + i * a_stride;
      if (count == wide) {
        run(to, c_stride, from, a_stride, strip, b.depth());
      } else {  // the last columns go through a whole tile of their own
        std::array<double, 8 * wide> whole{};
        for (std::size_t r = 0; r < rows; ++r)
          std::copy(to + r * c_stride, to + r * c_stride + count, whole.data() + r * wide);
        run(whole.data(), wide, from, a_stride, strip, b.depth());
        for (std::size_t r = 0; r < rows; ++r)
          std::copy(whole.data() + r * wide, whole.data() + r * wide + count, to + r * c_stride);
      }
      i += rows;
    }
  }
}

void subtract_scaled(double* y, double a, const double* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] -= a * x[i];
}

}  // namespace kedja::measures
