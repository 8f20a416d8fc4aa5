// Eight sums of independent trials at once, against one after the other in long double.
#include <kedja/measures/null_models/trial_sums.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <kedja/core/rng.hpp>

namespace kedja::measures {
namespace {

constexpr std::size_t lanes = trial_sums::lanes;

struct trials {
  std::vector<double> chance;
  std::vector<std::uint32_t> size;
};

/// Chances of all kinds: near 0, near 1, never, always, and lanes far from each other.
trials draw(std::uint64_t seed, std::size_t classes, std::uint32_t most) {
  random_stream random(seed, 0);
  trials t{std::vector<double>(classes * lanes), std::vector<std::uint32_t>(classes)};
  for (std::size_t c = 0; c < classes; ++c) {
    t.size[c] = static_cast<std::uint32_t>(random.below(most + 1));
    for (std::size_t l = 0; l < lanes; ++l) {
      const double x = random.uniform();
      double& q = t.chance[c * lanes + l];
      switch (random.below(8)) {
        case 0:
          q = 0;
          break;
        case 1:
          q = seed % 3 == 0 ? 1 : x;
          break;
        case 2:
          q = std::pow(x, 20);
          break;
        default:
          q = seed % 2 == 0 ? x * x : (l < 4 ? x / 10 : 1 - x / 10);
      }
    }
  }
  return t;
}

std::vector<long double> one_by_one(const trials& t, std::size_t lane) {
  std::vector<long double> mass = {1};
  for (std::size_t c = 0; c < t.size.size(); ++c)
    for (std::uint32_t i = 0; i < t.size[c]; ++i) {
      const long double q = t.chance[c * lanes + lane];
      mass.push_back(0);
      for (std::size_t s = mass.size() - 1; s > 0; --s)
        mass[s] = mass[s] * (1 - q) + mass[s - 1] * q;
      mass[0] *= 1 - q;
    }
  return mass;
}

TEST(TrialSums, TailsAreThoseOfTrialsOneByOne) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const trials t = draw(seed, seed % 7 * 25, seed % 5 == 0 ? 40 : 3);
    for (const double lightest : {1e-18, 1e-200}) {
      trial_sums sums;
      std::size_t all = 0;
      for (const std::uint32_t n : t.size) all += n;
      sums.start(all, lightest);
      sums.add(t.chance, t.size);
      for (std::size_t l = 0; l < lanes; ++l) {
        const auto mass = one_by_one(t, l);
        long double expected = 0;
        double tail = 0;
        for (std::size_t s = mass.size(); s-- > 0;) {
          expected += mass[s];
          if (s >= sums.first() && s < sums.last()) tail += sums.weights(s)[l];
          // Of the tail itself, and of what may be left out above it for each of the looks.
          ASSERT_NEAR(tail, static_cast<double>(expected),
                      static_cast<double>(expected) * 1e-12 + 100 * lightest)
              << "lane " << l << ", at least " << s << " of " << all;
        }
        EXPECT_NEAR(static_cast<double>(expected), 1, 1e-12);
      }
    }
  }
}

TEST(TrialSums, StatesThatCannotMatterAreNotKept) {
  trials t{std::vector<double>(lanes, 0.5), {10000}};
  trial_sums sums;
  sums.start(10000, 1e-20);
  sums.add(t.chance, t.size);
  EXPECT_GT(sums.first(), 5000 - 10 * 50);  // standard deviation 50
  EXPECT_LT(sums.last(), 5000 + 11 * 50);
  sums.start(5100, 1e-20);
  sums.add(t.chance, t.size);
  EXPECT_EQ(sums.last(), 5101);
}

TEST(TrialSums, NoTrialsHaveNoSuccess) {
  trial_sums sums;
  sums.start(3, 1e-20);
  sums.add({}, {});
  ASSERT_EQ(sums.first(), 0);
  ASSERT_EQ(sums.last(), 1);
  for (std::size_t l = 0; l < lanes; ++l) EXPECT_EQ(sums.weights(0)[l], 1);
}

TEST(TrialSums, EveryInstructionSetGivesTheSameBits) {
  for (std::uint64_t seed = 100; seed < 110; ++seed) {
    const trials t = draw(seed, 80, 3);
    const auto weights = [&](instruction_set with) {
      trial_sums sums;
      sums.start(300, 1e-25);
      sums.add(t.chance, t.size, with);
      return std::vector<double>(sums.weights(sums.first()), sums.weights(sums.last()));
    };
    const auto plain = weights(instruction_set::baseline);
    if (best_instruction_set() >= instruction_set::avx2) {
      EXPECT_EQ(plain, weights(instruction_set::avx2));
    }
    if (best_instruction_set() >= instruction_set::avx512) {
      EXPECT_EQ(plain, weights(instruction_set::avx512));
    }
  }
}

}  // namespace
}  // namespace kedja::measures
