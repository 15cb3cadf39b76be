#include "sql/string_literal.h"

#include <gtest/gtest.h>

namespace tarn::sql {
namespace {

TEST(UnescapeString, TakesSparksEscapes) {
  EXPECT_EQ(UnescapeString("''"), "");
  EXPECT_EQ(UnescapeString("'plain'"), "plain");
  EXPECT_EQ(UnescapeString("'it''s'"), "it's");
  EXPECT_EQ(UnescapeString(R"('\b\n\r\t\Z\\\"\x')"), "\b\n\r\t\x1A\\\"x");
  EXPECT_EQ(UnescapeString(R"('10\% \_')"), R"(10\% \_)");
  EXPECT_EQ(UnescapeString(R"('a\0b')"), std::string("a\0b", 3));
  EXPECT_EQ(UnescapeString(R"('\101\0411')"), "A!1");
  EXPECT_EQ(UnescapeString(R"('\201')"), "201");
  EXPECT_EQ(UnescapeString(R"('it\'s')"), "it's");
}

TEST(UnescapeString, Unicode) {
  EXPECT_EQ(UnescapeString(R"('\u00e9\u20AC')"), "é€");
  EXPECT_EQ(UnescapeString(R"('\ud83d\ude00\U0001F600')"), "😀😀");
  EXPECT_EQ(UnescapeString(R"('\ud83d')"), "?");
  EXPECT_EQ(UnescapeString(R"('\u00g')"), "u00g");
  EXPECT_EQ(UnescapeString(R"('\U0001F60')"), "U0001F60");
}

TEST(UnescapeString, BothQuotesAndRawStrings) {
  EXPECT_EQ(UnescapeString(R"("it's ""a"" \"b\"")"), R"(it's "a" "b")");
  EXPECT_EQ(UnescapeString(R"('a "b"')"), R"(a "b")");
  EXPECT_EQ(UnescapeString(R"(r'\n\')"), R"(\n\)");
  EXPECT_EQ(UnescapeString(R"(R"a'\d")"), R"(a'\d)");
}

}  // namespace
}  // namespace tarn::sql
