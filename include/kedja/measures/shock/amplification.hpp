/// @file
/// How far a small change can grow in a cascade: the proof behind its stopping rule.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/shock/loss_map.hpp>

namespace kedja::measures::detail {

/// v with v >= 1 + L v, where L takes the largest group's sum of each row. For losses x with
/// residual F(x) - x <= r in every row, F(x + r v) <= F(x) + r L v <= x + r + r (v - 1) = x + r v:
/// the fixed point lies below x + r v.
struct potential {
  bool exists = false;
  std::vector<double> value;
  double total = 0;  ///< sum of weight times value: what residual 1 can do to the index
};

/// The potential of a map. If all groups sum to at most q < 1, 1 / (1 - q) is one, and sweeps
/// v <- 1 + L v make it smaller until they gain little. Else sweeps from below rise to the least
/// one where every cycle loses something on the way round; there is none if 200 do not. O(m) per
/// sweep.
[[nodiscard]] inline potential unit_potential(const loss_map& map, std::span<const double> weight,
                                              task& job) {
  const vertex_id n = map.rows();
  potential found;
  std::vector<double>& v = found.value;
  v.assign(n, 1.0);
  const auto increment = [&](vertex_id j) {
    double most = 0, sum = 0;
    for (std::uint64_t k = map.offset[j]; k < map.offset[j + std::size_t{1}]; ++k) {
      const double share = map.share[k];
      sum = share < 0 ? -share * v[map.source[k]] : sum + share * v[map.source[k]];
      most = std::max(most, sum);
    }
    return most;
  };
  double largest = 0;  // q
  for (vertex_id j = 0; j < n; ++j) largest = std::max(largest, increment(j));
  double least = 0;  // smallest of v - L v; v / least then has it >= 1
  const auto total = [&] {
    double sum = 0;
    for (vertex_id j = 0; j < n; ++j) sum += weight[j] * v[j];
    return sum;
  };
  if (largest < 1 - 1e-9) {
    least = 1;
    v.assign(n, 1 / (1 - largest));
    for (double before = std::numeric_limits<double>::infinity(), now = total();
         now < 0.95 * before;) {
      for (vertex_id j = 0; j < n; ++j) v[j] = std::min(v[j], 1 + increment(j));
      job.checkpoint();
      before = std::exchange(now, total());
    }
  }
  for (int sweep = 0; sweep < 200 && least < 0.9; ++sweep) {
    double rise = 0;
    for (vertex_id j = 0; j < n; ++j) {
      const double now = 1 + increment(j);
      rise = std::max(rise, now - v[j]);
      v[j] = now;
    }
    job.checkpoint();
    if (rise > 0.1) continue;
    least = 1;
    for (vertex_id j = 0; j < n; ++j) least = std::min(least, v[j] - increment(j));
  }
  if (least < 0.9) {
    v.clear();
    return found;
  }
  for (double& value : v) value /= least * (1 - 1e-12);
  found.total = total();
  found.exists = true;
  return found;
}

/// u - w for the linear map Lambda of single-group rows, u = w + Lambda' u: what a unit of residual
/// at a company adds to the index beyond its own weight. Empty where the series does not settle to
/// 1e-12 within 500 terms.
[[nodiscard]] inline std::vector<double> price_of_residual(const loss_map& map,
                                                           std::span<const double> weight,
                                                           task& job) {
  const vertex_id n = map.rows();
  std::vector<double> beyond(n, 0.0), term(weight.begin(), weight.end()), next(n);
  for (int k = 0; k < 500; ++k) {
    std::fill(next.begin(), next.end(), 0.0);
    for (vertex_id i = 0; i < n; ++i)
      for (std::uint64_t at = map.offset[i]; at < map.offset[i + std::size_t{1}]; ++at)
        next[map.source[at]] += std::abs(map.share[at]) * term[i];
    double left = 0;
    for (vertex_id v = 0; v < n; ++v) beyond[v] += next[v], left += next[v];
    job.checkpoint();
    if (left < 1e-12) return beyond;
    term.swap(next);
  }
  return {};
}

}  // namespace kedja::measures::detail
