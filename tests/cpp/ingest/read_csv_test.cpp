#include <kedja/ingest/read_csv.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/core/utf8.hpp>
#include <support/tables.hpp>

namespace kedja::ingest {
namespace {

using test::refusal;
using test::refused;
using lines = std::vector<std::uint64_t>;
using row = std::vector<std::string>;

model::raw_table read(std::string_view text, const csv_options& options = {}) {
  return read_csv_text(text, "f.csv", options);
}

row header(const model::raw_table& t) {
  row names;
  for (const auto& c : t.columns) names.push_back(c.name());
  return names;
}

row cells(const model::raw_table& t, std::size_t r) {
  row found;
  for (const auto& c : t.columns) found.emplace_back(c[r]);
  return found;
}

TEST(ReadCsv, ReadsPlainRows) {
  const auto t = read("id,name\nA,Älvstål AB\nB,\n");
  EXPECT_EQ(t.file, "f.csv");
  EXPECT_EQ(t.table, "");
  EXPECT_EQ(header(t), (row{"id", "name"}));
  ASSERT_EQ(t.num_rows(), 2u);
  EXPECT_EQ(cells(t, 0), (row{"A", "Älvstål AB"}));
  EXPECT_EQ(cells(t, 1), (row{"B", ""}));
  EXPECT_EQ(t.line, (lines{2, 3}));
  EXPECT_FALSE(t.decimal_comma);
  EXPECT_FALSE(t.unfinished);
  EXPECT_TRUE(t.notes.entries().empty());
}

TEST(ReadCsv, ChangesNoCell) {
  const auto t = read("id,a,b,c\n007, x ,NA,1e5\n");
  EXPECT_EQ(cells(t, 0), (row{"007", " x ", "NA", "1e5"}));
}

// RFC 4180, section 2, rules 5 to 7.
TEST(ReadCsv, QuotedFieldsHoldAnything) {
  const auto t = read("\"id\",\"na\"\"me\"\n\"A,1\",\"two\nlines\"\n\"\",\"\"\"\"\n");
  EXPECT_EQ(header(t), (row{"id", "na\"me"}));
  EXPECT_EQ(cells(t, 0), (row{"A,1", "two\nlines"}));
  EXPECT_EQ(cells(t, 1), (row{"", "\""}));
}

TEST(ReadCsv, BareQuotesInsideAFieldAreText) {
  const auto t = read("id,name\nA,Stål \"Plåt\" AB\nB,5\" rör\n");
  EXPECT_EQ(cells(t, 0), (row{"A", "Stål \"Plåt\" AB"}));
  EXPECT_EQ(cells(t, 1), (row{"B", "5\" rör"}));
}

TEST(ReadCsv, ARowIsThePhysicalLineItStartsOn) {
  const auto t = read("id,note\nA,\"1\n2\r\n3\"\nB,x\n\n\nC,\"\r\"\nD,y\n");
  EXPECT_EQ(t.line, (lines{2, 5, 8, 10}));
  EXPECT_EQ(cells(t, 0), (row{"A", "1\n2\r\n3"}));
  EXPECT_EQ(t.at(1).row, 5u);
  // A header over two lines moves the rest as well.
  EXPECT_EQ(read("id,\"a\nb\"\nA,x\n").line, lines{3});
}

TEST(ReadCsv, KnowsTheThreeLineEnds) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const auto t = read("id,name" + end + "A,x" + end + "B,y" + end);
    ASSERT_EQ(t.num_rows(), 2u) << escaped(end);
    EXPECT_EQ(cells(t, 1), (row{"B", "y"}));
    EXPECT_EQ(t.line, (lines{2, 3}));
  }
}

TEST(ReadCsv, TheLastLineMayLackItsEnd) {
  const auto t = read("id,name\nA,x");
  EXPECT_EQ(cells(t, 0), (row{"A", "x"}));
  EXPECT_TRUE(t.unfinished);
}

TEST(ReadCsv, SkipsTheByteOrderMark) {
  EXPECT_EQ(header(read("\xEF\xBB\xBFid,name\nA,x\n")), (row{"id", "name"}));
  EXPECT_EQ(header(read("\xEF\xBB\xBF\"id\",name\nA,x\n")), (row{"id", "name"}));
}

TEST(ReadCsv, ObeysExcelsSeparatorLine) {
  const auto t = read("sep=;\r\nid;value\r\nA;1,5\r\n");
  EXPECT_EQ(header(t), (row{"id", "value"}));
  EXPECT_EQ(cells(t, 0), (row{"A", "1,5"}));
  EXPECT_EQ(t.line, lines{3});  // it is a physical line
  EXPECT_TRUE(t.decimal_comma);
  EXPECT_EQ(header(read("\xEF\xBB\xBFsep=|\nid|a,b\nA|x\n")), (row{"id", "a,b"}));
}

