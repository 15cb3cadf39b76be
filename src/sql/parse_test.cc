#include "sql/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "sql/ast_text.h"
#include "sql/parser_internal.h"

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

// The tree, also of what tarn can't do yet.
std::string Tree(const std::string& sql, DoubleQuotes double_quotes = DoubleQuotes::kNames) {
  auto text = MakeText(sql);
  TokenList tokens;
  if (tokens.Scan(text->sql, double_quotes)) return "no tokens";
  Result<QueryPtr> query = Parser(tokens, text).ParseStatement();
  return query.ok() ? ToText(**query) : MessageOf(query.status());
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
  EXPECT_EQ(Expression("- - 12"), "negate(-12)");
  EXPECT_EQ(Expression("-(-(-1))"), "negate(negate(-1))");
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
  EXPECT_EQ(Expression("+a || 'x' || b"), "concat(concat(positive(a), 'x'), b)");
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
  EXPECT_EQ(Expression("CASE 'a' WHEN b THEN 2 END"), "case when eq('a', b) then 2 end");
}

TEST(ParseExpressionTest, Calls) {
  EXPECT_EQ(Expression("Concat_WS('-', a, B)"), "concat_ws('-', a, B)");
  EXPECT_EQ(Expression("count(*)"), "count(*)");
  EXPECT_EQ(Expression("count(DISTINCT a) FILTER (WHERE b IS NULL)"),
            "count(distinct a) filter(is_null(b))");
  EXPECT_EQ(Expression("count(DISTINCT (a))"), "count(distinct a)");
  EXPECT_EQ(Expression("sum(ALL (a + 1))"), "sum(add(a, 1))");
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
  EXPECT_EQ(Expression("EXTRACT(YEAR FROM a)"), "extract('year', a)");
  EXPECT_EQ(Expression("extract(dow FROM a)"), "extract('dow', a)");
  EXPECT_EQ(Expression("extract(Week FROM a)"), "extract('week', a)");
  EXPECT_EQ(Expression("extract(doy FROM a)"), "extract('doy', a)");
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
      {"double", "double"},
      {"DECIMAL(10, 2)", "decimal(10, 2)"},
      {"numeric(5)", "decimal(5)"},
      {"decimal", "decimal"},
      {"BOOLEAN", "boolean"},
      {"STRING", "string"},
      {"DATE", "date"},
      {"TIMESTAMP", "timestamp"},
      {"BINARY", "binary"},
  };
  for (auto [written, spark] : kTypes) {
    std::string expected = std::string("cast(a as ") + spark + ")";
    EXPECT_EQ(Expression(std::string("CAST(a AS ") + written + ")"), expected);
    EXPECT_EQ(Expression(std::string("a::") + written), expected);
  }
}

TEST(ParseSpark, Literals) {
  EXPECT_EQ(Tree("SELECT 1Y, 2s, -3L, 1.5D, 1e3f, 1e-3BD, .5, 1., 1e3"),
            "select 1Y, 2S, -3L, 1.5D, 1e3F, 1e-3BD, .5d, 1.d, 1e3d");
  EXPECT_EQ(Tree("SELECT X'1F2', 'a' 'b' r'\\n', TIMESTAMP_NTZ '2018-11-01'"),
            "select 2 bytes, 'ab\\n', cast('2018-11-01' as timestamp_ntz)");
  EXPECT_EQ(Tree("SELECT INTERVAL 1 DAY, INTERVAL '-1-2' YEAR TO MONTH, INTERVAL 3 DAYS -2 hours, "
                 "INTERVAL '1 day 2 hours', INTERVAL -'5' minutes"),
            "select interval 1 day, interval '-1-2' year to month, interval 3 day, -2 hour, "
            "interval '1 day 2 hours', interval '-5' minute");
  EXPECT_EQ(Tree("SELECT interval, interval + 1 FROM t"),
            "select interval, add(interval, 1) from t");
}

