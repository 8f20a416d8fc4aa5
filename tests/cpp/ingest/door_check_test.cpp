#include <kedja/ingest/door_check.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <support/tables.hpp>

namespace kedja::ingest {
namespace {

using test::csv;
using test::noted;
using test::refusal;
using test::refused;
using test::says;
using notes = std::vector<refusal>;
using tables = std::vector<model::raw_table>;

const model::raw_table companies = csv("companies", "id\nA\nB\nC\n");

/// The error that ends a check of companies A, B, C and one more table.
refusal error_of(const std::string& table, std::string_view text) {
  return refused([&] { return check({companies, csv(table, text)}); });
}
refusal error_of(std::string_view text) {
  return refused([&] { return check({csv("companies", text)}); });
}
/// What the report says of a good table beside companies A, B, C.
notes notes_of(const std::string& table, std::string_view text) {
  return noted(check({companies, csv(table, text)}).report);
}

TEST(DoorCheck, GoodTablesPassWithoutAWord) {
  const auto checked = check({csv("companies", "id,name,size\nA,Alfa,3\nB,Beta,4\n"),
                              csv("clusters", "id,name\nK1,Stål\n"),
                              csv("memberships", "company,cluster\nA,K1\nB,K1\n"),
                              csv("links", "source,target,kind\nA,B,supply\n")});
  EXPECT_TRUE(checked.report.entries().empty());
  EXPECT_EQ(checked.data["companies"].rows, 2u);
  EXPECT_EQ((*checked.data["memberships"].whole("cluster"))[1], 0);
  EXPECT_EQ((*checked.data["links"].whole("target"))[0], 1);  // the row of B
}

TEST(DoorCheck, TheOrderOfTheTablesIsFree) {
  const auto checked = check({csv("links", "source,target\nA,B\n"), companies});
  EXPECT_TRUE(checked.report.entries().empty());
}

// ids ------------------------------------------------------------------------------------------

TEST(DoorCheckIds, AreNeverEmpty) {
  EXPECT_EQ(error_of("id,name\nA,x\n,y\n"), (refusal{"E_ID_EMPTY", "companies.csv", 3, "id", ""}));
  EXPECT_EQ(error_of("id,name\n   ,y\n"), (refusal{"E_ID_EMPTY", "companies.csv", 2, "id", ""}));
}

TEST(DoorCheckIds, StandOnce) {
  const refusal twice = error_of("id,name\nA,x\nB,y\nA,z\n");
  EXPECT_EQ(twice, (refusal{"E_DUP_ID", "companies.csv", 4, "id", "A"}));
  EXPECT_TRUE(says(twice.message, "row 2"));
  EXPECT_EQ(error_of("clusters", "id,name\nK1,x\nK2,y\nK2,z\n"),
            (refusal{"E_DUP_ID", "clusters.csv", 4, "id", "K2"}));
  EXPECT_EQ(error_of("Orgnr,name\nA,x\nA,z\n"),
            (refusal{"E_DUP_ID", "companies.csv", 3, "Orgnr", "A"}));
}

TEST(DoorCheckIds, ARepeatedRowIsIgnored) {
  const auto checked = check(
      {csv("companies", "id,name\nA,x\nB,y\nA,x\nC,z\n"), csv("links", "source,target\nC,A\n")});
  EXPECT_EQ(noted(checked.report), (notes{{"W_DUP_ROW", "companies.csv", 4, "id", "A"}}));
  EXPECT_EQ(checked.data.num_companies(), 3u);
  EXPECT_EQ(checked.data["companies"].text("id", 2), "C");
  EXPECT_EQ(checked.data["companies"].at(2).row, 5u);
  EXPECT_EQ((*checked.data["links"].whole("source"))[0], 2);
}

TEST(DoorCheckIds, StayDistinctAfterNormalisation) {
  const refusal same = error_of("id\nÅlvstål\nB\nA\u030Alvsta\u030Al\n");
  EXPECT_EQ(same, (refusal{"E_ID_NORMALISATION", "companies.csv", 4, "id", "A\u030Alvsta\u030Al"}));
  EXPECT_TRUE(says(same.message, "row 2"));
}

TEST(DoorCheckIds, CaseAloneIsAWarning) {
  const auto checked = check({csv("companies", "id\nStål\nB\nSTÅL\n")});
  EXPECT_EQ(noted(checked.report), (notes{{"W_ID_CASE", "companies.csv", 4, "id", "STÅL"}}));
  EXPECT_EQ(checked.data.num_companies(), 3u);
}

TEST(DoorCheckIds, PersonalNumbersAreMasked) {
  const auto checked = check({csv("companies", "id,name\n556016-0680,x\n800101-1234,y\n")});
  const auto found = noted(checked.report);
  EXPECT_EQ(found, (notes{{"W_PERSONAL_NUMBER", "companies.csv", 3, "id", "******-****"}}));
  EXPECT_FALSE(says(found.at(0).message, "800101"));
  EXPECT_EQ(checked.data["companies"].text("id", 1), "800101-1234");  // the data keeps it
  const refusal twice = error_of("id,name\n800101-1234,x\n800101-1234,y\n");
  EXPECT_EQ(twice, (refusal{"E_DUP_ID", "companies.csv", 3, "id", "******-****"}));
  EXPECT_FALSE(says(twice.message, "800101"));
  const refusal dangling = error_of("links", "source,target\n800101-1234,A\n");
  EXPECT_EQ(dangling, (refusal{"E_DANGLING", "links.csv", 2, "source", "******-****"}));
  EXPECT_FALSE(says(dangling.message, "800101"));
}

// references -----------------------------------------------------------------------------------

TEST(DoorCheckReferences, Exist) {
  const refusal target = error_of("links", "source,target\nA,B\nA,b2\n");
  EXPECT_EQ(target, (refusal{"E_DANGLING", "links.csv", 3, "target", "b2"}));
  EXPECT_TRUE(says(target.message, "companies"));
  EXPECT_EQ(error_of("links", "source,target\nX1X,B\n"),
            (refusal{"E_DANGLING", "links.csv", 2, "source", "X1X"}));
  for (const auto* table : {"participations", "capabilities", "needs"}) {
    const std::string what = std::string(table) == "participations" ? "project" : "capability";
    EXPECT_EQ(error_of(table, "company," + what + "\nA,x\nZZZZ,x\n"),
              (refusal{"E_DANGLING", std::string(table) + ".csv", 3, "company", "ZZZZ"}));
  }
  EXPECT_EQ(refused([] {
              return check({companies, csv("clusters", "id\nK1\n"),
                            csv("memberships", "company,cluster\nA,K1\nA,K9\n")});
            }),
            (refusal{"E_DANGLING", "memberships.csv", 3, "cluster", "K9"}));
}

TEST(DoorCheckReferences, AreTextAndShownSafely) {
  EXPECT_EQ(error_of("links", "source,target\nA,B\nA\u200b,B\n"),
            (refusal{"E_DANGLING", "links.csv", 3, "source", "A\\u200b"}));
  EXPECT_EQ(refused([] {
              return check({csv("companies", "id\n007\n"), csv("links", "source,target\n007,7\n")});
            }),
            (refusal{"E_DANGLING", "links.csv", 2, "target", "7"}));
}

TEST(DoorCheckReferences, ACloseIdIsSuggested) {
  const refusal near = refused([] {
    return check({csv("companies", "id\nStål-17\nPlast-4\n"),
                  csv("links", "source,target\nPlast-4,Stal-17\n")});
  });
  EXPECT_TRUE(says(near.message, "did you mean 'Stål-17'?")) << near.message;
}

TEST(DoorCheckReferences, ManyErrorsMakeAShortMessageWithTheirTotal) {
  std::string text = "source,target\n";
  for (int i = 0; i < 5000; ++i) text += "unknown-" + std::to_string(i) + ",A\n";
  const refusal many = error_of("links", text);
  EXPECT_EQ(many, (refusal{"E_DANGLING", "links.csv", 2, "source", "unknown-0"}));
  EXPECT_TRUE(says(many.message, "'unknown-9'"));
  EXPECT_FALSE(says(many.message, "'unknown-10'"));
  EXPECT_TRUE(says(many.message, "5000 problems in all"));
  EXPECT_TRUE(says(many.message, "[E_DANGLING]"));
  EXPECT_LT(many.message.size(), 4096u);
}

// cells: the rules of one table are in table_check_test; here they end a check
// ---------------------

TEST(DoorCheckCells, EveryRuleEndsTheCheck) {
  const auto cell = [](const char* column, const char* value) {
    return error_of("id," + std::string(column) + "\nA,\nB," + value + "\n");
  };
  EXPECT_EQ(cell("revenue", "nan"), (refusal{"E_NUMBER", "companies.csv", 3, "revenue", "nan"}));
  EXPECT_EQ(cell("size", "-3"), (refusal{"E_RANGE", "companies.csv", 3, "size", "-3"}));
  EXPECT_EQ(cell("sme", "maybe"), (refusal{"E_BOOL", "companies.csv", 3, "sme", "maybe"}));
  EXPECT_EQ(cell("type", "firm"), (refusal{"E_ENUM", "companies.csv", 3, "type", "firm"}));
  EXPECT_EQ(cell("country", "SWE"), (refusal{"E_COUNTRY", "companies.csv", 3, "country", "SWE"}));
  EXPECT_EQ(cell("nuts", "SE9ZZ9"), (refusal{"E_NUTS", "companies.csv", 3, "nuts", "SE9ZZ9"}));
  EXPECT_EQ(cell("nace", "1610"), (refusal{"E_NACE", "companies.csv", 3, "nace", "1610"}));
  EXPECT_EQ(cell("revenue_currency", "kr"),
            (refusal{"E_CURRENCY", "companies.csv", 3, "revenue_currency", "kr"}));
  EXPECT_EQ(error_of("links", "source,target,year\nA,B,23\n"),
            (refusal{"E_YEAR", "links.csv", 2, "year", "23"}));
  EXPECT_EQ(error_of("links", "source,target\nA,\n"),
            (refusal{"E_MISSING", "links.csv", 2, "target", ""}));
  EXPECT_EQ(error_of("links", "source,kund\nA,B\n").code, "");
  EXPECT_EQ(error_of("links", "source,köper\nA,B\n"),
            (refusal{"E_COLUMN", "links.csv", 1, "target", ""}));
}

TEST(DoorCheckCells, TheMessageSaysWhatToDo) {
  const refusal range = error_of("id,size\nA,-3\n");
  EXPECT_TRUE(says(range.message, "companies.csv, row 2, column size, value '-3'"));
  EXPECT_TRUE(says(range.message, "correct the number [E_RANGE]"));
}

// tables ---------------------------------------------------------------------------------------

TEST(DoorCheckTables, CompaniesOrLinksAreNeeded) {
  EXPECT_EQ(refused([] { return check({}); }).code, "E_EMPTY");
  EXPECT_EQ(refused([] { return check({csv("clusters", "id\nK\n")}); }),
            (refusal{"E_EMPTY", "companies", 0, "", ""}));
  EXPECT_EQ(error_of("id,name\n"), (refusal{"E_EMPTY", "companies.csv", 0, "", ""}));
}

TEST(DoorCheckTables, LinksAloneNameTheirCompanies) {
  const auto checked = check({csv("links", "leverantör,kund\nB,A\nB,C\n")});
  EXPECT_EQ(checked.data.num_companies(), 3u);
  EXPECT_EQ(checked.data.company_id(0), "A");
  EXPECT_EQ(checked.data.graph(model::link_kind::supply).num_links(), 2u);
  const auto mapped = check({csv("links", "säljer,köper\nB,A\n")},
                            {.columns = {{"säljer", "source"}, {"köper", "target"}}});
  EXPECT_EQ(mapped.data.num_companies(), 2u);
}

TEST(DoorCheckTables, ATableWithoutANameIsCompanies) {
  const auto checked =
      check({read_csv_text("Organisationsnummer;Antal anställda\n1;2,5\n", "x.csv")});
  EXPECT_EQ((*checked.data["companies"].numbers("size"))[0], 2.5);
}

TEST(DoorCheckTables, OthersStandOnce) {
  auto second = csv("links", "source,target\nB,A\n");
  second.file = "edges.csv";
  EXPECT_EQ(refused([&] {
              return check({companies, csv("links", "source,target\nA,B\n"), second});
            }),
            (refusal{"E_DUP_TABLE", "edges.csv", 0, "", ""}));
}

TEST(DoorCheckTables, EmptyOnesAreNoted) {
  const auto checked = check({companies, csv("links", "source,target\n")});
  EXPECT_EQ(noted(checked.report), (notes{{"W_EMPTY_TABLE", "links.csv", 0, "", ""}}));
  EXPECT_EQ(checked.data.graph(model::link_kind::supply).num_links(), 0u);
}

TEST(DoorCheckTables, NotesOfTheReaderAreKept) {
  EXPECT_EQ(notes_of("links", "source,target\nA,B,\nB,C,\n").at(0).code, "W_TRAILING_DELIMITER");
}

TEST(DoorCheckTables, UnknownColumnsAreNoted) {
  EXPECT_EQ(notes_of("links", "source,target,comment\nA,B,x\n"),
            (notes{{"W_EXTRA_COLUMN", "links.csv", 0, "comment", ""}}));
}

// links ----------------------------------------------------------------------------------------

TEST(DoorCheckLinks, RepeatedOnesAreSummedAndNoted) {
  const auto twice = notes_of("links",
                              "source,target,kind,value,year\n"
                              "A,B,supply,1,2020\n"
                              "A,B,supply,2,2021\n"
                              "A,B,ownership,3,2020\n"
                              "B,A,supply,4,2020\n"
                              "A,B,supply,5,2020\n");
  EXPECT_EQ(twice, (notes{{"W_DUP_LINK", "links.csv", 6, "source", "A"}}));  // same kind and year
  EXPECT_TRUE(says(twice.at(0).message, "row 2"));
}

TEST(DoorCheckLinks, AnUndirectedLinkHasNoFirstEnd) {
  EXPECT_EQ(notes_of("links", "source,target,kind\nA,B,collaboration\nB,A,collaboration\n"),
            (notes{{"W_DUP_LINK", "links.csv", 3, "source", "B"}}));
  EXPECT_EQ(notes_of("links", "source,target,kind\nA,B,knowledge\nB,A,knowledge\n").size(), 1u);
  EXPECT_TRUE(notes_of("links", "source,target,kind\nA,B,supply\nB,A,supply\n").empty());
}

TEST(DoorCheckLinks, SelfLinksAreKeptAndNoted) {
  EXPECT_EQ(notes_of("links", "source,target\nA,B\nC,C\n"),
            (notes{{"W_SELF_LINK", "links.csv", 3, "target", "C"}}));
}

TEST(DoorCheckLinks, OwnersHoldAtMostAll) {
  const auto over = notes_of("links",
                             "source,target,kind,value\n"
                             "A,C,ownership,60\nB,C,ownership,50.5\nA,B,ownership,100\n");
  EXPECT_EQ(over, (notes{{"W_OWNERSHIP_SUM", "links.csv", 0, "value", "C"}}));
  EXPECT_TRUE(says(over.at(0).message, "110.5 per cent"));
  // Shares of different years are not added, nor other kinds.
  EXPECT_TRUE(notes_of("links",
                       "source,target,kind,value,year\n"
                       "A,C,ownership,60,2020\nB,C,ownership,50,2021\nA,C,supply,500,2020\n")
                  .empty());
}

TEST(DoorCheckLinks, SumsStayFinite) {
  EXPECT_EQ(error_of("links", "source,target,value\nA,B,1e308\nA,C,1e308\n"),
            (refusal{"E_OVERFLOW", "links.csv", 0, "value", ""}));
  EXPECT_EQ(error_of("links", "source,target,value\nA,B,1e308\nA,C,1\n").code, "");
}

TEST(DoorCheckLinks, AMissingValueIsNoted) {
  EXPECT_EQ(notes_of("links", "source,target,value\nA,B,1\nB,C,\n"),
            (notes{{"W_MISSING", "links.csv", 3, "value", ""}}));
}

// memberships ----------------------------------------------------------------------------------

TEST(DoorCheckMemberships, EndAfterTheyBegin) {
  EXPECT_EQ(error_of("memberships", "company,cluster,since,until\nA,K,2020,2020\nB,K,2020,2019\n"),
            (refusal{"E_CONTRADICTION", "memberships.csv", 3, "until", "2019"}));
}

TEST(DoorCheckMemberships, ACompanyCountsOnce) {
  const auto checked =
      check({companies, csv("memberships", "company,cluster,role\nA,K,member\nB,K,\nA,K,lead\n")});
  EXPECT_EQ(noted(checked.report), (notes{{"W_CONFLICT", "memberships.csv", 4, "company", "A"}}));
  EXPECT_EQ(checked.data["memberships"].rows, 3u);
  EXPECT_EQ(checked.data.groups("cluster").grouping.of(0).size(), 1u);
}

TEST(DoorCheckMemberships, NameTheirClustersWhenThereIsNoTable) {
  const auto checked = check({companies, csv("memberships", "orgnr,Medlem i\nA,K2\nB,K1\nC,K2\n")});
  EXPECT_TRUE(checked.report.ok());
  EXPECT_EQ(checked.data["clusters"].rows, 2u);
  EXPECT_EQ(checked.data.groups("cluster").names, (std::vector<std::string>{"K1", "K2"}));
}

TEST(DoorCheckMemberships, AClusterColumnOfCompaniesIsRead) {
  const auto checked = check({csv("companies", "id,Medlem i\nA, K1 ;K2\nB,\nC,K2;\n")});
  EXPECT_TRUE(checked.report.ok());
  EXPECT_EQ(checked.data["memberships"].rows, 3u);
  const auto groups = checked.data.groups("cluster");
  EXPECT_EQ(groups.names, (std::vector<std::string>{"K1", "K2"}));
  EXPECT_EQ(groups.grouping.of(0).size(), 2u);
  EXPECT_EQ(groups.grouping.of(1).size(), 0u);
  EXPECT_EQ(refused([] {
              return check({csv("companies", "id,cluster\nA,K9\n"), csv("clusters", "id\nK1\n")});
            }).code,
            "E_DANGLING");
}

TEST(DoorCheckMemberships, ATableBeatsTheColumn) {
  const auto checked = check({csv("companies", "id,cluster\nA,K1\nB,K1\n"),
                              csv("memberships", "company,cluster\nA,K1\n")});
  EXPECT_EQ(checked.data["memberships"].rows, 1u);
  EXPECT_EQ(noted(checked.report), (notes{{"W_CONFLICT", "memberships.csv", 0, "", ""}}));
}

// places ---------------------------------------------------------------------------------------

TEST(DoorCheckPlaces, GiveTheRegionThatIsNotGiven) {
  const auto checked = check({csv("companies",
                                  "id,kommun,län,nuts\n"
                                  "A,Växjö,,\n"      // Kronoberg
                                  "B,,Skåne län,\n"  //
                                  "C,1480,,SE110\n"  // its own code stands
                                  "D,,,\n"           //
                                  "E,0180,14,\n"     // the municipality is closer
                                  "F,Oslo,,\n")});
  EXPECT_TRUE(checked.report.ok());
  const auto& t = checked.data["companies"];
  const std::vector<std::string> expected = {"SE212", "SE224", "SE110", "", "SE110", ""};
  for (std::size_t row = 0; row < expected.size(); ++row)
    EXPECT_EQ(t.text("nuts", row), expected[row]) << row;
  const auto taken = noted(checked.report, "I_NUTS_FROM_PLACE");
  EXPECT_EQ(taken, (notes{{"I_NUTS_FROM_PLACE", "companies.csv", 0, "nuts", ""}}));
  EXPECT_TRUE(says(taken.at(0).message, "3 companies"));
  bool told = false;
  for (const auto& n : noted(checked.report, "W_MISSING")) told |= n.value == "Oslo" && n.row == 7;
  EXPECT_TRUE(told);
}

// policies -------------------------------------------------------------------------------------

const std::string two_bad =
    "id,size\n"
    "A,1\n"
    "B,x\n"
    "C,3\n"
    "D,-4\n";

TEST(DoorCheckPolicy, RaiseThrowsTheFirstProblemWithTheOthersBehindIt) {
  const refusal first = error_of(two_bad);
  EXPECT_EQ(first, (refusal{"E_NUMBER", "companies.csv", 3, "size", "x"}));
  EXPECT_TRUE(says(first.message, "row 5"));
  EXPECT_TRUE(says(first.message, "2 problems in all"));
}

TEST(DoorCheckPolicy, ReportKeepsTheRowsAndSaysAll) {
  const auto checked = check({csv("companies", two_bad), csv("links", "source,target\nA,Z9Z9\n")},
                             {.on_bad = bad_rows::report});
  EXPECT_FALSE(checked.report.ok());
  EXPECT_EQ(noted(checked.report), (notes{{"E_NUMBER", "companies.csv", 3, "size", "x"},
                                          {"E_RANGE", "companies.csv", 5, "size", "-4"},
                                          {"E_DANGLING", "links.csv", 2, "target", "Z9Z9"}}));
  EXPECT_EQ(checked.report.total(severity::error), 3u);
  EXPECT_EQ(checked.data["companies"].rows, 4u);
  EXPECT_EQ(checked.data["links"].rows, 1u);
}

TEST(DoorCheckPolicy, DropLeavesBadRowsOutAndCountsThem) {
  const auto checked =
      check({csv("companies", two_bad), csv("links", "source,target\nA,C\nA,B\nC,A\nD,D\n")},
            {.on_bad = bad_rows::drop});
  const auto& t = checked.data["companies"];
  ASSERT_EQ(t.rows, 2u);
  EXPECT_EQ(t.text("id", 0), "A");
  EXPECT_EQ(t.text("id", 1), "C");
  EXPECT_EQ(t.at(1).row, 4u);
  EXPECT_EQ(checked.data.num_companies(), 2u);
  // Links to companies that went are dangling and go as well.
  EXPECT_EQ(checked.data["links"].rows, 2u);
  EXPECT_EQ(checked.data.graph(model::link_kind::supply).num_links(), 2u);
  const auto dropped = noted(checked.report, "W_DROPPED");
  EXPECT_EQ(dropped, (notes{{"W_DROPPED", "companies.csv", 0, "", ""},
                            {"W_DROPPED", "links.csv", 0, "", ""}}));
  EXPECT_TRUE(says(dropped.at(0).message, "2 rows"));
  EXPECT_EQ(checked.report.total(error_code::e_dangling), 3u);  // B, and both ends of D-D
}

TEST(DoorCheckPolicy, DropTakesTheMembershipsOfADroppedCompany) {
  const auto checked =
      check({csv("companies", "id,size,cluster\nA,1,K\nB,x,K\n")}, {.on_bad = bad_rows::drop});
  EXPECT_EQ(checked.data["memberships"].rows, 1u);
  EXPECT_EQ(checked.data.groups("cluster").grouping.of(0).size(), 1u);
}

TEST(DoorCheckPolicy, ADuplicateIdIsDroppedAfterTheFirst) {
  const auto checked =
      check({csv("companies", "id,name\nA,x\nA,y\nB,z\n"), csv("links", "source,target\nB,A\n")},
            {.on_bad = bad_rows::drop});
  ASSERT_EQ(checked.data["companies"].rows, 2u);
  EXPECT_EQ(checked.data["companies"].text("name", 0), "x");
  EXPECT_EQ((*checked.data["links"].whole("source"))[0], 1);
}

TEST(DoorCheckPolicy, NoneMendsAMissingColumn) {
  for (const auto policy : {bad_rows::raise, bad_rows::report, bad_rows::drop})
    EXPECT_EQ(refused([&] { return check({csv("companies", "namn\nx\n")}, {.on_bad = policy}); }),
              (refusal{"E_COLUMN", "companies.csv", 1, "id", ""}));
}

// files ----------------------------------------------------------------------------------------

TEST(DoorRead, AFolderOfTables) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "kedja_folder";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  EXPECT_EQ(refused([&] { return read(folder.string()); }),
            (refusal{"E_FILE", "kedja_folder", 0, "", ""}));
  std::ofstream(folder / "Företag.csv") << "orgnr;namn\r\nA;Älvstål\r\nB;x\r\n";
  std::ofstream(folder / "links.tsv") << "source\ttarget\nA\tB\n";
  std::ofstream(folder / "readme.txt") << "not a table\n";
  std::ofstream(folder / "notes.csv") << "neither\nthis\n";
  const auto data = read_folder(folder.string());
  EXPECT_EQ(data.num_companies(), 2u);
  EXPECT_EQ(data["companies"].text("name", 0), "Älvstål");
  EXPECT_EQ(data.graph(model::link_kind::supply).num_links(), 1u);
  std::ofstream(folder / "länkar.csv") << "source,target\nA,B\n";
  EXPECT_EQ(refused([&] { return read(folder.string()); }).code, "E_DUP_TABLE");
}

TEST(DoorRead, OneFileOfAnyNameIsCompanies) {
  const auto path = test::temp_file("kedja medlemmar 2024.csv", "id,size\nA,x\n");
  EXPECT_EQ(refused([&] { return read(path.string()); }),
            (refusal{"E_NUMBER", "kedja medlemmar 2024.csv", 2, "size", "x"}));
  const auto links = test::temp_file("links.csv", "source,target\nA,B\n");
  EXPECT_EQ(read(links.string()).data.graph(model::link_kind::supply).num_links(), 1u);
}

TEST(DoorRead, RefusesOtherKindsOfFile) {
  const auto path = test::temp_file("kedja.pdf", "%PDF");
  EXPECT_EQ(refused([&] { return read(path.string()); }),
            (refusal{"E_FORMAT", "kedja.pdf", 0, "", ""}));
  EXPECT_EQ(refused([] { return read("no such folder/companies.csv"); }),
            (refusal{"E_FILE", "companies.csv", 0, "", ""}));
}

}  // namespace
}  // namespace kedja::ingest
