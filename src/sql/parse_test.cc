#include "sql/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "sql/ast_text.h"

namespace tarn::sql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::shared_ptr<const Text> MakeText(std::string sql) {
  return std::make_shared<const Text>(Text{"songs.sql", std::move(sql)});
}

std::string Query(const std::string& sql) {
  Result<QueryPtr> query = Parse(MakeText(sql));
  return query.ok() ? ToText(**query) : MessageOf(query.status());
}

std::string Expression(const std::string& sql) {
  Result<ExprPtr> expr = ParseExpression(MakeText(sql));
  return expr.ok() ? ToText(**expr) : MessageOf(expr.status());
}

std::string Sliced(const Location& at) { return at.text->sql.substr(at.begin, at.end - at.begin); }

TEST(ParseQuery, SelectsWithEveryClause) {
  EXPECT_EQ(
      Query("SELECT DISTINCT a, b + 1 AS Next FROM t WHERE a > 2 GROUP BY a, 2 HAVING count(*) > 1 "
            "ORDER BY a, b DESC LIMIT 10;"),
      "select distinct a, add(b, 1) as Next from t where gt(a, 2) group by a, 2 "
      "having gt(count(*), 1) order by a asc first, b desc last limit 10");
}

TEST(ParseQuery, WorksWithoutFrom) { EXPECT_EQ(Query("select 1"), "select 1"); }

TEST(ParseQuery, KeepsTheSpellingOfNames) {
  EXPECT_EQ(
      Query("SELECT userId, E.ItemInSession \"Item \"\"No\"\"\", sessionId AS SessionKey, Level "
            "playLevel FROM Events AS E"),
      "select userId, E.ItemInSession as Item \"No\", sessionId as SessionKey, "
      "Level as playLevel from Events as E");
  EXPECT_EQ(Query("SELECT t.* FROM (SELECT A, B FROM Plays) T(First, Second)"),
            "select t.* from (select A, B from Plays) as T(First, Second)");
  std::string name = "Very" + std::string(80, 'x');
  EXPECT_EQ(Query("SELECT a AS " + name + " FROM " + name),
            "select a as " + name + " from " + name);
}

TEST(ParseQuery, DottedNames) {
  EXPECT_EQ(Query("SELECT A.b.\"C d\".E, t.S.* FROM t"), "select A.b.C d.E, t.S.* from t");
  EXPECT_EQ(Query("SELECT (s).Order, ((t.s)).a.B, ((s).a).b, x + (s.a).b FROM t"),
            "select s.Order, t.s.a.B, s.a.b, add(x, s.a.b) from t");
  EXPECT_EQ(Query("SELECT (max_by(s, n)).a.B, upper((coalesce(s, r)).c) FROM t"),
            "select ((max_by(s, n)).a).B, upper((coalesce(s, r)).c) from t");
}

TEST(ParseQuery, Joins) {
  EXPECT_EQ(Query("SELECT 1 FROM a JOIN b ON a.x = b.x LEFT JOIN c USING (Id, Day)"),
            "select 1 from [[a inner b on eq(a.x, b.x)] left c using Id, Day]");
  EXPECT_EQ(Query("SELECT 1 FROM a RIGHT OUTER JOIN b ON true FULL JOIN c ON false CROSS JOIN d"),
            "select 1 from [[[a right b on true] full c on false] cross d]");
  EXPECT_EQ(Query("SELECT 1 FROM a, b JOIN (c CROSS JOIN d) ON true, e x"),
            "select 1 from [[a cross [b inner [c cross d] on true]] cross e as x]");
}

TEST(ParseQuery, UnionsKeepTheirNesting) {
  EXPECT_EQ(Query("SELECT 1 UNION ALL SELECT 2 UNION SELECT 3 ORDER BY 1"),
            "{{select 1 union all select 2} union select 3} order by 1 asc first");
  EXPECT_EQ(Query("SELECT 1 UNION ALL (SELECT 2 UNION SELECT 3 LIMIT 1)"),
            "{select 1 union all {select 2 union select 3} limit 1}");
}