TEST(ParseSpark, Names) {
  EXPECT_EQ(Tree("SELECT `a``b`.`c d`, 1a, t.1b FROM `t x`"), "select a`b.c d, 1a, t.1b from t x");
  EXPECT_EQ(Tree("SELECT date, left, user, filter, interval, case FROM table"),
            "select date, left, user, filter, interval, case from table");
  EXPECT_EQ(Tree("SELECT a date, b left, c AS from FROM t all"),
            "select a as date, b as left, c as from from t as all");
  EXPECT_EQ(Tree("SELECT \"a\"\"b\", 'c'", DoubleQuotes::kStrings), "select 'a\"b', 'c'");
}

TEST(ParseSpark, Operators) {
  EXPECT_EQ(Tree("SELECT +a, - + b"), "select positive(a), negate(positive(b))");
  EXPECT_EQ(Tree("SELECT a == b, a <=> b, a !< b, a !> b, ! a, a div b, a || b + c"),
            "select eq(a, b), null_safe_eq(a, b), ge(a, b), le(a, b), not(a), div(a, b), "
            "add(concat(a, b), c)");
  EXPECT_EQ(Tree("SELECT a | b ^ c & d << 1 + 2 * ~e, a >> 1, a >>> 2"),
            "select bitwise_or(a, bitwise_xor(b, bitwise_and(c, shiftleft(d, add(1, multiply(2, "
            "bitwise_not(e))))))), shiftright(a, 1), shiftrightunsigned(a, 2)");
  EXPECT_EQ(Tree("SELECT a = b = c, NOT a = b, a = b IS NULL, -a.b::int"),
            "select eq(eq(a, b), c), not(eq(a, b)), is_null(eq(a, b)), negate(cast(a.b as int))");
  EXPECT_EQ(
      Tree("SELECT a RLIKE 'x', a NOT REGEXP 'x', a LIKE ANY ('x', b), a NOT ILIKE ALL ('y'), "
           "a LIKE 'x!%' ESCAPE '!'"),
      "select rlike(a, 'x'), not(rlike(a, 'x')), like_any(a, 'x', b), not_ilike_all(a, 'y'), "
      "like(a, 'x!%', '!')");
}

TEST(ParseSpark, NestedValues) {
  EXPECT_EQ(Tree("SELECT a[0].b['k'][i + 1], (f(a)).b, f(a).b.c, (a, b AS c), struct(1 AS x, 2)"),
            "select (a[0]).b['k'][add(i, 1)], (f(a)).b, ((f(a)).b).c, struct(a, c => b), "
            "struct(x => 1, 2)");
  EXPECT_EQ(Tree("SELECT transform(a, x -> x + 1), aggregate(a, 0, (acc, x) -> acc + x), "
                 "exists(a, x -> x IS NULL), f(key => 1)"),
            "select transform(a, (x) -> add(x, 1)), aggregate(a, 0, (acc, x) -> add(acc, x)), "
            "exists(a, (x) -> is_null(x)), f(key => 1)");
  EXPECT_EQ(Tree("SELECT CAST(a AS ARRAY<MAP<STRING, STRUCT<x: INT, y DECIMAL(3,1) NOT NULL>>>), "
                 "TRY_CAST(b AS INTERVAL DAY TO SECOND), c::struct<>"),
            "select cast(a as array<map<string, struct<x: int, y: decimal(3, 1) not null>>>), "
            "try_cast(b as interval day to second), cast(c as struct)");
}

