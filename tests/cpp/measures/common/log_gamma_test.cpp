// The logarithm of the gamma function, also from several threads.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <thread>
#include <vector>

#include <kedja/measures/common/log_gamma.hpp>

namespace kedja::measures {
namespace {

TEST(LogGamma, IsTheLogarithmOfFactorialsAndHalves) {
  double factorial = 1;
  for (int n = 1; n <= 20; ++n) {
    EXPECT_NEAR(log_gamma(n), std::log(factorial), 1e-14 * std::max(1.0, std::log(factorial))) << n;
    factorial *= n;
  }
  EXPECT_NEAR(log_gamma(0.5), std::log(std::numbers::pi) / 2, 1e-15);
}

TEST(LogGamma, SeveralThreadsMayAskAtOnce) {  // what ThreadSanitizer looks at
  std::vector<double> sum(4, 0.0);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : sum)
      threads.emplace_back([&mine] {
        for (int n = 1; n < 1000; ++n) mine += log_gamma(n / 7.0);
      });
  }
  for (const double s : sum) EXPECT_EQ(s, sum[0]);
}

}  // namespace
}  // namespace kedja::measures
