#include "plan/column_name.h"

#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"
#include "plan/plan.h"

namespace tarn::plan {
namespace {

struct NameCase {
  const char* expr;
  const char* name;  ///< in Spark 4.3
};

// The name of the first column of a table that selects it; the error when there is one.
std::string NameOf(const std::string& expr, const std::string& after = "") {
  TestPipeline pipeline;
  pipeline.Source("t",
                  "a INT, b BIGINT, s STRING, d DATE, ts TIMESTAMP, r STRUCT<f: INT, G: INT>, "
                  "ok BOOLEAN, y DOUBLE, bin BINARY");
  pipeline.Table("out", "SELECT " + expr + " FROM t " + after);
  const auto plan = Bind(pipeline.get(), {});
  if (!plan.ok()) return plan.status().ToString();
  return (*plan)->tables[0].root->schema->field(0)->name();
}

class ColumnNames : public ::testing::TestWithParam<NameCase> {};

TEST_P(ColumnNames, AreThoseOfSpark) { EXPECT_EQ(NameOf(GetParam().expr), GetParam().name); }

INSTANTIATE_TEST_SUITE_P(
    Columns, ColumnNames,
    ::testing::Values(NameCase{"A", "A"}, NameCase{"t.a", "a"}, NameCase{"r.f", "f"},
                      NameCase{"(r).f", "f"}, NameCase{"t.r.F", "F"}, NameCase{"(a)", "a"},
                      NameCase{"CAST(a AS STRING)", "a"}, NameCase{"a::bigint", "a"},
                      NameCase{"TRY_CAST(s AS INT)", "s"},
                      NameCase{"CAST(r.f AS STRING)", "CAST(r.f AS STRING)"},
                      NameCase{"r.f + 1", "(r.f + 1)"}, NameCase{"t.r.f + t.a", "(r.f + a)"},
                      NameCase{"t.A + 1", "(A + 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Literals, ColumnNames,
    ::testing::Values(
        NameCase{"1", "1"}, NameCase{"1L", "1"}, NameCase{"- 1", "-1"}, NameCase{"1.50", "1.50"},
        NameCase{"1e3", "1000.0"}, NameCase{"1.5D", "1.5"}, NameCase{"0.1F", "0.1"},
        NameCase{"1e10D", "1.0E10"}, NameCase{"1.50BD", "1.50"}, NameCase{"1e-10BD", "1E-10"},
        NameCase{"1e20BD", "100000000000000000000"}, NameCase{".5", "0.5"}, NameCase{"5.", "5"},
        NameCase{"007", "7"}, NameCase{"3000000000", "3000000000"}, NameCase{"'a''b'", "a'b"},
        NameCase{"TRUE", "true"}, NameCase{"X'1f'", "X'1F'"},
        NameCase{"DATE '2020-1-1'", "DATE '2020-01-01'"},
        NameCase{"TIMESTAMP '2020-01-01 10:00:00.50'", "TIMESTAMP '2020-01-01 10:00:00.5'"},
        NameCase{"TIME '6:30:45.50'", "TIME '06:30:45.5'"},
        NameCase{"CAST('12:30' AS TIME)", "CAST(12:30 AS TIME(6))"},
        NameCase{"TRY_CAST('12:30' AS TIME(3))", "TRY_CAST(12:30 AS TIME(3))"},
        NameCase{"current_time", "current_time(6)"}, NameCase{"localtime()", "current_time(6)"},
        NameCase{"try_to_time(s)", "try_to_time(to_time(s))"}));

INSTANTIATE_TEST_SUITE_P(
    Operators, ColumnNames,
    ::testing::Values(
        NameCase{"a + 1 + 1", "((a + 1) + 1)"}, NameCase{"a + (1 + 1)", "(a + (1 + 1))"},
        NameCase{"-a * 2", "((- a) * 2)"}, NameCase{"a % 2", "(a % 2)"},
        NameCase{"(a) % 2", "(a % 2)"}, NameCase{"a DIV 2", "(a div 2)"},
        NameCase{"a == 1", "(a = 1)"}, NameCase{"a <> 1", "(NOT (a = 1))"},
        NameCase{"a <=> 1", "(a <=> 1)"}, NameCase{"s || 1 || 2", "concat(concat(s, 1), 2)"},
        NameCase{"ok AND a = 1 OR ok", "((ok AND (a = 1)) OR ok)"},
        NameCase{"a = 1 AND (a = 2 OR a = 3) AND a = 4 AND a = 5",
                 "(((a = 1) AND ((a = 2) OR (a = 3))) AND ((a = 4) AND (a = 5)))"},
        NameCase{"NOT ok", "(NOT ok)"}, NameCase{"a IS NOT NULL", "(a IS NOT NULL)"},
        NameCase{"NOT (a IS NULL)", "(NOT (a IS NULL))"},
        NameCase{"ok IS NOT TRUE", "(NOT (ok <=> true))"},
        NameCase{"a IS DISTINCT FROM 1", "(NOT (a <=> 1))"},
        NameCase{"a BETWEEN 1 AND 2", "between(a, 1, 2)"},
        NameCase{"a NOT BETWEEN 1 AND 2", "(NOT between(a, 1, 2))"},
        NameCase{"a IN ('1', 2)", "(a IN (1, 2))"}, NameCase{"a NOT IN (1)", "(NOT (a IN (1)))"},
        NameCase{"s NOT LIKE 'a%'", "(NOT s LIKE a%)"}, NameCase{"s ILIKE 'a'", "ilike(s, a)"},
        NameCase{"s RLIKE 'a'", "RLIKE(s, a)"}, NameCase{"a > 1.5", "(a > 1)"},
        NameCase{"a >= 1.5", "(a >= 2)"}, NameCase{"a < 1.5", "(a < 2)"},
        NameCase{"a <= 1.5", "(a <= 1)"}, NameCase{"y > 1.5", "(y > 1.5)"},
        NameCase{"a = 1.5", "(a = 1.5)"}, NameCase{"1.5 > a", "(2 > a)"},
        NameCase{"1.5 <= a", "(2 <= a)"}, NameCase{"a > -1.5", "(a > -2)"},
        NameCase{"a > 1.0", "(a > 1)"}, NameCase{"s > 1.5", "(s > 1.5)"},
        NameCase{"a + 1.5 > 2.5", "((a + 1.5) > 2.5)"}, NameCase{"- - a", "(- (- a))"},
        NameCase{"(a) IN (1)", "(a IN (1))"}, NameCase{"NOT a = 1", "(NOT (a = 1))"},
        NameCase{"(a + 1) BETWEEN (1) AND 2", "between((a + 1), 1, 2)"}));

INSTANTIATE_TEST_SUITE_P(
    Calls, ColumnNames,
    ::testing::Values(
        NameCase{"UPPER('abc')", "upper(abc)"}, NameCase{"lcase(s)", "lcase(s)"},
        NameCase{"if(a = 1, 2, 3)", "(IF((a = 1), 2, 3))"}, NameCase{"nvl(a, 1)", "nvl(a, 1)"},
        NameCase{"CASE a WHEN 1 THEN 2 END", "CASE WHEN (a = 1) THEN 2 END"},
        NameCase{"CASE WHEN ok THEN 'x' ELSE 'y' END", "CASE WHEN ok THEN x ELSE y END"},
        NameCase{"extract(YEAR FROM d)", "extract(YEAR FROM d)"}, NameCase{"YEAR(d)", "year(d)"},
        NameCase{"trim('x' FROM s)", "TRIM(BOTH x FROM s)"}, NameCase{"round(y)", "round(y, 0)"},
        NameCase{"regexp_replace(s, 'a', 'b')", "regexp_replace(s, a, b, 1)"},
        NameCase{"substring(s, 1)", "substring(s, 1, 2147483647)"},
        NameCase{"substr(s, 1, 2)", "substr(s, 1, 2)"}, NameCase{"ceil(y)", "CEIL(y)"},
        NameCase{"CAST(a + 1 AS DECIMAL)", "CAST((a + 1) AS DECIMAL(10,0))"},
        NameCase{"TRY_CAST(s || '1' AS INT)", "TRY_CAST(concat(s, 1) AS INT)"},
        NameCase{"substr(s, 1)", "substr(s, 1, 2147483647)"},
        NameCase{"substring((s) FROM 1)", "substring(s, 1, 2147483647)"},
        NameCase{"position(('a') IN s)", "locate(a, s, 1)"},
        NameCase{"position('a', s)", "position(a, s, 1)"},
        NameCase{"extract( year from d)", "extract(year FROM d)"},
        NameCase{"trim(BOTH FROM s)", "trim(s)"}, NameCase{"rpad(s, 5)", "rpad(s, 5,  )"},
        NameCase{"split_part(s, 'a', 1)", "split_part(s, a, 1)"},
        NameCase{"CAST(CAST(a AS STRING) AS INT)", "CAST(CAST(a AS STRING) AS INT)"},
        NameCase{"(a)::string", "a"},
        NameCase{"mask(str => s, LowerChar => 'q')", "mask(s, X, q, n, NULL)"},
        NameCase{"current_date", "current_date()"}));

INSTANTIATE_TEST_SUITE_P(
    Aggregates, ColumnNames,
    ::testing::Values(NameCase{"COUNT(*)", "count(1)"}, NameCase{"count(a)", "count(a)"},
                      NameCase{"count(DISTINCT a)", "count(DISTINCT a)"},
                      NameCase{"sum(a + 1)", "sum((a + 1))"},
                      NameCase{"sum(a) / count(*)", "(sum(a) / count(1))"},
                      NameCase{"count(*) FILTER (WHERE a = 1)", "count(1) FILTER (WHERE (a = 1))"},
                      NameCase{"mean(a)", "mean(a)"},
                      NameCase{"row_number() OVER (PARTITION BY a ORDER BY b DESC)",
                               "row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST ROWS "
                               "BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"}));

TEST(ColumnNames, OfSubqueriesAreKnownUnlessTheyDependOnTheRow) {
  EXPECT_EQ(NameOf("(SELECT max(a) FROM t)"), "scalarsubquery()");
  EXPECT_EQ(NameOf("1 + (SELECT max(a) FROM t)"), "(1 + scalarsubquery())");
  EXPECT_EQ(NameOf("EXISTS (SELECT 1 FROM t)"), "exists()");
  EXPECT_EQ(NameOf("a IN (SELECT b FROM t)"), "(a IN (listquery()))");
  EXPECT_NE(NameOf("(SELECT max(b) FROM t AS u WHERE u.a = t.a)").find("column has no name"),
            std::string::npos);
}

TEST(ColumnNames, AnErrorInASubqueryIsReportedOnce) {
  TestPipeline pipeline;
  pipeline.Source("t", "a INT");
  pipeline.Table("out", "SELECT 1 + (SELECT nothing FROM t) FROM t");
  const std::string errors = pipeline.Errors();
  const size_t first = errors.find("unknown column: nothing");
  ASSERT_NE(first, std::string::npos) << errors;
  EXPECT_EQ(errors.find("unknown column: nothing", first + 1), std::string::npos) << errors;
}

TEST(ColumnNames, OrderByFindsTheCastOfAColumn) {
  // As in Spark, the selected column comes before the one of FROM.
  TestPipeline pipeline;
  pipeline.Source("t", "a INT");
  pipeline.Table("out", "SELECT CAST(a AS STRING) FROM t ORDER BY a");
  EXPECT_NE(pipeline.Tree().find("CAST(a AS STRING)"), std::string::npos) << pipeline.Tree();
}

TEST(ColumnNames, NamesMayRepeatInASubqueryUntilOneIsUsed) {
  TestPipeline pipeline;
  pipeline.Source("t", "a INT, b INT");
  pipeline.Table("out", "SELECT b FROM (SELECT a, a, b FROM t)");
  EXPECT_EQ(pipeline.Errors(), "");
  pipeline.Table("other", "SELECT a FROM (SELECT a, a, b FROM t)");
  EXPECT_NE(pipeline.Errors().find("ambiguous"), std::string::npos) << pipeline.Errors();
}

}  // namespace
}  // namespace tarn::plan
