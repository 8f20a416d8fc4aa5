#include <kedja/model/table.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace kedja::model {
namespace {

table sample() {
  table t;
  t.name = "companies";
  t.file = "companies.csv";
  t.line = {2, 3, 5};
  t.rows = 3;
  text_column id("id");
  for (const auto* text : {"A", "", "Ö"}) id.push_back(text);
  t.columns.push_back({"id", find_column(*find_table("companies"), "id"), id});
  t.columns.push_back({"size", nullptr, std::vector<double>{1.0, std::nan(""), 3.0}});
  t.columns.push_back({"type", find_column(*find_table("companies"), "type"),
                       std::vector<std::int32_t>{0, missing, 2}});
  return t;
}

TEST(Table, FindsColumnsByType) {
  const table t = sample();
  EXPECT_EQ(t.text("id", 2), "Ö");
  EXPECT_EQ(t.text("id", 1), "");
  EXPECT_EQ(t.text("size", 0), "");  // not a text column
  EXPECT_EQ(t.text("name", 0), "");
  EXPECT_EQ(t.find("name"), nullptr);
  ASSERT_NE(t.numbers("size"), nullptr);
  EXPECT_EQ((*t.numbers("size"))[2], 3.0);
  EXPECT_EQ(t.numbers("id"), nullptr);
  EXPECT_EQ(t.numbers("name"), nullptr);
  EXPECT_EQ((*t.whole("type"))[1], missing);
  EXPECT_EQ(t.whole("size"), nullptr);
  EXPECT_EQ(t.whole("name"), nullptr);
}

TEST(Table, SaysWhereARowIs) {
  table t = sample();
  const data_location in_file = t.at(2, "size", "3");
  EXPECT_EQ(in_file.file, "companies.csv");
  EXPECT_EQ(in_file.row, 5u);
  EXPECT_TRUE(in_file.has_row);
  EXPECT_EQ(in_file.column, "size");
  EXPECT_EQ(in_file.value, "3");
  t.line.clear();
  EXPECT_EQ(t.at(2).row, 2u);  // records count from 0
  EXPECT_TRUE(t.at(0).has_row);
}

TEST(Table, WordsStandAtTheirPosition) {
  const column_rule& kind = *find_column(*find_table("links"), "kind");
  EXPECT_EQ(word_of(kind, 0), "supply");
  EXPECT_EQ(word_of(kind, 1), "collaboration");
  EXPECT_EQ(word_of(kind, 3), "ownership");
}

TEST(Table, KeepsGoodRowsOfEveryColumn) {
  table t = sample();
  keep_good_rows(t, {0, 1, 0});
  EXPECT_EQ(t.rows, 2u);
  EXPECT_EQ(t.line, (std::vector<std::uint64_t>{2, 5}));
  EXPECT_EQ(t.text("id", 1), "Ö");
  EXPECT_EQ(*t.numbers("size"), (std::vector<double>{1.0, 3.0}));
  EXPECT_EQ(*t.whole("type"), (std::vector<std::int32_t>{0, 2}));
  keep_good_rows(t, {1, 1});
  EXPECT_EQ(t.rows, 0u);
  EXPECT_TRUE(t.numbers("size")->empty());
}

TEST(Table, RecordsKeepTheirNumberWhenOthersGo) {
  table t = sample();
  t.line.clear();
  keep_good_rows(t, {1, 0, 0});
  EXPECT_EQ(t.at(0).row, 1u);
  EXPECT_EQ(t.at(1).row, 2u);
}

TEST(TextColumn, HoldsCellsEndToEnd) {
  text_column cells("name");
  EXPECT_EQ(cells.size(), 0u);
  cells.push_back("a");
  cells.push_back("");
  cells.push_back(std::string_view("b\0c", 3));
  EXPECT_EQ(cells.name(), "name");
  EXPECT_EQ(cells.size(), 3u);
  EXPECT_EQ(cells[0], "a");
  EXPECT_EQ(cells[1], "");
  EXPECT_EQ(cells[2], std::string_view("b\0c", 3));
}

}  // namespace
}  // namespace kedja::model
