#include "plan/expr.h"

#include <gtest/gtest.h>

#include <cmath>

#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

// `condition` over columns a, b, c INT, s STRING and k BOOLEAN, bound and printed again.
std::string RoundTrip(const std::string& condition) {
  TestPipeline pipeline;
  pipeline.Source("t",
                  "a INT, b INT, c INT, s STRING, k BOOLEAN, d DOUBLE, m TIMESTAMP, "
                  "p STRUCT<x: INT, q: STRUCT<y: STRING>>");
  pipeline.Table("result", "SELECT * FROM t").Check(condition);
  Result<std::unique_ptr<Plan>> plan = Bind(pipeline.get(), {});
  if (!plan.ok()) return MessageOf(plan.status());
  const TablePlan& table = (*plan)->tables[0];
  return ToString(*table.checks[0], *table.root->schema);
}

TEST(ToString, KeepsParenthesesThatMatter) {
  for (const char* text : {"a - (b - c) > 0",
                           "a - b - c > 0",
                           "(a + b) * c = 1",
                           "a + b * c = 1",
                           "-(a + b) < 0",
                           "-(-a) < 0",
                           "NOT (NOT k)",
                           "(k OR a = 1) AND b = 2",
                           "k OR a = 1 AND b = 2",
                           "NOT (k AND a = 1)",
                           "NOT k",
                           "k IS NULL",
                           "(a = b) IS NULL",
                           "(a = b) = k",
                           "s IS NOT NULL",
                           "s NOT IN ('x', 'it''s')",
                           "a IN (1, 2, 3)",
                           "s LIKE 'x%'",
                           "NOT s LIKE 'x%'",
                           "a IS NOT DISTINCT FROM b",
                           "CASE WHEN k THEN a ELSE b END = 1",
                           "upper(s) = 'X'",
                           "a % 2 = 0",
                           "d > 1.0",
                           "m = TIMESTAMP '2018-11-01 12:00:00'",
                           "p.q.y = 'x' AND p.x > 1",
                           "(coalesce(p, p)).q.y = 'x'",
                           "k AND (a = 1 OR b = 2) AND c = 3"}) {
    EXPECT_EQ(RoundTrip(text), text);
  }
  EXPECT_EQ(RoundTrip("CAST(a AS STRING) = 'x'"), "CAST(a AS STRING) = 'x'");
  EXPECT_EQ(RoundTrip("a BETWEEN 1 AND 2"), "a >= 1 AND a <= 2");
}

TEST(Equal, LooksAtValuesNotPlaces) {
  ExprPtr one = MakeLiteral(std::make_shared<arrow::Int32Scalar>(1));
  ExprPtr long_one = MakeLiteral(std::make_shared<arrow::Int64Scalar>(1));
  ExprPtr a = MakeColumn(0, arrow::int32(), true);
  ExprPtr a_elsewhere = MakeColumn(0, arrow::int32(), true, sql::Location{nullptr, 3, 4});
  ExprPtr b = MakeColumn(1, arrow::int32(), true);
  EXPECT_TRUE(Equal(*a, *a_elsewhere));
  EXPECT_FALSE(Equal(*a, *b));
  EXPECT_FALSE(Equal(*one, *long_one));
  EXPECT_TRUE(Equal(*MakePredicate(kEq, {a, one}), *MakePredicate(kEq, {a, one})));
  EXPECT_FALSE(Equal(*MakePredicate(kEq, {a, one}), *MakePredicate(kNe, {a, one})));
  EXPECT_FALSE(Equal(*MakePredicate(kEq, {a, one}), *MakePredicate(kEq, {b, one})));
}

TEST(Equal, ComparesFields) {
  auto type =
      arrow::struct_({arrow::field("x", arrow::int32()), arrow::field("y", arrow::int32())});
  ExprPtr a = MakeColumn(0, type, true);
  ExprPtr b = MakeColumn(1, type, true);
  EXPECT_TRUE(Equal(*MakeField(a, 0), *MakeField(a, 0)));
  EXPECT_FALSE(Equal(*MakeField(a, 0), *MakeField(a, 1)));
  EXPECT_FALSE(Equal(*MakeField(a, 0), *MakeField(b, 0)));
}

TEST(RemapColumns, ReachesEveryColumn) {
  ExprPtr sum =
      MakeCall(*FindFunction("add"), arrow::int32(), true,
               {MakeColumn(0, arrow::int32(), true), MakeColumn(2, arrow::int32(), true)});
  std::vector<int> columns;
  CollectColumns(*RemapColumns(sum, {4, -1, 1}), &columns);
  EXPECT_EQ(columns, (std::vector<int>{4, 1}));
}

TEST(Equal, TellsZerosApartAndKnowsNaN) {
  const auto literal = [](double value) {
    return MakeLiteral(std::make_shared<arrow::DoubleScalar>(value));
  };
  EXPECT_TRUE(Equal(*literal(0.5), *literal(0.5)));
  EXPECT_FALSE(Equal(*literal(0.0), *literal(-0.0)));
  EXPECT_TRUE(Equal(*literal(std::nan("")), *literal(std::nan(""))));
}

TEST(MayFail, KnowsTotalFunctions) {
  ExprPtr a = MakeColumn(0, arrow::int32(), true);
  EXPECT_FALSE(MayFail(*CastTo(a, arrow::int64())));
  EXPECT_FALSE(MayFail(*CastTo(a, arrow::utf8())));
  EXPECT_TRUE(MayFail(*CastTo(a, arrow::int8())));
  EXPECT_TRUE(MayFail(*MakeCall(*FindFunction("add"), arrow::int32(), true, {a, a})));
  EXPECT_TRUE(MayFail(
      *MakePredicate(kEq, {MakeCall(*FindFunction("add"), arrow::int32(), true, {a, a}), a})));
  EXPECT_FALSE(MayFail(*MakePredicate(kEq, {a, a})));
}

TEST(SplitConjuncts, DropsTrue) {
  ExprPtr yes = MakeLiteral(std::make_shared<arrow::BooleanScalar>(true));
  ExprPtr k = MakeColumn(0, arrow::boolean(), true);
  EXPECT_EQ(SplitConjuncts(MakePredicate(kAnd, {yes, MakePredicate(kAnd, {k, k})})).size(), 2);
  EXPECT_TRUE(SplitConjuncts(nullptr).empty());
}

}  // namespace
}  // namespace tarn::plan