TEST(ParseSpark, Calls) {
  EXPECT_EQ(
      Tree("SELECT first(a IGNORE NULLS), lag(a) IGNORE NULLS OVER w, count(ALL a), count(all), "
           "percentile_cont(0.5) WITHIN GROUP (ORDER BY a DESC) FILTER (WHERE b), "
           "array_agg(a) RESPECT NULLS"),
      "select first(a) ignore nulls, lag(a) ignore nulls over(w), count(a), count(all), "
      "percentile_cont(0.5d) within(a desc last) filter(b), array_agg(a) respect nulls");
  EXPECT_EQ(Tree("SELECT sum(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND "
                 "UNBOUNDED FOLLOWING), sum(a) OVER (CLUSTER BY b RANGE CURRENT ROW)"),
            "select sum(a) over(b; c asc first; rows 1 preceding to unbounded following), "
            "sum(a) over(b; ; range current row to current row)");
  EXPECT_EQ(Tree("SELECT dateadd(DAY, 1, a), datediff(HOUR, a, b), date_add(a, 1), "
                 "extract(SECOND FROM a), overlay(a PLACING b FROM 2 FOR 3), trim(FROM a)"),
            "select timestampadd('day', 1, a), timestampdiff('hour', a, b), date_add(a, 1), "
            "extract('second', a), overlay(a, b, 2, 3), trim(a)");
}

TEST(ParseSpark, Subqueries) {
  EXPECT_EQ(Tree("SELECT (SELECT max(a) FROM t), EXISTS (SELECT 1), a NOT IN (SELECT b FROM u), "
                 "(a, b) IN (TABLE v), ((SELECT 1) + 2), ((SELECT 3))"),
            "select (select max(a) from t), exists(select 1), not(in(a, (select b from u))), "
            "in(struct(a, b), (select * from v)), add((select 1), 2), (select 3)");
}

TEST(ParseSpark, SetOperationsBindAsInSpark) {
  EXPECT_EQ(
      Tree("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT ALL SELECT 4 MINUS SELECT 5"),
      "{{{select 1 union {select 2 intersect select 3}} except all select 4} except select 5}");
  EXPECT_EQ(Tree("(SELECT 1 LIMIT 1) UNION ALL BY NAME (VALUES (1, 2), (3, 4) ORDER BY 1)"),
            "{select 1 limit 1 union all by name values (1, 2), (3, 4) order by 1 asc first}");
  EXPECT_EQ(Tree("(SELECT a FROM t LIMIT 5) ORDER BY a LIMIT 2"),
            "select * from (select a from t limit 5) order by a asc first limit 2");
  EXPECT_EQ(Tree("FROM t SELECT a WHERE b"), "select a from t where b");
}

TEST(ParseSpark, Clauses) {
  EXPECT_EQ(Tree("SELECT a FROM t WINDOW w AS (ORDER BY a) QUALIFY row_number() OVER w = 1"),
            Tree("SELECT a FROM t QUALIFY row_number() OVER w = 1 WINDOW w AS (ORDER BY a)"));
  EXPECT_EQ(Tree("SELECT * EXCEPT (a, b.c), t.* FROM t QUALIFY row_number() OVER w = 1 "
                 "WINDOW w AS (ORDER BY d) LIMIT ALL OFFSET 3"),
            "select * except (a, b.c), t.* from t qualify eq(row_number() over(w), 1) "
            "window w as (; d asc first) offset 3");
  EXPECT_EQ(
      Tree("SELECT 1 FROM t GROUP BY a, ROLLUP (b, (c, d)), GROUPING SETS ((a), (), CUBE (e))"),
      "select 1 from t group by a, rollup((b), (c, d)), sets((a), (), cube((e)))");
  EXPECT_EQ(Tree("SELECT 1 FROM t GROUP BY a, b WITH CUBE"),
            "select 1 from t group by cube((a), (b))");
  EXPECT_EQ(Tree("SELECT 1 FROM t GROUP BY a, b GROUPING SETS ((a, b), b)"),
            "select 1 from t group by sets((a, b), (b))");
  EXPECT_EQ(Tree("SELECT 1 FROM t GROUP BY ALL SORT BY a DESC"),
            "select 1 from t group by all sort by a desc last");
  EXPECT_EQ(Tree("SELECT 1 FROM t CLUSTER BY a"),
            "select 1 from t distribute by a sort by a asc first");
}