TEST(ReadCsv, GuessesTheDelimiterFromTheHeader) {
  EXPECT_EQ(header(read("id;name;a,b\nA;x;y\n")), (row{"id", "name", "a,b"}));
  EXPECT_EQ(header(read("id\tname\nA\tx, y\n")), (row{"id", "name"}));
  EXPECT_EQ(header(read("id\nA\n")), row{"id"});
  const auto pipe = read("id|a,b\nA|x\n", {.delimiter = '|'});
  EXPECT_EQ(header(pipe), (row{"id", "a,b"}));
}

TEST(ReadCsv, ASemicolonFileHasDecimalCommas) {
  EXPECT_TRUE(read("id;size\nA;1\n").decimal_comma);
  EXPECT_FALSE(read("id\tsize\nA\t1\n").decimal_comma);
  EXPECT_FALSE(read("id;size\nA;1\n", {.decimal = '.'}).decimal_comma);
  EXPECT_TRUE(read("id,size\nA,\"1,5\"\n", {.decimal = ','}).decimal_comma);
}

TEST(ReadCsv, CommentsAreSkippedWhenTheirSignIsNamed) {
  const auto t = read("# made by x\nid,name\n#A,x\nB,#y\n", {.comment = '#'});
  EXPECT_EQ(header(t), (row{"id", "name"}));
  ASSERT_EQ(t.num_rows(), 1u);
  EXPECT_EQ(cells(t, 0), (row{"B", "#y"}));
  EXPECT_EQ(t.line, lines{4});
  const refusal unnamed = refused([] { return read("# made by x\nid,name\nA,x\n"); });
  EXPECT_EQ(unnamed.code, "E_COLUMN");
  EXPECT_EQ(unnamed.row, 1u);
  EXPECT_TRUE(test::says(unnamed.message, "comment"));
}

TEST(ReadCsv, ATrailingDelimiterOnEveryRowIsNoted) {
  const auto t = read("id,name\nA,x,\nB,y,\n");
  EXPECT_EQ(header(t), (row{"id", "name"}));
  EXPECT_EQ(cells(t, 1), (row{"B", "y"}));
  EXPECT_EQ(test::noted(t.notes).size(), 1u);
  EXPECT_EQ(test::noted(t.notes)[0].code, "W_TRAILING_DELIMITER");
  const auto header_too = read("id,name,\nA,x,\n");
  EXPECT_EQ(header(header_too), (row{"id", "name"}));
  EXPECT_EQ(test::noted(header_too.notes, "W_TRAILING_DELIMITER").size(), 1u);
}

TEST(ReadCsv, RefusesRaggedRows) {
  const refusal short_row = refused([] { return read("a,b,c\n1,2,3\n1,2\n"); });
  EXPECT_EQ(short_row, (refusal{"E_FIELDS", "f.csv", 3, "", ""}));
  EXPECT_TRUE(test::says(short_row.message, "expected 3 fields, got 2"));
  const refusal long_row = refused([] { return read("a,b\n1,2\n1,2,3,4\n"); });
  EXPECT_EQ(long_row, (refusal{"E_FIELDS", "f.csv", 3, "", ""}));
  EXPECT_TRUE(test::says(long_row.message, "expected 2 fields, got 4"));
  // A trailing delimiter is a habit of every row or a mistake.
  EXPECT_EQ(refused([] { return read("a,b\n1,2\n1,2,\n"); }),
            (refusal{"E_FIELDS", "f.csv", 3, "", ""}));
  EXPECT_EQ(refused([] { return read("a,b\n1,2,\n1,2,\n1,2\n"); }),
            (refusal{"E_FIELDS", "f.csv", 4, "", ""}));
  EXPECT_EQ(refused([] { return read("a,b,\n1,2,3\n"); }),
            (refusal{"E_FIELDS", "f.csv", 2, "", ""}));
}

TEST(ReadCsv, AnOpenQuoteIsNamedWhereItOpens) {
  EXPECT_EQ(refused([] { return read("id,name\nA,\"x\nB,y\nC,z\n"); }),
            (refusal{"E_QUOTE", "f.csv", 2, "name", "x\\u000aB,y\\u000aC,z\\u000a"}));
}

