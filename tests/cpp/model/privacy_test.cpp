#include <kedja/model/privacy.hpp>

#include <gtest/gtest.h>

namespace kedja::model {
namespace {

TEST(Privacy, SeesPersonalIdentityNumbers) {
  for (const auto* text : {"800101-1234", "8001011234", "19800101-1234", "198001011234",
                           "20051231-0000", "121212+1212", "800161-1234",  // coordination number
                           "800101 1234"})
    EXPECT_TRUE(is_personal_number(text)) << text;
}

// An organisation number has at least 2 as its third digit, so no month.
TEST(Privacy, LeavesOrganisationNumbersAndOtherIds) {
  for (const auto* text :
       {"556016-0680", "5560160680", "165560160680", "212000-0142", "802002-4215",
        "800001-1234",  // month 0
        "801301-1234",  // month 13
        "800100-1234",  // day 0
        "800132-1234",  // day 32
        "800192-1234",  // day 92 = 32 + 60
        "800101-123", "800101-12345", "18800101-1234", "C800101-1234", "", "-", "SE8001011234"})
    EXPECT_FALSE(is_personal_number(text)) << text;
}

TEST(Privacy, MasksTheDigitsAndKeepsTheShape) {
  EXPECT_EQ(masked("800101-1234"), "******-****");
  EXPECT_EQ(masked("198001011234"), "************");
  EXPECT_EQ(masked("556016-0680"), "556016-0680");
  EXPECT_EQ(masked("Älvstål AB"), "Älvstål AB");
  EXPECT_EQ(masked(""), "");
}

}  // namespace
}  // namespace kedja::model
