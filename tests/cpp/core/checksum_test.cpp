#include <kedja/core/checksum.hpp>

#include <gtest/gtest.h>

#include <string>

namespace kedja {
namespace {

std::uint64_t xxh64(std::string_view text, std::uint64_t seed = 0) {
  checksum sum(seed);
  sum.update(text);
  return sum.digest();
}

// Published values of XXH64 (reference implementation and its ports).
TEST(Checksum, MatchesThePublishedVectors) {
  EXPECT_EQ(xxh64(""), 0xEF46DB3751D8E999u);
  EXPECT_EQ(xxh64("a"), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(xxh64("abc"), 0x44BC2CF5AD770999u);
  EXPECT_EQ(xxh64("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1u);
}

TEST(Checksum, DoesNotDependOnHowTheBytesAreCut) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>('a' + i * 7 % 26);
  const auto whole = xxh64(text);
  for (const std::size_t cut : {1u, 5u, 31u, 32u, 33u, 500u}) {
    checksum sum;
    for (std::size_t at = 0; at < text.size(); at += cut)
      sum.update(std::string_view(text).substr(at, cut));
    EXPECT_EQ(sum.digest(), whole) << cut;
  }
}

TEST(Checksum, HexHasSixteenDigits) { EXPECT_EQ(to_hex(0xABCDEFu), "0000000000abcdef"); }

}  // namespace
}  // namespace kedja
