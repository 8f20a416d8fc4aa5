#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include <kedja/ingest/read_graph_file.hpp>
#include <support/tables.hpp>

namespace kedja::ingest {
namespace {

using test::refusal;
using test::refused;

const std::string open_tag = "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";

std::vector<model::raw_table> parse(std::string_view text) {
  return read_graphml(test::temp_file("kedja.graphml", text));
}

/// Keys on line 2 and following, the graph after them.
std::string document(const std::string& keys, const std::string& graph,
                     const std::string& direction = "directed") {
  return open_tag + keys + "<graph edgedefault=\"" + direction + "\">\n" + graph +
         "</graph>\n</graphml>\n";
}

std::string cell(const model::raw_table& t, std::string_view column, std::size_t row) {
  for (const auto& c : t.columns)
    if (c.name() == column) return std::string(c[row]);
  return "no such column";
}

const std::string keys =
    "<key id=\"d0\" for=\"node\" attr.name=\"name\" attr.type=\"string\"/>\n"
    "<key id=\"d1\" for=\"node\" attr.name=\"size\" attr.type=\"int\"><default>5</default></key>\n"
    "<key id=\"d2\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n";

TEST(ReadGraphml, NodesAreCompaniesAndEdgesAreLinks) {
  const auto tables = parse(document(
      keys,
      "<node id=\"n0\"><data key=\"d0\">Stål &amp; Plåt</data><data key=\"d1\">12</data></node>\n"
      "<node id=\"007\"/>\n"
      "<edge source=\"n0\" target=\"007\"><data key=\"d2\">2.5</data></edge>\n"
      "<edge source=\"007\" target=\"n0\"/>\n"));
  ASSERT_EQ(tables.size(), 2u);
  const auto& companies = tables[0];
  EXPECT_EQ(companies.table, "companies");
  EXPECT_EQ(companies.file, "kedja.graphml");
  ASSERT_EQ(companies.num_rows(), 2u);
  EXPECT_EQ(cell(companies, "id", 0), "n0");
  EXPECT_EQ(cell(companies, "name", 0), "Stål & Plåt");
  EXPECT_EQ(cell(companies, "size", 0), "12");
  EXPECT_EQ(cell(companies, "id", 1), "007");
  EXPECT_EQ(cell(companies, "name", 1), "");
  EXPECT_EQ(cell(companies, "size", 1), "5");  // the key's default
  EXPECT_EQ(companies.line, (std::vector<std::uint64_t>{6, 7}));
  EXPECT_TRUE(companies.notes.entries().empty());
  const auto& links = tables[1];
  EXPECT_EQ(links.table, "links");
  ASSERT_EQ(links.num_rows(), 2u);
  EXPECT_EQ(cell(links, "source", 0), "n0");
  EXPECT_EQ(cell(links, "target", 0), "007");
  EXPECT_EQ(cell(links, "value", 0), "2.5");
  EXPECT_EQ(cell(links, "value", 1), "");
  EXPECT_EQ(cell(links, "kind", 0), "no such column");
  EXPECT_EQ(links.line, (std::vector<std::uint64_t>{8, 9}));
}

TEST(ReadGraphml, UndirectedEdgesAreCollaboration) {
  const std::string graph = "<node id=\"a\"/><node id=\"b\"/><edge source=\"a\" target=\"b\"/>\n";
  EXPECT_EQ(cell(parse(document("", graph, "undirected"))[1], "kind", 0), "collaboration");
  const auto path = test::temp_file("kedja_two.graphml", document("", graph, "undirected"));
  EXPECT_EQ(read(path.string()).data.graph(model::link_kind::collaboration).num_links(), 1u);
  EXPECT_EQ(read(path.string()).data.graph(model::link_kind::supply).num_links(), 0u);
}

TEST(ReadGraphml, EdgesMayComeBeforeTheirNodes) {
  const auto tables = parse(
      document("", "<edge source=\"a\" target=\"b\"/>\n<node id=\"a\"/>\n<node id=\"b\"/>\n"));
  EXPECT_EQ(tables[1].num_rows(), 1u);
}

TEST(ReadGraphml, KeepsCharacterReferences) {
  const auto t = parse(document("", "<node id=\"&#65;&lt;&quot;&#xE5;\"/>\n"))[0];
  EXPECT_EQ(cell(t, "id", 0), "A<\"å");
}

TEST(ReadGraphml, TheNamespaceIsMissed) {
  const auto tables = parse("<graphml><graph><node id=\"a\"/></graph></graphml>");
  EXPECT_EQ(tables[0].num_rows(), 1u);
  ASSERT_EQ(test::noted(tables[0].notes).size(), 1u);
  EXPECT_EQ(test::noted(tables[0].notes)[0].code, "W_XML_NAMESPACE");
}

// With the declaration any entity could come: expanded, from a file, or from an address.
TEST(ReadGraphml, RefusesEveryDoctype) {
  const std::string rest = document("", "<node id=\"a\"/>\n");
  for (const std::string declaration : {
           "<!DOCTYPE graphml>",
           "<!doctype graphml>",
           "<!DOCTYPE graphml [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>",
           "<!DOCTYPE graphml [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>",
           "<!DOCTYPE graphml SYSTEM \"http://127.0.0.1/x.dtd\">",
           "<!DOCTYPE graphml [<!ENTITY % p SYSTEM \"http://127.0.0.1/p\"> %p;]>",
       })
    EXPECT_EQ(refused([&] { return parse("<?xml version=\"1.0\"?>\n" + declaration + rest); }),
              (refusal{"E_XML_DTD", "kedja.graphml", 2, "", ""}))
        << declaration;
}

TEST(ReadGraphml, RefusesEntitiesThatAreNotDefined) {
  EXPECT_EQ(refused([] { return parse(document("", "<node id=\"a\"/>\n<node id=\"&x;\"/>\n")); }),
            (refusal{"E_XML", "kedja.graphml", 4, "", "&x"}));
}

TEST(ReadGraphml, RefusesBrokenXml) {
  const refusal cut = refused([] { return parse(open_tag + "<graph>\n<node id=\"a\">\n"); });
  EXPECT_EQ(cut.code, "E_XML");
  EXPECT_EQ(cut.file, "kedja.graphml");
  EXPECT_GE(cut.row, 1u);
  for (const auto* text : {"", "id,name\nA,x\n", "<graph/>", "<html><graph/></html>"})
    EXPECT_EQ(refused([&] { return parse(text); }).code, "E_XML") << text;
  EXPECT_EQ(refused([] { return parse(open_tag + "</graphml>"); }).code, "E_XML");
  EXPECT_EQ(refused([] { return parse(open_tag + "<graph/>\n<graph/></graphml>"); }),
            (refusal{"E_XML", "kedja.graphml", 3, "", ""}));
}

TEST(ReadGraphml, RefusesUndeclaredKeys) {
  EXPECT_EQ(refused([] {
              return parse(document(keys, "<node id=\"a\">\n<data key=\"d9\">x</data></node>\n"));
            }),
            (refusal{"E_XML_KEY", "kedja.graphml", 7, "", "d9"}));
  // A key for edges says nothing about nodes.
  EXPECT_EQ(refused([] {
              return parse(document(keys, "<node id=\"a\"><data key=\"d2\">1</data></node>\n"));
            }),
            (refusal{"E_XML_KEY", "kedja.graphml", 6, "", "d2"}));
}

TEST(ReadGraphml, RefusesEdgesToNowhere) {
  EXPECT_EQ(refused([] {
              return parse(document("", "<node id=\"a\"/>\n<edge source=\"a\" target=\"b\"/>\n"));
            }),
            (refusal{"E_DANGLING", "kedja.graphml", 4, "", "b"}));
  EXPECT_EQ(refused([] {
              return parse(document("", "<node id=\"a\"/>\n<edge source=\"b\" target=\"a\"/>\n"));
            }),
            (refusal{"E_DANGLING", "kedja.graphml", 4, "", "b"}));
  EXPECT_EQ(refused([] { return parse(document("", "<edge/>\n")); }).code, "E_DANGLING");
}

TEST(ReadGraphml, RefusesIdsThatAreEmptyOrStandTwice) {
  EXPECT_EQ(refused([] { return parse(document("", "<node id=\"a\"/>\n<node id=\"a\"/>\n")); }),
            (refusal{"E_DUP_ID", "kedja.graphml", 4, "", "a"}));
  EXPECT_EQ(refused([] { return parse(document("", "<node/>\n")); }),
            (refusal{"E_ID_EMPTY", "kedja.graphml", 3, "", ""}));
}

TEST(ReadGraphml, ChecksNumbersByTheirType) {
  const auto size = [](const std::string& text) {
    return refused([&] {
      return parse(document(keys, "<node id=\"a\"><data key=\"d1\">" + text + "</data></node>\n"));
    });
  };
  EXPECT_EQ(size("9223372036854775807").code, "");
  EXPECT_EQ(size("9223372036854775808"),
            (refusal{"E_NUMBER", "kedja.graphml", 6, "", "9223372036854775808"}));
  EXPECT_EQ(size("1.5").code, "E_NUMBER");
  EXPECT_EQ(size("").code, "E_NUMBER");
  const auto value = [](const std::string& text) {
    return refused([&] {
      return parse(
          document(keys, "<node id=\"a\"/>\n<edge source=\"a\" target=\"a\"><data key=\"d2\">" +
                             text + "</data></edge>\n"));
    });
  };
  EXPECT_EQ(value("1e3").code, "");
  for (const auto* bad : {"NaN", "INF", "abc", "1e400", "1,5"})
    EXPECT_EQ(value(bad), (refusal{"E_NUMBER", "kedja.graphml", 7, "", bad}));
}

TEST(ReadGraphml, LimitsDepthAndText) {
  std::string deep, end;
  for (int i = 0; i < 300; ++i) deep += "<x>", end += "</x>";
  EXPECT_EQ(refused([&] { return parse(document("", deep + end)); }).code, "E_LIMIT");
  const auto named = [](std::size_t length) {
    return refused([&] {
      return parse(document(keys, "<node id=\"a\"><data key=\"d0\">" + std::string(length, 'x') +
                                      "</data></node>\n"));
    });
  };
  EXPECT_EQ(named(65536).code, "");
  EXPECT_EQ(named(65537).code, "E_LIMIT");
}

TEST(ReadGraphml, PassesTheDoor) {
  const auto path = test::temp_file(
      "kedja_door.graphml",
      document(keys, "<node id=\"a\"/>\n<node id=\"b\"><data key=\"d1\">-1</data></node>\n"));
  EXPECT_EQ(refused([&] { return read(path.string()); }),
            (refusal{"E_RANGE", "kedja_door.graphml", 7, "size", "-1"}));
}

}  // namespace
}  // namespace kedja::ingest
