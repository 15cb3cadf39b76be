#include "sql/statement_end.h"

#include <gtest/gtest.h>

#include <string>

namespace tarn::sql {
namespace {

// The first statement; "…" when it has no end yet.
std::string First(std::string_view sql, DoubleQuotes double_quotes = DoubleQuotes::kNames) {
  const StatementEnd end = FindStatementEnd(sql, double_quotes);
  return end.offset == std::string_view::npos ? "…" : std::string(sql.substr(0, end.offset));
}

TEST(StatementEnd, AtTheFirstSemicolon) {
  EXPECT_EQ(First("SELECT 1; SELECT 2;"), "SELECT 1;");
  EXPECT_EQ(First("SELECT 1\n  ;"), "SELECT 1\n  ;");
  EXPECT_EQ(First("SELECT 1"), "…");
  EXPECT_EQ(First(""), "…");
}

TEST(StatementEnd, NotWithinQuotesAndComments) {
  EXPECT_EQ(First("SELECT ';', 'it''s;', '\\';';"), "SELECT ';', 'it''s;', '\\';';");
  EXPECT_EQ(First("SELECT r'\\';"), "SELECT r'\\';");
  EXPECT_EQ(First("SELECT `a;``;`;"), "SELECT `a;``;`;");
  EXPECT_EQ(First("SELECT 1 -- one; two\n;"), "SELECT 1 -- one; two\n;");
  EXPECT_EQ(First("SELECT /* ; /* ; */ ; */ 1;"), "SELECT /* ; /* ; */ ; */ 1;");
  EXPECT_EQ(First("SELECT \"\\\";"), "SELECT \"\\\";");
  EXPECT_EQ(First("SELECT \"\\\";", DoubleQuotes::kStrings), "…");
}

TEST(StatementEnd, NoneYetWhereSomethingIsOpen) {
  EXPECT_EQ(First("SELECT 'a;"), "…");
  EXPECT_EQ(First("SELECT `a;"), "…");
  EXPECT_EQ(First("SELECT 1 /* ;"), "…");
  EXPECT_EQ(First("SELECT 1; SELECT 'a"), "SELECT 1;");
}

TEST(StatementEnd, TellsWhetherThereIsAnything) {
  const auto has_tokens = [](std::string_view sql) {
    return FindStatementEnd(sql, DoubleQuotes::kNames).has_tokens;
  };
  EXPECT_TRUE(has_tokens("SELECT"));
  EXPECT_TRUE(has_tokens("'a"));
  EXPECT_TRUE(has_tokens("/* a"));
  EXPECT_FALSE(has_tokens(" \n-- a comment"));
  EXPECT_FALSE(has_tokens(" /* a */ ; SELECT 1"));
}

}  // namespace
}  // namespace tarn::sql
