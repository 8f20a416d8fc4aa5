#include <kedja/model/fold_case.hpp>

#include <gtest/gtest.h>

namespace kedja::model {
namespace {

TEST(FoldCase, LowersAsciiAndLatin1) {
  EXPECT_EQ(fold_case("ABCXYZ @[`{ 019"), "abcxyz @[`{ 019");
  EXPECT_EQ(fold_case("ÅÄÖÉÜÀÞ"), "åäöéüàþ");
  EXPECT_EQ(fold_case("Växjö AB"), "växjö ab");
  EXPECT_EQ(fold_case(""), "");
}

TEST(FoldCase, LeavesTheRest) {
  EXPECT_EQ(fold_case("×÷ßÿ"), "×÷ßÿ");  // the multiplication sign stands among the capitals
  EXPECT_EQ(fold_case("ŠЖΩ"), "ŠЖΩ");
  EXPECT_EQ(fold_case("\xC3"), "\xC3");  // cut off
}

TEST(Composed, JoinsLetterAndMark) {
  EXPECT_EQ(composed("A\u030Alvsta\u030Al"), "Ålvstål");
  EXPECT_EQ(composed("a\u0308o\u0308e\u0301n\u0303c\u0327u\u0302i\u0300"), "äöéñçûì");
  EXPECT_EQ(composed("Ålvstål"), "Ålvstål");
  EXPECT_EQ(composed(""), "");
}

TEST(Composed, LeavesWhatHasNoLatin1Character) {
  EXPECT_EQ(composed("x\u0308"), "x\u0308");
  EXPECT_EQ(composed("s\u030C"), "s\u030C");
  EXPECT_EQ(composed("\u0308a"), "\u0308a");
  EXPECT_EQ(composed("a\xCC"), "a\xCC");  // cut off
  EXPECT_EQ(composed("a\u0308\u0301"), "ä\u0301");
}

}  // namespace
}  // namespace kedja::model
