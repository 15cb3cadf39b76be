#include "storage/glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/storage.h"

namespace tarn::storage {
namespace {

struct MatchCase {
  std::string pattern;
  std::string name;
  bool matches;
};

class MatchesSegmentTest : public testing::TestWithParam<MatchCase> {};

TEST_P(MatchesSegmentTest, Matches) {
  const MatchCase& test = GetParam();
  EXPECT_EQ(MatchesSegment(test.pattern, test.name), test.matches)
      << test.pattern << " against " << test.name;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, MatchesSegmentTest,
    testing::Values(
        MatchCase{"", "", true}, MatchCase{"a", "a", true}, MatchCase{"a", "ab", false},
        MatchCase{"*", "", true}, MatchCase{"*", "abc", true}, MatchCase{"*.json", "x.json", true},
        MatchCase{"*.json", "x.jsonl", false}, MatchCase{"a*b*c", "aXbYbZc", true},
        MatchCase{"a*b*c", "aXcYb", false}, MatchCase{"**", "abc", true}, MatchCase{"?", "", false},
        MatchCase{"?", "é", true}, MatchCase{"?", "ab", false}, MatchCase{"*?", "日本", true},
        MatchCase{"[abc]", "b", true}, MatchCase{"[abc]", "d", false},
        MatchCase{"[a-c]x", "bx", true}, MatchCase{"[!a-c]", "d", true},
        MatchCase{"[^a-c]", "b", false}, MatchCase{"[]]", "]", true}, MatchCase{"[!]]", "]", false},
        MatchCase{"[a-]", "-", true}, MatchCase{"[ä-ü]", "ö", true}, MatchCase{"[ä-ü]", "o", false},
        MatchCase{"[abc", "[abc", true}, MatchCase{"[abc", "a", false},
        MatchCase{"a.b", "axb", false}, MatchCase{"20[0-9][0-9]", "2018", true}));

// A backtracking matcher would not come to an end.
TEST(MatchesSegmentTest, ManyStarsAreFast) {
  std::string pattern;
  for (int star = 0; star < 50; ++star) pattern += "*a";
  EXPECT_FALSE(MatchesSegment(pattern + "b", std::string(2000, 'a')));
}

TEST(ParseGlobTest, CutsAtTheFirstWildcard) {
  const Glob glob = ParseGlob("/data//raw/./2018/*/x/**/y.json");
  EXPECT_EQ(glob.literal_prefix, "/data/raw/2018");
  ASSERT_EQ(glob.segments.size(), 4);
  EXPECT_EQ(glob.segments[0].pattern, "*");
  EXPECT_FALSE(glob.segments[0].any_depth);
  EXPECT_EQ(glob.segments[1].pattern, "x");
  EXPECT_TRUE(glob.segments[2].any_depth);
  EXPECT_EQ(glob.segments[3].pattern, "y.json");
}

TEST(ParseGlobTest, WithoutWildcards) {
  EXPECT_EQ(ParseGlob("/a/b[c/").literal_prefix, "/a/b[c");
  EXPECT_TRUE(ParseGlob("/a/b[c/").segments.empty());
  EXPECT_EQ(ParseGlob("/").literal_prefix, "");
}

TEST(ParseGlobTest, EscapedPathIsLiteral) {
  for (const std::string path : {"/a/[b]*?/c", "/plain", "/]/[", "/[!x]"}) {
    const Glob glob = ParseGlob(EscapeGlob(path));
    EXPECT_EQ(glob.literal_prefix, path);
    EXPECT_TRUE(glob.segments.empty());
  }
}

TEST(IsHiddenNameTest, AsSpark) {
  EXPECT_TRUE(IsHiddenName("_SUCCESS"));
  EXPECT_TRUE(IsHiddenName(".crc"));
  EXPECT_FALSE(IsHiddenName("_day=1"));
  EXPECT_FALSE(IsHiddenName("a_b"));
  EXPECT_FALSE(IsHiddenName(""));
}

}  // namespace
}  // namespace tarn::storage
