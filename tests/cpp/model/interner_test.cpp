#include <kedja/model/interner.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace kedja::model {
namespace {

TEST(Interner, NumbersInOrderOfFirstAppearance) {
  interner ids;
  EXPECT_EQ(ids.size(), 0u);
  EXPECT_EQ(ids.find("a"), std::nullopt);
  EXPECT_EQ(ids.add("b"), 0u);
  EXPECT_EQ(ids.add("a"), 1u);
  EXPECT_EQ(ids.add("b"), 0u);
  EXPECT_EQ(ids.add(""), 2u);
  EXPECT_EQ(ids.add(std::string_view("a\0", 2)), 3u);
  EXPECT_EQ(ids.size(), 4u);
  EXPECT_EQ(ids[0], "b");
  EXPECT_EQ(ids[1], "a");
  EXPECT_EQ(ids[2], "");
  EXPECT_EQ(ids[3], std::string_view("a\0", 2));
  EXPECT_EQ(ids.find("a"), 1u);
  EXPECT_EQ(ids.find(""), 2u);
  EXPECT_EQ(ids.find("ab"), std::nullopt);
}

TEST(Interner, TextIsNeverANumber) {
  interner ids;
  EXPECT_EQ(ids.add("007"), 0u);
  EXPECT_EQ(ids.add("7"), 1u);
  EXPECT_EQ(ids.add("7.0"), 2u);
  EXPECT_EQ(ids.add("18446744073709551617"), 3u);
}

TEST(Interner, KeepsAllThroughItsGrowth) {
  interner ids;
  constexpr std::uint32_t n = 5000;
  for (std::uint32_t i = 0; i < n; ++i) ASSERT_EQ(ids.add("id" + std::to_string(i * 7)), i);
  for (std::uint32_t i = 0; i < n; ++i) {
    ASSERT_EQ(ids.find("id" + std::to_string(i * 7)), i);
    ASSERT_EQ(ids[i], "id" + std::to_string(i * 7));
  }
  EXPECT_EQ(ids.find("id1"), std::nullopt);
}

TEST(RankByBytes, FollowsTheBytesOfTheText) {
  // '1' < '9' < 'A' < 'a' < 'Z' + ... : digits, capitals, small letters, then beyond ASCII.
  const std::vector<std::string> texts = {"ö", "a", "A", "9", "10", "", "Z", "å", "𝔸", "ab"};
  const std::vector<vertex_id> expected = {8, 5, 3, 2, 1, 0, 4, 7, 9, 6};
  EXPECT_EQ(rank_by_bytes(texts, texts.size()), expected);
  EXPECT_TRUE(rank_by_bytes(texts, 0).empty());
}

TEST(RankByBytes, LooksBeyondTheFirstEightBytes) {
  const std::string zero("abc\0", 4);
  const std::vector<std::string> texts = {"company-2", "company-10", "company-",
                                          zero,        "abc",        "company-2"};
  // A shorter text comes first, also when the longer one goes on with a zero byte; equal texts
  // keep their order.
  EXPECT_EQ(rank_by_bytes(texts, texts.size()), (std::vector<vertex_id>{4, 3, 2, 1, 0, 5}));
}

TEST(RankByBytes, DoesNotDependOnTheOrderOfTheTexts) {
  std::vector<std::string> texts;
  for (int i = 0; i < 300; ++i) texts.push_back("prefix-" + std::to_string((i * 37) % 300));
  const auto rank = rank_by_bytes(texts, texts.size());
  std::vector<std::string> sorted(texts);
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(sorted[rank[i]], texts[i]);
}

}  // namespace
}  // namespace kedja::model
