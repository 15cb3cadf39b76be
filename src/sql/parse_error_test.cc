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
  if (!status.ok()) EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
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
  EXPECT_EQ(MessageOf(ParseStatus("SELECT a\nFROM t\nWHERE é = 'ü' AN b")),
            "songs.sql:3:15: syntax error at or near \"AN\"\n"
            "  WHERE é = 'ü' AN b\n"
            "                ^^");
}

TEST(SyntaxErrors, AtTheEnd) {
  EXPECT_THAT(Errors("SELECT a FROM"), ElementsAre("1:14: syntax error at end of input"));
  EXPECT_THAT(Errors("SELECT 'a"),
              ElementsAre("1:8: unterminated quoted string at or near \"'a\""));
  EXPECT_THAT(Errors("SELECT /* a"), ElementsAre(StartsWith("1:8: unterminated /* comment")));
  EXPECT_THAT(Errors("SELECT \"a"), ElementsAre(StartsWith("1:8: unterminated quoted identifier")));
}

TEST(SyntaxErrors, HintAtOtherDialects) {
  EXPECT_THAT(HintOf("SELECT a FROM `t`"), HasSubstr("double quotes"));
  EXPECT_THAT(HintOf("SELECT `a` FROM t"), HasSubstr("double quotes"));
  EXPECT_THAT(HintOf("SELECT a FROM t LATERAL VIEW explode(x) y AS z"), StartsWith("LATERAL VIEW"));
  EXPECT_THAT(HintOf("SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1"),
              StartsWith("QUALIFY"));
  EXPECT_THAT(HintOf("SELECT a FROM t LEFT SEMI JOIN u ON true"), StartsWith("SEMI JOIN"));
  EXPECT_THAT(HintOf("SELECT a FROM t LEFT ANTI JOIN u ON true"), StartsWith("ANTI JOIN"));
  EXPECT_THAT(HintOf("SELECT a FROM t WHERE a RLIKE 'x'"), HasSubstr("rlike(x"));
  EXPECT_THAT(HintOf("SELECT a, FROM t"), HasSubstr("comma"));
  EXPECT_THAT(HintOf("SELECT 1L"), HasSubstr("CAST(1 AS BIGINT)"));
  EXPECT_THAT(HintOf("SELECT a FROM (SELECT 1)"), HasSubstr("AS t"));
  EXPECT_THAT(HintOf("SELECT 'it\\'s'"), HasSubstr("close the quote"));
}

TEST(Statements, OneSelectIsWanted) {
  EXPECT_THAT(Errors(""), ElementsAre("1:1: no SQL statement in this text"));
  EXPECT_THAT(Errors(" ;\n-- comment"), ElementsAre("1:1: no SQL statement in this text"));
  EXPECT_THAT(Errors("SELECT 1;\nSELECT 2"),
              ElementsAre("2:1: more than one statement is not supported"));
  EXPECT_THAT(Errors("-- c\nINSERT INTO t SELECT 1"), ElementsAre("2:1: INSERT is not supported"));
  EXPECT_THAT(Errors("CREATE TABLE t AS SELECT 1"), ElementsAre("1:1: CREATE is not supported"));
  EXPECT_THAT(Errors("VALUES (1)"), ElementsAre("1:1: VALUES is not supported"));
  EXPECT_THAT(Errors("SELECT FROM t"),
              ElementsAre("1:1: a SELECT without columns is not supported"));
}

TEST(Unsupported, AllAreReportedTogetherInOrder) {
  EXPECT_THAT(Errors("SELECT a == 1, ARRAY[1]\nFROM s.t NATURAL JOIN u\nWHERE EXISTS (SELECT 1)\n"
                     "ORDER BY $1 LIMIT 3 OFFSET 4 FOR UPDATE"),
              ElementsAre("1:10: operator == is not supported", "1:16: ARRAY[…] is not supported",
                          "2:6: a schema before a table is not supported",
                          "2:6: NATURAL JOIN is not supported",
                          "3:7: a subquery in an expression is not supported",
                          "4:10: a parameter is not supported", "4:28: OFFSET is not supported",
                          "4:30: FOR UPDATE or FOR SHARE is not supported"));
}

