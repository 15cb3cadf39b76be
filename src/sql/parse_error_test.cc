#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/ast_text.h"
#include "sql/parse.h"

namespace tarn::sql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Status ParseStatus(const std::string& sql) {
  return Parse(std::make_shared<const Text>(Text{"songs.sql", sql})).status();
}

// "line:column: message" of each diagnostic.
std::vector<std::string> Errors(const std::string& sql) {
  std::vector<std::string> errors;
  Status status = ParseStatus(sql);
  EXPECT_TRUE(status.ok() || KindOf(status) == ErrorKind::kBadInput) << status;
  for (const Diagnostic& diagnostic : DiagnosticsOf(status)) {
    EXPECT_EQ(diagnostic.file, "songs.sql");
    EXPECT_FALSE(diagnostic.excerpt.empty());
    errors.push_back(std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) +
                     ": " + diagnostic.message);
  }
  return errors;
}

std::string HintOf(const std::string& sql) {
  Status status = ParseStatus(sql);
  return status.ok() ? "no error" : DiagnosticsOf(status)[0].hint;
}

TEST(SyntaxErrors, CarryLineColumnAndCaret) {
  EXPECT_EQ(MessageOf(ParseStatus("SELECT a\nFROM t\nWHERE `é` = 'ü' AN b")),
            "songs.sql:3:17: syntax error at AN: expected the end of the query\n"
            "  WHERE `é` = 'ü' AN b\n"
            "                  ^^\n"
            "  hint: did you mean AND?");
}

// As Spark's lexer does, which counts these words.
TEST(SyntaxErrors, ShiftsBehindTheWordsOfNestedTypes) {
  for (const char* sql : {"SELECT array(8)[0] >> 1", "SELECT map, a >>> 1 FROM t",
                          "SELECT STRUCT(1), array(1), 1 > 2, 8 >> 1"}) {
    EXPECT_THAT(Errors(sql), ElementsAre(HasSubstr("an operator behind"))) << sql;
  }
  EXPECT_THAT(HintOf("SELECT array(8)[0] >> 1"), HasSubstr("shiftright(value, bits)"));
  for (const char* sql :
       {"SELECT `array` >> 1", "SELECT a::array<int> >> 1", "SELECT arrays >> 1",
        "SELECT array(1), 1 > 2, 8 >> 1", "SELECT array(1)[0] << 1", "SELECT 8 >> 1, array(1)"}) {
    EXPECT_THAT(Errors(sql), ::testing::IsEmpty()) << sql;
  }
}

TEST(SyntaxErrors, NamesInDoubleQuotesThatAreForText) {
  const auto text = std::make_shared<Text>(Text{"songs.sql", "SELECT 1 AS \"z\""});
  const Status status = Parse(text, DoubleQuotes::kStrings).status();
  ASSERT_THAT(DiagnosticsOf(status), ::testing::SizeIs(1));
  EXPECT_EQ(DiagnosticsOf(status)[0].column, 13);
  EXPECT_THAT(DiagnosticsOf(status)[0].hint, HasSubstr("names stand in backticks"));
}

TEST(SyntaxErrors, ParenthesesAroundALambdasOnlyParameter) {
  EXPECT_THAT(Errors("SELECT exists(l, (x) -> true)"),
              ElementsAre("1:18: parentheses around a lambda's only parameter"));
  EXPECT_EQ(HintOf("SELECT exists(l, (x) -> true)"), "write x -> …");
  EXPECT_EQ(HintOf("SELECT transform(l, (x, i) -> x)"), "no error");
}

TEST(SyntaxErrors, AtTheEnd) {
  EXPECT_THAT(Errors("SELECT a FROM"),
              ElementsAre("1:14: syntax error at the end: expected a table"));
  EXPECT_THAT(Errors("SELECT 'a"), ElementsAre("1:8: string without an end"));
  EXPECT_THAT(Errors("SELECT 'a\\' FROM t"), ElementsAre("1:8: string without an end"));
  EXPECT_THAT(Errors("SELECT /* /* a */"), ElementsAre("1:8: comment without an end"));
  EXPECT_THAT(Errors("SELECT \"a"), ElementsAre("1:8: quoted name without an end"));
  EXPECT_THAT(Errors("SELECT `a"), ElementsAre("1:8: quoted name without an end"));
}

