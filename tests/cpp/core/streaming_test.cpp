#include <kedja/core/streaming.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <tuple>
#include <type_traits>
#include <vector>

#include <kedja/core/large_vector.hpp>

namespace kedja {
namespace {

struct pair_of_words {
  std::uint64_t first, second;
  bool operator==(const pair_of_words&) const = default;
};

template <class T>
T item(std::uint64_t i) {
  if constexpr (std::is_same_v<T, pair_of_words>)
    return {i, ~i};
  else
    return static_cast<T>(i);
}

template <class Columns>
class Dealer;
template <class... T>
class Dealer<std::tuple<T...>> : public testing::Test {
 protected:
  std::tuple<large_vector<T>...> table;

  void resize(std::size_t items) {
    std::apply([&](auto&... column) { (column.assign(items, item<T>(7)), ...); }, table);
  }
  auto dealing(std::size_t places) {
    return std::apply([&](auto&... column) { return dealer(places, column.data()...); }, table);
  }
  void expect(const std::vector<std::uint64_t>& wanted) {
    const auto same = [&]<class Item>(const large_vector<Item>& column) {
      ASSERT_EQ(column.size(), wanted.size());
      for (std::size_t i = 0; i < wanted.size(); ++i) ASSERT_EQ(column[i], item<Item>(wanted[i]));
    };
    std::apply([&](const auto&... column) { (same(column), ...); }, table);
  }
  static void deal(dealer<T...>& to, std::size_t place, std::uint64_t i) {
    to.deal(place, item<T>(i)...);
  }
};
using columns = testing::Types<std::tuple<std::uint32_t>, std::tuple<std::uint64_t>,
                               std::tuple<pair_of_words>, std::tuple<std::uint32_t, double>,
                               std::tuple<std::uint16_t, pair_of_words, std::uint32_t>>;
TYPED_TEST_SUITE(Dealer, columns);

// Against one store per item, for places of any size.
TYPED_TEST(Dealer, PutsEveryItemWhereAnOrdinaryStoreWould) {
  std::mt19937_64 random(1);
  for (const std::size_t items :
       {std::size_t{0}, std::size_t{1}, std::size_t{50}, std::size_t{5000}})
    for (std::size_t start = 0; start < 34; ++start)
      for (const std::size_t places : {std::size_t{1}, std::size_t{3}, std::size_t{200}}) {
        std::vector<std::size_t> place(items), next(places + 1, 0);
        for (std::size_t& p : place) ++next[(p = random() % places) + 1];
        next.front() = start;
        std::partial_sum(next.begin(), next.end(), next.begin());
        next.pop_back();
        std::vector<std::size_t> expected_next = next;
        std::vector<std::uint64_t> expected(start + items + 20, 7);
        this->resize(expected.size());
        // In two goes, as blocks do that share the places.
        auto deal = this->dealing(places);
        for (std::size_t half = 0; half < 2; ++half) {
          deal.start(next);
          for (std::size_t i = half * items / 2; i < (half + 1) * items / 2; ++i)
            this->deal(deal, place[i], 100 + i);
          deal.finish();
        }
        for (std::size_t i = 0; i < items; ++i) expected[expected_next[place[i]]++] = 100 + i;
        this->expect(expected);
        ASSERT_EQ(next, expected_next);
      }
}

}  // namespace
}  // namespace kedja
