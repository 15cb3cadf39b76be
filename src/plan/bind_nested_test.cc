#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

TestPipeline NestedColumns() {
  TestPipeline pipeline;
  pipeline.Source("t",
                  "id INT, l ARRAY<INT>, m MAP<STRING, INT>, n MAP<INT, INT>, "
                  "s STRUCT<a: INT, b: ARRAY<STRUCT<c: STRING>>>");
  return pipeline;
}

std::string NestedTreeOf(const std::string& sql) {
  TestPipeline pipeline = NestedColumns();
  pipeline.Table("x", sql);
  return pipeline.Tree();
}

std::string NestedErrorsOf(const std::string& sql) {
  TestPipeline pipeline = NestedColumns();
  pipeline.Table("x", sql);
  return pipeline.Errors();
}

// Spark refuses each in analysis.
constexpr const char* kRefused[] = {
    "map(1)",
    "map(map(1, 2), 3)",
    "named_struct('a')",
    "named_struct(1, 2)",
    "named_struct(NULL, 2)",
    "array(1, 2, 3)['1']",
    "array(1, 2, 3)[1.5]",
    "element_at(array(1, 2, 3), 1L)",
    "element_at(map(1, 'a'), '1')",
    "element_at(map('a', 1), 1)",
    "element_at(NULL, 1)",
    "element_at(array(1), NULL)",
    "element_at(map(1.5, 'a'), 1)",
    "element_at(map(1, 'a'), 1.0)",
    "array_contains(array(1, 2), '2')",
    "array_contains(array('1', '2'), 2)",
    "array_contains(array(1, 2), NULL)",
    "array_contains(NULL, 1)",
    "array_distinct(array(map(1, 2)))",
    "array_union(array(1, 1), array(2.5))",
    "array_union(array('a'), array(1))",
    "array_union(array(1), NULL)",
    "array_append(array(1), 2.5)",
    "array_append(array(1), 'a')",
    "array_insert(array(1, 2), NULL, 9)",
    "array_insert(array(1, 2), 1, 'a')",
    "array_insert(array(1, 2), 1L, 9)",
    "array_repeat(1, 2L)",
    "array_repeat('a', '2')",
    "array_min(array(map(1, 2)))",
    "sort_array(array(map(1, 2)))",
    "concat(array(1), NULL)",
    "flatten(array())",
    "flatten(array(1))",
    "sequence('1', '3')",
    "sequence(1.5, 3)",
    "arrays_overlap(array('a'), array(1))",
    "arrays_overlap(NULL, array(1))",
    "map_concat(map(1, 'a'), NULL)",
    "map_contains_key(map(1, 'a'), NULL)",
    "CAST(struct(1, '2') AS STRUCT<a: STRING>)",
    "CAST(array(1) AS INT)",
    "CAST('[1]' AS ARRAY<INT>)",
    "CAST(array(1) AS MAP<INT, INT>)",
    "array(1) = array('1')",
    "map(1, 2) = map(1, 2)",
    "transform(array(1), (x, y, z) -> x)",
    "transform(1, x -> x)",
    "transform(NULL, x -> x)",
    "filter(array(1, 2), x -> x)",
    "aggregate(array(1L, 2L), 0, (acc, x) -> acc + x)",
    "aggregate(array(1.5, 2.5), 0, (acc, x) -> acc + x)",
    "aggregate(array(1, 2), NULL, (acc, x) -> x)",
    "map_zip_with(map(1, 2), map('1', 3), (k, a, b) -> k)",
    "array_sort(array(3, 1, 2), (a, b) -> NULL)",
    "array_sort(array(3, 1, 2), (a, b) -> 1L)",
    "size('a')",
    "array_size(map(1, 2))",
    "array_contains(1, 2)",
    "array_join(array(array(1)), ',')",
    "sort_array(1)",
    "upper(x -> x)",
    "array_contains(array(1), 'x')",
    "array_union(array(1.5), array(10.5))",
    "array_union(array(1.5), array(1.25D))",
    "array_position(array(1.5), 10.25)",
    "array_append(array(1.5), 10.25)",
    "element_at(map(1.5, 'a'), 10.25)",
    "map(true, 'a')[1]",
    "transform(array(1, 2), x -> x.y)",
    "zip_with(NULL, array(1), (x, y) -> y)",
    "array_sort(array(2, 1), a -> 1)",
    "flatten(NULL)",
    "array_remove(NULL, 1)",
    "array_append(NULL, 1)",
    "array_position(NULL, 1)",
    "array_insert(NULL, 1, 1)",
    "map_from_entries(NULL)",
    "map_from_entries(array())",
    "map_from_entries(array((1, 2, 3)))",
    "get(NULL, 1)",
    "get(map(1, 2), 1)",
    "try_element_at(NULL, 1)",
    "sort_array(array(1, 2), 1)",
    "array_join(array('a'), 1)",
    "array_join('a', ',')",
    "sequence(DATE '2018-01-01', DATE '2018-01-03', 1)",
    "sequence(1)",
    "CAST(array(1) AS STRUCT<a: INT>)",
    "struct(1) = struct('1')",
    "struct(1, 2) = struct(1)",
    "greatest(map(1, 2), map(1, 2))",
    "nullif(map(1, 2), map(1, 2))",
    "coalesce(array(1), 'a')",
    "map_concat(map(1, 2), map('a', 3))",
    "map_contains_key(map('1', 2), 1)",
    "element_at(array('a'), '1')",
    "concat('a', array(1))",
    "array(1)[0][0]",
    "'a'[0]",
};

