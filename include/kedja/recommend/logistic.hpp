/// @file
/// Logistic regression with a ridge, fitted by Newton's method, with a covariance that allows for
/// events that come in groups. Additive where asked: the line of a column may bend at given
/// quantiles (Hastie & Tibshirani, "Generalized Additive Models", Stat. Sci. 1 (1986) 297,
/// doi:10.1214/ss/1177013604, with piecewise linear curves). Sources: McCullagh & Nelder,
/// "Generalized Linear Models" (1989); le Cessie & van Houwelingen, "Ridge estimators in logistic
/// regression", Appl. Stat. 41 (1992) 191, doi:10.2307/2347628; Liang & Zeger, Biometrika 73 (1986)
/// 13, doi:10.1093/biomet/73.1.13.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>

namespace kedja::recommend {

struct logistic_options {
  double quantile = 1.0;  ///< of each column over all rows: values above it count as it
  double ridge = 1.0;     ///< half the penalty on the sum of squared standardised coefficients
  std::vector<double> bends{};  ///< rising shares in (0, 1): quantiles at which a line may bend
  int max_iterations = 100;
  double tolerance = 1e-9;  ///< on the largest change of a standardised coefficient
};

/// The terms are the columns, in their order, then the bends: what a column exceeds a knot by.
struct logistic_model {
  std::vector<double> cap;            ///< of each column: values above count as this
  std::vector<std::uint32_t> column;  ///< of each term: what it is made of
  std::vector<double> knot;           ///< of each term: where it starts; -inf: the column itself
  std::vector<double> mean, scale;    ///< of each term; a constant term has scale 0
  std::vector<double> coefficients;   ///< intercept first, then one per standardised term
  std::vector<double> covariance;     ///< of the coefficients, robust to grouped events, by row
  int iterations = 0;
  bool converged = false;

  [[nodiscard]] std::size_t num_columns() const { return cap.size(); }
  [[nodiscard]] std::size_t num_terms() const { return mean.size(); }

  [[nodiscard]] double term(std::span<const double> row, std::size_t t) const {
    const double value = std::min(row[column[t]], cap[column[t]]);
    return std::isinf(knot[t]) ? value : std::max(value - knot[t], 0.0);
  }
  [[nodiscard]] double standardised(std::span<const double> row, std::size_t t) const {
    return scale[t] > 0 ? (term(row, t) - mean[t]) / scale[t] : 0;
  }

  [[nodiscard]] double log_odds(std::span<const double> row) const {
    double eta = coefficients[0];
    for (std::size_t t = 0; t < num_terms(); ++t) eta += coefficients[t + 1] * standardised(row, t);
    return eta;
  }

