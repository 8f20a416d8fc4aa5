/// @file
/// Logistic regression with a ridge, fitted by Newton's method, with a covariance that allows for
/// events that come in groups. Sources: McCullagh & Nelder, "Generalized Linear Models" (1989);
/// le Cessie & van Houwelingen, "Ridge estimators in logistic regression", Appl. Stat. 41 (1992)
/// 191, doi:10.2307/2347628; Liang & Zeger, Biometrika 73 (1986) 13, doi:10.1093/biomet/73.1.13.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>

namespace kedja::recommend {

struct logistic_options {
  double quantile = 1.0;  ///< of each column over all rows: values above it count as it
  double ridge = 1.0;     ///< half the penalty on the sum of squared standardised coefficients
  int max_iterations = 100;
  double tolerance = 1e-9;  ///< on the largest change of a standardised coefficient
};

struct logistic_model {
  std::vector<double> cap;           ///< of each column: values above count as this
  std::vector<double> mean, scale;   ///< of each capped column; a constant column has scale 0
  std::vector<double> coefficients;  ///< intercept first, then one per standardised column
  std::vector<double> covariance;    ///< of the coefficients, robust to grouped events, row by row
  int iterations = 0;
  bool converged = false;

  /// Log odds of a row and their standard error.
  [[nodiscard]] std::pair<double, double> log_odds(std::span<const double> row) const {
    const std::size_t p = mean.size();
    std::vector<double> z(p + 1, 1.0);
    for (std::size_t j = 0; j < p; ++j)
      z[j + 1] = scale[j] > 0 ? (std::min(row[j], cap[j]) - mean[j]) / scale[j] : 0;
    double eta = 0, variance = 0;
    for (std::size_t j = 0; j <= p; ++j) {
      eta += coefficients[j] * z[j];
      for (std::size_t k = 0; k <= p; ++k) variance += z[j] * covariance[j * (p + 1) + k] * z[k];
    }
    return {eta, std::sqrt(std::max(variance, 0.0))};
  }
};

namespace detail {

/// Lower Cholesky factor in place; throws when the matrix is not positive definite.
inline void factorise(std::vector<double>& a, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k)
      for (std::size_t i = j; i < n; ++i) a[i * n + j] -= a[i * n + k] * a[j * n + k];
    if (!(a[j * n + j] > 0)) throw invalid_argument("the features do not determine a model");
    const double root = std::sqrt(a[j * n + j]);
    for (std::size_t i = j; i < n; ++i) a[i * n + j] /= root;
  }
}
inline void solve(const std::vector<double>& factor, std::span<double> x) {
  const std::size_t n = x.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) x[i] -= factor[i * n + k] * x[k];
    x[i] /= factor[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) x[i] -= factor[k * n + i] * x[k];
    x[i] /= factor[i * n + i];
  }
}

}  // namespace detail

