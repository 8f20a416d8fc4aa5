#include <kedja/core/streaming.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace kedja {
namespace {

// Wherever in a line the copy starts and ends, it writes its items and none beside them.
TEST(StreamCopy, CopiesWhatItIsGivenAndNoMore) {
  std::vector<std::uint32_t> from(200);
  std::iota(from.begin(), from.end(), 1U);
  for (std::size_t start = 0; start < 40; ++start)
    for (std::size_t size = 0; size + start + 1 < from.size(); size += 7) {
      std::vector<std::uint32_t> to(from.size(), 0);
      stream_copy<std::uint32_t>({from.data() + 1, size}, to.data() + start);
      for (std::size_t i = 0; i < to.size(); ++i)
        ASSERT_EQ(to[i], i >= start && i < start + size ? from[i - start + 1] : 0U);
    }
}

template <class T>
class Dealer : public testing::Test {};
struct pair_of_words {
  std::uint64_t first, second;
  bool operator==(const pair_of_words&) const = default;
};
using item_types = testing::Types<std::uint32_t, std::uint64_t, pair_of_words>;
TYPED_TEST_SUITE(Dealer, item_types);

template <class T>
T item(std::uint64_t i) {
  if constexpr (std::is_same_v<T, pair_of_words>)
    return {i, ~i};
  else
    return static_cast<T>(i);
}

// Against one store per item, for places of any size and a table that starts anywhere in a line.
TYPED_TEST(Dealer, PutsEveryItemWhereAnOrdinaryStoreWould) {
  std::mt19937_64 random(1);
  for (const std::size_t items :
       {std::size_t{0}, std::size_t{1}, std::size_t{50}, std::size_t{5000}})
    for (std::size_t start = 0; start < 17; ++start)
      for (const std::size_t places : {std::size_t{1}, std::size_t{3}, std::size_t{200}}) {
        std::vector<std::size_t> place(items), next(places + 1, 0);
        for (std::size_t& p : place) ++next[(p = random() % places) + 1];
        std::partial_sum(next.begin(), next.end(), next.begin());
        next.pop_back();
        std::vector<std::size_t> expected_next = next;
        std::vector<TypeParam> table(start + items + 20, item<TypeParam>(7)), expected = table;
        // In two goes, as blocks do that share the places.
        for (std::size_t half = 0; half < 2; ++half) {
          dealer<TypeParam> deal(table.data() + start, next);
          for (std::size_t i = half * items / 2; i < (half + 1) * items / 2; ++i)
            deal.deal(place[i], item<TypeParam>(100 + i));
          deal.finish();
        }
        for (std::size_t i = 0; i < items; ++i)
          expected[start + expected_next[place[i]]++] = item<TypeParam>(100 + i);
        ASSERT_EQ(table, expected);
        ASSERT_EQ(next, expected_next);
      }
}

}  // namespace
}  // namespace kedja
