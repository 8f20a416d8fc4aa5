#include <kedja/ingest/merge_lists.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include <support/tables.hpp>

namespace kedja::ingest {
namespace {

using test::noted;
using test::refusal;
using test::refused;
using notes = std::vector<refusal>;

model::raw_table list(const std::string& file, std::string_view text) {
  model::raw_table t = read_csv_text(text, file);
  t.table = "companies";
  return t;
}

std::string cell(const model::raw_table& t, std::string_view column, std::size_t row) {
  for (const auto& c : t.columns)
    if (c.name() == column) return std::string(c[row]);
  return "no such column";
}

TEST(MergeLists, JoinsByIdThroughTheContract) {
  model::diagnostics report;
  const auto merged = merge_lists({list("stål.csv", "Orgnr,Namn,Anställda\n1,Alfa,\n2,Beta,7\n"),
                                   list("plast.csv", "id,employees,name\n3,9,Gamma\n1,12,Alfa\n")},
                                  {}, report);
  EXPECT_EQ(merged.table, "companies");
  ASSERT_EQ(merged.num_rows(), 3u);
  EXPECT_EQ(cell(merged, "id", 0), "1");
  EXPECT_EQ(cell(merged, "name", 0), "Alfa");
  EXPECT_EQ(cell(merged, "size", 0), "12");  // the first list leaves it empty
  EXPECT_EQ(cell(merged, "size", 1), "7");
  EXPECT_EQ(cell(merged, "name", 2), "Gamma");
  // A list without a cluster column is the cluster that its file is named after.
  EXPECT_EQ(cell(merged, "cluster", 0), "stål;plast");
  EXPECT_EQ(cell(merged, "cluster", 1), "stål");
  EXPECT_EQ(cell(merged, "cluster", 2), "plast");
  EXPECT_EQ(merged.line, (std::vector<std::uint64_t>{2, 3, 2}));
  const auto joined = noted(report);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_EQ(joined[0].code, "I_MERGED");
  EXPECT_TRUE(test::says(joined[0].message, "2 lists"));
  EXPECT_TRUE(test::says(joined[0].message, "1 rows"));
}

TEST(MergeLists, ListsWithoutACommonCompanySayNothing) {
  model::diagnostics report;
  EXPECT_EQ(
      merge_lists({list("a.csv", "id\n1\n"), list("b.csv", "id\n2\n")}, {}, report).num_rows(), 2u);
  EXPECT_TRUE(report.entries().empty());
}

TEST(MergeLists, TheFirstListWinsAndTheConflictIsTold) {
  model::diagnostics report;
  const auto merged = merge_lists(
      {list("a.csv", "id,size,name\n1,10,Alfa\n"),
       list("b.csv", "id,size,name\n2,1,B\n1,11,Alfa\n"), list("c.csv", "id,size,name\n1,,\n")},
      {}, report);
  EXPECT_EQ(cell(merged, "size", 0), "10");
  const auto conflict = noted(report, "W_CONFLICT");
  EXPECT_EQ(conflict, (notes{{"W_CONFLICT", "b.csv", 3, "size", "11"}}));  // same or empty: none
  EXPECT_TRUE(test::says(conflict.at(0).message, "'10'"));
}

TEST(MergeLists, ClustersAddUp) {
  model::diagnostics report;
  const auto merged =
      merge_lists({list("a.csv", "id,Medlem i\n1,K1\n2,K2;K1\n"),
                   list("b.csv", "id,cluster\n1,K2;K1\n2,\n"), list("K3.csv.gz", "id\n2\n")},
                  {}, report);
  EXPECT_EQ(cell(merged, "cluster", 0), "K1;K2");
  EXPECT_EQ(cell(merged, "cluster", 1), "K2;K1;K3");
  EXPECT_EQ(report.total(error_code::w_conflict), 0u);
}

TEST(MergeLists, KeepsUnknownColumnsAndObeysTheMap) {
  model::diagnostics report;
  const auto merged = merge_lists({list("a.csv", "Nummer,owner\n1,Bo\n"), list("b.csv", "id\n1\n")},
                                  {{"Nummer", "id"}}, report);
  ASSERT_EQ(merged.num_rows(), 1u);
  EXPECT_EQ(cell(merged, "owner", 0), "Bo");
}

TEST(MergeLists, EveryListNeedsIds) {
  model::diagnostics report;
  EXPECT_EQ(
      refused([&] {
        return merge_lists({list("a.csv", "id\n1\n"), list("b.csv", "Namn\nx\n")}, {}, report);
      }),
      (refusal{"E_COLUMN", "b.csv", 0, "id", ""}));
}

TEST(MergeLists, EmptyIdsAreNotOneCompany) {
  model::diagnostics report;
  const auto merged =
      merge_lists({list("a.csv", "id,name\n,x\n,y\n"), list("b.csv", "id,name\n,x\n")}, {}, report);
  EXPECT_EQ(merged.num_rows(), 3u);
  EXPECT_EQ(cell(merged, "id", 0), "");
  EXPECT_TRUE(report.entries().empty());
}

TEST(MergeLists, MasksPersonalNumbers) {
  model::diagnostics report;
  (void)merge_lists(
      {list("a.csv", "id,size\n800101-1234,1\n"), list("b.csv", "id,size\n800101-1234,2\n")}, {},
      report);
  const auto conflict = noted(report, "W_CONFLICT");
  ASSERT_EQ(conflict.size(), 1u);
  EXPECT_FALSE(test::says(conflict[0].message, "800101"));
  EXPECT_TRUE(test::says(conflict[0].message, "******-****"));
}

TEST(MergeLists, MemberListsBecomeClustersAtTheDoor) {
  const auto checked = check({list("stål.csv", "orgnr,kommun\n1,Växjö\n2,Göteborg\n"),
                              list("plast.csv", "orgnr,kommun\n2,Göteborg\n3,Malmö\n")});
  EXPECT_TRUE(checked.report.ok());
  EXPECT_EQ(checked.data.num_companies(), 3u);
  const auto clusters = checked.data.groups("cluster");
  EXPECT_EQ(clusters.names, (std::vector<std::string>{"plast", "stål"}));
  EXPECT_EQ(clusters.grouping.of(0).size(), 1u);
  EXPECT_EQ(clusters.grouping.of(1).size(), 2u);
  EXPECT_EQ(checked.data.groups("nuts3").names,
            (std::vector<std::string>{"SE212", "SE224", "SE232"}));
}

}  // namespace
}  // namespace kedja::ingest
