#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <utility>

#include <kedja/core/rng.hpp>
#include <kedja/measures/common/symmetric_eigen.hpp>

namespace kedja::measures {
namespace {

using vector = std::vector<double>;

double dot(std::span<const double> a, std::span<const double> b) {
  // Eight running sums: a fixed order that still lets the processor work on several at once.
  double part[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= a.size(); i += 8)
    for (std::size_t k = 0; k < 8; ++k) part[k] += a[i + k] * b[i + k];
  double sum =
      ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
  for (; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void subtract(double factor, std::span<const double> from, vector& x) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= factor * from[i];
}

/// The basis of the search, always orthonormal and orthogonal to what is known.
class krylov_basis {
 public:
  krylov_basis(std::size_t n, std::span<const double> known) : n_(n), known_(known) {}

  /// Takes the basis' part out of x, twice since once leaves rounding; returns what was taken.
  vector orthogonalise(vector& x) const {
    vector taken(basis_.size(), 0.0);
    for (int pass = 0; pass < 2; ++pass) {
      if (!known_.empty()) subtract(dot(known_, x), known_, x);
      for (std::size_t i = 0; i < basis_.size(); ++i) {
        const double h = dot(basis_[i], x);
        subtract(h, basis_[i], x);
        taken[i] += h;
      }
    }
    return taken;
  }
  /// A unit vector outside the basis; empty when the basis spans everything.
  vector fresh_direction() {
    for (int attempt = 0; attempt < 3; ++attempt) {
      vector x(n_);
      random_stream random(0x6b65646a61, draws_++);
      for (double& value : x) value = random.uniform() - 0.5;
      const double before = std::sqrt(dot(x, x));
      orthogonalise(x);
      if (const double length = std::sqrt(dot(x, x)); length > 1e-8 * before) {
        for (double& value : x) value /= length;
        return x;
      }
    }
    return {};
  }
  void push(vector x) { basis_.push_back(std::move(x)); }
  [[nodiscard]] std::size_t size() const { return basis_.size(); }
  [[nodiscard]] const vector& operator[](std::size_t i) const { return basis_[i]; }

  [[nodiscard]] vector combine(const Eigen::VectorXd& weight) const {
    vector x(n_, 0.0);
    for (std::size_t i = 0; i < basis_.size(); ++i)
      subtract(-weight[static_cast<Eigen::Index>(i)], basis_[i], x);
    return x;
  }
  void replace(std::vector<vector> kept) { basis_ = std::move(kept); }

 private:
  std::size_t n_;
  std::span<const double> known_;
  std::vector<vector> basis_;
  std::uint64_t draws_ = 0;
};

}  // namespace

eigen_pairs largest_eigenpairs(std::size_t n, const symmetric_product& product,
                               std::span<const double> known, const eigen_options& options,
                               task& job) {
  eigen_pairs found;
  const std::size_t space = n - (known.empty() ? 0 : 1);
  const std::size_t wanted = std::min<std::size_t>(options.count, space);
  if (wanted == 0) {
    found.iteration.converged = true;
    return found;
  }
  const std::size_t most = std::min(
      space,
      std::max<std::size_t>(options.subspace ? options.subspace : 40 + 2 * wanted, wanted + 2));
  krylov_basis basis(n, known);
  basis.push(basis.fresh_direction());
  Eigen::MatrixXd projected =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(most), static_cast<Eigen::Index>(most));
  std::size_t done = 0;  // basis vectors whose products are in `projected`
  for (;;) {
    vector next(n);
    double beta = 0;
    while (done < most) {
      product(basis[done], next);
      ++found.iteration.iterations;
      job.checkpoint();
      const vector h = basis.orthogonalise(next);
      for (std::size_t i = 0; i <= done; ++i) {
        const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(done);
        projected(row, column) = projected(column, row) = h[i];
      }
      beta = std::sqrt(dot(next, next));
      ++done;
      const double scale =
          projected.topLeftCorner(static_cast<Eigen::Index>(done), static_cast<Eigen::Index>(done))
              .cwiseAbs()
              .maxCoeff();
      const bool stuck = beta <= 1e-14 * std::max(scale, 1e-300);  // an invariant subspace
      if (stuck) beta = 0;
      if (done == most) break;
      vector direction = stuck ? basis.fresh_direction() : next;
      if (!stuck)
        for (double& value : direction) value /= beta;
      if (direction.empty()) break;
      basis.push(std::move(direction));
    }
    const auto m = static_cast<Eigen::Index>(done);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> ritz(projected.topLeftCorner(m, m));
    const auto at = [&](std::size_t i) { return m - 1 - static_cast<Eigen::Index>(i); };
    const bool whole = done == space;
    const double bound =
        options.tolerance * std::max(ritz.eigenvalues().cwiseAbs().maxCoeff(), 1e-300);
    double worst = 0;
    for (std::size_t i = 0; i < wanted; ++i)
      worst = std::max(worst, whole ? 0.0 : beta * std::abs(ritz.eigenvectors()(m - 1, at(i))));
    const bool converged = worst <= bound;
    if (converged || found.iteration.iterations >= options.max_products) {
      for (std::size_t i = 0; i < std::min(wanted, done); ++i) {
        found.value.push_back(ritz.eigenvalues()[at(i)]);
        found.vector.push_back(basis.combine(ritz.eigenvectors().col(at(i))));
        found.residual.push_back(whole ? 0.0 : beta * std::abs(ritz.eigenvectors()(m - 1, at(i))));
      }
      found.iteration.residual = found.iteration.error_bound = worst;
      found.iteration.converged = converged;
      return found;
    }
    // Keep the best half of the Ritz vectors and go on from where the search stood.
    const std::size_t kept = std::min(done - 1, wanted + (done - wanted) / 2);
    std::vector<vector> best;
    for (std::size_t i = 0; i < kept; ++i)
      best.push_back(basis.combine(ritz.eigenvectors().col(at(i))));
    projected.setZero();
    for (std::size_t i = 0; i < kept; ++i) {
      const auto row = static_cast<Eigen::Index>(i);
      projected(row, row) = ritz.eigenvalues()[at(i)];
    }
    vector onward;
    if (beta > 0) {
      onward = std::move(next);
      for (double& value : onward) value /= beta;
    }
    basis.replace(std::move(best));
    basis.push(beta > 0 ? std::move(onward) : basis.fresh_direction());
    done = kept;
  }
}

}  // namespace kedja::measures
