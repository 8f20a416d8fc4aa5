#include <kedja/core/large_vector.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <numeric>

namespace kedja {
namespace {

TEST(LargeVector, KeepsWhatIsWrittenWhateverItsSize) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{3} << 20}) {
    large_vector<std::uint64_t> table(size);
    std::iota(table.begin(), table.end(), std::uint64_t{1});
    table.resize(2 * size + 1);  // moves from small to large memory
    table.back() = 7;
    large_vector<std::uint64_t> copy = table;
    copy.shrink_to_fit();
    for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(copy[i], i + 1);
    EXPECT_EQ(copy.back(), 7u);
  }
}

TEST(LargeVector, GivenValuesAreWritten) {
  const large_vector<double> table(std::size_t{3} << 20, 0.5);
  EXPECT_EQ(table.front() + table.back(), 1.0);
}

TEST(LargeVector, LargeTablesStartOnAHugePage) {
  const large_vector<double> table(std::size_t{2} << 20);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(table.data()) % (std::size_t{2} << 20), 0u);
}

TEST(LargeVector, SmallTablesStartOnALineOfTheCache) {
  for (std::size_t size = 1; size < 100; ++size) {
    const large_vector<std::uint8_t> table(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(table.data()) % 64, 0u);
  }
}

TEST(LargeVector, TooMuchIsBadAlloc) {
  large_allocator<double> allocator;
  EXPECT_THROW((void)allocator.allocate(~std::size_t{0} / 4), std::bad_alloc);
}

}  // namespace
}  // namespace kedja
