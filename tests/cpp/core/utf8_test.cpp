#include <kedja/core/utf8.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace kedja {
namespace {

constexpr auto valid = std::string_view::npos;

TEST(Utf8, DecodesTheShortestAndLongestOfEachLength) {
  const std::string text = "\x01\x7F\u0080\u07FF\u0800\uFFFD\U00010000\U0010FFFF";
  std::size_t at = 0;
  for (const char32_t expected :
       {0x01u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xFFFDu, 0x10000u, 0x10FFFFu}) {
    const auto c = next_character(text, at);
    ASSERT_TRUE(c.has_value());
    EXPECT_EQ(*c, expected);
  }
  EXPECT_EQ(at, text.size());
  EXPECT_EQ(first_invalid_utf8(text), valid);
}

// Table 3-7 of the Unicode standard, row by row: the first bytes outside each range.
TEST(Utf8, RefusesWhatTheStandardCallsIllFormed) {
  for (const std::string bad : {
           "\x80",              // continuation without a lead
           "\xBF",              //
           "\xC0\xAF",          // overlong '/'
           "\xC1\xBF",          // overlong U+007F
           "\xC3",              // cut off
           "\xC3(",             // no continuation
           "\xE0\x9F\xBF",      // overlong U+07FF
           "\xED\xA0\x80",      // surrogate U+D800
           "\xED\xBF\xBF",      // surrogate U+DFFF
           "\xE2\x82",          // cut off
           "\xF0\x8F\xBF\xBF",  // overlong U+FFFF
           "\xF4\x90\x80\x80",  // U+110000
           "\xF5\x80\x80\x80",  // lead that does not exist
           "\xFF",
       }) {
    EXPECT_EQ(first_invalid_utf8(bad), 0u) << escaped(bad);
    EXPECT_EQ(first_invalid_utf8("åb" + bad + "c"), 3u) << escaped(bad);
  }
  EXPECT_EQ(first_invalid_utf8(""), valid);
  EXPECT_EQ(first_invalid_utf8("\xED\x9F\xBF\xEE\x80\x80"), valid);  // next to the surrogates
}

TEST(Utf8, AFailureLeavesThePositionAlone) {
  std::size_t at = 1;
  EXPECT_FALSE(next_character("a\xFF", at).has_value());
  EXPECT_EQ(at, 1u);
}

TEST(Utf8, EscapesWhatCannotBeSeen) {
  EXPECT_EQ(escaped("Älvstål <b>\"x\""), "Älvstål <b>\"x\"");
  EXPECT_EQ(escaped(std::string("a\0b", 3)), "a\\u0000b");
  EXPECT_EQ(escaped("\t\n\x7F\u0085"), "\\u0009\\u000a\\u007f\\u0085");
  EXPECT_EQ(escaped("C\u200b1"), "C\\u200b1");                          // zero-width space
  EXPECT_EQ(escaped("\u202egnp.exe"), "\\u202egnp.exe");                // right-to-left override
  EXPECT_EQ(escaped("\u2066x\u2069\ufeff"), "\\u2066x\\u2069\\ufeff");  // isolates, byte order mark
  EXPECT_EQ(escaped("\u2028\u00ad"), "\\u2028\\u00ad");  // line separator, soft hyphen
  EXPECT_EQ(escaped("St\xE5l"), "St\\xe5l");
  EXPECT_EQ(escaped("\u2010\u2030\U0001F600"), "\u2010\u2030\U0001F600");  // ordinary neighbours
}

TEST(Utf8, CutsAtCharactersNotBytes) {
  EXPECT_EQ(escaped("åäö", 3), "åäö");
  EXPECT_EQ(escaped("åäöx", 3), "åäö...");
  EXPECT_EQ(escaped(std::string(81, 'x')), std::string(80, 'x') + "...");
  EXPECT_EQ(escaped("", 0), "");
}

}  // namespace
}  // namespace kedja
