#include <kedja/model/schema.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace kedja::model {
namespace {

std::string meaning(std::string_view table, std::string_view column) {
  const auto* rule = find_column(*find_table(table), column);
  return rule ? std::string(rule->name) : "";
}

TEST(Schema, PlainNamesIgnoreCaseAndGaps) {
  EXPECT_EQ(plain_name("Revenue_Currency"), "revenue currency");
  EXPECT_EQ(plain_name("  ANTAL - ANSTÄLLDA\t"), "antal anställda");
  EXPECT_EQ(plain_name("Organisations\nnummer"), "organisations nummer");
  EXPECT_EQ(plain_name(""), "");
  EXPECT_EQ(plain_name(" _- "), "");
}

TEST(Schema, FindsTablesByNameAndSwedishAlias) {
  for (const auto& rule : table_rules) EXPECT_EQ(find_table(rule.name), &rule);
  EXPECT_EQ(find_table("Företag")->name, "companies");
  EXPECT_EQ(find_table("MEDLEMMAR")->name, "companies");
  EXPECT_EQ(find_table("medlemskap")->name, "memberships");
  EXPECT_EQ(find_table("länkar")->name, "links");
  EXPECT_EQ(find_table("behov")->name, "needs");
  EXPECT_EQ(find_table("notes"), nullptr);
  EXPECT_EQ(find_table(""), nullptr);
}

TEST(Schema, FindsColumnsThroughAliases) {
  EXPECT_EQ(meaning("companies", "Organisationsnummer"), "id");
  EXPECT_EQ(meaning("companies", "Namn"), "name");
  EXPECT_EQ(meaning("companies", "KOMMUN"), "municipality");
  EXPECT_EQ(meaning("companies", "Län"), "county");
  EXPECT_EQ(meaning("companies", "Antal_anställda"), "size");
  EXPECT_EQ(meaning("companies", "employees"), "size");
  EXPECT_EQ(meaning("companies", "SNI-kod"), "nace");
  EXPECT_EQ(meaning("companies", "Medlem i"), "cluster");
  EXPECT_EQ(meaning("clusters", "nuts"), "region");
  EXPECT_EQ(meaning("links", "Leverantör"), "source");
  EXPECT_EQ(meaning("links", "Köpare"), "target");
  EXPECT_EQ(meaning("links", "från"), "source");
  EXPECT_EQ(meaning("memberships", "från"), "since");  // the same word, by table
  EXPECT_EQ(meaning("needs", "priority"), "value");
  EXPECT_EQ(meaning("companies", "x"), "");
  EXPECT_EQ(meaning("companies", ""), "");
}

// The contract's table of tables: what must be there.
TEST(Schema, RequiresWhatTheContractRequires) {
  const auto required = [](std::string_view table) {
    std::set<std::string> names;
    for (const auto& c : find_table(table)->columns)
      if (c.required) names.emplace(c.name);
    return names;
  };
  using set = std::set<std::string>;
  EXPECT_EQ(required("companies"), set{"id"});
  EXPECT_EQ(required("clusters"), set{"id"});
  EXPECT_EQ(required("memberships"), (set{"company", "cluster"}));
  EXPECT_EQ(required("links"), (set{"source", "target"}));
  EXPECT_EQ(required("participations"), (set{"company", "project"}));
  EXPECT_EQ(required("capabilities"), (set{"company", "capability"}));
  EXPECT_EQ(required("needs"), (set{"company", "capability"}));
  EXPECT_EQ(required("stages"), set{"stage"});
  EXPECT_EQ(required("requirements"), (set{"set", "capability"}));
  EXPECT_EQ(required("flows"), (set{"source", "target", "value"}));
}

// An alias that means two columns, or another column's name, would be decided by the order above.
TEST(Schema, NoAliasIsAmbiguous) {
  std::set<std::string> tables;
  for (const auto& table : table_rules) {
    for (const auto list : {table.name, table.aliases})
      for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find('|', at), list.size());
        EXPECT_TRUE(tables.insert(plain_name(list.substr(at, end - at))).second)
            << table.name << ": " << list.substr(at, end - at);
        at = end + 1;
      }
    std::set<std::string> names;
    for (const auto& c : table.columns)
      for (const auto list : {c.name, c.aliases})
        for (std::size_t at = 0; at < list.size();) {
          const std::size_t end = std::min(list.find('|', at), list.size());
          EXPECT_TRUE(names.insert(plain_name(list.substr(at, end - at))).second)
              << table.name << "." << c.name << ": " << list.substr(at, end - at);
          at = end + 1;
        }
  }
}

TEST(Schema, WordColumnsListTheirWords) {
  for (const auto& table : table_rules)
    for (const auto& c : table.columns)
      EXPECT_EQ(c.type == cell::word, !c.words.empty()) << table.name << "." << c.name;
  EXPECT_TRUE(find_column(*find_table("links"), "kind")->words.starts_with("supply|"));
  EXPECT_TRUE(find_column(*find_table("companies"), "type")->words.starts_with("company|"));
}

}  // namespace
}  // namespace kedja::model
