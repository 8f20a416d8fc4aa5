// Tail probabilities of counts, against sums of the probability functions in logarithms.
#include <kedja/measures/null_models/tail.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace kedja::measures {
namespace {

double poisson(double k, double mean) {
  return std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
}
/// Negative binomial with the given mean and variance.
double spread(double k, double mean, double variance) {
  const double r = mean * mean / (variance - mean), p = mean / variance;
  return std::exp(std::lgamma(k + r) - std::lgamma(r) - std::lgamma(k + 1) + r * std::log(p) +
                  k * std::log1p(-p));
}
template <class Mass>
double at_least(double from, Mass mass) {
  double sum = 0;
  for (double k = from + 3000; k >= from; --k) sum += mass(k);  // small terms first
  return sum;
}
template <class Mass>
double at_most(double to, Mass mass) {
  double sum = 0;
  for (double k = 0; k <= to; ++k) sum += mass(k);
  return sum;
}

TEST(CountPValue, IsPoissonsWhenTheVarianceIsTheMean) {
  for (const double mean : {0.01, 0.5, 3.0, 20.0, 50.0})
    for (const double seen : {0.0, 1.0, 2.0, 5.0, 21.0, 80.0}) {
      const auto mass = [&](double k) { return poisson(k, mean); };
      const double more = at_least(seen, mass), less = at_most(seen, mass);
      EXPECT_NEAR(count_p_value(seen, mean, mean, tail::greater) / more, 1, 1e-8)
          << mean << " " << seen;
      EXPECT_NEAR(count_p_value(seen, mean, mean, tail::less) / less, 1, 1e-8)
          << mean << " " << seen;
      EXPECT_NEAR(count_p_value(seen, mean, mean, tail::two_sided),
                  std::min(1.0, 2 * std::min(more, less)), 1e-9);
    }
}

TEST(CountPValue, IsNegativeBinomialWhenCountsClump) {
  for (const double mean : {0.2, 4.0, 30.0})
    for (const double factor : {1.2, 3.0})
      for (const double seen : {0.0, 1.0, 6.0, 40.0, 120.0}) {
        const double variance = mean * factor;
        const auto mass = [&](double k) { return spread(k, mean, variance); };
        EXPECT_NEAR(count_p_value(seen, mean, variance, tail::greater) / at_least(seen, mass), 1,
                    1e-7)
            << mean << " " << factor << " " << seen;
        EXPECT_NEAR(count_p_value(seen, mean, variance, tail::less) / at_most(seen, mass), 1, 1e-7)
            << mean << " " << factor << " " << seen;
      }
}

TEST(CountPValue, IsNormalForLargeMeans) {
  // Abramowitz and Stegun, table 26.1: Q(1.96) = 0.0249978951.
  EXPECT_NEAR(count_p_value(100 + 1.96 * 10, 100, 100, tail::greater), 0.0249978951, 1e-10);
  EXPECT_NEAR(count_p_value(100 - 1.96 * 10, 100, 100, tail::less), 0.0249978951, 1e-10);
  EXPECT_NEAR(count_p_value(100 - 1.96 * 10, 100, 100, tail::two_sided), 0.0499957902, 1e-10);
}

TEST(CountPValue, FractionsAreRoundedAwayFromSignificance) {
  EXPECT_DOUBLE_EQ(count_p_value(2.4, 1, 1, tail::greater),
                   count_p_value(3, 1, 1, tail::greater) + 0.0);  // ceil(2.4) = 3 and above
  EXPECT_DOUBLE_EQ(count_p_value(2.4, 9, 9, tail::less), count_p_value(2, 9, 9, tail::less));
}

TEST(CountPValue, FarTailsKeepTheirDigits) {
  const auto mass = [](double k) { return poisson(k, 1.5); };
  EXPECT_NEAR(count_p_value(60, 1.5, 1.5, tail::greater) / at_least(60, mass), 1, 1e-9);
  EXPECT_LT(count_p_value(60, 1.5, 1.5, tail::greater), 1e-60);
}

TEST(CountPValue, DegenerateCases) {
  EXPECT_EQ(count_p_value(0, 0, 0, tail::greater), 1.0);
  EXPECT_EQ(count_p_value(2, 0, 0, tail::greater), 0.0);
  EXPECT_EQ(count_p_value(2, 0, 0, tail::less), 1.0);
  EXPECT_TRUE(std::isnan(count_p_value(std::nan(""), 1, 1, tail::less)));
  EXPECT_TRUE(std::isnan(count_p_value(1, -1, 1, tail::less)));
  EXPECT_TRUE(std::isnan(count_p_value(1, std::nan(""), 1, tail::less)));
}

}  // namespace
}  // namespace kedja::measures