/// Fits y (0 or 1) on the columns of x (rows of `columns` values). `group` says which rows happen
/// together (a joint work); rows of one group are summed before the middle of the sandwich.
/// O(iterations * rows * columns^2). Bit-identical for any number of threads. Throws
/// invalid_argument for sizes that do not match, a value that is not finite, and rows of one kind.
[[nodiscard]] inline logistic_model fit_logistic(std::span<const double> x, std::size_t columns,
                                                 std::span<const double> y,
                                                 std::span<const double> weight,
                                                 std::span<const std::uint32_t> group,
                                                 const logistic_options& options = {},
                                                 const run_context& ctx = {}) {
  const std::size_t n = y.size(), p = columns, q = columns + 1;
  if (x.size() != n * p || weight.size() != n || group.size() != n)
    throw invalid_argument("x, y, weight and group must have one row per pair");
  if (!(options.quantile >= 0 && options.quantile <= 1))
    throw invalid_argument("the quantile must be in [0, 1]");
  if (!(options.ridge >= 0)) throw invalid_argument("the ridge must be a number >= 0");
  double yes = 0, total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (y[i] != 0 && y[i] != 1) throw invalid_argument("y must be 0 or 1");
    if (!(weight[i] >= 0) || !std::isfinite(weight[i]))
      throw invalid_argument("weights must be finite numbers >= 0");
    for (std::size_t j = 0; j < p; ++j)
      if (!std::isfinite(x[i * p + j]))
        throw invalid_argument("row " + std::to_string(i) + " has a feature that is not finite");
    yes += weight[i] * y[i], total += weight[i];
  }
  if (!(yes > 0) || !(yes < total))
    throw invalid_argument("a model needs pairs that met and pairs that did not");

  logistic_model m;
  std::vector<double> column(n), capped(x.begin(), x.end());
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t i = 0; i < n; ++i) column[i] = x[i * p + j];
    const auto at =
        column.begin() + static_cast<std::ptrdiff_t>(options.quantile * static_cast<double>(n - 1));
    std::nth_element(column.begin(), at, column.end());
    m.cap.push_back(*at);
    for (std::size_t i = 0; i < n; ++i) capped[i * p + j] = std::min(x[i * p + j], *at);
  }
  m.mean.assign(p, 0.0), m.scale.assign(p, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < p; ++j) m.mean[j] += weight[i] * capped[i * p + j];
  for (double& mean : m.mean) mean /= total;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < p; ++j)
      m.scale[j] += weight[i] * (capped[i * p + j] - m.mean[j]) * (capped[i * p + j] - m.mean[j]);
  for (std::size_t j = 0; j < p; ++j) {
    m.scale[j] = std::sqrt(m.scale[j] / total);
    if (m.scale[j] < 1e-12 * std::max(1.0, std::abs(m.mean[j]))) m.scale[j] = 0;
  }
  std::vector<double> z(n * q, 1.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < p; ++j)
      z[i * q + j + 1] = m.scale[j] > 0 ? (capped[i * p + j] - m.mean[j]) / m.scale[j] : 0.0;

  m.coefficients.assign(q, 0.0);
  m.coefficients[0] = std::log(yes / (total - yes));
  // Penalty per coefficient; a constant column gets one of its own so that it stays at 0.
  std::vector<double> penalty(q, options.ridge);
  penalty[0] = 0;
  for (std::size_t j = 0; j < p; ++j)
    if (m.scale[j] == 0) penalty[j + 1] = 1;

  const auto odds = [&](std::size_t i) {
    double eta = 0;
    for (std::size_t j = 0; j < q; ++j) eta += m.coefficients[j] * z[i * q + j];
    return 1.0 / (1.0 + std::exp(-eta));
  };
  // Gradient (q), then the lower half of the curvature (q * q), over fixed blocks.
  task job(ctx, static_cast<double>(options.max_iterations));
  std::vector<double> curvature;
  const auto slopes = [&] {
    return ordered_reduce(
        n, 4096, job, std::vector<double>(q + q * q, 0.0),
        [&](std::size_t first, std::size_t last) {
          std::vector<double> sum(q + q * q, 0.0);
          for (std::size_t i = first; i < last; ++i) {
            const double* row = z.data() + i * q;
            const double pr = odds(i), g = weight[i] * (y[i] - pr), h = weight[i] * pr * (1 - pr);
            for (std::size_t j = 0; j < q; ++j) {
              sum[j] += g * row[j];
              const double hz = h * row[j];
              for (std::size_t k = 0; k <= j; ++k) sum[q + j * q + k] += hz * row[k];
            }
          }
          return sum;
        },
        [](std::vector<double> a, const std::vector<double>& b) {
          for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
          return a;
        });
  };
  for (; m.iterations < options.max_iterations && !m.converged; ++m.iterations) {
    const auto sum = slopes();
    std::vector<double> step(sum.begin(), sum.begin() + static_cast<std::ptrdiff_t>(q));
    curvature.assign(sum.begin() + static_cast<std::ptrdiff_t>(q), sum.end());
    for (std::size_t j = 0; j < q; ++j) {
      step[j] -= penalty[j] * m.coefficients[j];
      curvature[j * q + j] += penalty[j] + 1e-9;
    }
    detail::factorise(curvature, q);
    detail::solve(curvature, step);
    double largest = 0;
    for (const double s : step) largest = std::max(largest, std::abs(s));
    const double damp = largest > 2 ? 2 / largest : 1.0;  // far from the optimum: shorter steps
    for (std::size_t j = 0; j < q; ++j) m.coefficients[j] += damp * step[j];
    m.converged = largest < options.tolerance;
    job.advance(1);
  }
  // Sandwich: inverse curvature * (sum over groups of score score') * inverse curvature.
  const std::size_t groups = n == 0 ? 0 : std::size_t{*std::ranges::max_element(group)} + 1;
  std::vector<double> score(groups * q, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const double g = weight[i] * (y[i] - odds(i));
    for (std::size_t j = 0; j < q; ++j) score[group[i] * q + j] += g * z[i * q + j];
  }
  m.covariance.assign(q * q, 0.0);
  for (std::size_t s = 0; s < groups; ++s) {
    const std::span<double> one(score.data() + s * q, q);
    detail::solve(curvature, one);
    for (std::size_t j = 0; j < q; ++j)
      for (std::size_t k = 0; k < q; ++k) m.covariance[j * q + k] += one[j] * one[k];
  }
  job.finish();
  return m;
}

}  // namespace kedja::recommend
