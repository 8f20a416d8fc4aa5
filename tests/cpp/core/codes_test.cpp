#include <kedja/core/codes.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace kedja {
namespace {

TEST(Codes, TableStandsInTheOrderOfTheEnum) {
  for (std::size_t i = 0; i < code_table.size(); ++i)
    EXPECT_EQ(static_cast<std::size_t>(code_table[i].code), i) << code_table[i].name;
}

TEST(Codes, NamesAreUniqueAndSayTheirSeverity) {
  std::set<std::string_view> names;
  for (const code_info& entry : code_table) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    const char letter = entry.level == severity::error     ? 'E'
                        : entry.level == severity::warning ? 'W'
                                                           : 'I';
    EXPECT_EQ(entry.name[0], letter) << entry.name;
    EXPECT_FALSE(entry.rule.empty());
    EXPECT_FALSE(entry.action.empty());
  }
}

}  // namespace
}  // namespace kedja
