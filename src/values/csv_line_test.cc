#include "values/csv_line.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

// The fields between bars; ~ for one that is not there.
std::string Split(std::string_view line, std::string_view separator = ",") {
  std::string text = "|";
  const CsvSyntax syntax{.separator = std::string(separator)};
  for (const auto& field : SplitCsvLine(line, syntax)) text += field.value_or("~") + "|";
  return text;
}

// With other quotes and escapes.
std::string SplitBy(const CsvSyntax& syntax, std::string_view line) {
  std::string text = "|";
  for (const auto& field : SplitCsvLine(line, syntax)) text += field.value_or("~") + "|";
  return text;
}

std::string Field(std::string_view field, bool is_first = true) {
  std::string line;
  AppendCsvField(field, ",", is_first, /*always=*/false, &line);
  return line;
}

TEST(CsvLine, IsSplitAtSeparators) {
  EXPECT_EQ(Split("1, x ,"), "|1| x |~|");
  EXPECT_EQ(Split(""), "|");
  EXPECT_EQ(Split(","), "|~|~|");
  EXPECT_EQ(Split("a||b", "||"), "|a|b|");
  EXPECT_EQ(Split("a\nb,1"), "|a\nb|1|");
}

TEST(CsvLine, HasQuotedFields) {
  EXPECT_EQ(Split(R"("a,b",1)"), "|a,b|1|");
  EXPECT_EQ(Split(R"("",1)"), "||1|");
  EXPECT_EQ(Split(R"("a\"b","a\\b","a\nb")"), R"(|a"b|a\b|a\nb|)");
  EXPECT_EQ(Split(R"("a"  ,1)"), "|a|1|");
  EXPECT_EQ(Split(R"("a,1)"), "|a,1|");
  EXPECT_EQ(Split(R"("a\",1)"), R"(|a",1|)");
  EXPECT_EQ(Split(R"(")"), R"(|"|)");
}

TEST(CsvLine, KeepsQuotesThatDoNotEncloseAll) {
  EXPECT_EQ(Split(R"(a"b"c, "a")"), R"(|a"b"c| "a"|)");
  EXPECT_EQ(Split(R"("a"b,1)"), R"(|"a"b|1|)");
  EXPECT_EQ(Split(R"("a" x,1)"), R"(|"a" x|1|)");
  EXPECT_EQ(Split(R"("a""b,c",1)"), R"(|"a""b|c"|1|)");
  EXPECT_EQ(Split(R"("a"b"c,d",1)"), R"(|"a"b"c|d"|1|)");
  EXPECT_EQ(Split(R"("""",1)"), R"(|""|1|)");
}

TEST(CsvLine, TakesOtherQuotesAndEscapes) {
  const CsvSyntax doubled{.quote = '"', .escape = '"'};
  EXPECT_EQ(SplitBy(doubled, R"("a""b","a\b","")"), R"(|a"b|a\b||)");
  EXPECT_EQ(SplitBy(doubled, R"("say ""no"", or","""")"), R"(|say "no", or|"|)");
  EXPECT_EQ(SplitBy({.quote = '\'', .escape = '!'}, "'a,!'b','!!',\"c\""), "|a,'b|!|\"c\"|");
  EXPECT_EQ(SplitBy({.quote = '\0'}, R"("a,b")"), R"(|"a|b"|)");
}

TEST(CsvLine, QuotesWhatNeedsIt) {
  EXPECT_EQ(Field("x"), "x");
  EXPECT_EQ(Field("x,y"), R"("x,y")");
  EXPECT_EQ(Field(R"(x"y)"), R"("x\"y")");
  EXPECT_EQ(Field(R"(x\y)"), R"(x\y)");
  EXPECT_EQ(Field(R"(x\,y)"), R"("x\\,y")");
  EXPECT_EQ(Field(""), R"("")");
  EXPECT_EQ(Field("  "), R"("")");
  EXPECT_EQ(Field(" x\t"), "x");
  EXPECT_EQ(Field("#x"), R"("#x")");
  EXPECT_EQ(Field("#x", /*is_first=*/false), "#x");
}

}  // namespace
}  // namespace tarn