TEST(ReadCsv, RefusesBadText) {
  EXPECT_EQ(refused([] { return read("id,name\nA,x\nB,St\xE5l\n"); }),
            (refusal{"E_UTF8", "f.csv", 3, "name", "St\\xe5l"}));
  EXPECT_EQ(refused([] { return read("id,name\nA,\xC0\xAF\n"); }).code, "E_UTF8");
  EXPECT_EQ(refused([] { return read("id,name\nA,\xED\xA0\x80\n"); }).code, "E_UTF8");
  EXPECT_EQ(refused([] { return read(std::string_view("id,name\nA,x\0y\n", 14)); }),
            (refusal{"E_CONTROL", "f.csv", 2, "name", "x\\u0000y"}));
  EXPECT_EQ(refused([] { return read("id,name\nA,\x7F\n"); }),
            (refusal{"E_CONTROL", "f.csv", 2, "name", "\\u007f"}));
  EXPECT_EQ(refused([] { return read("id,na\x01me\nA,x\n"); }).code, "E_CONTROL");
  EXPECT_EQ(refused([] { return read("id,na\xFFme\nA,x\n"); }).row, 1u);
}

TEST(ReadCsv, ReadsWindows1252WhenItIsNamed) {
  // E5 å, 80 euro sign, 9A š, 96 en dash
  const auto t = read("id,name\nA,St\xE5l \x80 \x9A \x96\n", {.encoding = "windows-1252"});
  EXPECT_EQ(cells(t, 0), (row{"A", "Stål € š –"}));
  ASSERT_EQ(test::noted(t.notes).size(), 1u);
  EXPECT_EQ(test::noted(t.notes)[0].code, "I_ENCODING");
  EXPECT_EQ(cells(read("id\n\xC4\n", {.encoding = "latin-1"}), 0), row{"Ä"});
  EXPECT_THROW((void)read("id\nA\n", {.encoding = "utf-16"}), invalid_argument);
}

TEST(ReadCsv, RefusesBadHeaders) {
  for (const auto* text : {"", "\n\n", "\xEF\xBB\xBF", "sep=;\n"})
    EXPECT_EQ(refused([&] { return read(text); }).code, "E_COLUMN") << escaped(text);
  EXPECT_EQ(refused([] { return read("id,name,id\nA,x,B\n"); }),
            (refusal{"E_COLUMN", "f.csv", 1, "id", "id"}));
}

TEST(ReadCsv, AHeaderAloneIsATableWithoutRows) {
  const auto t = read("id,name\n");
  EXPECT_EQ(header(t), (row{"id", "name"}));
  EXPECT_EQ(t.num_rows(), 0u);
}

TEST(ReadCsv, LimitsFieldsAndColumns) {
  const csv_options small{.max_field = 4};
  EXPECT_EQ(cells(read("id\nabcd\n", small), 0), row{"abcd"});
  EXPECT_EQ(refused([&] { return read("id\nabcd\nabcde\n", small); }),
            (refusal{"E_LIMIT", "f.csv", 3, "id", ""}));
  const refusal quoted = refused([&] { return read("id\n\"ab\ncde\"\n", small); });
  EXPECT_EQ(quoted, (refusal{"E_LIMIT", "f.csv", 2, "id", ""}));
  EXPECT_TRUE(test::says(quoted.message, "max_field"));
  EXPECT_EQ(refused([] { return read("id\n" + std::string(65536, 'x') + "\n"); }).code, "");
  EXPECT_EQ(refused([] { return read("id\n" + std::string(65537, 'x') + "\n"); }).code, "E_LIMIT");
  EXPECT_EQ(header(read("a,b\n1,2\n", {.max_columns = 2})), (row{"a", "b"}));
  const refusal wide = refused([] { return read("a,b,c\n1,2,3\n", {.max_columns = 2}); });
  EXPECT_EQ(wide.code, "E_LIMIT");
  EXPECT_TRUE(test::says(wide.message, "max_columns"));
}

TEST(ReadCsv, ReadsFilesByTheirEnding) {
  const auto tsv = read_csv(test::temp_file("kedja_read.tsv", "id\ta,b,c\nA\tx\n"));
  EXPECT_EQ(tsv.file, "kedja_read.tsv");
  EXPECT_EQ(header(tsv), (row{"id", "a,b,c"}));
  const auto txt = read_csv(test::temp_file("kedja_read.txt", "id;n\nA;x\n"));
  EXPECT_EQ(header(txt), (row{"id", "n"}));
  EXPECT_EQ(refused([] { return read_csv("no such folder/f.csv"); }),
            (refusal{"E_FILE", "f.csv", 0, "", ""}));
}

}  // namespace
}  // namespace kedja::ingest
