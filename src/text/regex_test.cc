#include "text/regex.h"

#include <gtest/gtest.h>

#include "text/java_regex.h"

namespace tarn::text {
namespace {

using Re2Use = EnginePatterns::Re2Use;

bool Finds(std::string_view text, std::string_view pattern) {
  const auto regex = Regex::Make(pattern);
  EXPECT_TRUE(regex.ok()) << pattern << ": " << regex.status();
  return regex.ok() && RegexSearch(**regex).Finds(text).ValueOrDie();
}

// All matches, as text between bars.
std::string Matches(std::string_view text, std::string_view pattern, int group = 0) {
  const auto regex = Regex::Make(pattern);
  EXPECT_TRUE(regex.ok()) << pattern << ": " << regex.status();
  if (!regex.ok()) return "";
  RegexSearch search(**regex);
  EXPECT_TRUE(search.Begin(text).ok());
  std::string matches;
  while (search.Next().ValueOrDie()) {
    matches += "|" + std::string(search.group(group).value_or("none"));
  }
  return matches;
}

Re2Use UseOf(std::string_view pattern) { return TranslateJavaRegex(pattern).ValueOrDie().re2_use; }

TEST(RegexTest, ClassesAreOfAscii) {
  EXPECT_TRUE(Finds("a1_", "^\\w\\d\\w$"));
  EXPECT_FALSE(Finds("é", "\\w"));
  EXPECT_FALSE(Finds("１", "\\d"));
  EXPECT_FALSE(Finds("\u00A0", "\\s"));
  EXPECT_TRUE(Finds("\v", "\\s"));
  EXPECT_TRUE(Finds("１", "(?U)\\d"));
  EXPECT_TRUE(Finds("é", "\\p{L}"));
  EXPECT_TRUE(Finds("é", "\\p{IsAlphabetic}"));
  EXPECT_FALSE(Finds("é", "\\p{Alpha}"));
  EXPECT_TRUE(Finds("é", "\\P{Alpha}"));
}

TEST(RegexTest, ClassesAreComputed) {
  EXPECT_EQ(Matches("abcd", "[a-z&&[^b]]"), "|a|c|d");
  EXPECT_EQ(Matches("abcd", "[a-d&&b-z]"), "|b|c|d");
  EXPECT_EQ(Matches("abcd", "[^a-b]"), "|c|d");
  EXPECT_EQ(Matches("a[]-^&", "[\\[\\]^&-]"), "|[|]|-|^|&");
  EXPECT_EQ(Matches("abcde", "[a[de]]"), "|a|d|e");
  EXPECT_EQ(Matches("]a", "[]a]"), "|]|a");
  EXPECT_EQ(Matches("a.b", "[\\Q.\\E]"), "|.");
}

TEST(RegexTest, CaseIsIgnoredInAsciiAlone) {
  EXPECT_TRUE(Finds("ABC", "(?i)abc"));
  EXPECT_TRUE(Finds("B", "(?i)[a-c]"));
  EXPECT_FALSE(Finds("\u212A", "(?i)k"));  // the sign of Kelvin
  EXPECT_FALSE(Finds("é", "(?i)É"));
  EXPECT_TRUE(Finds("é", "(?iu)É"));
  EXPECT_FALSE(Finds("aB", "a(?i:c)|ab"));
}

TEST(RegexTest, LinesEndAsInJava) {
  EXPECT_TRUE(Finds("a\n", "^a$"));
  EXPECT_TRUE(Finds("a\r\n", "^a$"));
  EXPECT_TRUE(Finds("a\u2028", "a$"));
  EXPECT_FALSE(Finds("a\n\n", "^a$"));
  EXPECT_FALSE(Finds("a\n", "^a\\z"));
  EXPECT_TRUE(Finds("a\n", "a\\Z"));
  EXPECT_FALSE(Finds("\r", "."));
  EXPECT_FALSE(Finds("\u0085", "."));
  EXPECT_TRUE(Finds("\v", "."));
  EXPECT_TRUE(Finds("\n", "(?s)."));
  EXPECT_EQ(Matches("a\nb\r\nc", "(?m)^.$"), "|a|b|c");
  EXPECT_FALSE(Finds("", "(?m)^"));
  EXPECT_EQ(Matches("a\n", "$"), "||");
}

TEST(RegexTest, LooksAroundAndBack) {
  EXPECT_EQ(Matches("price 12", "(?<=price )\\d+"), "|12");
  EXPECT_FALSE(Finds("ab", "a(?!b)"));
  EXPECT_TRUE(Finds("abab", "^(ab)\\1$"));
  EXPECT_TRUE(Finds("abAB", "^(?i)(ab)\\1$"));
  EXPECT_TRUE(Finds("aa", "^(?<x>a)\\k<x>$"));
  EXPECT_FALSE(Finds("aaa", "^a*+a"));
  EXPECT_FALSE(Finds("aaa", "^(?>a*)a"));
}

TEST(RegexTest, EmptyMatchesStandBetweenCharacters) {
  EXPECT_EQ(Matches("baaac", "a*"), "||aaa||");
  EXPECT_EQ(Matches("😀é", ""), "|||");
  EXPECT_EQ(Matches("😀é", "(?=.)"), "||");
}

TEST(RegexTest, GroupsMayTakeNoPart) {
  EXPECT_EQ(Matches("ab", "(a)|(b)", 2), "|none|b");
  EXPECT_EQ(Matches("ab", "(a)(?=b)|(b)", 2), "|none|b");
  EXPECT_EQ(Regex::Make("(?<year>\\d+)-(?:x)(y)").ValueOrDie()->num_groups(), 2);
  EXPECT_EQ(Regex::Make("(?<year>\\d+)").ValueOrDie()->GroupNamed("year"), 1);
  EXPECT_EQ(Regex::Make("(?<year>\\d+)").ValueOrDie()->GroupNamed("day"), std::nullopt);
}

TEST(RegexTest, EscapesAndQuotations) {
  EXPECT_TRUE(Finds("a.b", "^a\\Q.\\Eb$"));
  EXPECT_FALSE(Finds("axb", "^a\\Q.\\Eb$"));
  EXPECT_TRUE(Finds("a...", "^a\\Q.\\E+$"));
  EXPECT_TRUE(Finds("A\t\u00E9😀", "^\\x41\\t\\u00e9\\x{1F600}$"));
  EXPECT_TRUE(Finds("😀", "^\\uD83D\\uDE00$"));
  EXPECT_TRUE(Finds("S", "^\\0123$"));
  EXPECT_TRUE(Finds("a]}", "^a]}$"));
  EXPECT_TRUE(Finds("ab", "(?x) a  b # text"));
}

TEST(RegexTest, WordsHaveLettersOfAllScripts) {
  EXPECT_TRUE(Finds("é", "\\bé\\b"));
  EXPECT_EQ(Matches("ab éc", "\\b\\S+\\b"), "|ab|éc");
}

TEST(RegexTest, RefusesWhatJavaRefuses) {
  for (const char* pattern :
       {"(",     ")",        "a)",     "[",     "[a",    "*a",          "a**",
        "a{",    "{",        "a{2,1}", "\\",    "\\y",   "(?<1>a)",     "(?<a>x)(?<a>y)",
        "[z-a]", "\\p{Foo}", "\\k<a>", "(?j)a", "\\u12", "\\x{110000}", "[&&]"}) {
    EXPECT_TRUE(Regex::Make(pattern).status().IsInvalid()) << pattern;
  }
}

TEST(RegexTest, Re2FindsWhatMeansTheSame) {
  EXPECT_EQ(UseOf("(\\d+)-(\\w*?)"), Re2Use::kMatches);
  EXPECT_EQ(UseOf("^[a-z&&[^b]]{2,5}.(?i)x"), Re2Use::kMatches);
  EXPECT_EQ(UseOf("a$"), Re2Use::kFinds);
  EXPECT_EQ(UseOf("(a|b)*c"), Re2Use::kFinds);
  EXPECT_EQ(UseOf("a$b"), Re2Use::kNever);
  EXPECT_EQ(UseOf("\\r$"), Re2Use::kNever);
  EXPECT_EQ(UseOf("(a)\\1"), Re2Use::kNever);
  EXPECT_EQ(UseOf("a(?=b)"), Re2Use::kNever);
  EXPECT_TRUE(TranslateJavaRegex("\\ba").ValueOrDie().re2_needs_ascii);
}

TEST(RegexTest, StepsAreLimited) {
  const auto regex = Regex::Make("^(a+)+\\1$").ValueOrDie();
  EXPECT_TRUE(RegexSearch(*regex).Finds(std::string(60, 'a') + "b").status().IsInvalid());
}

TEST(RegexTest, OneSearchTakesOneTextAfterAnother) {
  const auto regex = Regex::Make("\\b(?<first>[a-zé])").ValueOrDie();
  RegexSearch search(*regex);
  for (const std::string text : {"ab", "éa", "", "xa"}) {
    ASSERT_TRUE(search.Begin(text).ok());
    EXPECT_EQ(search.Next().ValueOrDie(), !text.empty());
  }
}

}  // namespace
}  // namespace tarn::text
