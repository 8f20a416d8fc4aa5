#include <kedja/model/parse_number.hpp>

#include <gtest/gtest.h>

#include <optional>

namespace kedja::model {
namespace {

TEST(ParseNumber, ReadsPlainNumbers) {
  EXPECT_EQ(parse_number("1200.5", false), 1200.5);
  EXPECT_EQ(parse_number("0", false), 0.0);
  EXPECT_EQ(parse_number("-3", false), -3.0);
  EXPECT_EQ(parse_number("+7", false), 7.0);
  EXPECT_EQ(parse_number("1e3", false), 1000.0);
  EXPECT_EQ(parse_number("2.5E-1", false), 0.25);
  EXPECT_EQ(parse_number("007", false), 7.0);
  EXPECT_EQ(parse_number("9007199254740993", false), 9007199254740992.0);  // nearest, to even
}

TEST(ParseNumber, RefusesWhatOnlyLooksLikeOne) {
  for (const auto* text :
       {"",      "+",         "-",    ".",     "e5",  "1e",    "1e400", "-1e400",   "nan", "NaN",
        "inf",   "-Infinity", "0x1F", "12abc", "51%", "1 200", "1,5",   "1,200.50", "--5", "++5",
        "1.2.3", "1-2",       "#N/A", "−5",    "５",  "1_000", " 5",    "5 ",       "True"})
    EXPECT_EQ(parse_number(text, false), std::nullopt) << text;
}

TEST(ParseNumber, SwedishCommaAndSpaces) {
  bool separators = false;
  EXPECT_EQ(parse_number("1200,50", true, &separators), 1200.5);
  EXPECT_EQ(parse_number("-0,5", true, &separators), -0.5);
  EXPECT_EQ(parse_number("300000", true, &separators), 300000.0);
  EXPECT_FALSE(separators);
  EXPECT_EQ(parse_number("1 200 000,50", true, &separators), 1200000.5);
  EXPECT_TRUE(separators);
  separators = false;
  EXPECT_EQ(parse_number("1\u00A0200,5", true, &separators), 1200.5);  // no-break space
  EXPECT_TRUE(separators);
  separators = false;
  EXPECT_EQ(parse_number("1\u202F200", true, &separators), 1200.0);  // narrow no-break space
  EXPECT_TRUE(separators);
}

TEST(ParseNumber, APointInACommaFileIsNeverGuessed) {
  for (const auto* text : {"1200.50", "1.200,50", "1.200", "1,2,3", ",", "1,5%"})
    EXPECT_EQ(parse_number(text, true), std::nullopt) << text;
}

}  // namespace
}  // namespace kedja::model
