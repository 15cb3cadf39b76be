#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

using ::testing::HasSubstr;

TestPipeline Collections() {
  TestPipeline pipeline;
  pipeline.Source("t",
                  "id INT, x STRING, l ARRAY<INT>, m MAP<STRING, INT>, "
                  "s ARRAY<STRUCT<p: INT, q: STRING>>");
  return pipeline;
}

std::string GeneratedTree(const std::string& sql) { return Collections().Table("r", sql).Tree(); }

std::string GeneratedErrors(const std::string& sql) {
  return Collections().Table("r", sql).Errors();
}

TEST(Generate, ReadsAndKeepsWhatIsNeeded) {
  EXPECT_EQ(GeneratedTree("SELECT explode(l) AS e, id FROM t"),
            "  Project col AS e, id\n"
            "    Generate explode(l) AS col\n"
            "      Scan t: id, l\n");
  EXPECT_EQ(GeneratedTree("SELECT v FROM t LATERAL VIEW OUTER posexplode(m) y AS i, k, v"),
            "  Project value AS v\n"
            "    Generate explode_outer(m) AS key, value\n"
            "      Scan t: m\n");
  EXPECT_EQ(GeneratedTree("SELECT id, q FROM t, LATERAL inline(s)"),
            "  Project id, col.q AS q\n"
            "    Generate explode(s) AS col\n"
            "      Scan t: id, s\n");
}

TEST(Generate, KnowsTheTimeZone) {
  EXPECT_EQ(GeneratedErrors("SELECT id FROM t LATERAL VIEW explode(array(TIMESTAMP "
                            "'2024-03-31 02:30:00')) y AS e"),
            "");
}

TEST(Generate, TakesFiltersOfItsInputBelow) {
  TestPipeline pipeline = Collections();
  pipeline.Table("r",
                 "SELECT x, e FROM t LATERAL VIEW explode(l) y AS e "
                 "WHERE id > 1 AND e > 2 AND id < e");
  EXPECT_EQ(pipeline.Tree(),
            "  Project x, col AS e\n"
            "    Filter col > 2 AND id < col\n"
            "      Generate explode(l) AS col\n"
            "        Scan t: id, x, l\n");
  EXPECT_THAT(pipeline.Sources(), HasSubstr("filter  id > 1"));
}

TEST(Generate, SeesGroupsAndIsSeenByWindows) {
  const std::string grouped =
      GeneratedTree("SELECT x, explode(collect_list(id)) AS e FROM t GROUP BY x");
  EXPECT_THAT(grouped, HasSubstr("    Generate explode(collect_list(id)) AS col\n"
                                 "      Aggregate collect_list(id) GROUP BY x\n"));
  const std::string windowed =
      GeneratedTree("SELECT explode(l) AS e, count(*) OVER (PARTITION BY id) AS n FROM t");
  EXPECT_LT(windowed.find("Window"), windowed.find("Generate"));
}

TEST(Generate, JsonTupleMakesOneRow) {
  EXPECT_EQ(GeneratedTree("SELECT id, a FROM t LATERAL VIEW json_tuple(x, 'a', 'b') y AS a, b"),
            "  Project id, row.c0 AS a\n"
            "    Generate explode(json_tuple(x, 'a', 'b')) AS row\n"
            "      Scan t: id, x\n");
  EXPECT_THAT(GeneratedTree("SELECT json_tuple(x, 'a', 'b') FROM t"),
              HasSubstr("Project row.c0 AS c0, row.c1 AS c1\n"));
}

TEST(Generate, TakesItsArgumentByName) {
  EXPECT_THAT(GeneratedTree("SELECT explode(collection => l) AS e FROM t"),
              HasSubstr("Generate explode(l) AS col\n"));
  EXPECT_THAT(GeneratedTree("SELECT p FROM t LATERAL VIEW inline(Input => s) y AS p, q"),
              HasSubstr("Generate explode(s) AS col\n"));
}

TEST(Generate, LimitsAreKnownBelowWhereEachRowGivesSome) {
  EXPECT_EQ(GeneratedTree("SELECT explode_outer(l) AS e FROM t LIMIT 3"),
            "  Project col AS e\n"
            "    Limit 3\n"
            "      Project col\n"
            "        Generate explode_outer(l) AS col\n"
            "          Limit 3\n"
            "            Scan t: l\n");
}

TEST(Generate, LaterItemsSeeAllThatItMakes) {
  EXPECT_THAT(GeneratedTree("SELECT posexplode(l) AS (i, e), i + e AS z FROM t"),
              HasSubstr("Project pos AS i, col AS e, pos + col AS z\n"));
}

TEST(Generate, LeftJoinLateralKeepsRows) {
  for (const char* join :
       {"LEFT JOIN LATERAL explode(l) y(e) ON true", ", LATERAL explode_outer(l) y(e)",
        " LEFT JOIN LATERAL explode_outer(l) y(e)"}) {
    EXPECT_THAT(GeneratedTree(std::string("SELECT e FROM t ") + join),
                HasSubstr("Generate explode_outer(l) AS col"))
        << join;
  }
}

