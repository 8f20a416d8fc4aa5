#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/ingest/read_graph_file.hpp>
#include <support/tables.hpp>

namespace kedja::ingest {
namespace {

using test::refusal;
using test::refused;
using lines = std::vector<std::uint64_t>;

model::raw_table read_list(std::string_view text) {
  return read_edgelist(test::temp_file("kedja.edgelist", text));
}

std::string row(const model::raw_table& t, std::size_t r) {
  std::string cells;
  for (const auto& c : t.columns) cells += "[" + std::string(c[r]) + "]";
  return cells;
}

TEST(ReadEdgelist, ReadsPairsAsText) {
  const auto t = read_list("007 7\n2.7\t-2\n1099511627776  Å\n");
  EXPECT_EQ(t.table, "links");
  EXPECT_EQ(t.file, "kedja.edgelist");
  ASSERT_EQ(t.columns.size(), 2u);  // no value anywhere
  EXPECT_EQ(row(t, 0), "[007][7]");
  EXPECT_EQ(row(t, 1), "[2.7][-2]");
  EXPECT_EQ(row(t, 2), "[1099511627776][Å]");
  EXPECT_EQ(t.line, (lines{1, 2, 3}));
}

TEST(ReadEdgelist, AValueMayBeMissing) {
  const auto t = read_list("a b 1.5\nb c\n");
  ASSERT_EQ(t.columns.size(), 3u);
  EXPECT_EQ(t.columns[2].name(), "value");
  EXPECT_EQ(row(t, 0), "[a][b][1.5]");
  EXPECT_EQ(row(t, 1), "[b][c][]");
}

TEST(ReadEdgelist, SkipsWhatIsNoLink) {
  const auto t = read_list("\xEF\xBB\xBF# from x\r\n\r\n  a b\r\n\t\r\n#c d\r\ne f");
  EXPECT_EQ(t.num_rows(), 2u);
  EXPECT_EQ(row(t, 0), "[a][b]");
  EXPECT_EQ(row(t, 1), "[e][f]");
  EXPECT_EQ(t.line, (lines{3, 6}));
  EXPECT_EQ(row(read_list("\xEF\xBB\xBF"
                          "0 1\n"),
                0),
            "[0][1]");
  EXPECT_EQ(read_list("").num_rows(), 0u);
}

TEST(ReadEdgelist, RefusesOtherLines) {
  const refusal one = refused([] { return read_list("a b\nc\n"); });
  EXPECT_EQ(one, (refusal{"E_FIELDS", "kedja.edgelist", 2, "", "c"}));
  EXPECT_TRUE(test::says(one.message, "got 1"));
  EXPECT_EQ(refused([] { return read_list("a b 1 2\n"); }),
            (refusal{"E_FIELDS", "kedja.edgelist", 1, "", "a b 1 2"}));
  EXPECT_EQ(refused([] { return read_list("a b\nc \xFF\n"); }),
            (refusal{"E_UTF8", "kedja.edgelist", 2, "", "c \\xff"}));
}

TEST(ReadEdgelist, ItsEndsAreTheCompanies) {
  const auto path = test::temp_file("kedja_ends.edgelist", "b a 2\nb c 3\n");
  const auto data = read(path.string()).data;
  EXPECT_EQ(data.num_companies(), 3u);
  const auto g = data.graph(model::link_kind::supply);
  EXPECT_EQ(g.num_links(), 2u);
  EXPECT_EQ(g.successors(1).size(), 2u);  // b supplies a and c
}

TEST(ReadEdgelist, ValuesAreCheckedAtTheDoor) {
  for (const auto* bad : {"heavy", "NaN", "inf", "-1"}) {
    const auto path =
        test::temp_file("kedja_value.edgelist", "a b " + std::string(bad) + "\nb a 1\n");
    EXPECT_EQ(refused([&] { return read(path.string()); }),
              (refusal{"E_NUMBER", "kedja_value.edgelist", 1, "value", bad}));
  }
}

}  // namespace
}  // namespace kedja::ingest
