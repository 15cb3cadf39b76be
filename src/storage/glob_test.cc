#include "storage/glob.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/storage.h"

namespace tarn::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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
        // What is not UTF-8 is matched byte by byte.
        MatchCase{"*.json", "\xFF.json", true}, MatchCase{"*.json", "caf\xE9.json", true},
        MatchCase{"?.json", "\xE9.json", true}, MatchCase{"?", "\xE6\x97", false},
        MatchCase{"??", "\xE6\x97", true}, MatchCase{"?", "\xED\xA0\x80", false},
        MatchCase{"[!a]", "\xFF", true}, MatchCase{"[a-z]", "\xFF", false},
        MatchCase{"[\xF0-\xFF]x", "\xFEx", true}, MatchCase{"*\xFF*", "a\xFF.json", true},
        MatchCase{"x*y", "x\xF0y", true}, MatchCase{"*-{yyyy}", "\xF0-2018", true},
        MatchCase{"[abc", "[abc", true}, MatchCase{"[abc", "a", false},
        MatchCase{"a.b", "axb", false}, MatchCase{"20[0-9][0-9]", "2018", true},
        MatchCase{"{yyyy}", "2018", true}, MatchCase{"{yyyy}", "0000", false},
        MatchCase{"{yyyy}", "218", false}, MatchCase{"{yyyy}", "20180", false},
        MatchCase{"e-{yyyy}-{MM}-{dd}.gz", "e-2018-11-30.gz", true},
        MatchCase{"e-{yyyy}-{MM}-{dd}.gz", "e-2018-11-31.gz", false},
        MatchCase{"{yyyy}{MM}{dd}", "20190229", false},
        MatchCase{"{yyyy}{MM}{dd}", "20200229", true}, MatchCase{"{dd}.{MM}", "29.02", true},
        MatchCase{"{dd}.{MM}.{yyyy}", "29.02.2019", false}, MatchCase{"{MM}", "13", false},
        MatchCase{"{HH}", "24", false}, MatchCase{"{HH}", "00", true},
        MatchCase{"{MM}-{MM}", "11-12", false}, MatchCase{"{MM}-{MM}", "11-11", true},
        MatchCase{"*{yyyy}{MM}*", "id77-201811.json", true},
        MatchCase{"*{MM}{dd}", "13131231", true}, MatchCase{"{mm}", "{mm}", true},
        MatchCase{"[{]yyyy}", "{yyyy}", true}, MatchCase{"[{]yyyy}", "2018", false}));

// A backtracking matcher would not come to an end.
TEST(MatchesSegmentTest, ManyStarsAreFast) {
  std::string pattern;
  for (int star = 0; star < 50; ++star) pattern += "*a";
  EXPECT_FALSE(MatchesSegment(pattern + "b", std::string(2000, 'a')));
}

GlobBranch ParseOne(const std::string& pattern) {
  const Glob glob = ParseGlob(pattern).ValueOrDie();
  EXPECT_EQ(glob.branches.size(), 1) << pattern;
  return glob.branches.at(0);
}