TEST(ParseQuery, CommonTables) {
  EXPECT_EQ(Query("WITH A AS (SELECT 1 AS x), b AS (SELECT * FROM A) SELECT * FROM b"),
            "with A as (select 1 as x), b as (select * from A) select * from b");
  EXPECT_EQ(Query("WITH A(x, Y) AS (SELECT 1, 2) SELECT * FROM a"),
            "with A as (select * from (select 1, 2) as A(x, Y)) select * from a");
}

TEST(ParseQuery, NullsOrderIsSparks) {
  EXPECT_EQ(Query("SELECT 1 ORDER BY a ASC, b DESC, c ASC NULLS LAST, d DESC NULLS FIRST"),
            "select 1 order by a asc first, b desc last, c asc last, d desc first");
}

TEST(ParseQuery, CommentsAndHintsAreLeftAlone) {
  EXPECT_EQ(Query("-- first\nSELECT /*+ BROADCAST(s) */ a -- the 'a'\n FROM /* t */ s\n;\n-- end"),
            "select a from s");
}

TEST(ParseQuery, LimitAllIsNoLimit) { EXPECT_EQ(Query("SELECT 1 LIMIT ALL"), "select 1"); }

TEST(ParseExpressionTest, Literals) {
  EXPECT_EQ(Expression("12"), "12");
  EXPECT_EQ(Expression("-12"), "-12");
  EXPECT_EQ(Expression("- - 12"), "12");
  EXPECT_EQ(Expression("-(-(-1))"), "-1");
  EXPECT_EQ(Expression("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Expression("007"), "007");
  EXPECT_EQ(Expression("1.50"), "1.50d");
  EXPECT_EQ(Expression("-.5"), "-.5d");
  EXPECT_EQ(Expression("1e3"), "1e3d");
  EXPECT_EQ(Expression("TRUE"), "true");
  EXPECT_EQ(Expression("False"), "false");
  EXPECT_EQ(Expression("NULL"), "null");
  EXPECT_EQ(Expression("DATE '2018-11-01'"), "cast('2018-11-01' as date)");
  EXPECT_EQ(Expression("timestamp '2018-11-01 10:00:00'"),
            "cast('2018-11-01 10:00:00' as timestamp)");
}

TEST(ParseExpressionTest, StringsHaveSparksEscapes) {
  EXPECT_EQ(Expression("'it''s'"), "'it's'");
  EXPECT_EQ(Expression(R"('a\nb\\c\%')"), "'a\nb\\c\\%'");
  EXPECT_EQ(Expression("'é'"), "'é'");
}

TEST(ParseExpressionTest, Operators) {
  EXPECT_EQ(Expression("a + b * c - d / e % f"),
            "subtract(add(a, multiply(b, c)), mod(divide(d, e), f))");
  EXPECT_EQ(Expression("(a + b) * -c"), "multiply(add(a, b), negate(c))");
  EXPECT_EQ(Expression("+a || 'x' || b"), "concat(concat(a, 'x'), b)");
  EXPECT_EQ(Expression("a <> b"), "ne(a, b)");
  EXPECT_EQ(Expression("a != b"), "ne(a, b)");
  EXPECT_EQ(Expression("a <= b"), "le(a, b)");
  EXPECT_EQ(Expression("a >= 1 AND b < 2 OR NOT c > 3"),
            "or(and(ge(a, 1), lt(b, 2)), not(gt(c, 3)))");
  EXPECT_EQ(Expression("a AND b AND c AND d AND e"), "and(and(and(a, b), and(c, d)), e)");
  EXPECT_EQ(Expression("a IS DISTINCT FROM b"), "not(null_safe_eq(a, b))");
  EXPECT_EQ(Expression("a IS NOT DISTINCT FROM NULL"), "null_safe_eq(a, null)");
  EXPECT_EQ(Expression("a::int::string"), "cast(cast(a as int) as string)");
}

TEST(ParseExpressionTest, Predicates) {
  EXPECT_EQ(Expression("a BETWEEN 1 AND b + 2"), "between(a, 1, add(b, 2))");
  EXPECT_EQ(Expression("a NOT BETWEEN 1 AND 2"), "not(between(a, 1, 2))");
  EXPECT_EQ(Expression("a IN (1, 'x', b)"), "in(a, 1, 'x', b)");
  EXPECT_EQ(Expression("a NOT IN (1)"), "not(in(a, 1))");
  EXPECT_EQ(Expression("a LIKE 'x%'"), "like(a, 'x%')");
  EXPECT_EQ(Expression("a NOT LIKE 'x%'"), "not(like(a, 'x%'))");
  EXPECT_EQ(Expression("a ILIKE 'x%'"), "ilike(a, 'x%')");
  EXPECT_EQ(Expression("a NOT ILIKE 'x%'"), "not(ilike(a, 'x%'))");
  EXPECT_EQ(Expression("a IS NULL"), "is_null(a)");
  EXPECT_EQ(Expression("a IS NOT NULL"), "not(is_null(a))");
  EXPECT_EQ(Expression("a IS TRUE"), "null_safe_eq(a, true)");
  EXPECT_EQ(Expression("a IS NOT TRUE"), "not(null_safe_eq(a, true))");
  EXPECT_EQ(Expression("a IS FALSE"), "null_safe_eq(a, false)");
  EXPECT_EQ(Expression("a IS NOT UNKNOWN"), "not(is_null(a))");
}

TEST(ParseExpressionTest, Case) {
  EXPECT_EQ(Expression("CASE WHEN a > 1 THEN 'x' WHEN b THEN 'y' ELSE 'z' END"),
            "case when gt(a, 1) then 'x' when b then 'y' else 'z' end");
  EXPECT_EQ(Expression("CASE a + 1 WHEN 2 THEN 'x' END"),
            "case when eq(add(a, 1), 2) then 'x' end");
}

TEST(ParseExpressionTest, Calls) {
  EXPECT_EQ(Expression("Concat_WS('-', a, B)"), "concat_ws('-', a, B)");
  EXPECT_EQ(Expression("count(*)"), "count(*)");
  EXPECT_EQ(Expression("count(DISTINCT a) FILTER (WHERE b IS NULL)"),
            "count(distinct a) filter(is_null(b))");
  EXPECT_EQ(Expression("row_number() OVER (PARTITION BY a, b ORDER BY c DESC, d)"),
            "row_number() over(a, b; c desc last, d asc first)");
  EXPECT_EQ(Expression("sum(x) OVER ()"), "sum(x) over(; )");
  EXPECT_EQ(Expression("coalesce(a, nullif(b, ''), greatest(c, d), LEAST(e, f))"),
            "coalesce(a, nullif(b, ''), greatest(c, d), least(e, f))");
  EXPECT_EQ(Expression("left(replace(a, 'x', 'y'), 3)"), "left(replace(a, 'x', 'y'), 3)");
  EXPECT_EQ(Expression("year(date(a))"), "year(date(a))");
  EXPECT_EQ(Expression("if(a, 1, 2)"), "if(a, 1, 2)");
}

TEST(ParseExpressionTest, SpecialCalls) {
  EXPECT_EQ(Expression("EXTRACT(YEAR FROM a)"), "year(a)");
  EXPECT_EQ(Expression("extract(dow FROM a)"), "dayofweek(a)");
  EXPECT_EQ(Expression("extract(Week FROM a)"), "weekofyear(a)");
  EXPECT_EQ(Expression("extract(doy FROM a)"), "dayofyear(a)");
  EXPECT_EQ(Expression("SUBSTRING(a FROM 2 FOR 3)"), "substring(a, 2, 3)");
  EXPECT_EQ(Expression("substring(a FROM 2)"), "substring(a, 2)");
  EXPECT_EQ(Expression("substring(a, 2, 3)"), "substring(a, 2, 3)");
  EXPECT_EQ(Expression("TRIM(a)"), "trim(a)");
  EXPECT_EQ(Expression("TRIM(BOTH 'x' FROM a)"), "trim('x', a)");
  EXPECT_EQ(Expression("TRIM(LEADING 'x' FROM a)"), "ltrim('x', a)");
  EXPECT_EQ(Expression("TRIM(TRAILING FROM a)"), "rtrim(a)");
  EXPECT_EQ(Expression("trim('x', a)"), "trim('x', a)");
  EXPECT_EQ(Expression("btrim(a, 'x')"), "btrim(a, 'x')");
  EXPECT_EQ(Expression("POSITION('x' IN a)"), "position('x', a)");
  EXPECT_EQ(Expression("CURRENT_DATE"), "current_date()");
  EXPECT_EQ(Expression("current_timestamp"), "current_timestamp()");
}

TEST(ParseExpressionTest, TypesAreSparks) {
  const std::pair<const char*, const char*> kTypes[] = {
      {"INT", "int"},
      {"INTEGER", "int"},
      {"BIGINT", "bigint"},
      {"smallint", "smallint"},
      {"TINYINT", "tinyint"},
      {"FLOAT", "float"},
      {"REAL", "float"},
      {"DOUBLE PRECISION", "double"},
      {"double", "double"},
      {"DECIMAL(10, 2)", "decimal(10, 2)"},
      {"numeric(5)", "decimal(5)"},
      {"decimal", "decimal"},
      {"BOOLEAN", "boolean"},
      {"bool", "boolean"},
      {"STRING", "string"},
      {"varchar", "string"},
      {"TEXT", "string"},
      {"char", "string"},
      {"DATE", "date"},
      {"TIMESTAMP", "timestamp"},
      {"timestamptz", "timestamp"},
      {"BINARY", "binary"},
      {"bytea", "binary"},
  };
  for (auto [written, spark] : kTypes) {
    std::string expected = std::string("cast(a as ") + spark + ")";
    EXPECT_EQ(Expression(std::string("CAST(a AS ") + written + ")"), expected);
    EXPECT_EQ(Expression(std::string("a::") + written), expected);
  }
}

TEST(ParseExpressionTest, TakesOneExpressionOnly) {
  EXPECT_THAT(Expression("a, b"), HasSubstr("songs.sql:1:1: not a single expression"));
  EXPECT_THAT(Expression("a FROM t"), HasSubstr("not a single expression"));
  EXPECT_THAT(Expression("a AS b"), HasSubstr("not a single expression"));
  EXPECT_THAT(Expression("a; SELECT b"), HasSubstr("more than one statement"));
  EXPECT_THAT(Expression(""), HasSubstr("not a single expression"));
  EXPECT_THAT(Expression("a +"), HasSubstr("songs.sql:1:4: syntax error at end of input"));
  EXPECT_THAT(Expression("a # b -- c"), HasSubstr("songs.sql:1:3: operator # is not supported"));
}

// Locations: the text of every construct, for carets.
std::string At(const std::string& sql) {
  Result<ExprPtr> expr = ParseExpression(MakeText(sql + " = z"));
  if (!expr.ok()) return MessageOf(expr.status());
  return Sliced(std::get<Call>((*expr)->node).args[0]->at);
}

TEST(Locations, CoverTheWholeConstruct) {
  for (const char* sql : {"a",
                          "t . a",
                          "\"A b\"",
                          "-12",
                          "'x''y'",
                          "a + b",
                          "(a + b) * c",
                          "f(a, (b))",
                          "- (a)",
                          "count(*) FILTER (WHERE a) OVER (PARTITION BY b)",
                          "CASE WHEN a THEN (b) END",
                          "CASE a WHEN 1 THEN 2 ELSE f(3) END",
                          "CAST(a AS decimal(10, 2))",
                          "a::double precision",
                          "DATE '2018-11-01'",
                          "coalesce(a, b)",
                          "EXTRACT(year FROM f(a))",
                          "nullif(a, b)",
                          "current_date",
                          "a.b::int",
                          "a . b.c",
                          "(a).b",
                          "((a.b)).c.d",
                          "(f(a)).b"}) {
    EXPECT_EQ(At(sql), sql);
  }
  for (const char* sql : {"a IS NOT NULL", "a IS TRUE", "a IN (1, (2))", "a NOT IN (1)",
                          "a BETWEEN 1 AND 2", "a LIKE 'x'", "NOT (a)", "(a) AND b OR (c)"}) {
    Result<ExprPtr> expr = ParseExpression(MakeText(sql));
    ASSERT_TRUE(expr.ok()) << sql;
    EXPECT_EQ(Sliced((*expr)->at), sql);
  }
}

TEST(Locations, OfTablesAndQueries) {
  auto text = MakeText(
      "WITH x AS (SELECT 1) SELECT a FROM t JOIN (SELECT b FROM u) AS v USING (k) ORDER BY a");
  Result<QueryPtr> query = Parse(text);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(Sliced((*query)->at), text->sql);
  EXPECT_EQ(Sliced((*query)->with[0].at), "x");
  EXPECT_EQ(Sliced((*query)->with[0].query->at), "SELECT 1");
  const TableRef& from = *std::get<Select>((*query)->body).from;
  EXPECT_EQ(Sliced(from.at), "t JOIN (SELECT b FROM u) AS v USING (k)");
  EXPECT_EQ(Sliced(std::get<Join>(from.node).left->at), "t");
  EXPECT_EQ(Sliced(std::get<Join>(from.node).right->at), "SELECT b FROM u");
}

std::vector<std::string> ReferencedNames(const std::string& sql) {
  Result<QueryPtr> query = Parse(MakeText(sql));
  if (!query.ok()) return {MessageOf(query.status())};
  std::vector<std::string> names;
  for (const Reference& reference : References(**query)) names.push_back(reference.name);
  return names;
}

TEST(ReferencesTest, EachOnceInOrder) {
  EXPECT_THAT(
      ReferencedNames("SELECT 1 FROM b JOIN (SELECT 1 FROM A UNION SELECT 1 FROM c) x ON true, B"),
      ElementsAre("b", "A", "c"));
  EXPECT_THAT(ReferencedNames("SELECT 1"), IsEmpty());
}

TEST(ReferencesTest, WithNamesHideSources) {
  EXPECT_THAT(
      ReferencedNames("WITH T AS (SELECT 1 FROM s), u AS (SELECT 1 FROM t) SELECT 1 FROM u, t, v"),
      ElementsAre("s", "v"));
}

TEST(ReferencesTest, ATableMayBeNamedAsWhatItReads) {
  EXPECT_THAT(ReferencedNames("WITH events AS (SELECT 1 FROM events) SELECT 1 FROM events"),
              ElementsAre("events"));
}

TEST(ReferencesTest, ANestedWithIsInSightOnlyThere) {
  EXPECT_THAT(ReferencedNames("SELECT 1 FROM (WITH a AS (SELECT 1 FROM b) SELECT 1 FROM a) x, a"),
              ElementsAre("b", "a"));
}

TEST(Threads, ParseAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int round = 0; round < 50; ++round) {
        std::string number = std::to_string(i * 1000 + round);
        EXPECT_EQ(Query("SELECT " + number + " FROM t"), "select " + number + " from t");
        EXPECT_THAT(Query("SELECT " + number + " FROM"), HasSubstr("syntax error"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace tarn::sql
