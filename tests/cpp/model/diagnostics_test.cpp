#include <kedja/model/diagnostics.hpp>

#include <gtest/gtest.h>

#include <string>

namespace kedja::model {
namespace {

TEST(Diagnostics, AnEmptyReportIsGood) {
  const diagnostics report;
  EXPECT_TRUE(report.ok());
  EXPECT_TRUE(report.entries().empty());
  EXPECT_EQ(report.total(severity::warning), 0u);
}

TEST(Diagnostics, OnlyErrorsSpoilIt) {
  diagnostics report;
  report.add(error_code::w_missing, {.file = "f"}, "warning");
  report.add(error_code::i_encoding, {.file = "f"}, "information");
  EXPECT_TRUE(report.ok());
  report.add(error_code::e_range, {"f", 3, true, "size", "-1"}, "error");
  EXPECT_FALSE(report.ok());
  EXPECT_EQ(report.total(severity::error), 1u);
  EXPECT_EQ(report.total(severity::warning), 1u);
  EXPECT_EQ(report.total(severity::info), 1u);
  ASSERT_EQ(report.entries().size(), 3u);
  EXPECT_EQ(report.entries()[2].where.value, "-1");
  EXPECT_EQ(report.entries()[2].count, 1u);
}

TEST(Diagnostics, KeepsSomeOfACodeAndCountsAll) {
  diagnostics report(2);
  for (int i = 0; i < 5; ++i) report.add(error_code::e_range, {}, std::to_string(i));
  report.add(error_code::e_number, {}, "other");
  EXPECT_EQ(report.total(error_code::e_range), 5u);
  EXPECT_EQ(report.total(severity::error), 6u);
  ASSERT_EQ(report.entries().size(), 3u);  // two of the five and the other code
  EXPECT_EQ(report.entries()[1].message, "1");
  EXPECT_EQ(report.entries()[2].message, "other");
}

TEST(Diagnostics, CountsWithoutKeepingAny) {
  diagnostics report(0);
  report.add(error_code::e_range, {}, "x");
  EXPECT_TRUE(report.entries().empty());
  EXPECT_FALSE(report.ok());
}

}  // namespace
}  // namespace kedja::model
