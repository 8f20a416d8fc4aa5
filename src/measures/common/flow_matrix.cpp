#include <kedja/measures/common/flow_matrix.hpp>

#include <algorithm>

#include <kedja/core/instruction_set.hpp>

namespace kedja::measures {

namespace {

constexpr std::size_t cells_per_block = 1 << 18;
constexpr std::size_t columns_per_block = 512;
constexpr std::size_t lanes = 8;  // fixed, so that every processor adds in the same order

// Each kernel is written once and compiled per instruction set: same operations, same bits.
#define KEDJA_FLOW_KERNELS(suffix, set)                                                         \
  KEDJA_TARGET(set)                                                                             \
  double dot_##suffix(const double* a, const double* b, std::size_t n) {                        \
    double sum[lanes] = {};                                                                     \
    std::size_t k = 0;                                                                          \
    for (; k + lanes <= n; k += lanes)                                                          \
      for (std::size_t l = 0; l < lanes; ++l) sum[l] += a[k + l] * b[k + l];                    \
    double total =                                                                              \
        ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));      \
    for (; k < n; ++k) total += a[k] * b[k];                                                    \
    return total;                                                                               \
  }                                                                                             \
  KEDJA_TARGET(set)                                                                             \
  void add_row_##suffix(double* y, double x, const double* row, std::size_t n) {                \
    for (std::size_t k = 0; k < n; ++k) y[k] += x * row[k];                                     \
  }                                                                                             \
  KEDJA_TARGET(set)                                                                             \
  double_pair exact_dot_##suffix(const double* a, const double* bh, const double* bl,           \
                                 const double* b, std::size_t n) {                              \
    double hi[lanes] = {}, lo[lanes] = {};                                                      \
    std::size_t k = 0;                                                                          \
    for (; k + lanes <= n; k += lanes)                                                          \
      for (std::size_t l = 0; l < lanes; ++l) {                                                 \
        const double x = a[k + l], wide = 134217729.0 * x, xh = wide - (wide - x), xl = x - xh; \
        const double p = x * b[k + l];                                                          \
        const double e =                                                                        \
            ((xh * bh[k + l] - p) + xh * bl[k + l] + xl * bh[k + l]) + xl * bl[k + l];          \
        const double s = hi[l] + p, part = s - hi[l];                                           \
        lo[l] += ((hi[l] - (s - part)) + (p - part)) + e;                                       \
        hi[l] = s;                                                                              \
      }                                                                                         \
    double_pair total;                                                                          \
    for (std::size_t l = 0; l < lanes; ++l) {                                                   \
      add(total, hi[l]);                                                                        \
      total.lo += lo[l];                                                                        \
    }                                                                                           \
    for (; k < n; ++k) add_product(total, a[k], b[k]);                                          \
    return total;                                                                               \
  }                                                                                             \
  KEDJA_TARGET(set)                                                                             \
  void add_row_exactly_##suffix(double* hi, double* lo, double x, double xh, double xl,         \
                                const double* row, std::size_t n) {                             \
    for (std::size_t k = 0; k < n; ++k) {                                                       \
      const double a = row[k], wide = 134217729.0 * a, ah = wide - (wide - a), al = a - ah;     \
      const double p = a * x;                                                                   \
      const double e = ((ah * xh - p) + ah * xl + al * xh) + al * xl;                           \
      const double s = hi[k] + p, part = s - hi[k];                                             \
      lo[k] += ((hi[k] - (s - part)) + (p - part)) + e;                                         \
      hi[k] = s;                                                                                \
    }                                                                                           \
  }

KEDJA_FLOW_KERNELS(plain, "sse2")
KEDJA_FLOW_KERNELS(avx2, "avx2")

bool wide() { return best_instruction_set() != instruction_set::baseline; }

std::size_t rows_per_block(const flow_matrix& z) {
  return std::max<std::size_t>(1, cells_per_block / std::max<std::size_t>(1, z.n));
}

}  // namespace

sparse_flows compressed(const flow_matrix& z) {
  sparse_flows made;
  made.offsets.assign(1, 0);
  for (std::size_t i = 0; i < z.n; ++i) {
    for (std::size_t j = 0; j < z.n; ++j)
      if (const double v = z.dense[i * z.n + j]; v != 0) {
        made.columns.push_back(static_cast<std::uint32_t>(j));
        made.values.push_back(v);
      }
    made.offsets.push_back(static_cast<std::int64_t>(made.values.size()));
  }
  return made;
}