TEST(SyntaxErrors, SayWhatWasExpected) {
  EXPECT_THAT(Errors("SELECT a FROM t WHERE (a = 1"),
              ElementsAre("1:29: syntax error at the end: expected ) after the expression"));
  EXPECT_THAT(Errors("SELECT CASE a WHEN 1 ELSE 2 END"),
              ElementsAre("1:22: syntax error at ELSE: expected THEN after the condition of WHEN"));
  EXPECT_THAT(Errors("SELECT a BETWEEN 1 OR 2"),
              ElementsAre("1:20: syntax error at OR: expected AND of BETWEEN"));
  EXPECT_THAT(Errors("SELECT sum(a) OVER (PARTITION a)"),
              ElementsAre("1:21: syntax error at PARTITION: expected PARTITION BY, ORDER BY, ROWS, "
                          "RANGE or ) in OVER"));
  EXPECT_THAT(Errors("SELECT 1 FROM a JOIN b USING k"),
              ElementsAre("1:30: syntax error at k: expected ( before the names"));
  EXPECT_THAT(Errors("SELECT a IS NULL IS NULL"),
              ElementsAre("1:18: syntax error at IS: expected the end of the query"));
  EXPECT_THAT(Errors("SELECT a = NOT b"),
              ElementsAre("1:12: syntax error at NOT: expected an expression"));
  EXPECT_THAT(Errors("SELECT é"),
              ElementsAre("1:8: a name with letters beyond a to z needs quotes: é"));
  EXPECT_THAT(Errors("SELECT a AS b-c"), ElementsAre("1:13: a name with a hyphen needs quotes"));
  EXPECT_THAT(Errors("SELECT X'1G'"), ElementsAre("1:8: not hexadecimal digits: 1G"));
  EXPECT_THAT(Errors("SELECT int '3'"),
              ElementsAre("1:8: a literal of this type is not supported: int"));
}

TEST(SyntaxErrors, OfSeveralItemsAreFoundTogether) {
  EXPECT_THAT(Errors("SELECT a +, f(b c), (d, CAST(e AS strin))\nFROM t"),
              ElementsAre("1:11: syntax error at ,: expected an expression",
                          "1:17: syntax error at c: expected ) after the arguments of f",
                          "1:35: type strin is not supported"));
  EXPECT_THAT(Errors("SELECT a FROM t ORDER BY a b, c NULLS, d"),
              ElementsAre("1:28: syntax error at b: expected the end of the query"));
}

TEST(SyntaxErrors, HintAtOtherDialects) {
  EXPECT_THAT(HintOf("SELECT a, FROM t"), HasSubstr("comma"));
  EXPECT_THAT(HintOf("SELECT FROM t"), HasSubstr("`FROM`"));
  EXPECT_THAT(HintOf("SELECT a FORM t"), HasSubstr("did you mean FROM?"));
  EXPECT_THAT(HintOf("SELECT a::text"), HasSubstr("STRING"));
  EXPECT_THAT(HintOf("SELECT a::strin"), HasSubstr("did you mean string?"));
  EXPECT_THAT(HintOf("SELECT a SIMILAR TO 'x'"), HasSubstr("RLIKE"));
  EXPECT_THAT(HintOf("SELECT a ~ 'x'"), HasSubstr("RLIKE"));
  EXPECT_THAT(HintOf("SELECT a LIKE 'x' ESCAPE '//'"), HasSubstr("ESCAPE '/'"));
  EXPECT_THAT(HintOf("SELECT a LIKE 'x' ESCAPE ''"), HasSubstr("ESCAPE '/'"));
  EXPECT_THAT(HintOf("SELECT 1 FETCH FIRST 3 ROWS ONLY"), HasSubstr("LIMIT"));
  EXPECT_THAT(HintOf("SELECT a AT TIME ZONE 'UTC'"), HasSubstr("from_utc_timestamp"));
  EXPECT_THAT(HintOf("SELECT a FROM t WHERE a = 1 \"x\""), HasSubstr("single quotes"));
}

TEST(Statements, OneSelectIsWanted) {
  EXPECT_THAT(Errors(""), ElementsAre("1:1: no SQL statement in this text"));
  EXPECT_THAT(Errors(" ;\n-- comment"), ElementsAre("1:1: no SQL statement in this text"));
  EXPECT_THAT(Errors("SELECT 1;\nSELECT 2"),
              ElementsAre("2:1: more than one statement is not supported"));
  EXPECT_THAT(Errors("-- c\nINSERT INTO t SELECT 1"), ElementsAre("2:1: INSERT is not supported"));
  EXPECT_THAT(Errors("CREATE TABLE t AS SELECT 1"), ElementsAre("1:1: CREATE is not supported"));
}

TEST(Unsupported, AllAreReportedTogetherInOrder) {
  EXPECT_THAT(Errors("SELECT :x, b[1]\nFROM s.t NATURAL JOIN u\nWHERE EXISTS (SELECT 1)\n"
                     "ORDER BY ? LIMIT 3 OFFSET 4"),
              ElementsAre("1:8: a parameter is not supported",
                          "2:6: a schema before a table is not supported",
                          "4:10: a parameter is not supported"));
}

TEST(Unsupported, IsFoundInSubqueries) {
  EXPECT_THAT(
      Errors("SELECT (SELECT :y) FROM t WHERE EXISTS (SELECT ?) OR a[0] IN (SELECT :x)"),
      ElementsAre("1:16: a parameter is not supported", "1:48: a parameter is not supported",
                  "1:70: a parameter is not supported"));
}

TEST(Unsupported, Queries) {
  EXPECT_THAT(Errors("SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS a"),
              ElementsAre("1:15: UNION BY NAME is not supported"));
  EXPECT_THAT(Errors("WITH RECURSIVE t AS (SELECT 1) SELECT 1 FROM t"),
              ElementsAre("1:6: WITH RECURSIVE is not supported"));
}