// `/prefix|pattern,pattern|**` for each branch.
std::vector<std::string> BranchTexts(const std::string& pattern) {
  std::vector<std::string> texts;
  for (const GlobBranch& branch : ParseGlob(pattern).ValueOrDie().branches) {
    std::string text = branch.literal_prefix;
    for (const GlobSegment& segment : branch.segments) {
      text += segment.any_depth ? "|**" : fmt::format("|{}", fmt::join(segment.patterns, ","));
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

TEST(ParseGlobTest, CutsAtTheFirstWildcard) {
  const GlobBranch glob = ParseOne("/data//raw/./2018/*/x/**/y.json");
  EXPECT_EQ(glob.literal_prefix, "/data/raw/2018");
  ASSERT_EQ(glob.segments.size(), 4);
  EXPECT_THAT(glob.segments[0].patterns, ElementsAre("*"));
  EXPECT_FALSE(glob.segments[0].any_depth);
  EXPECT_THAT(glob.segments[1].patterns, ElementsAre("x"));
  EXPECT_TRUE(glob.segments[2].any_depth);
  EXPECT_THAT(glob.segments[3].patterns, ElementsAre("y.json"));
}

TEST(ParseGlobTest, WithoutWildcards) {
  EXPECT_EQ(ParseOne("/a/b[c/").literal_prefix, "/a/b[c");
  EXPECT_TRUE(ParseOne("/a/b[c/").segments.empty());
  EXPECT_EQ(ParseOne("/").literal_prefix, "");
}

TEST(ParseGlobTest, EscapedPathIsLiteral) {
  for (const std::string path :
       {"/a/[b]*?/c", "/plain", "/]/[", "/[!x]", "/{a,b}/{yyyy}/c{}[{]", R"(/a\[b]\\c/\)"}) {
    const GlobBranch glob = ParseOne(EscapeGlob(path));
    EXPECT_EQ(glob.literal_prefix, path);
    EXPECT_TRUE(glob.segments.empty());
  }
}

TEST(ParseGlobTest, ABackslashEscapes) {
  EXPECT_EQ(ParseOne(R"(/a\[1\]/\{x\,y\}\*\?.json)").literal_prefix, "/a[1]/{x,y}*?.json");
  EXPECT_EQ(ParseOne(R"(/a\\b/c\d\)").literal_prefix, R"(/a\b/c\d\)");
  EXPECT_EQ(ParseOne(R"(/\{yyyy}/x)").literal_prefix, "/{yyyy}/x");
  const GlobBranch glob = ParseOne(R"(/a/\[*\]*.json)");
  EXPECT_TRUE(MatchesSegment(glob.segments[0].patterns[0], "[b]c.json"));
  EXPECT_FALSE(MatchesSegment(glob.segments[0].patterns[0], "bc.json"));
}

TEST(ParseGlobTest, Alternatives) {
  EXPECT_THAT(BranchTexts("/x/*.{json,ndjson{,.gz}}"),
              ElementsAre("/x|*.json,*.ndjson,*.ndjson.gz"));
  EXPECT_THAT(BranchTexts("/x/{a,b}/*"), ElementsAre("/x|a,b|*"));
  EXPECT_THAT(BranchTexts("/{a,b/{c,d}}/*"), ElementsAre("/a|*", "/b|c,d|*"));
  EXPECT_THAT(BranchTexts("/x{,/y}/*"), ElementsAre("/x|*", "/x/y|*"));
  EXPECT_THAT(BranchTexts("/x/{,y,**}/*"), ElementsAre("/x|*", "/x|**|*", "/x/y|*"));
  EXPECT_THAT(BranchTexts("/x/{a,a,b}{,}/*"), ElementsAre("/x|a,b|*"));
  EXPECT_THAT(BranchTexts("/{a}/*"), ElementsAre("/a|*"));
  EXPECT_THAT(BranchTexts("/{{yyyy},old}/{MM}"), ElementsAre("|{yyyy},old|{MM}"));
  // Without wildcards each names a file or a folder.
  EXPECT_THAT(BranchTexts("/{a,b}/c"), ElementsAre("/a/c", "/b/c"));
  EXPECT_THAT(BranchTexts("/{a,b*}"), ElementsAre("/a", "|a,b*"));
}

TEST(ParseGlobTest, BracesThatStandForThemselves) {
  EXPECT_THAT(BranchTexts("/a{b,c/*"), ElementsAre("/a{b,c|*"));
  EXPECT_THAT(BranchTexts("/a}b/*"), ElementsAre("/a}b|*"));
  EXPECT_THAT(BranchTexts("/{a{b,c}/*"), ElementsAre("|{ab,{ac|*"));
  EXPECT_THAT(BranchTexts("/[{]a,b}/*"), ElementsAre("/{a,b}|*"));
  EXPECT_THAT(BranchTexts("/{x[,}]y,z}/*"), ElementsAre("|x[,}]y,z|*"));
}

TEST(ParseGlobTest, TooManyAlternatives) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "{a,b}";
  for (const std::string& glob : {"/" + pattern, "/x/*" + pattern, "/{x/,y}" + pattern}) {
    EXPECT_THAT(ParseGlob(glob).status().message(), HasSubstr("more than 1000 paths")) << glob;
  }
  std::string folders;
  for (int i = 0; i < 40; ++i) folders += "/{a,b}";
  EXPECT_THAT(ParseGlob(folders).status().message(), HasSubstr("more than 1000 paths"));
  EXPECT_TRUE(ParseGlob(folders + "/*").ok());
}

TEST(SpanOfTest, FinestUnitWithAllCoarserOnes) {
  constexpr int64_t kHour = int64_t{3600} * 1'000'000;
  EXPECT_EQ(SpanOf({1970, 1, 1, 5}), (Period{5 * kHour, 6 * kHour}));
  EXPECT_EQ(SpanOf({1970, 1, 2}), (Period{24 * kHour, 48 * kHour}));
  EXPECT_EQ(SpanOf({1970, 2}), (Period{31 * 24 * kHour, 59 * 24 * kHour}));
  EXPECT_EQ(SpanOf({1970}), (Period{0, 365 * 24 * kHour}));
  EXPECT_EQ(SpanOf({1970, -1, 5, 3}), SpanOf({1970}));
  EXPECT_TRUE(SpanOf({-1, 5, 3}).is_all_time());
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
