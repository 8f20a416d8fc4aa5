// Eigenpairs against matrices with known ones, Poisson regression against its own equations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/measures/common/poisson_regression.hpp>
#include <kedja/measures/common/symmetric_eigen.hpp>

namespace kedja::measures {
namespace {

using numbers = std::vector<double>;

/// Diagonal matrices turned by a chain of rotations: eigenvalues are the diagonal.
struct turned {
  numbers diagonal;
  std::vector<double> angle;

  void rotate(numbers& x, bool back) const {
    const auto n = static_cast<std::ptrdiff_t>(x.size());
    for (std::ptrdiff_t k = 0; k + 1 < n; ++k) {
      const std::ptrdiff_t i = back ? n - 2 - k : k;
      const auto at = static_cast<std::size_t>(i);
      const double c = std::cos(angle[at]), s = std::sin(angle[at]) * (back ? -1 : 1);
      const double a = x[at], b = x[at + 1];
      x[at] = c * a - s * b, x[at + 1] = s * a + c * b;
    }
  }
  void operator()(std::span<const double> x, std::span<double> y) const {
    numbers v(x.begin(), x.end());
    rotate(v, true);
    for (std::size_t i = 0; i < v.size(); ++i) v[i] *= diagonal[i];
    rotate(v, false);
    std::copy(v.begin(), v.end(), y.begin());
  }
};

turned make(std::uint64_t seed, std::size_t n) {
  random_stream random(seed, 12);
  turned t;
  for (std::size_t i = 0; i < n; ++i)
    t.diagonal.push_back(random.uniform()), t.angle.push_back(6 * random.uniform());
  return t;
}

TEST(LargestEigenpairs, FindsWhatTheMatrixWasMadeOf) {
  for (const std::size_t n : {1u, 2u, 3u, 10u, 47u, 200u, 700u}) {
    SCOPED_TRACE(std::to_string(n));
    const turned matrix = make(n, n);
    task job({}, 1);
    const auto r = largest_eigenpairs(n, matrix, {}, {.count = 3}, job);
    ASSERT_TRUE(r.iteration.converged);
    numbers expected = matrix.diagonal;
    std::sort(expected.rbegin(), expected.rend());
    ASSERT_EQ(r.value.size(), std::min<std::size_t>(3, n));
    for (std::size_t i = 0; i < r.value.size(); ++i) {
      EXPECT_NEAR(r.value[i], expected[i], 1e-11);
      numbers image(n);
      matrix(r.vector[i], image);
      double off = 0, length = 0;
      for (std::size_t k = 0; k < n; ++k) {
        off += std::pow(image[k] - r.value[i] * r.vector[i][k], 2);
        length += r.vector[i][k] * r.vector[i][k];
      }
      EXPECT_LT(std::sqrt(off), 1e-11);
      EXPECT_NEAR(length, 1, 1e-12);
    }
  }
}

TEST(LargestEigenpairs, LeavesOutWhatIsKnown) {
  const turned matrix = make(5, 30);
  task job({}, 1);
  const auto all = largest_eigenpairs(30, matrix, {}, {.count = 2}, job);
  const auto rest = largest_eigenpairs(30, matrix, all.vector[0], {.count = 1}, job);
  EXPECT_NEAR(rest.value[0], all.value[1], 1e-12);
  EXPECT_EQ(largest_eigenpairs(1, matrix, numbers{1.0}, {.count = 1}, job).value.size(), 0u);
}

TEST(LargestEigenpairs, BearsMultipleValuesAndSaysWhenItStops) {
  turned same = make(5, 40);
  std::fill(same.diagonal.begin(), same.diagonal.end(), 0.5);
  task job({}, 1);
  const auto r = largest_eigenpairs(40, same, {}, {.count = 3}, job);
  ASSERT_TRUE(r.iteration.converged);
  for (const double value : r.value) EXPECT_NEAR(value, 0.5, 1e-13);
  const auto stopped =
      largest_eigenpairs(500, make(3, 500), {}, {.count = 2, .max_products = 20}, job);
  EXPECT_FALSE(stopped.iteration.converged);
  EXPECT_GT(stopped.iteration.residual, 1e-12);
}

TEST(PoissonRegression, SolvesItsEquations) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_stream random(seed, 13);
    const std::size_t n = 40, terms = 1 + seed % 4;
    numbers x(n * terms), y(n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < terms; ++j)
        x[i * terms + j] = j == 0 ? 1.0 : random.uniform() - 0.5;
      y[i] = static_cast<double>(random.below(6)) * random.uniform() * 10;
    }
    const auto r = poisson_regression(y, x, terms);
    ASSERT_TRUE(r.iteration.converged);
    const double scale = std::accumulate(y.begin(), y.end(), 0.0);
    for (std::size_t j = 0; j < terms; ++j) {
      double slope = 0;
      for (std::size_t i = 0; i < n; ++i) slope += x[i * terms + j] * (y[i] - r.fitted[i]);
      EXPECT_NEAR(slope / scale, 0, 1e-7);
      EXPECT_GT(r.robust_error[j], 0);
    }
    for (std::size_t i = 0; i < n; ++i) {
      double log = 0;
      for (std::size_t j = 0; j < terms; ++j) log += x[i * terms + j] * r.coefficient[j];
      EXPECT_NEAR(r.fitted[i], std::exp(log), 1e-9 * r.fitted[i]);
    }
  }
}

TEST(PoissonRegression, OfOneConstantIsTheMean) {
  const numbers y = {1, 2, 3, 6}, x = {1, 1, 1, 1};
  const auto r = poisson_regression(y, x, 1);
  EXPECT_NEAR(r.coefficient[0], std::log(3.0), 1e-10);
  // Sandwich: sum (y - 3)^2 / 12^2 times 4 / 3.
  EXPECT_NEAR(r.robust_error[0], std::sqrt(14.0 / 144 * 4 / 3), 1e-9);
  EXPECT_NEAR(r.dispersion, 14.0 / 3 / 3, 1e-9);
}

TEST(PoissonRegression, RefusesWhatHasNoAnswer) {
  const numbers ones = {1, 1, 1}, zero = {0, 0, 0}, bad = {1, -1, 2};
  EXPECT_THROW((void)poisson_regression(zero, ones, 1), invalid_argument);
  EXPECT_THROW((void)poisson_regression(bad, ones, 1), invalid_argument);
  EXPECT_THROW((void)poisson_regression(ones, numbers(9, 1.0), 3), invalid_argument);
  EXPECT_THROW((void)poisson_regression(ones, numbers(6, 1.0), 2), invalid_argument);
  EXPECT_THROW((void)poisson_regression(ones, numbers(4, 1.0), 1), invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