TEST(Generate, RangeCounts) {
  EXPECT_EQ(GeneratedTree("SELECT id FROM range(1, 2 + 8, 3)"), "  Range 3 rows from 1 by 3\n");
  EXPECT_THAT(GeneratedTree("SELECT id FROM range(5, 0, -2)"),
              HasSubstr("Range 3 rows from 5 by -2\n"));
  EXPECT_THAT(GeneratedTree("SELECT id FROM range(5, 1)"), HasSubstr("Range 0 rows"));
}

TEST(Generate, PivotGroupsByOtherColumns) {
  EXPECT_THAT(
      GeneratedTree("SELECT * FROM (SELECT id, x, l[0] AS n FROM t) "
                    "PIVOT (max(x) FOR n IN (1, 2 AS two))"),
      testing::AllOf(HasSubstr("Aggregate max(x) FILTER (WHERE "), HasSubstr(" GROUP BY id")));
}

TEST(Generate, Errors) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT explode(l) + 1 AS e FROM t", "a generator has no meaning here: explode"},
      {"SELECT id FROM t WHERE explode(l) = 1", "a generator has no meaning here: explode"},
      {"SELECT explode(id) AS e FROM t", "argument 1 is INT, not an ARRAY or a MAP: explode"},
      {"SELECT inline(l) AS e FROM t", "not an ARRAY of STRUCTs"},
      {"SELECT explode(m) AS e FROM t", "1 names for the 2 columns of explode"},
      {"SELECT explode(l) AS (a, b) FROM t", "2 names for the 1 columns of explode"},
      {"SELECT id AS (a, b) FROM t", "several names after AS"},
      {"SELECT stack(0, 1) AS e FROM t", "not a number from 1 to"},
      {"SELECT stack(id, 1) AS e FROM t", "not a number from 1 to"},
      {"SELECT stack(2, 1, 'a') AS e FROM t", "values of different types, INT and STRING"},
      {"SELECT json_tuple(id, 'a') FROM t", "argument 1 is INT, not STRING: json_tuple"},
      {"SELECT json_tuple(x, NULL) FROM t", "not STRING: json_tuple"},
      {"SELECT explode(input => l) FROM t", "explode has no argument of this name: input"},
      {"SELECT stack(n => 1) FROM t", "stack takes no arguments by name"},
      {"SELECT * FROM range(end => 3)", "range takes no arguments by name"},
      {"SELECT json_tuple(x) FROM t", "json_tuple takes at least 2 arguments, not 1"},
      {"SELECT json_tuple(x, 'a', 'b') AS a FROM t", "1 names for the 2 columns of json_tuple"},
      {"SELECT explode(l) AS e, count(*) AS n FROM t GROUP BY e",
       "GROUP BY names an aggregate, a window"},
      {"SELECT id + 1 AS j, explode(array(j)) AS e FROM t", "unknown column: j"},
      {"SELECT x, explode(collect_list(id)) AS e FROM t GROUP BY x HAVING e > 1",
       "HAVING names what a generator makes"},
      {"SELECT id, e FROM t LATERAL VIEW upper(x) y AS e", "not a function that makes rows: upper"},
      {"SELECT id, col FROM t, explode(l)", "unknown column: l"},
      {"SELECT id, e FROM t LEFT JOIN LATERAL explode(l) y(e)", "LEFT JOIN LATERAL"},
      {"SELECT * FROM f(1)", "unknown table function: f"},
      {"SELECT * FROM range(0, 3, 0)", "the step of range is 0"},
      {"SELECT * FROM range('a')", "range needs numbers that are known here"},
      {"SELECT x, explode(l) AS e FROM t QUALIFY e = 1", "QUALIFY"},
      {"SELECT x, explode(collect_list(id)) AS e FROM t GROUP BY x HAVING count(*) > 1", "HAVING"},
      {"SELECT id FROM t TABLESAMPLE (1 PERCENT)", "TABLESAMPLE of a part of the rows"},
      {"SELECT id FROM t SORT BY id LIMIT 1", "SORT BY or CLUSTER BY with LIMIT"},
      {"SELECT id FROM t SORT BY m", "MAP"},
      {"SELECT * FROM t PIVOT (x FOR id IN (1))", "PIVOT needs aggregates"},
      {"SELECT * FROM t PIVOT (max(x) FOR id IN (x))", "unknown column: x"},
      {"SELECT * FROM t PIVOT (max(x) FOR y IN (1))", "unknown column: y"},
      {"SELECT * FROM t UNPIVOT (v FOR n IN (id, x))", "UNPIVOT of different types"},
      {"SELECT * FROM t UNPIVOT (v FOR n IN (id, z))", "unknown column: z"},
  };
  for (const auto& [sql, error] : cases) EXPECT_THAT(GeneratedErrors(sql), HasSubstr(error)) << sql;
}

}  // namespace
}  // namespace tarn::plan
