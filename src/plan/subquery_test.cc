#include "plan/subquery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string ErrorsOf(const std::string& sql) { return TwoSources().Table("t", sql).Errors(); }

TEST(Subqueries, ExistsIsASemiJoin) {
  EXPECT_EQ(OptimizedTree("SELECT x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id)"),
            "  Project x\n"
            "    Join SEMI ON id = id\n"
            "      Scan a: id, x\n"
            "      Scan b: id\n");
  EXPECT_EQ(OptimizedTree("SELECT x FROM a WHERE NOT EXISTS (SELECT * FROM b WHERE b.id = a.id AND "
                          "b.r > 1.5D AND y <> x LIMIT 1)"),
            "  Project x\n"
            "    Join ANTI ON id = id AND y <> x\n"
            "      Scan a: id, x\n"
            "      Scan b: id, y\n");
}

TEST(Subqueries, InIsASemiJoinAndNotInANullAwareAntiJoin) {
  EXPECT_EQ(OptimizedTree("SELECT x FROM a WHERE id IN (SELECT id FROM b) AND n = 1"),
            "  Project x\n"
            "    Join SEMI ON id = id\n"
            "      Scan a: id, x\n"
            "      Scan b: id\n");
  EXPECT_EQ(OptimizedTree("SELECT x FROM a WHERE NOT (id IN (SELECT id FROM b) OR n = 1)"),
            "  Project x\n"
            "    Join ANTI ON id IN id\n"
            "      Scan a: id, x\n"
            "      Scan b: id\n");
}

TEST(Subqueries, InsideAnExpressionItIsAMark) {
  const std::string tree =
      OptimizedTree("SELECT x FROM a WHERE n = 1 OR id IN (SELECT id FROM b WHERE b.y = a.x)");
  EXPECT_THAT(tree, HasSubstr("Join MARK ON"));
  EXPECT_THAT(tree, HasSubstr("n = 1 OR exists"));
}

TEST(Subqueries, AnAggregateOfAllRowsIsOneRow) {
  const std::string tree = OptimizedTree("SELECT x FROM a WHERE n > (SELECT count(*) FROM b)");
  EXPECT_THAT(tree, HasSubstr("Join CROSS"));
  EXPECT_THAT(tree, HasSubstr("Aggregate count(*)"));
}

TEST(Subqueries, ACorrelatedAggregateIsGroupedByWhatItIsEqualTo) {
  const std::string tree = OptimizedTree(
      "SELECT x FROM a WHERE n > (SELECT max(r) FROM b WHERE b.id = a.id AND y = 'v')");
  EXPECT_THAT(tree, HasSubstr("Join INNER ON")) << "NULL passes no condition";
  EXPECT_THAT(tree, HasSubstr("Aggregate max(r) GROUP BY id"));
  EXPECT_THAT(OptimizedTree("SELECT x, (SELECT max(r) FROM b WHERE b.id = a.id) AS m FROM a"),
              HasSubstr("Join LEFT ON"));
}

TEST(Subqueries, OneThatMayHaveSeveralRowsIsChecked) {
  EXPECT_THAT(OptimizedTree("SELECT x, (SELECT y FROM b) AS v FROM a"),
              HasSubstr("Join LEFT SINGLE"));
  EXPECT_THAT(OptimizedTree("SELECT x, (SELECT y FROM b WHERE b.id = a.id) AS v FROM a"),
              HasSubstr("Join LEFT SINGLE"));
  EXPECT_THAT(OptimizedTree("SELECT x, (SELECT y FROM b LIMIT 1) AS v FROM a"),
              Not(HasSubstr("SINGLE")));
  EXPECT_THAT(OptimizedTree("SELECT x, (SELECT any_value(y) FROM b WHERE b.id = a.id GROUP BY id) "
                            "AS v FROM a"),
              Not(HasSubstr("SINGLE")));
}

TEST(Subqueries, SemiJoinsOfChosenRowsAreBelowOtherJoins) {
  EXPECT_EQ(
      OptimizedTree("SELECT a.x, b.y FROM a JOIN b ON a.id = b.id WHERE a.n IN (SELECT id FROM "
                    "b AS c GROUP BY id HAVING count(*) > 3)")
          .find("Join INNER"),
      std::string("  Project x, y\n    ").size());
}

