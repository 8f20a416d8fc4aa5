// Lanes are told apart in the same way on every instruction set, to the last bit.
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <span>

#include <kedja/measures/common/eight_lanes.hpp>

namespace kedja::measures {
namespace {

constexpr double odd[eight_lanes::lanes] = {0.0,
                                            -0.0,
                                            std::numeric_limits<double>::quiet_NaN(),
                                            1.5,
                                            -std::numeric_limits<double>::infinity(),
                                            std::numeric_limits<double>::denorm_min(),
                                            0.0,
                                            1e300};

template <class Lanes>
void check() {
  for (unsigned rotation = 0; rotation < eight_lanes::lanes; ++rotation) {
    eight_lanes::values given;
    unsigned nonzero = 0;
    for (unsigned k = 0; k < eight_lanes::lanes; ++k) {
      given.lane[k] = odd[(k + rotation) % eight_lanes::lanes];
      nonzero |= static_cast<unsigned>(given.lane[k] != 0) << k;
    }
    eight_lanes::lane_set found = 0;
    Lanes::find_nonzero(given.lane, found);
    EXPECT_EQ(found, nonzero);
    for (unsigned who = 0; who < 256; ++who) {
      eight_lanes::values kept = given, put;
      for (unsigned k = 0; k < eight_lanes::lanes; ++k) put.lane[k] = 7;
      Lanes::keep(kept.lane, static_cast<eight_lanes::lane_set>(who));
      Lanes::put(given.lane, static_cast<eight_lanes::lane_set>(who), put.lane);
      for (unsigned k = 0; k < eight_lanes::lanes; ++k) {
        const bool in = (who >> k & 1) != 0;
        EXPECT_EQ(std::bit_cast<std::uint64_t>(kept.lane[k]),
                  std::bit_cast<std::uint64_t>(in ? given.lane[k] : 0.0));
        EXPECT_EQ(std::bit_cast<std::uint64_t>(put.lane[k]),
                  std::bit_cast<std::uint64_t>(in ? given.lane[k] : 7.0));
      }
    }
  }
}

TEST(EightLanes, AreToldApartAlikeOnEveryInstructionSet) {
  check<eight_lanes_baseline>();
  if (best_instruction_set() >= instruction_set::avx2) check<eight_lanes_avx2>();
  if (best_instruction_set() >= instruction_set::avx512) check<eight_lanes_avx512>();
}

template <class Lanes>
void add_like_baseline() {
  eight_lanes::values from[5];
  for (unsigned v = 0; v < 5; ++v)
    for (unsigned k = 0; k < eight_lanes::lanes; ++k) from[v].lane[k] = 1.0 / (3 + 7 * v + k);
  const vertex_id all[] = {4, 1, 1, 3, 0};
  for (std::size_t length = 0; length <= 5; ++length) {
    const std::span<const vertex_id> row(all, length);
    eight_lanes::values expected, got;
    eight_lanes_baseline::add_all(row, from, expected.lane);
    Lanes::add_all(row, from, got.lane);
    for (unsigned k = 0; k < eight_lanes::lanes; ++k) {
      double first = 0, second = 0;
      for (std::size_t i = 0; i < length; ++i)
        (i % 2 == 0 ? first : second) += from[all[i]].lane[k];
      EXPECT_EQ(expected.lane[k], first + second);
      EXPECT_EQ(got.lane[k], expected.lane[k]);
    }
    Lanes::add(from[2].lane, got.lane);
    for (unsigned k = 0; k < eight_lanes::lanes; ++k)
      EXPECT_EQ(got.lane[k], expected.lane[k] + from[2].lane[k]);
  }
}

TEST(EightLanes, AddAlikeOnEveryInstructionSet) {
  add_like_baseline<eight_lanes_baseline>();
  if (best_instruction_set() >= instruction_set::avx2) add_like_baseline<eight_lanes_avx2>();
  if (best_instruction_set() >= instruction_set::avx512) add_like_baseline<eight_lanes_avx512>();
}

TEST(EightLanes, AddUp) {
  eight_lanes::values x;
  for (unsigned k = 0; k < eight_lanes::lanes; ++k) x.lane[k] = 1u << k;
  EXPECT_EQ(eight_lanes::total(x.lane), 255.0);
}

}  // namespace
}  // namespace kedja::measures
