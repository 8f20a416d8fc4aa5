#include <kedja/core/rng.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace kedja {
namespace {

// Known-answer vectors of the Random123 distribution (kat_vectors, philox4x32 10).
TEST(Philox, MatchesThePublishedVectors) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (philox_block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (philox_block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (philox_block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, DependsOnSeedAndStreamOnly) {
  random_stream a(7, 3), b(7, 3), other_stream(7, 4), other_seed(8, 3);
  const auto first = a.next_u64();
  EXPECT_EQ(first, b.next_u64());
  EXPECT_NE(first, other_stream.next_u64());
  EXPECT_NE(first, other_seed.next_u64());
}

TEST(RandomStream, BelowStaysBelowAndIsEven) {
  random_stream random(1, 0);
  std::array<int, 7> seen{};
  for (int i = 0; i < 70000; ++i) ++seen[random.below(7)];
  // Binomial(70000, 1/7): standard deviation 92.6; six of them is one in 10^9.
  for (const int count : seen) EXPECT_NEAR(count, 10000, 556);
}

TEST(RandomStream, UniformLiesInTheUnitInterval) {
  random_stream random(2, 0);
  double sum = 0, lowest = 1, highest = 0;
  for (int i = 0; i < 100000; ++i) {
    const double u = random.uniform();
    sum += u, lowest = std::min(lowest, u), highest = std::max(highest, u);
  }
  EXPECT_GE(lowest, 0.0);
  EXPECT_LT(highest, 1.0);
  EXPECT_NEAR(sum / 100000, 0.5, 0.006);  // six standard errors
}

TEST(Shuffle, KeepsTheItems) {
  std::vector<int> items(100), sorted(100);
  std::iota(items.begin(), items.end(), 0);
  sorted = items;
  random_stream random(3, 0);
  shuffle(items, random);
  EXPECT_NE(items, sorted);
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, sorted);
}

}  // namespace
}  // namespace kedja
