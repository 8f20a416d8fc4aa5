/// @file
/// The adjacency matrix times a vector, and the vector sums that go with it. Rows are cut into
/// blocks fixed by the data and sums are added in block order, so threads change no bit.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/hub_rows.hpp>

namespace kedja::measures {

inline constexpr std::size_t row_grain = 1 << 13;

/// Sum of w * x[u] over the neighbours u of v along `from`; w = 1 unless `weighted`. O(degree).
template <graph::two_way_graph G>
[[nodiscard]] double sum_over_links(const G& g, vertex_id v, path_direction from, bool weighted,
                                    std::span<const double> x) {
  const auto row = step(g, v, from);
  double sum = 0;
  if (weighted) {
    const auto weight = step_weights(g, v, from);
    for (std::size_t k = 0; k < row.size(); ++k) sum += weight[k] * x[row[k]];
  } else {
    for (const vertex_id u : row) sum += x[u];
  }
  return sum;
}

/// y[v] = sum_over_links of each v. O(m).
template <graph::two_way_graph G>
void multiply_by_links(const G& g, path_direction from, bool weighted, std::span<const double> x,
                       std::span<double> y, task& job) {
  for_blocks(x.size(), row_grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t v = first; v < last; ++v)
      y[v] = sum_over_links(g, static_cast<vertex_id>(v), from, weighted, x);
  });
}

/// The same over copied rows, in their numbers.
inline void multiply_by_links(const hub_rows& rows, std::span<const double> x, std::span<double> y,
                              task& job) {
  for_blocks(x.size(), row_grain / 8, job, [&](std::size_t first, std::size_t last, std::size_t) {
    edge_id k = rows.row_begin(first);
    for (std::size_t v = first; v < last; k = rows.end[v++])
      y[v] = rows.gathered(k, rows.end[v], x.data());
  });
}

/// Sum of term(i) over i < n.
template <class Term>
[[nodiscard]] double sum_of(std::size_t n, task& job, Term term) {
  return ordered_reduce(
      n, row_grain, job, 0.0,
      [&](std::size_t first, std::size_t last) {
        double sum = 0;
        for (std::size_t i = first; i < last; ++i) sum += term(i);
        return sum;
      },
      [](double a, double b) { return a + b; });
}

/// a'b. Eight sums take turns, as an addition must wait for the last one; they are there whatever
/// the processor, so that the bits are the same everywhere.
[[nodiscard]] inline double dot(std::span<const double> a, std::span<const double> b) noexcept {
  using two = double __attribute__((vector_size(16)));
  two sum[4] = {};
  const std::size_t whole = a.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8)
    for (std::size_t k = 0; k < 4; ++k) {
      two x, y;
      std::memcpy(&x, a.data() + i + 2 * k, sizeof(two));
      std::memcpy(&y, b.data() + i + 2 * k, sizeof(two));
      sum[k] += x * y;
    }
  double rest = 0;
  for (std::size_t i = whole; i < a.size(); ++i) rest += a[i] * b[i];
  const two all = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  return all[0] + all[1] + rest;
}
[[nodiscard]] inline double dot(std::span<const double> a, std::span<const double> b, task& job) {
  return ordered_reduce(
      a.size(), row_grain, job, 0.0,
      [&](std::size_t first, std::size_t last) {
        return dot(a.subspan(first, last - first), b.subspan(first, last - first));
      },
      [](double x, double y) { return x + y; });
}
[[nodiscard]] inline double l1_norm(std::span<const double> x, task& job) {
  return sum_of(x.size(), job, [&](std::size_t i) { return std::abs(x[i]); });
}
[[nodiscard]] inline double l2_norm(std::span<const double> x, task& job) {
  return std::sqrt(dot(x, x, job));
}

}  // namespace kedja::measures