TEST(Unsupported, Queries) {
  EXPECT_THAT(Errors("SELECT 1 INTERSECT SELECT 2"),
              ElementsAre("1:10: INTERSECT is not supported"));
  EXPECT_THAT(Errors("SELECT 1 EXCEPT ALL SELECT 2"), ElementsAre("1:10: EXCEPT is not supported"));
  EXPECT_THAT(Errors("WITH RECURSIVE t AS (SELECT 1) SELECT 1 FROM t"),
              ElementsAre("1:1: WITH RECURSIVE is not supported"));
  EXPECT_THAT(Errors("WITH t AS MATERIALIZED (SELECT 1) SELECT 1 FROM t"),
              ElementsAre("1:11: MATERIALIZED is not supported"));
  EXPECT_THAT(Errors("WITH t AS (DELETE FROM x) SELECT 1 FROM t"),
              ElementsAre("1:6: a statement other than SELECT in WITH is not supported"));
  EXPECT_THAT(Errors("SELECT DISTINCT ON (a) b FROM t"),
              ElementsAre("1:21: DISTINCT ON is not supported"));
  EXPECT_THAT(Errors("SELECT a INTO b FROM t"), ElementsAre("1:10: SELECT INTO is not supported"));
  EXPECT_THAT(Errors("SELECT 1 FROM t GROUP BY ROLLUP(a)"),
              ElementsAre("1:26: GROUPING SETS, CUBE or ROLLUP is not supported"));
  EXPECT_THAT(Errors("SELECT 1 FROM t GROUP BY DISTINCT a"),
              ElementsAre("1:1: GROUP BY DISTINCT is not supported"));
  EXPECT_THAT(Errors("SELECT 1 FROM t ORDER BY a USING <"),
              ElementsAre("1:26: ORDER BY … USING is not supported"));
  EXPECT_THAT(Errors("SELECT 1 FETCH FIRST 3 ROWS ONLY"),
              ElementsAre("1:10: FETCH FIRST is not supported"));
  EXPECT_THAT(Errors("SELECT 1 LIMIT 1 + 1"),
              ElementsAre("1:16: LIMIT must be a whole number, not negative"));
  EXPECT_THAT(Errors("SELECT 1 LIMIT -1"),
              ElementsAre("1:16: LIMIT must be a whole number, not negative"));
  EXPECT_THAT(Errors("SELECT 1 LIMIT 9223372036854775808"),
              ElementsAre("1:16: LIMIT is too large: 9223372036854775808"));
  EXPECT_THAT(Errors("SELECT 1 LIMIT -9223372036854775809"),
              ElementsAre("1:16: LIMIT must be a whole number, not negative"));
}

TEST(Unsupported, Tables) {
  EXPECT_THAT(Errors("SELECT 1 FROM ONLY t"), ElementsAre("1:20: ONLY is not supported"));
  EXPECT_THAT(Errors("SELECT 1 FROM f(1) AS t"),
              ElementsAre("1:15: a function in FROM is not supported"));
  EXPECT_THAT(Errors("SELECT 1 FROM t TABLESAMPLE system (1)"),
              ElementsAre("1:15: TABLESAMPLE is not supported"));
  EXPECT_THAT(Errors("SELECT 1 FROM t, LATERAL (SELECT 1) AS u"),
              ElementsAre("1:27: LATERAL is not supported"));
  EXPECT_THAT(Errors("SELECT 1 FROM (a CROSS JOIN b) AS c"),
              ElementsAre("1:16: a name for a join is not supported"));
}

TEST(Unsupported, Expressions) {
  EXPECT_THAT(Errors("SELECT a IN (SELECT 1), b[1], (c).d"),
              ElementsAre("1:10: a subquery in an expression is not supported",
                          "1:25: access to an element is not supported"));
  EXPECT_THAT(
      Errors("SELECT (a, b), c COLLATE \"C\", d <=> e, ~f"),
      ElementsAre("1:8: a row of values is not supported", "1:18: COLLATE is not supported",
                  "1:33: operator <=> is not supported", "1:40: operator ~ is not supported"));
  EXPECT_THAT(
      Errors("SELECT a SIMILAR TO 'x', a LIKE 'x' ESCAPE '!', a = ANY(b), a ISNULL"),
      ElementsAre("1:10: SIMILAR TO is not supported", "1:28: LIKE … ESCAPE is not supported",
                  "1:51: a comparison with ANY or ALL is not supported",
                  "1:63: ISNULL is not supported"));
  EXPECT_THAT(Errors("SELECT a BETWEEN SYMMETRIC 1 AND 2, (a).*, count(t.*)"),
              ElementsAre("1:10: BETWEEN SYMMETRIC is not supported",
                          "1:37: * inside an expression is not supported",
                          "1:50: * inside an expression is not supported"));
}