TEST(BindNested, RefusesWhatSparkRefuses) {
  for (const char* expression : kRefused) {
    EXPECT_NE(NestedErrorsOf(std::string("SELECT ") + expression + " AS v"), "") << expression;
  }
}

TEST(BindNested, PrintsLambdasAndSubscripts) {
  EXPECT_THAT(NestedTreeOf("SELECT transform(l, x -> x + id) AS v FROM t"),
              testing::HasSubstr("transform(l, x1 -> x1 + id)"));
  EXPECT_THAT(NestedTreeOf("SELECT transform(l, (e, i) -> exists(l, o -> o = e + i)) AS v FROM t"),
              testing::HasSubstr("transform(l, (x1, x2) -> exists(l, y1 -> y1 = x1 + x2))"));
  EXPECT_THAT(NestedTreeOf("SELECT l[0] AS a, m['k'] AS b, m.k AS c, s.b.c AS d FROM t"),
              testing::AllOf(testing::HasSubstr("l[0]"), testing::HasSubstr("m['k']"),
                             testing::HasSubstr("s.b.c")));
}

TEST(BindNested, ParametersHideColumns) {
  EXPECT_THAT(NestedTreeOf("SELECT transform(l, id -> id + 1) AS v FROM t"),
              testing::HasSubstr("x1 -> x1 + 1"));
  EXPECT_THAT(NestedTreeOf("SELECT transform(l, x -> transform(l, x -> x)) AS v FROM t"),
              testing::HasSubstr("y1 -> y1"));
}

// The same lambda is the same expression, whatever its parameters are called.
TEST(BindNested, EqualLambdasAreOneGroupKey) {
  EXPECT_EQ(NestedErrorsOf(
                "SELECT transform(l, y -> y + 1) AS v FROM t GROUP BY transform(l, x -> x + 1)"),
            "");
}

TEST(BindNested, FieldsOfStructsHaveTheColumnsNames) {
  TestPipeline pipeline = NestedColumns();
  pipeline.Table("x",
                 "SELECT v.id, v.named, v.col3, v.a FROM "
                 "(SELECT struct(id, l AS named, id + 1, s.a) AS v FROM t)");
  EXPECT_EQ(pipeline.Errors(), "");
}

TEST(BindNested, KeysThatAreNoNamesNeedBrackets) {
  EXPECT_EQ(NestedErrorsOf("SELECT n.k AS v FROM t"),
            "x.sql:1:8: n is MAP<INT, INT>, whose keys are no names: k\n"
            "  hint: write the key in brackets: m[1]\n");
}

TEST(BindNested, AnAggregateSeesNoParameters) {
  EXPECT_THAT(NestedErrorsOf("SELECT transform(array(1), e -> sum(e)) AS v FROM t"),
              testing::HasSubstr("unknown column: e"));
}

}  // namespace
}  // namespace tarn::plan
