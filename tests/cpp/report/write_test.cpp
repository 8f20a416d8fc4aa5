#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>

#include <kedja/core/atomic_file.hpp>
#include <kedja/core/error.hpp>
#include <kedja/ingest/door_check.hpp>
#include <kedja/ingest/read_arrow.hpp>
#include <kedja/ingest/read_csv.hpp>
#include <kedja/ingest/read_graph_file.hpp>
#include <kedja/report/write.hpp>

namespace {

using kedja::model::text_column;
using kedja::report::frame;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

text_column texts(const std::string& name, std::initializer_list<std::string_view> cells) {
  text_column made(name);
  for (const auto cell : cells) made.push_back(cell);
  return made;
}

/// One column of each kind, with everything that an output has to treat with care.
frame every_kind() {
  frame made;
  made.columns.push_back({"id", texts("id", {"a,\"b\"", "=1+1", "å\nö"})});
  made.columns.push_back({"share", std::vector<double>{0.1, nan, 1e300}});
  made.columns.push_back({"links", std::vector<std::int64_t>{-3, 0, 9007199254740993}, {0, 1, 0}});
  made.columns.push_back({"tied", std::vector<char>{1, 0, 1}});
  return made;
}

TEST(Csv, QuotesAndDisarmsFormulasAndLeavesMissingCellsEmpty) {
  EXPECT_EQ(kedja::report::to_csv(every_kind()),
            "id,share,links,tied\n"
            "\"a,\"\"b\"\"\",0.1,-3,true\n"
            "'=1+1,,,false\n"
            "\"å\nö\",1e+300,9007199254740993,true\n");
  EXPECT_NE(kedja::report::to_csv(every_kind(), {.excel_safe = false}).find("\n=1+1,"),
            std::string::npos);
}

TEST(Csv, IsReadBackCellByCell) {
  const auto raw =
      kedja::ingest::read_csv_text(kedja::report::to_csv(every_kind(), {false}), "out.csv");
  ASSERT_EQ(raw.columns.size(), 4u);
  EXPECT_EQ(raw.columns[0][0], "a,\"b\"");
  EXPECT_EQ(raw.columns[0][2], "å\nö");
  EXPECT_EQ(std::stod(std::string(raw.columns[1][2])), 1e300);
}

TEST(Json, WritesNothingAsNullAndKeepsMeta) {
  frame table = every_kind();
  std::get<std::vector<double>>(table.columns[1].values)[0] = INFINITY;
  EXPECT_EQ(kedja::report::to_json(table, "{\"seed\": 7}"),
            "{\"meta\": {\"seed\": 7},\n\"rows\": [\n"
            "{\"id\": \"a,\\\"b\\\"\", \"share\": \"inf\", \"links\": -3, \"tied\": true},\n"
            "{\"id\": \"=1+1\", \"share\": null, \"links\": null, \"tied\": false},\n"
            "{\"id\": \"å\\nö\", \"share\": 1e+300, \"links\": 9007199254740993, \"tied\": "
            "true}\n]}\n");
  EXPECT_THROW((void)kedja::report::to_json(table, "{"), kedja::invalid_argument);
}

TEST(Arrow, StreamIsReadBackCellByCell) {
  ArrowArrayStream stream;
  kedja::report::to_arrow(std::make_shared<frame>(every_kind()), &stream);
  const auto raw = kedja::ingest::read_arrow(stream, "companies", "memory");
  EXPECT_EQ(stream.release, nullptr);  // taken over
  ASSERT_EQ(raw.columns.size(), 4u);
  EXPECT_EQ(raw.num_rows(), 3u);
  EXPECT_EQ(raw.columns[0][0], "a,\"b\"");
  EXPECT_EQ(raw.columns[1][0], "0.1");
  EXPECT_EQ(raw.columns[1][1], "nan");  // a number that is none, not a null
  EXPECT_EQ(raw.columns[2][0], "-3");
  EXPECT_EQ(raw.columns[2][1], "");
  EXPECT_EQ(raw.columns[2][2], "9007199254740993");
  EXPECT_EQ(raw.columns[3][1], "false");
}

TEST(Arrow, UnreadStreamFreesEverything) {
  ArrowArrayStream stream;
  kedja::report::to_arrow(std::make_shared<frame>(every_kind()), &stream);
  ArrowSchema schema;
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  EXPECT_STREQ(schema.format, "+s");
  EXPECT_STREQ(schema.children[1]->format, "g");
  schema.release(&schema);
  stream.release(&stream);  // the leak checker has the last word
  EXPECT_EQ(stream.release, nullptr);
}

TEST(Graphml, IsReadBackWithIdsValuesAndDirection) {
  const std::vector<std::uint32_t> source = {0, 1, 1}, target = {1, 2, 1};
  const std::vector<double> value = {0.1, 2, 3e-7};
  const auto names = texts("id", {"<a&\"b\">", "ö\n", "c"});
  const auto path = std::filesystem::path(testing::TempDir()) / "chain.graphml";
  for (const bool directed : {true, false}) {
    const kedja::graph::csr_graph g(3, std::span<const std::uint32_t>(source),
                                    std::span<const std::uint32_t>(target), value,
                                    {.directed = directed});
    kedja::write_whole_file(path, kedja::report::to_graphml(g, names));
    auto read = kedja::ingest::check(kedja::ingest::read_graphml(path), {}).data;
    const auto again = read.graph({.kinds = {directed ? kedja::model::link_kind::supply
                                                      : kedja::model::link_kind::collaboration},
                                   .use_value = true});
    EXPECT_EQ(read["companies"].text("id", 0), "<a&\"b\">");
    EXPECT_EQ(again.num_links(), 3u);
    // Names are ranked: "<a" < "c" < "ö".
    const std::vector<std::uint32_t> s = {0, 2, 2}, t = {2, 1, 2};
    const kedja::graph::csr_graph expected(3, std::span<const std::uint32_t>(s),
                                           std::span<const std::uint32_t>(t), value,
                                           {.directed = directed});
    EXPECT_EQ(kedja::graph::graph_checksum(again), kedja::graph::graph_checksum(expected));
  }
}

TEST(Graphml, RefusesNamesThatXmlCannotCarry) {
  const std::vector<std::uint32_t> none;
  const kedja::graph::csr_graph g(1, std::span<const std::uint32_t>(none),
                                  std::span<const std::uint32_t>(none));
  EXPECT_THROW((void)kedja::report::to_graphml(g, texts("id", {"\x01"})), kedja::invalid_argument);
  EXPECT_THROW((void)kedja::report::to_graphml(g, texts("id", {"a", "b"})),
               kedja::invalid_argument);
}

TEST(Frame, HasReferencesAsIdsAndMissingCellsAsSuch) {
  using kedja::ingest::read_csv_text;
  auto companies = read_csv_text("id,name,size\na,Å,5\nb,,\n", "companies.csv");
  auto links = read_csv_text("source,target,year\na,b,2020\nb,a,\n", "links.csv");
  companies.table = "companies", links.table = "links";
  const auto data = kedja::ingest::check({companies, links}).data;
  EXPECT_EQ(kedja::report::to_csv(kedja::report::frame_of(data, "links")),
            "source,target,year\na,b,2020\nb,a,\n");
  EXPECT_EQ(kedja::report::to_csv(kedja::report::frame_of(data, "companies")),
            "id,name,size\na,Å,5\nb,,\n");
}

TEST(Frame, HidesPersonalNumbersOnly) {
  frame table;
  table.columns.push_back({"id", texts("id", {"8112189876", "5560125790", "811218-9876"})});
  kedja::report::mask_personal_numbers(table);
  EXPECT_EQ(kedja::report::to_csv(table), "id\n**********\n5560125790\n******-****\n");
}

}  // namespace