TEST(Subqueries, WhatSparkRefuses) {
  EXPECT_THAT(ErrorsOf("SELECT (SELECT id, y FROM b) AS v FROM a"), HasSubstr("has 2 columns"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a WHERE id IN (SELECT id, y FROM b)"),
              HasSubstr("IN compares 1 values with 2 columns"));
  EXPECT_THAT(ErrorsOf("SELECT transform((SELECT array(1)), e -> e) AS v FROM a"),
              HasSubstr("a subquery in an argument of transform"));
  EXPECT_THAT(ErrorsOf("SELECT transform(array(1), e -> (SELECT max(y) FROM b)) AS v FROM a"),
              HasSubstr("a subquery in an argument of transform"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a WHERE id IN (SELECT DATE '2020-01-01')"),
              HasSubstr("IN compares INT with DATE"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a ORDER BY (SELECT max(r) FROM b WHERE b.id = a.id)"),
              HasSubstr("a subquery in ORDER BY depends on the row around it"));
  EXPECT_THAT(ErrorsOf("SELECT a.x FROM a JOIN b ON a.n = (SELECT max(n) FROM a AS c WHERE c.id = "
                       "b.id)"),
              HasSubstr("a subquery in ON depends on the row around it"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a ORDER BY id IN (SELECT id FROM b)"),
              HasSubstr("EXISTS or IN (SELECT …) in ORDER BY"));
  EXPECT_THAT(ErrorsOf("SELECT explode(array(EXISTS (SELECT 1 FROM b))) AS e FROM a"),
              HasSubstr("EXISTS or IN (SELECT …) in an argument of explode"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a LATERAL VIEW explode(array((SELECT max(r) FROM b WHERE "
                       "b.id = a.id))) v AS e"),
              HasSubstr("a subquery in an argument of explode depends on the row around it"));
  EXPECT_THAT(ErrorsOf("SELECT count(*) AS c FROM a GROUP BY (SELECT max(r) FROM b WHERE b.id = "
                       "a.id)"),
              HasSubstr("a subquery in GROUP BY depends on the row around it"));
  EXPECT_EQ(ErrorsOf("SELECT x FROM a GROUP BY x ORDER BY max(id IN (SELECT id FROM b))"), "");
  EXPECT_THAT(
      ErrorsOf("SELECT a.x FROM a JOIN b ON EXISTS (SELECT 1 FROM a AS c WHERE c.id = a.id + "
               "b.id)"),
      HasSubstr("a subquery in ON names columns of both sides"));
  EXPECT_THAT(ErrorsOf("SELECT n, (SELECT max(r) FROM b WHERE b.id = n) AS v, count(*) AS c FROM a "
                       "GROUP BY n"),
              HasSubstr("neither in GROUP BY nor inside an aggregate"));
  EXPECT_THAT(ErrorsOf("SELECT n, (SELECT max(r) + n FROM b) AS v FROM a"),
              HasSubstr("selects a value of the query around it"));
  EXPECT_THAT(ErrorsOf("SELECT n, (SELECT sum(n) FROM b) AS v FROM a"),
              HasSubstr("values of the query around it"));
  EXPECT_THAT(
      ErrorsOf("SELECT x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE EXISTS (SELECT 1 FROM b AS "
               "c WHERE c.y = x))"),
      HasSubstr("unknown column: x"));
  EXPECT_THAT(ErrorsOf("SELECT x AS q FROM a WHERE EXISTS (SELECT 1 FROM b WHERE y = q)"),
              HasSubstr("unknown column: q"));
  EXPECT_THAT(ErrorsOf("SELECT y FROM a LEFT SEMI JOIN b ON a.id = b.id"),
              HasSubstr("unknown column: y"));
}

TEST(Limits, AreNumbersThatAreKnown) {
  EXPECT_THAT(ErrorsOf("SELECT x FROM a LIMIT 1L"), HasSubstr("LIMIT is of type BIGINT"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a LIMIT '1'"), HasSubstr("LIMIT is of type STRING"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a LIMIT -1"), HasSubstr("LIMIT is negative: -1"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a OFFSET 1 - 2"), HasSubstr("OFFSET is negative: -1"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a LIMIT 2147483648"), HasSubstr("LIMIT is of type BIGINT"));
  EXPECT_THAT(ErrorsOf("SELECT x FROM a LIMIT (SELECT 1)"), HasSubstr("a subquery in LIMIT"));
}

}  // namespace
}  // namespace tarn::plan
