#include <kedja/core/checked.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace kedja {
namespace {

constexpr auto largest = std::numeric_limits<std::uint64_t>::max();

TEST(Checked, PassesWhatFits) {
  EXPECT_EQ(checked_add<std::uint64_t>(largest - 1, 1, "x"), largest);
  EXPECT_EQ(checked_mul<std::uint64_t>(1u << 31, 1u << 31, "x"), std::uint64_t{1} << 62);
  EXPECT_EQ((checked_cast<std::uint32_t>(std::int64_t{7}, "x")), 7u);
}

TEST(Checked, RefusesWhatDoesNotAndNamesIt) {
  EXPECT_THROW((void)checked_add<std::uint64_t>(largest, 1, "x"), invalid_argument);
  EXPECT_THROW((void)checked_mul<std::int64_t>(std::int64_t{1} << 62, 2, "x"), invalid_argument);
  try {
    (void)checked_cast<std::uint32_t>(std::int64_t{-1}, "num_vertices");
    FAIL();
  } catch (const invalid_argument& e) {
    EXPECT_EQ(std::string(e.what()), "num_vertices: -1 is outside [0, 4294967295]");
  }
}

}  // namespace
}  // namespace kedja
