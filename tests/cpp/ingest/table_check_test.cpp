#include <kedja/ingest/table_check.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <support/tables.hpp>

namespace kedja::ingest {
namespace {

using model::missing;
using test::noted;
using test::refusal;
using test::refused;
using notes = std::vector<refusal>;
using marks = std::vector<char>;

struct outcome {
  typed_table typed;
  model::diagnostics report;
};

outcome check_as(const std::string& table, std::string_view text,
                 const std::map<std::string, std::string>& columns = {}) {
  outcome made;
  made.typed = check_table(test::csv(table, text), *model::find_table(table), columns, made.report);
  return made;
}

/// The one error that a column of companies with this cell in line 2 gives.
refusal error_in(const std::string& column, const std::string& value) {
  const auto made = check_as("companies", "id," + column + "\nA,\"" + value + "\"\nB,\n");
  notes errors;
  for (const auto& d : made.report.entries())
    if (info(d.code).level == severity::error)
      errors.push_back(test::refusal_of(d.code, d.where, d.message));
  EXPECT_LE(errors.size(), 1u);
  EXPECT_EQ(made.typed.bad, (errors.empty() ? marks{0, 0} : marks{1, 0})) << column << value;
  return errors.empty() ? refusal{} : errors[0];
}

refusal at(const char* code, const std::string& column, const std::string& value) {
  return {code, "companies.csv", 2, column, value};
}

TEST(TableCheck, TypesEveryColumn) {
  const auto made = check_as(
      "companies",
      "Organisationsnummer,Namn,type,Land,NUTS,SNI,Antal anställda,revenue,Omsättning valuta,sme,"
      "lat,lon\n"
      "007, Stål ,research,el,SE232,24100,1e2,1.5,SEK,ja,-90,180\n");
  const auto& t = made.typed.table;
  EXPECT_EQ(t.name, "companies");
  EXPECT_EQ(t.rows, 1u);
  EXPECT_EQ(t.text("id", 0), "007");
  EXPECT_EQ(t.text("name", 0), "Stål");
  EXPECT_EQ((*t.whole("type"))[0], 2);
  EXPECT_EQ(t.text("country", 0), "GR");
  EXPECT_EQ(t.text("nuts", 0), "SE232");
  EXPECT_EQ(t.text("nace", 0), "24.10");
  EXPECT_EQ((*t.numbers("size"))[0], 100.0);
  EXPECT_EQ((*t.numbers("revenue"))[0], 1.5);
  EXPECT_EQ(t.text("revenue_currency", 0), "SEK");
  EXPECT_EQ((*t.whole("sme"))[0], 1);
  EXPECT_EQ((*t.numbers("lat"))[0], -90.0);
  EXPECT_EQ((*t.numbers("lon"))[0], 180.0);
  EXPECT_EQ(made.typed.bad, marks{0});
  EXPECT_TRUE(made.report.ok());
  EXPECT_EQ(made.report.total(error_code::i_country_alias), 1u);
}

TEST(TableCheck, IdsKeepTheirText) {
  const auto made = check_as("companies", "id\n007\n7\n7.0\nNA\n18446744073709551617\n1e3\n");
  for (const std::size_t row : {0u, 1u, 2u, 3u, 4u, 5u}) {
    const std::vector<std::string> expected = {"007", "7", "7.0", "NA", "18446744073709551617",
                                               "1e3"};
    EXPECT_EQ(made.typed.table.text("id", row), expected[row]);
  }
  EXPECT_TRUE(made.report.entries().empty());
}

TEST(TableCheck, Numbers) {
  for (const auto* bad :
       {"nan", "inf", "-Infinity", "1e400", "0x1F", "12abc", "51%", "1 200", "#N/A"})
    EXPECT_EQ(error_in("revenue", bad), at("E_NUMBER", "revenue", bad));
  EXPECT_EQ(error_in("revenue", "-1"), at("E_NUMBER", "revenue", "-1"));  // a sum of money >= 0
  const refusal comma = error_in("revenue", "1200,5");
  EXPECT_EQ(comma, at("E_NUMBER", "revenue", "1200,5"));
  EXPECT_TRUE(test::says(comma.message, "decimal=\",\""));
  for (const auto* good : {"0", "-0", "+7", "1e3", " 5 "})
    EXPECT_EQ(error_in("revenue", good).code, "") << good;
}

TEST(TableCheck, Ranges) {
  for (const auto* bad : {"-3", "-0.5", "100000001", "1e12"})
    EXPECT_EQ(error_in("size", bad), at("E_RANGE", "size", bad));
  EXPECT_EQ(error_in("size", "100000000").code, "");
  for (const auto* bad : {"90.1", "-91"})
    EXPECT_EQ(error_in("lat", bad), at("E_RANGE", "lat", bad));
  for (const auto* bad : {"180.1", "-181"})
    EXPECT_EQ(error_in("lon", bad), at("E_RANGE", "lon", bad));
  EXPECT_EQ(error_in("lat", "90").code, "");
  const auto level =
      check_as("capabilities", "company,capability,level\nA,x,0\nA,y,1\nA,z,1.01\nA,v,-0.1\n");
  EXPECT_EQ(noted(level.report), (notes{{"E_RANGE", "capabilities.csv", 4, "level", "1.01"},
                                        {"E_RANGE", "capabilities.csv", 5, "level", "-0.1"}}));
  EXPECT_EQ(level.typed.bad, (marks{0, 0, 1, 1}));
  EXPECT_TRUE(std::isnan((*level.typed.table.numbers("level"))[2]));
}

TEST(TableCheck, TruthValues) {
  for (const auto* yes : {"true", "TRUE", "1", "yes", "Ja", "sant"}) {
    const auto made = check_as("companies", "id,sme\nA," + std::string(yes) + "\n");
    EXPECT_EQ((*made.typed.table.whole("sme"))[0], 1) << yes;
  }
  for (const auto* no : {"false", "0", "No", "nej", "falskt"}) {
    const auto made = check_as("companies", "id,sme\nA," + std::string(no) + "\n");
    EXPECT_EQ((*made.typed.table.whole("sme"))[0], 0) << no;
  }
  for (const auto* bad : {"maybe", "2", "tru"})
    EXPECT_EQ(error_in("sme", bad), at("E_BOOL", "sme", bad));
}

TEST(TableCheck, Words) {
  const refusal wrong = error_in("type", "universty");
  EXPECT_EQ(wrong, at("E_ENUM", "type", "universty"));
  EXPECT_TRUE(test::says(wrong.message, "company, university, research, public, other"));
  EXPECT_TRUE(test::says(wrong.message, "did you mean 'university'?"));
  EXPECT_EQ(error_in("type", "University").code, "");
  // A company's type has a default, a link's kind has none: it could be anything.
  const auto typed = check_as("companies", "id,type\nA,\n");
  EXPECT_EQ((*typed.typed.table.whole("type"))[0], 0);
  EXPECT_TRUE(typed.report.ok());
  const auto kind = check_as("links", "source,target,kind\nA,B,supplies\nA,B,\nA,B,Knowledge\n");
  EXPECT_EQ(noted(kind.report), (notes{{"E_ENUM", "links.csv", 2, "kind", "supplies"},
                                       {"E_ENUM", "links.csv", 3, "kind", ""}}));
  EXPECT_EQ((*kind.typed.table.whole("kind"))[2], 2);
}

TEST(TableCheck, Years) {
  const auto year = check_as("links",
                             "source,target,year\n"
                             "A,B,2023\nA,B,1900\nA,B,2100\nA,B,23\nA,B,1899\nA,B,2101\nA,B,0\n"
                             "A,B,2023-05-01\nA,B,2147483648\nA,B,20.3\nA,B,\n");
  EXPECT_EQ(noted(year.report, "E_YEAR"), (notes{{"E_YEAR", "links.csv", 5, "year", "23"},
                                                 {"E_YEAR", "links.csv", 6, "year", "1899"},
                                                 {"E_YEAR", "links.csv", 7, "year", "2101"},
                                                 {"E_YEAR", "links.csv", 8, "year", "0"},
                                                 {"E_YEAR", "links.csv", 9, "year", "2023-05-01"},
                                                 {"E_YEAR", "links.csv", 10, "year", "2147483648"},
                                                 {"E_YEAR", "links.csv", 11, "year", "20.3"}}));
  EXPECT_EQ((*year.typed.table.whole("year"))[0], 2023);
  EXPECT_EQ((*year.typed.table.whole("year"))[10], missing);
  EXPECT_EQ(noted(year.report, "W_MISSING"), (notes{{"W_MISSING", "links.csv", 12, "year", ""}}));
}

TEST(TableCheck, Dates) {
  const auto date = check_as("memberships",
                             "company,cluster,since\n"
                             "A,K,2015\nA,K,2015-03\nA,K,2015-03-01\n"
                             "A,K,20-15\nA,K,2015-13\nA,K,2015-00\nA,K,2015-03-32\nA,K,2015/03/01\n"
                             "A,K,2015-3-1\nA,K,2015-03-01T00\n");
  EXPECT_EQ(date.typed.bad, (marks{0, 0, 0, 1, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(date.report.total(error_code::e_year), 7u);
  const auto& since = *date.typed.table.whole("since");
  EXPECT_EQ(since[0], 2015);
  EXPECT_EQ(since[1], 2015);
  EXPECT_EQ(since[2], 2015);
  EXPECT_EQ(since[3], missing);
}

TEST(TableCheck, Codes) {
  for (const auto* bad : {"SWE", "QQ", "Sverige"})
    EXPECT_EQ(error_in("country", bad), at("E_COUNTRY", "country", bad));
  EXPECT_EQ(error_in("country", "NA").code, "");
  EXPECT_EQ(error_in("nuts", "SE9ZZ9"), at("E_NUTS", "nuts", "SE9ZZ9"));
  EXPECT_EQ(error_in("nace", "99.99"), at("E_NACE", "nace", "99.99"));
  const refusal lost = error_in("nace", "1610");
  EXPECT_EQ(lost, at("E_NACE", "nace", "1610"));
  EXPECT_TRUE(test::says(lost.message, "16.10"));
  EXPECT_TRUE(test::says(lost.message, "01.61"));
  EXPECT_EQ(error_in("nace", "okt.24").code, "E_NACE");  // what a spreadsheet makes of 24.10
  for (const auto* bad : {"XXQ", "kr", "sek"})
    EXPECT_EQ(error_in("revenue_currency", bad), at("E_CURRENCY", "revenue_currency", bad));
}

// 20.52 (glues) is only in Rev. 2, 16.11 (sawmilling) only in Rev. 2.1.
TEST(TableCheck, ANaceCodeIsReadInTheEditionThatItsRowNames) {
  const auto made = check_as("companies",
                             "id,nace,nace_version\n"
                             "A,20.52,2\nB,16.11,2.1\nC,20.52,SNI2025\nD,16.11,sni2007\nE,16.11,\n"
                             "F,1610,2.1\n");
  EXPECT_EQ(noted(made.report, "E_NACE"), (notes{{"E_NACE", "companies.csv", 4, "nace", "20.52"},
                                                 {"E_NACE", "companies.csv", 5, "nace", "16.11"}}));
  EXPECT_TRUE(test::says(noted(made.report, "E_NACE").at(0).message, "NACE Rev. 2.1"));
  EXPECT_EQ(made.typed.table.text("nace", 0), "20.52");
  EXPECT_EQ(made.typed.table.text("nace", 1), "16.11");
  EXPECT_EQ(made.typed.table.text("nace", 4), "16.11");  // any edition
  EXPECT_EQ(made.typed.table.text("nace", 5), "01.61");  // Rev. 2.1 has no 16.10 left
}

TEST(TableCheck, OtherEditionsAndAliasesOfCodesAreNoted) {
  const auto made = check_as("companies", "id,country,nuts\nA,EL,IE021\nB,uk,SE232\nC,GR,IE023\n");
  EXPECT_TRUE(made.report.ok());
  EXPECT_EQ(made.typed.table.text("country", 0), "GR");
  EXPECT_EQ(made.typed.table.text("country", 1), "GB");
  EXPECT_EQ(made.typed.table.text("nuts", 0), "IE021");  // kept
  const auto country = noted(made.report, "I_COUNTRY_ALIAS");
  EXPECT_EQ(country, (notes{{"I_COUNTRY_ALIAS", "companies.csv", 0, "country", ""}}));
  EXPECT_TRUE(test::says(country.at(0).message, "2 cells"));
  const auto nuts = noted(made.report, "I_NUTS_EDITION");
  EXPECT_EQ(nuts, (notes{{"I_NUTS_EDITION", "companies.csv", 0, "nuts", ""}}));
  EXPECT_TRUE(test::says(nuts.at(0).message, "2 codes"));
}

TEST(TableCheck, EmptyCells) {
  const auto ids = check_as("companies", "id,name\n,x\n \t,y\nA,\n");
  EXPECT_EQ(noted(ids.report), (notes{{"E_ID_EMPTY", "companies.csv", 2, "id", ""},
                                      {"E_ID_EMPTY", "companies.csv", 3, "id", ""}}));
  EXPECT_EQ(ids.typed.bad, (marks{1, 1, 0}));
  const auto needed = check_as("flows", "source,target,value\n,B,1\nA,,1\nA,B,\n");
  EXPECT_EQ(noted(needed.report, "E_MISSING"), (notes{{"E_MISSING", "flows.csv", 2, "source", ""},
                                                      {"E_MISSING", "flows.csv", 3, "target", ""},
                                                      {"E_MISSING", "flows.csv", 4, "value", ""}}));
  const auto size = check_as("companies", "id,size,sme,country\nA,,,\n");
  EXPECT_TRUE(size.report.ok());
  EXPECT_EQ(noted(size.report), (notes{{"W_MISSING", "companies.csv", 2, "size", ""},
                                       {"W_MISSING", "companies.csv", 2, "sme", ""},
                                       {"W_MISSING", "companies.csv", 2, "country", ""}}));
  EXPECT_TRUE(std::isnan((*size.typed.table.numbers("size"))[0]));  // never zero
  EXPECT_EQ((*size.typed.table.whole("sme"))[0], missing);
}

TEST(TableCheck, ManyEmptyCellsMakeAShortReport) {
  std::string text = "id,size\n";
  for (int i = 0; i < 25; ++i) text += "C" + std::to_string(i) + ",\n";
  const auto found = noted(check_as("companies", text).report, "W_MISSING");
  ASSERT_EQ(found.size(), 11u);  // ten places and the total
  EXPECT_EQ(found[9].row, 11u);
  EXPECT_EQ(found[10].row, 0u);
  EXPECT_TRUE(test::says(found[10].message, "25 values"));
}

TEST(TableCheck, SwedishNumbers) {
  const auto made = check_as(
      "companies",
      "orgnr;omsättning;anställda\nA;1\u00A0200\u00A0000,50;12\nB;300 000;1 000\nC;7,5;3\n");
  EXPECT_TRUE(made.report.ok());
  const auto& revenue = *made.typed.table.numbers("revenue");
  EXPECT_EQ(revenue[0], 1200000.5);
  EXPECT_EQ(revenue[1], 300000.0);
  EXPECT_EQ(revenue[2], 7.5);
  const auto counted = noted(made.report, "W_NUMBER_FORMAT");
  EXPECT_EQ(counted, (notes{{"W_NUMBER_FORMAT", "companies.csv", 0, "omsättning", ""},
                            {"W_NUMBER_FORMAT", "companies.csv", 0, "anställda", ""}}));
  EXPECT_TRUE(test::says(counted.at(0).message, "2 cells"));
  const auto point = check_as("companies", "id;revenue\nA;1200.50\n");
  EXPECT_EQ(noted(point.report), (notes{{"E_NUMBER", "companies.csv", 2, "revenue", "1200.50"}}));
}

TEST(TableCheck, ErrorsNameTheColumnAsItIsWritten) {
  const auto made = check_as("companies", "Orgnr,Antal anställda\nA,många\n");
  EXPECT_EQ(noted(made.report),
            (notes{{"E_NUMBER", "companies.csv", 2, "Antal anställda", "många"}}));
  EXPECT_TRUE(test::says(noted(made.report).at(0).message,
                         "companies.csv, row 2, column Antal anställda, value 'många'"));
}

TEST(TableCheck, RequiredColumns) {
  const refusal none = refused([] { return check_as("links", "source,kund nr,x\nA,B,C\n").typed; });
  EXPECT_EQ(none, (refusal{"E_COLUMN", "links.csv", 1, "target", ""}));
  for (const auto* part : {"target", "source, kund nr, x", "source (required)", "value"})
    EXPECT_TRUE(test::says(none.message, part)) << none.message;
}

TEST(TableCheck, TheUsersMapNamesColumns) {
  const auto made =
      check_as("companies", "Nummer,Folk\nA,5\n", {{"Nummer", "id"}, {"Folk", "size"}});
  EXPECT_EQ(made.typed.table.text("id", 0), "A");
  EXPECT_EQ((*made.typed.table.numbers("size"))[0], 5.0);
  EXPECT_EQ(made.report.total(error_code::w_extra_column), 0u);
  const refusal wrong = refused([] {
    return check_as("companies", "id,Folk\nA,5\n", {{"Folk", "people"}}).typed;
  });
  EXPECT_EQ(wrong, (refusal{"E_COLUMN", "companies.csv", 1, "people", ""}));
}

TEST(TableCheck, TwoColumnsWithOneMeaning) {
  const refusal two =
      refused([] { return check_as("companies", "orgnr,bolagsnummer\nA,B\n").typed; });
  EXPECT_EQ(two, (refusal{"E_COLUMN", "companies.csv", 1, "bolagsnummer", ""}));
  EXPECT_TRUE(test::says(two.message, "'orgnr' and 'bolagsnummer' both mean id"));
  // The contract's own name beats an alias, on either side.
  for (const auto* header : {"id,orgnr\nA,B\n", "orgnr,id\nB,A\n"}) {
    const auto made = check_as("companies", header);
    EXPECT_EQ(made.typed.table.text("id", 0), "A");
    EXPECT_EQ(made.typed.table.text("orgnr", 0), "B");
    EXPECT_EQ(made.report.total(error_code::w_extra_column), 1u);
  }
}

TEST(TableCheck, UnknownColumnsAreKept) {
  const auto made = check_as("companies", "id,turnover 2020,Ägare\nA, 1 ,Bo\n");
  EXPECT_EQ(noted(made.report), (notes{{"W_EXTRA_COLUMN", "companies.csv", 0, "turnover 2020", ""},
                                       {"W_EXTRA_COLUMN", "companies.csv", 0, "Ägare", ""}}));
  EXPECT_EQ(made.typed.table.text("turnover 2020", 0), " 1 ");
  EXPECT_EQ(made.typed.table.text("Ägare", 0), "Bo");
  EXPECT_TRUE(made.report.ok());
}

TEST(TableCheck, AnErrorThatEndsTheFileMayBeACut) {
  const auto cut = check_as("links", "source,target,year\nA,B,2020\nA,B,20");
  ASSERT_EQ(noted(cut.report).size(), 1u);
  EXPECT_EQ(noted(cut.report)[0], (refusal{"E_FIELDS", "links.csv", 3, "year", "20"}));
  EXPECT_EQ(cut.typed.bad, (marks{0, 1}));
  // With its line end, or in another column, it is what it is.
  EXPECT_EQ(noted(check_as("links", "source,target,year\nA,B,20\n").report).at(0).code, "E_YEAR");
  EXPECT_EQ(noted(check_as("links", "source,target,year,value\nA,B,20,1").report).at(0).code,
            "E_YEAR");
}

TEST(TableCheck, MessagesMaskPersonalNumbersAndHideControls) {
  const auto made = check_as("companies", "id,size\nA,800101-1234\nB,\u202e5\n");
  EXPECT_EQ(noted(made.report), (notes{{"E_NUMBER", "companies.csv", 2, "size", "******-****"},
                                       {"E_NUMBER", "companies.csv", 3, "size", "\\u202e5"}}));
  for (const auto& n : noted(made.report)) EXPECT_FALSE(test::says(n.message, "800101"));
}

}  // namespace
}  // namespace kedja::ingest