TEST(Unsupported, Tables) {
  EXPECT_THAT(Errors("SELECT 1 FROM t NATURAL LEFT SEMI JOIN u"),
              ElementsAre("1:15: NATURAL with SEMI or ANTI is not supported"));
  EXPECT_THAT(Errors("SELECT 1 FROM (a CROSS JOIN b) AS c"),
              ElementsAre("1:16: a name for a join is not supported"));
}

TEST(Unsupported, Expressions) {
  EXPECT_THAT(Errors("SELECT a IN (SELECT 1), b[1], c COLLATE utf8"),
              ElementsAre("1:31: COLLATE is not supported"));
  EXPECT_THAT(Errors("SELECT c COLLATE utf8_binary, collation(c COLLATE UTF8_LCASE), "
                     "collation(upper(c COLLATE UTF8_LCASE))"),
              ElementsAre("1:80: COLLATE is not supported"));
  EXPECT_THAT(Errors("SELECT f.g(1), f(x => 1), a"),
              ElementsAre("1:8: a schema before a function is not supported"));
  EXPECT_THAT(Errors("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c), "
                     "CAST(a AS ARRAY<INTERVAL>), a::varchar(3)"),
              ElementsAre("1:72: type interval in a cast is not supported",
                          "1:87: a length of varchar is not supported"));
}

TEST(Limits, TextMustBeUtf8WithoutNul) {
  EXPECT_THAT(Errors("SELECT '\xFF'"), ElementsAre("1:1: text is not valid UTF-8"));
  EXPECT_THAT(Errors(std::string("SELECT 1\0", 9)), ElementsAre("1:9: text contains a NUL byte"));
}

std::string Repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Limits, DepthIsBounded) {
  std::string too_deep = "nested too deeply: more than 500 levels";
  for (const std::string& sql :
       {"SELECT 1" + Repeat(" + 1", 600), "SELECT " + Repeat("NOT ", 600) + "a",
        "SELECT " + Repeat("f(", 600) + "a" + Repeat(")", 600), "SELECT a" + Repeat("::int", 600),
        "SELECT 1" + Repeat(" UNION SELECT 1", 600),
        "SELECT 1 FROM t" + Repeat(" JOIN t USING (a)", 600),
        "SELECT 1 FROM " + Repeat("(SELECT 1 FROM ", 600) + "t" + Repeat(") AS t", 600)}) {
    EXPECT_THAT(Errors(sql), ElementsAre(HasSubstr(too_deep))) << sql.substr(0, 40);
  }
  for (const std::string& sql :
       {"SELECT 1" + Repeat(" + 1", 400), "SELECT " + Repeat("(", 400) + "a" + Repeat(")", 400),
        "SELECT 1 FROM t WHERE a = 1" + Repeat(" OR a = 1", 3000),
        "SELECT a IN (1" + Repeat(", 1", 30'000) + ")"}) {
    EXPECT_TRUE(ParseStatus(sql).ok()) << ParseStatus(sql).message().substr(0, 200);
  }
}

TEST(Limits, ManyBrackets) {
  for (const std::string open : {"(", "f("}) {
    EXPECT_THAT(
        Errors("SELECT " + Repeat(open, 15'000) + "a" + Repeat(")", 15'000) + " AS x FROM t"),
        ElementsAre(HasSubstr("nested too deeply")))
        << open;
  }
}

// What an operator repeats doubles with each level.
TEST(Limits, RepeatedOperandsAreBounded) {
  const auto nested = [](const std::string& begin, const std::string& end, int levels) {
    return "SELECT " + Repeat(begin, levels) + "a" + Repeat(end, levels) + " AS x FROM t";
  };
  const std::string too_many = "too many expressions: more than 1000000";
  EXPECT_THAT(Errors(nested("(", " BETWEEN 1 AND 2)", 40)), ElementsAre(HasSubstr(too_many)));
  EXPECT_THAT(Errors(nested("CASE (", ") WHEN 1 THEN 1 WHEN 2 THEN 2 END", 40)),
              ElementsAre(HasSubstr(too_many)));
  EXPECT_TRUE(ParseStatus(nested("(", " BETWEEN 1 AND 2)", 10)).ok());
  EXPECT_TRUE(ParseStatus(nested("CASE (", ") WHEN 1 THEN 1 END", 100)).ok());
}

TEST(Limits, HugeTexts) {
  EXPECT_THAT(Errors("SELECT 1" + Repeat(" + 1", 200'000)),
              ElementsAre(HasSubstr("nested too deeply")));
  EXPECT_THAT(Errors("SELECT " + Repeat("(", 200'000)),
              ElementsAre(HasSubstr("nested too deeply")));
  EXPECT_THAT(Errors("SELECT " + Repeat("- ", 200'000) + "a"),
              ElementsAre(HasSubstr("nested too deeply")));
}

}  // namespace
}  // namespace tarn::sql