  /// Standard error of the log odds of a row. O(terms^2).
  [[nodiscard]] double error(std::span<const double> row) const {
    const std::size_t q = num_terms() + 1;
    std::vector<double> z(q, 1.0), turned(q, 0.0);
    for (std::size_t t = 0; t + 1 < q; ++t) z[t + 1] = standardised(row, t);
    for (std::size_t k = 0; k < q; ++k)  // adds whole rows, so that the compiler may use lanes
      for (std::size_t j = 0; j < q; ++j) turned[j] += covariance[k * q + j] * z[k];
    double variance = 0;
    for (std::size_t j = 0; j < q; ++j) variance += z[j] * turned[j];
    return std::sqrt(std::max(variance, 0.0));
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

/// The caps of the columns, and the terms: columns, then bends strictly between least and cap.
inline void lay_out(logistic_model& m, std::span<const double> x, std::size_t columns,
                    const logistic_options& options) {
  const std::size_t n = x.size() / columns;
  std::vector<double> values(n);
  std::vector<std::pair<std::uint32_t, double>> bends;
  for (std::uint32_t j = 0; j < columns; ++j) {
    for (std::size_t i = 0; i < n; ++i) values[i] = x[i * columns + j];
    std::ranges::sort(values);
    const auto at = [&](double share) {
      return values[static_cast<std::size_t>(share * static_cast<double>(n - 1))];
    };
    m.cap.push_back(at(options.quantile));
    m.column.push_back(j), m.knot.push_back(-std::numeric_limits<double>::infinity());
    double below = values.front();
    for (const double share : options.bends) {
      const double knot = at(share);
      if (knot > below && knot < m.cap.back()) bends.emplace_back(j, below = knot);
    }
  }
  for (const auto& [column, knot] : bends) m.column.push_back(column), m.knot.push_back(knot);
}

}  // namespace detail

/// Fits y (0 or 1) on the columns of x (rows of `columns` values). `group` says which rows happen
/// together (a joint work); rows of one group are summed before the middle of the sandwich.
/// O(iterations * rows * terms^2). Bit-identical for any number of threads. Throws
/// invalid_argument for sizes that do not match, a value that is not finite, and rows of one kind.
[[nodiscard]] inline logistic_model fit_logistic(std::span<const double> x, std::size_t columns,
                                                 std::span<const double> y,
                                                 std::span<const double> weight,
                                                 std::span<const std::uint32_t> group,
                                                 const logistic_options& options = {},
                                                 const run_context& ctx = {}) {
  const std::size_t n = y.size();
  if (columns == 0 || x.size() != n * columns || weight.size() != n || group.size() != n)
    throw invalid_argument("x, y, weight and group must have one row per pair");
  if (!(options.quantile >= 0 && options.quantile <= 1))
    throw invalid_argument("the quantile must be in [0, 1]");
  if (!(options.ridge >= 0)) throw invalid_argument("the ridge must be a number >= 0");
  for (std::size_t b = 0; b < options.bends.size(); ++b)
    if (!(options.bends[b] > (b == 0 ? 0.0 : options.bends[b - 1]) && options.bends[b] < 1))
      throw invalid_argument("bends must be rising shares in (0, 1)");
  double yes = 0, total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (y[i] != 0 && y[i] != 1) throw invalid_argument("y must be 0 or 1");
    if (!(weight[i] >= 0) || !std::isfinite(weight[i]))
      throw invalid_argument("weights must be finite numbers >= 0");
    for (std::size_t j = 0; j < columns; ++j)
      if (!std::isfinite(x[i * columns + j]))
        throw invalid_argument("row " + std::to_string(i) + " has a feature that is not finite");
    yes += weight[i] * y[i], total += weight[i];
  }
  if (!(yes > 0) || !(yes < total))
    throw invalid_argument("a model needs pairs that met and pairs that did not");

  logistic_model m;
  detail::lay_out(m, x, columns, options);
  const std::size_t p = m.column.size(), q = p + 1;
  std::vector<double> z(n * q, 1.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t t = 0; t < p; ++t)
      z[i * q + t + 1] = m.term(x.subspan(i * columns, columns), t);
  m.mean.assign(p, 0.0), m.scale.assign(p, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t t = 0; t < p; ++t) m.mean[t] += weight[i] * z[i * q + t + 1];
  for (double& mean : m.mean) mean /= total;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t t = 0; t < p; ++t) {
      const double off = z[i * q + t + 1] - m.mean[t];
      m.scale[t] += weight[i] * off * off;
    }
  for (std::size_t t = 0; t < p; ++t) {
    m.scale[t] = std::sqrt(m.scale[t] / total);
    if (m.scale[t] < 1e-12 * std::max(1.0, std::abs(m.mean[t]))) m.scale[t] = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double& value = z[i * q + t + 1];
      value = m.scale[t] > 0 ? (value - m.mean[t]) / m.scale[t] : 0.0;
    }
  }

  m.coefficients.assign(q, 0.0);
  m.coefficients[0] = std::log(yes / (total - yes));
  // Penalty per coefficient; a constant term gets one of its own so that it stays at 0.
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
