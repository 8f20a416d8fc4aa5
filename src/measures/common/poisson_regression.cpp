#include <kedja/measures/common/poisson_regression.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/QR>
#include <cmath>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>

namespace kedja::measures {

poisson_regression_result poisson_regression(std::span<const double> y, std::span<const double> x,
                                             std::size_t terms,
                                             const poisson_regression_options& options,
                                             const run_context& ctx) {
  using matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(y.size()), k = static_cast<Eigen::Index>(terms);
  if (x.size() != y.size() * terms) throw invalid_argument("x must have n rows of `terms` numbers");
  if (n <= k)
    throw invalid_argument("a regression on " + std::to_string(terms) + " terms needs more than " +
                           std::to_string(y.size()) + " observations");
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!std::isfinite(y[i]) || y[i] < 0)
      throw invalid_argument("observation " + std::to_string(i) +
                             " is not a finite number of at least 0");
    sum += y[i];
  }
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!std::isfinite(x[i]))
      throw invalid_argument("observation " + std::to_string(i / terms) + ": term " +
                             std::to_string(i % terms) + " is not finite");
  if (!(sum > 0)) throw invalid_argument("all observations are 0");
  const Eigen::Map<const matrix> design(x.data(), n, k);
  const Eigen::Map<const Eigen::VectorXd> seen(y.data(), n);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> rank(design);
  if (rank.rank() < k) {
    const auto spare = rank.colsPermutation().indices()[k - 1];
    throw invalid_argument("term " + std::to_string(spare) +
                           " is a linear combination of the others");
  }

  task job(ctx, options.max_iterations);
  const auto deviance = [&](const Eigen::VectorXd& mu) {
    double total = 0;
    for (Eigen::Index i = 0; i < n; ++i)
      total += (seen[i] > 0 ? seen[i] * std::log(seen[i] / mu[i]) : 0.0) - (seen[i] - mu[i]);
    return 2 * total;
  };
  // Start from means between the observations and their average, which are above 0.
  const double average = sum / static_cast<double>(n);
  Eigen::VectorXd mu = (seen.array() + average) / 2, eta = mu.array().log();
  Eigen::VectorXd b = Eigen::VectorXd::Zero(k);
  double now = deviance(mu);
  bool placed = false;  // b belongs to mu
  poisson_regression_result r;
  for (int i = 1; i <= options.max_iterations; ++i) {
    const Eigen::VectorXd z = eta.array() + (seen - mu).array() / mu.array();
    const matrix weighted = mu.asDiagonal() * design;
    const Eigen::VectorXd next =
        (design.transpose() * weighted).ldlt().solve(weighted.transpose() * z);
    Eigen::VectorXd step = next - b;
    double after = 0;
    for (int half = 0; half < 30; ++half) {
      const Eigen::VectorXd tried = b + step;
      eta = (design * tried).array().min(700.0).max(-700.0);
      mu = eta.array().exp();
      after = deviance(mu);
      if (!placed || after <= now + 1e-10 * (std::abs(now) + 1)) break;
      step /= 2;
    }
    b += step;
    const double change = std::abs(now - after) / (std::abs(after) + 0.1);
    now = after;
    r.iteration = {i, change, change, placed && change <= options.tolerance};
    placed = true;
    job.advance(1);
    job.checkpoint();
    if (r.iteration.converged) break;
  }
  const Eigen::VectorXd rest = seen - mu;
  const matrix weighted = mu.asDiagonal() * design;
  const Eigen::MatrixXd bread =
      (design.transpose() * weighted).ldlt().solve(Eigen::MatrixXd::Identity(k, k));
  const matrix scores = rest.asDiagonal() * design;
  const Eigen::MatrixXd covariance = bread * (scores.transpose() * scores) * bread *
                                     (static_cast<double>(n) / static_cast<double>(n - k));
  for (Eigen::Index j = 0; j < k; ++j) {
    r.coefficient.push_back(b[j]);
    r.robust_error.push_back(std::sqrt(covariance(j, j)));
  }
  r.fitted.assign(mu.data(), mu.data() + n);
  r.deviance = now;
  r.dispersion = (rest.array().square() / mu.array()).sum() / static_cast<double>(n - k);
  job.finish();
  return r;
}

}  // namespace kedja::measures