TEST(Unsupported, Calls) {
  EXPECT_THAT(Errors("SELECT f.g(1), f(x => 1), localtime"),
              ElementsAre("1:8: a schema before a function is not supported",
                          "1:18: an argument by name is not supported",
                          "1:27: localtime is not supported"));
  EXPECT_THAT(
      Errors("SELECT sum(a) OVER (ORDER BY b ROWS UNBOUNDED PRECEDING), sum(a) OVER w FROM t "
             "WINDOW w AS (ORDER BY b)"),
      ElementsAre("1:20: a window frame (ROWS, RANGE or GROUPS) is not supported",
                  "1:71: a named window is not supported", "1:80: WINDOW is not supported"));
  EXPECT_THAT(
      Errors("SELECT array_agg(a ORDER BY b), f(1) WITHIN GROUP (ORDER BY c), f(VARIADIC a)"),
      ElementsAre("1:8: ORDER BY inside an aggregate is not supported",
                  "1:33: WITHIN GROUP is not supported", "1:65: VARIADIC is not supported"));
  EXPECT_THAT(Errors("SELECT extract(second FROM a), extract(epoch FROM a), a AT TIME ZONE 'UTC'"),
              ElementsAre("1:8: EXTRACT(SECOND …) is not supported",
                          "1:32: EXTRACT(epoch …) is not supported",
                          "1:57: AT TIME ZONE is not supported"));
  EXPECT_THAT(Errors("SELECT substring(a FOR 2), normalize(a)"),
              ElementsAre("1:8: this form of SUBSTRING is not supported",
                          "1:28: normalize is not supported"));
}

TEST(Unsupported, Types) {
  EXPECT_THAT(
      Errors("SELECT CAST(a AS int[]), a::varchar(3), a::strin, INTERVAL '1 day'"),
      ElementsAre("1:18: an array type in a cast is not supported",
                  "1:29: a length or precision of varchar is not supported",
                  "1:44: type strin is not supported", "1:51: type interval is not supported"));
  EXPECT_THAT(Errors("SELECT a::timestamp with time zone, int '3', a::x.y"),
              ElementsAre("1:11: TIMESTAMP with a time zone clause is not supported",
                          "1:37: a literal of this type is not supported",
                          "1:49: type x is not supported"));
  EXPECT_EQ(HintOf("SELECT a::strin"), "did you mean string?");
}

TEST(Unsupported, StringsThatSparkWouldReadOtherwise) {
  EXPECT_THAT(Errors("SELECT 'a\\' FROM t"),
              ElementsAre("1:8: string that PostgreSQL and Spark end at different places"));
  EXPECT_THAT(Errors("SELECT E'a', X'1F'"),
              ElementsAre("1:8: a string with a prefix is not supported",
                          "1:14: a bit or binary literal is not supported"));
}

TEST(Unsupported, OperatorsThatSparkWouldBindOtherwise) {
  EXPECT_THAT(Errors("SELECT a || b + c, (a || b) + c, a || (b + c), a + b || c"),
              ElementsAre("1:10: || and + or - without parentheses"));
  EXPECT_THAT(Errors("SELECT a = b LIKE c, (a = b) = (c LIKE d), a = b IS NULL"),
              ElementsAre("1:10: two conditions in a row without parentheses"));
  EXPECT_THAT(Errors("SELECT a IS NULL IS NULL, a = NOT b"),
              ElementsAre("1:10: two conditions in a row without parentheses",
                          "1:29: two conditions in a row without parentheses"));
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

TEST(Limits, BracketsThatFillTheGrammarsStack) {
  for (const std::string& open : {"(", "f("}) {
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

TEST(Limits, HugeTextsNeverReachTheGrammar) {
  EXPECT_THAT(Errors("SELECT 1" + Repeat(" + 1", 200'000)),
              ElementsAre(HasSubstr("too many operators and keywords")));
  EXPECT_THAT(Errors("SELECT " + Repeat("(", 200'000)),
              ElementsAre(HasSubstr("too many operators and keywords")));
}

}  // namespace
}  // namespace tarn::sql
