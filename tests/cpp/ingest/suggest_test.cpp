#include <kedja/ingest/suggest.hpp>

#include <gtest/gtest.h>

namespace kedja::ingest {
namespace {

// Levenshtein's own measure: insertions, deletions and changes, each 1.
TEST(Suggest, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("abc", "abc"), 0u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);  // k-s, e-i, +g
  EXPECT_EQ(edit_distance("sitting", "kitten"), 3u);
  EXPECT_EQ(edit_distance("ab", "ba"), 2u);  // a swap is two changes
  EXPECT_EQ(edit_distance("supplies", "supply"), 3u);
}

TEST(Suggest, NamesTheClosestWord) {
  EXPECT_EQ(closest("suply", "supply|collaboration|knowledge"), "; did you mean 'supply'?");
  EXPECT_EQ(closest("knowlege", "supply|collaboration|knowledge"), "; did you mean 'knowledge'?");
  EXPECT_EQ(closest("abcd", "abxx|abcx|xxxx"), "; did you mean 'abcx'?");
  EXPECT_EQ(closest("abcd", "abcx|abcy"), "; did you mean 'abcx'?");  // the first of two
}

TEST(Suggest, IsSilentWhenNothingIsClose) {
  EXPECT_EQ(closest("leverans", "supply|collaboration|knowledge"), "");
  EXPECT_EQ(closest("abc", "xyz"), "");
  EXPECT_EQ(closest("abc", ""), "");
  // Two edits are always near; a long word may have one in three letters wrong.
  EXPECT_EQ(closest("abcd", "abxy"), "; did you mean 'abxy'?");
  EXPECT_EQ(closest("abcd", "axyz"), "");
  EXPECT_EQ(closest("abcdefghi", "abcdefxyz"), "; did you mean 'abcdefxyz'?");
  EXPECT_EQ(closest("abcdefghi", "abcdewxyz"), "");
}

}  // namespace
}  // namespace kedja::ingest
