#include <kedja/model/classifications.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace kedja::model {
namespace {

using candidates = std::vector<std::string>;

std::string code_of(std::string_view text, std::string_view version = {}) {
  return read_nace(text, version).code;
}

TEST(Nace, ReadsTheUsualSpellings) {
  EXPECT_EQ(code_of("24.10"), "24.10");
  EXPECT_EQ(code_of("2410"), "24.10");
  EXPECT_EQ(code_of("24100"), "24.10");   // SNI's fifth digit
  EXPECT_EQ(code_of("24.100"), "24.10");  // as Statistics Sweden writes it
  EXPECT_EQ(code_of("C24.10"), "24.10");
  EXPECT_EQ(code_of("24.1"), "24.1");
  EXPECT_EQ(code_of("C"), "C");
  EXPECT_EQ(code_of("01.61"), "01.61");
  EXPECT_EQ(code_of("0161"), "01.61");
  EXPECT_EQ(code_of("02"), "02");
  EXPECT_EQ(code_of("10"), "10");  // 01.0 does not exist, so no zero can be lost
}

// 01.61 is support for crop production, 16.10 is sawmilling.
TEST(Nace, AZeroIsNeverGuessed) {
  EXPECT_EQ(code_of("01610"), "01.61");  // five digits: the zero is there
  const auto four = read_nace("1610");   // 16.10, or 01610 without its zero
  EXPECT_EQ(four.code, "");
  EXPECT_EQ(four.version, "");
  EXPECT_EQ(four.candidates, (candidates{"16.10", "01.61"}));
  const auto three = read_nace("161");  // group 16.1, or 0161 without its zero
  EXPECT_EQ(three.code, "");
  EXPECT_EQ(three.candidates, (candidates{"16.1", "01.61"}));
  const auto dotted = read_nace("1.61");  // has lost it for certain
  EXPECT_EQ(dotted.code, "");
  EXPECT_EQ(dotted.candidates, candidates{"01.61"});
  const auto one = read_nace("2");
  EXPECT_EQ(one.code, "");
  EXPECT_EQ(one.candidates, candidates{"02"});
  EXPECT_EQ(code_of("16.10"), "16.10");  // a dot after two digits settles it
}

TEST(Nace, RefusesWhatDoesNotExistOrOnlyLooksLikeACode) {
  for (const auto* text : {"", "99.99", "24.99", "9999", "Z", "24.", ".24", "24.1.0", "24,10",
                           "241000", "24-10", "okt.24", "c24.10", "CC24.10", "2024-10-01"}) {
    const auto reading = read_nace(text);
    EXPECT_EQ(reading.code, "") << text;
    EXPECT_EQ(reading.version, "") << text;
    EXPECT_EQ(reading.candidates, candidates{}) << text;
  }
}

// 20.52 (glues) is only in Rev. 2, 16.11 (sawmilling) only in Rev. 2.1, 24.10 in both.
TEST(Nace, KnowsTheEditionOfACode) {
  EXPECT_EQ(read_nace("20.52").version, "2");
  EXPECT_EQ(read_nace("16.11").version, "2.1");
  EXPECT_EQ(read_nace("24.10").version, "2");
  EXPECT_EQ(read_nace("24.10", "2.1").version, "2.1");
  EXPECT_EQ(code_of("20.52", "2"), "20.52");
  EXPECT_EQ(code_of("20.52", "2.1"), "");
  EXPECT_EQ(code_of("16.11", "2"), "");
  EXPECT_EQ(code_of("16.11", "2.1"), "16.11");
  // In Rev. 2.1 there is no 16.10 left, so 1610 can only have lost its zero.
  EXPECT_EQ(code_of("16.10", "2.1"), "");
}

TEST(Nuts, TellsKnownOtherAndMalformedCodes) {
  for (const auto* code :
       {"SE", "SE1", "SE23", "SE232", "UK", "UKN06", "EL", "EL30", "IE061", "NO"})
    EXPECT_EQ(check_nuts(code), nuts_state::known) << code;
  // IE021 was Dublin in NUTS 2013; outside NUTS countries only the shape counts.
  for (const auto* code : {"IE021", "SE9", "SE2Z2", "US1", "USCA1", "BRSP"})
    EXPECT_EQ(check_nuts(code), nuts_state::other_edition) << code;
  for (const auto* code :
       {"", "S", "SE9ZZ9", "SE2322", "se232", "232", "SE-23", "SE 23", "ZZ123", "ÅE1"})
    EXPECT_EQ(check_nuts(code), nuts_state::malformed) << code;
}

TEST(Nuts, LevelsArePrefixes) {
  EXPECT_EQ(nuts_at_level("SE232", 0), "SE");
  EXPECT_EQ(nuts_at_level("SE232", 1), "SE2");
  EXPECT_EQ(nuts_at_level("SE232", 2), "SE23");
  EXPECT_EQ(nuts_at_level("SE232", 3), "SE232");
  EXPECT_EQ(nuts_at_level("SE23", 3), "");
  EXPECT_EQ(nuts_at_level("SE", 1), "");
  // Northern Ireland's districts are numbered through: all eleven lie in UKN0.
  EXPECT_EQ(nuts_at_level("UKN10", 2), "UKN0");
  EXPECT_EQ(nuts_at_level("UKN10", 1), "UKN");
  EXPECT_EQ(nuts_at_level("UKN10", 3), "UKN10");
  EXPECT_EQ(nuts_at_level("UKM50", 2), "UKM5");
}

TEST(Country, IsReadInAnyCaseAndNeverGuessed) {
  EXPECT_EQ(read_country("SE"), "SE");
  EXPECT_EQ(read_country("sE"), "SE");
  EXPECT_EQ(read_country("EL"), "GR");
  EXPECT_EQ(read_country("uk"), "GB");
  EXPECT_EQ(read_country("GR"), "GR");
  EXPECT_EQ(read_country("NA"), "NA");  // Namibia, not a missing value
  EXPECT_EQ(read_country("XK"), "XK");
  for (const auto* text : {"", "S", "SWE", "Sverige", "QQ", "EU", " SE", "46"})
    EXPECT_EQ(read_country(text), std::nullopt) << text;
}

TEST(Currency, IsIso4217) {
  for (const auto* code : {"SEK", "EUR", "USD", "NOK", "DKK"}) EXPECT_TRUE(is_currency(code));
  for (const auto* code : {"", "sek", "kr", "XXQ", "SE", "EURO"}) EXPECT_FALSE(is_currency(code));
}

// Regulation (EU) 2016/2066 on NUTS 2016: SE110 Stockholm, SE232 Västra Götaland, SE224 Skåne,
// SE312 Dalarna, SE212 Kronoberg; 0180 Stockholm, 1480 Göteborg, 1280 Malmö are municipalities.
TEST(Place, SwedishCodesAndNamesGiveTheirRegion) {
  EXPECT_EQ(nuts_of_place("0180"), "SE110");
  EXPECT_EQ(nuts_of_place("1480"), "SE232");
  EXPECT_EQ(nuts_of_place("1280"), "SE224");
  EXPECT_EQ(nuts_of_place("14"), "SE232");
  EXPECT_EQ(nuts_of_place("01"), "SE110");
  EXPECT_EQ(nuts_of_place("Växjö"), "SE212");
  EXPECT_EQ(nuts_of_place("VÄXJÖ"), "SE212");
  EXPECT_EQ(nuts_of_place("Växjö kommun"), "SE212");
  EXPECT_EQ(nuts_of_place("Göteborg"), "SE232");
  EXPECT_EQ(nuts_of_place("Västra Götalands län"), "SE232");
  EXPECT_EQ(nuts_of_place("västra götaland"), "SE232");
  EXPECT_EQ(nuts_of_place("Dalarna"), "SE312");
  EXPECT_EQ(nuts_of_place("Skåne"), "SE224");
}

TEST(Place, OthersAreUnknown) {
  // 02 and 11 were counties once; 180 has lost its zero.
  for (const auto* text : {"", "02", "11", "180", "9999", "Oslo", "kommun", " kommun", "län"})
    EXPECT_EQ(nuts_of_place(text), std::nullopt) << text;
}

}  // namespace
}  // namespace kedja::model