sparse_flows transposed(const flow_matrix& z) {
  sparse_flows made;
  made.offsets.assign(z.n + 1, 0);
  made.columns.resize(z.columns.size());
  made.values.resize(z.values.size());
  for (const std::uint32_t c : z.columns) ++made.offsets[c + 1];
  for (std::size_t i = 0; i < z.n; ++i) made.offsets[i + 1] += made.offsets[i];
  std::vector<std::int64_t> next(made.offsets.begin(), made.offsets.end() - 1);
  for (std::size_t i = 0; i < z.n; ++i)
    for (auto k = z.offsets[i]; k < z.offsets[i + 1]; ++k) {
      const auto at = static_cast<std::size_t>(next[z.columns[static_cast<std::size_t>(k)]]++);
      made.columns[at] = static_cast<std::uint32_t>(i);
      made.values[at] = z.values[static_cast<std::size_t>(k)];
    }
  return made;
}

margins margins_of(const flow_matrix& z, task& job) {
  const std::vector<double> ones(z.n, 1.0);
  std::vector<double_pair> sum(z.n);
  margins made;
  const auto rounded = [&] {
    std::vector<double> values(z.n);
    for (std::size_t i = 0; i < z.n; ++i) values[i] = sum[i].hi + sum[i].lo;
    return values;
  };
  multiply_exactly(z, false, ones, sum, job);
  made.row = rounded();
  multiply_exactly(z, true, ones, sum, job);
  made.column = rounded();
  return made;
}

void multiply(const flow_matrix& z, bool transpose, std::span<const double> x, std::span<double> y,
              task& job) {
  const std::size_t n = z.n;
  if (!z.is_dense()) {
    if (transpose) std::ranges::fill(y, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const auto first = static_cast<std::size_t>(z.offsets[i]);
      const auto last = static_cast<std::size_t>(z.offsets[i + 1]);
      if (transpose) {
        for (std::size_t k = first; k < last; ++k) y[z.columns[k]] += z.values[k] * x[i];
      } else {
        double sum = 0;
        for (std::size_t k = first; k < last; ++k) sum += z.values[k] * x[z.columns[k]];
        y[i] = sum;
      }
      if (i % (1 << 14) == 0) job.checkpoint();
    }
    return;
  }
  const auto dot = wide() ? dot_avx2 : dot_plain;
  const auto add_row = wide() ? add_row_avx2 : add_row_plain;
  if (!transpose) {
    for_blocks(n, rows_per_block(z), job, [&](std::size_t first, std::size_t last, std::size_t) {
      for (std::size_t i = first; i < last; ++i) y[i] = dot(&z.dense[i * n], x.data(), n);
    });
    return;
  }
  for_blocks(n, columns_per_block, job, [&](std::size_t first, std::size_t last, std::size_t) {
    std::fill(&y[first], &y[first] + (last - first), 0.0);
    for (std::size_t i = 0; i < n; ++i)
      add_row(&y[first], x[i], &z.dense[i * n + first], last - first);
  });
}

void multiply_exactly(const flow_matrix& z, bool transpose, std::span<const double> x,
                      std::span<double_pair> y, task& job) {
  const std::size_t n = z.n;
  if (!z.is_dense()) {
    if (transpose) std::ranges::fill(y, double_pair{});
    for (std::size_t i = 0; i < n; ++i) {
      double_pair sum;
      for (auto k = static_cast<std::size_t>(z.offsets[i]);
           k < static_cast<std::size_t>(z.offsets[i + 1]); ++k) {
        if (transpose)
          add_product(y[z.columns[k]], z.values[k], x[i]);
        else
          add_product(sum, z.values[k], x[z.columns[k]]);
      }
      if (!transpose) y[i] = sum;
      if (i % (1 << 13) == 0) job.checkpoint();
    }
    return;
  }
  std::vector<double> high(n), low(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double_pair parts = split(x[i]);
    high[i] = parts.hi, low[i] = parts.lo;
  }
  const auto dot = wide() ? exact_dot_avx2 : exact_dot_plain;
  const auto add_row = wide() ? add_row_exactly_avx2 : add_row_exactly_plain;
  if (!transpose) {
    for_blocks(n, rows_per_block(z), job, [&](std::size_t first, std::size_t last, std::size_t) {
      for (std::size_t i = first; i < last; ++i)
        y[i] = dot(&z.dense[i * n], high.data(), low.data(), x.data(), n);
    });
    return;
  }
  for_blocks(n, columns_per_block, job, [&](std::size_t first, std::size_t last, std::size_t) {
    std::vector<double> hi(last - first, 0.0), lo(last - first, 0.0);
    for (std::size_t i = 0; i < n; ++i)
      add_row(hi.data(), lo.data(), x[i], high[i], low[i], &z.dense[i * n + first], last - first);
    for (std::size_t j = first; j < last; ++j) y[j] = {hi[j - first], lo[j - first]};
  });
}

}  // namespace kedja::measures