TEST(ParseSpark, Tables) {
  EXPECT_EQ(
      Tree("SELECT 1 FROM a LEFT SEMI JOIN b ON x ANTI JOIN c USING (k) NATURAL FULL OUTER JOIN d, "
           "LATERAL (SELECT a.x) e"),
      "select 1 from [[[[a semi b on x] anti c using k] natural full d] cross lateral (select "
      "a.x) as e]");
  EXPECT_EQ(
      Tree("SELECT 1 FROM s.t TABLESAMPLE (10 PERCENT) REPEATABLE (7) AS x, range(1, 3) r(id), "
           "VALUES (1), (2) AS v(n)"),
      "select 1 from [[s.t sample 10 percent seed 7 as x cross range(1, 3) as r(id)] cross "
      "(values (1), (2)) as v(n)]");
  EXPECT_EQ(
      Tree("SELECT 1 FROM t LATERAL VIEW OUTER explode(a) x AS y LATERAL VIEW inline(b) z AS p, q "
           "WHERE y"),
      "select 1 from [[t view outer explode(a)] as x(y) view inline(b)] as z(p, q) where y");
  EXPECT_EQ(
      Tree("SELECT 1 FROM t PIVOT (sum(a) AS s, max(b) FOR (y, m) IN ((1, 2) AS p, (3, 4)))"),
      "select 1 from [t pivot sum(a) as s, max(b) for y, m in struct(1, 2) as p, struct(3, 4)]");
  EXPECT_EQ(Tree("SELECT 1 FROM t UNPIVOT INCLUDE NULLS (v FOR n IN (a AS x, b.c)) AS u"),
            "select 1 from [t unpivot nulls v for n in (a) as x, (b.c)] as u");
}

TEST(ParseExpressionTest, TakesOneExpressionOnly) {
  EXPECT_THAT(Expression("a, b"), HasSubstr("songs.sql:1:1: not a single expression"));
  EXPECT_THAT(Expression("a FROM t"), HasSubstr("not a single expression"));
  EXPECT_THAT(Expression("a AS b"), HasSubstr("not a single expression"));
  EXPECT_THAT(Expression("a; SELECT b"), HasSubstr("not a single expression"));
  EXPECT_THAT(Expression(""), HasSubstr("not a single expression"));
  EXPECT_THAT(Expression("a +"),
              HasSubstr("songs.sql:1:4: syntax error at the end: expected an expression"));
  EXPECT_THAT(Expression("a # b -- c"),
              HasSubstr("songs.sql:1:3: syntax error at #: expected an operator or the end"));
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

TEST(ReferencesTest, OfQueriesWhereverTheyStand) {
  EXPECT_THAT(ReferencedNames("SELECT (SELECT max(s) FROM a) COLLATE UTF8_BINARY, "
                              "sum(x) OVER (PARTITION BY (SELECT 1 FROM b) ORDER BY x IN (SELECT y "
                              "FROM c)), listagg(s) WITHIN GROUP (ORDER BY (SELECT 1 FROM d)) "
                              "FROM e WINDOW w AS (ORDER BY (SELECT 1 FROM f))"),
              ElementsAre("a", "b", "c", "d", "e", "f"));
}

TEST(ReferencesTest, FilesByTheirPath) {
  EXPECT_EQ(Query("SELECT 1 FROM read_json('a/*.json') AS a, parquet.`b c`"),
            "select 1 from [json:a/*.json as a cross parquet:b c]");
  EXPECT_EQ(Query("SELECT 1 FROM read_csv('a.csv')"), "select 1 from csv:a.csv");
  EXPECT_THAT(ReferencedNames("WITH a AS (SELECT 1) SELECT 1 FROM json.a, json.`A`, a"),
              ElementsAre("a", "A"));
}

TEST(ReferencesTest, FilesMayHaveATablesName) {
  EXPECT_THAT(ReferencedNames("SELECT 1 FROM json.users, Users, users, json.users, parquet.users"),
              ElementsAre("users", "Users", "users"));
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
