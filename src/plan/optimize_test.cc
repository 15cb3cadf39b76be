#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

// What is filtered while reading source `a`, for the tables given.
std::string ScanFilter(const std::vector<std::string>& queries) {
  TestPipeline pipeline = TwoSources();
  for (const std::string& sql : queries) {
    pipeline.Table("t" + std::to_string(pipeline.get().tables.size()), sql);
  }
  Result<std::unique_ptr<Plan>> plan = Bind(pipeline.get(), {});
  if (!plan.ok()) return MessageOf(plan.status());
  const SourcePlan& source = (*plan)->sources[0];
  return source.filter == nullptr ? "none" : ToString(*source.filter, *source.schema);
}

TEST(Fields, ReadTheirColumnAlone) {
  TestPipeline pipeline;
  pipeline.Source("o", "id INT, s STRUCT<x: INT, t: STRUCT<y: STRING>>, other STRING");
  EXPECT_EQ(pipeline.Table("t", "SELECT s.t.y FROM (SELECT * FROM o) AS q WHERE q.s.x > 1").Tree(),
            "  Project s.t.y AS y\n"
            "    Filter s.x > 1\n"
            "      Scan o: s\n");
}

TEST(TopRow, FromRowNumberOne) {
  for (const char* condition : {"c = 1", "1 = c", "c <= 1", "1 >= c", "c < 2", "2 > c"}) {
    EXPECT_EQ(OptimizedTree(
                  "SELECT x FROM (SELECT x, row_number() OVER (PARTITION BY id ORDER BY n) AS c "
                  "FROM a) AS q WHERE " +
                  std::string(condition)),
              "  Project x\n"
              "    TopRow PARTITION BY id ORDER BY n\n"
              "      Scan a: id, x, n\n")
        << condition;
  }
}

TEST(TopRow, KeepsOtherConditionsAbove) {
  EXPECT_EQ(OptimizedTree(
                "SELECT x, c FROM (SELECT id, x, row_number() OVER (PARTITION BY id ORDER BY n) "
                "AS c FROM a) AS q WHERE c = 1 AND x = 'v' AND id > 7"),
            "  Project x, 1 AS c\n"
            "    Filter x = 'v'\n"
            "      TopRow PARTITION BY id ORDER BY n\n"
            "        Scan a: id, x, n\n");
}

std::string NumberedWhere(const std::string& condition) {
  return OptimizedTree(
      "SELECT x, c FROM (SELECT x, row_number() OVER (PARTITION BY id ORDER BY n) AS c FROM a) "
      "AS q WHERE " +
      condition);
}

TEST(LimitRowNumbers, ByWhatMayNotBeGreater) {
  for (const char* condition : {"c <= 3", "3 >= c", "c < 4", "4 > c", "c <= 3 AND c < 10"}) {
    EXPECT_EQ(NumberedWhere(condition),
              "  Project x, row_number() AS c\n"
              "    RowNumber PARTITION BY id ORDER BY n LIMIT 3\n"
              "      Scan a: id, x, n\n")
        << condition;
  }
}

TEST(LimitRowNumbers, OtherConditionsStay) {
  for (const char* condition : {"c = 3", "c IN (1, 3)", "c BETWEEN 2 AND 3"}) {
    EXPECT_THAT(NumberedWhere(condition),
                testing::AllOf(testing::HasSubstr("    Filter "),
                               testing::HasSubstr("RowNumber PARTITION BY id ORDER BY n LIMIT 3")))
        << condition;
  }
  for (const char* condition : {"c > 3", "c <= 0", "c <> 1", "c <= length(x)", "c <= 3 OR x = 'v'",
                                "c IN (2, length(x))"}) {
    EXPECT_THAT(NumberedWhere(condition), testing::Not(testing::HasSubstr("LIMIT"))) << condition;
  }
  EXPECT_THAT(NumberedWhere("c <= 3 AND c = 1"),
              testing::HasSubstr("TopRow PARTITION BY id ORDER BY n"));
}

TEST(LimitRowNumbers, WhereTheNumberIsNotRead) {
  EXPECT_EQ(
      OptimizedTree("SELECT x FROM (SELECT x, row_number() OVER (ORDER BY n) AS c FROM a) AS q "
                    "WHERE c <= 3"),
      "  Project x\n"
      "    RowNumber ORDER BY n LIMIT 3\n"
      "      Scan a: x, n\n");
}

TEST(PushFilters, ThroughAggregateKeysOnly) {
  EXPECT_EQ(OptimizedTree("SELECT k, n FROM (SELECT x AS k, sum(n) AS n FROM a GROUP BY x) AS q "
                          "WHERE k = 'v' AND n > 5"),
            "  Project k, sum(n) AS n\n"
            "    Filter sum(n) > 5\n"
            "      Aggregate sum(n) GROUP BY x AS k\n"
            "        Scan a: x, n\n");
}

TEST(PushFilters, NeverIntoGlobalAggregate) {
  EXPECT_EQ(OptimizedTree("SELECT n FROM (SELECT count(*) AS n FROM a) AS q WHERE 1 = 2"),
            "  Project count(*) AS n\n"
            "    Filter 1 = 2\n"
            "      Aggregate count(*)\n"
            "        Scan a: no columns\n");
}

TEST(PushFilters, NeverBelowLimit) {
  EXPECT_EQ(OptimizedTree("SELECT x FROM (SELECT x FROM a ORDER BY x LIMIT 5) AS q WHERE x > 'm'"),
            "  Filter x > 'm'\n"
            "    Sort x LIMIT 5\n"
            "      Scan a: x\n");
}

TEST(PushFilters, FailingOnesStay) {
  EXPECT_EQ(OptimizedTree("SELECT x FROM (SELECT x, id FROM a WHERE id <> 0) AS q "
                          "WHERE 10 / id > 1 AND x = 'v'"),
            "  Project x\n"
            "    Filter 10.0 / CAST(id AS DOUBLE) > 1.0\n"
            "      Scan a: id, x\n");
}

TEST(PushFilters, CommaJoinHasKeys) {
  EXPECT_EQ(OptimizedTree("SELECT x, y FROM a, b WHERE a.id = b.id AND n > 5 AND r < 1 AND x <> y"),
            "  Project x, y\n"
            "    Filter x <> y\n"
            "      Join INNER ON a.id = b.id\n"
            "        Scan a: id, x\n"
            "        Scan b: id, y\n");
}

TEST(PushFilters, LeftJoin) {
  // ON may filter the right side, WHERE the left one.
  EXPECT_EQ(OptimizedTree("SELECT x, y FROM a LEFT JOIN b ON a.id = b.id AND r > 1 AND n > 2 "
                          "WHERE x = 'v' AND y IS NULL"),
            "  Project x, y\n"
            "    Filter y IS NULL\n"
            "      Join LEFT ON a.id = b.id AND a.n > 2\n"
            "        Scan a: id, x, n\n"
            "        Scan b: id, y\n");
}

TEST(PushFilters, RightAndFullJoin) {
  EXPECT_EQ(OptimizedTree("SELECT x, y FROM a RIGHT JOIN b ON a.id = b.id AND r > 1 AND n > 2 "
                          "WHERE x IS NULL AND y = 'w'"),
            "  Project x, y\n"
            "    Filter x IS NULL\n"
            "      Join RIGHT ON a.id = b.id AND b.r > 1.0\n"
            "        Scan a: id, x\n"
            "        Scan b: id, y, r\n");
  EXPECT_EQ(OptimizedTree("SELECT x, y FROM a FULL JOIN b ON a.id = b.id AND n > 2 "
                          "WHERE coalesce(y, 'w') = 'w'"),
            "  Project x, y\n"
            "    Filter coalesce(y, 'w') = 'w'\n"
            "      Join FULL ON a.id = b.id AND a.n > 2\n"
            "        Scan a: id, x, n\n"
            "        Scan b: id, y\n");
}

TEST(PushFilters, OnAMergedKeyIntoBothSidesOfAFullJoin) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t", "SELECT id, x, y FROM a FULL JOIN b USING (id) WHERE id IN (5, 6)");
  EXPECT_EQ(pipeline.Explain(),
            "source a\n"
            "  path    a/*.json\n"
            "  reads   2 of 4 columns: id, x\n"
            "  filter  id = 5 OR id = 6\n"
            "\n"
            "source b\n"
            "  path    b/*.json\n"
            "  reads   2 of 3 columns: id, y\n"
            "  filter  id = 5 OR id = 6\n"
            "\n"
            "table t\n"
            "  Project coalesce(a.id, b.id) AS id, x, y\n"
            "    Join FULL ON a.id = b.id\n"
            "      Scan a: id, x\n"
            "      Scan b: id, y\n");
  // It reads the left key by itself, too.
  EXPECT_EQ(OptimizedTree("SELECT y FROM a FULL JOIN b USING (id) WHERE id = 5 OR a.id IS NULL"),
            "  Project y\n"
            "    Filter coalesce(a.id, b.id) = 5 OR a.id IS NULL\n"
            "      Join FULL ON a.id = b.id\n"
            "        Scan a: id\n"
            "        Scan b: id, y\n");
}

// Rows that are filled up with NULLs would not pass.
TEST(PushFilters, OuterJoinsBecomeInnerOnes) {
  EXPECT_EQ(OptimizedTree("SELECT x, y FROM a RIGHT JOIN b ON a.id = b.id AND r > 1 AND n > 2 "
                          "WHERE x = 'v' AND y = 'w'"),
            "  Project x, y\n"
            "    Join INNER ON a.id = b.id\n"
            "      Scan a: id, x\n"
            "      Scan b: id, y\n");
  EXPECT_EQ(OptimizedTree("SELECT x, y FROM a FULL JOIN b ON a.id = b.id AND n > 2 WHERE y = 'w'"),
            "  Project x, y\n"
            "    Join RIGHT ON a.id = b.id\n"
            "      Scan a: id, x\n"
            "      Scan b: id, y\n");
}

TEST(PushFilters, NullSafeKeys) {
  EXPECT_EQ(OptimizedTree("SELECT y FROM a JOIN b ON x IS NOT DISTINCT FROM y"),
            "  Project y\n"
            "    Join INNER ON a.x IS NOT DISTINCT FROM b.y\n"
            "      Scan a: x\n"
            "      Scan b: y\n");
}

TEST(PushFilters, IntoUnion) {
  EXPECT_EQ(ScanFilter({"SELECT v FROM (SELECT x AS v FROM a UNION ALL SELECT y FROM b) AS q "
                        "WHERE v = 'k'"}),
            "x = 'k'");
}

TEST(ScanFilter, FormsThatTheScannerKnows) {
  auto filter = [](const std::string& condition) {
    return ScanFilter({"SELECT x FROM a WHERE " + condition});
  };
  EXPECT_EQ(filter("'v' = x"), "x = 'v'");
  EXPECT_EQ(filter("5 < n"), "n > 5");
  EXPECT_EQ(filter("n BETWEEN 1 AND 9"), "n >= 1 AND n <= 9");
  EXPECT_EQ(filter("NOT n > 5"), "n <= 5");
  EXPECT_EQ(filter("ok"), "ok = true");
  EXPECT_EQ(filter("NOT ok"), "ok = false");
  EXPECT_EQ(filter("x IN ('a', 'b', NULL)"), "x = 'a' OR x = 'b'");
  EXPECT_EQ(filter("x NOT IN ('a', 'b')"), "x <> 'a' AND x <> 'b'");
  EXPECT_EQ(filter("x NOT IN ('a', NULL)"), "none");
  EXPECT_EQ(filter("x IS NULL OR n = 1 AND ok"), "x IS NULL OR n = 1 AND ok = true");
  EXPECT_EQ(filter("(x = 'a' OR x = 'b') AND n = 1"), "x = 'a' AND n = 1 OR x = 'b' AND n = 1");
  EXPECT_EQ(filter("n = id"), "none");
  EXPECT_EQ(filter("x = NULL"), "none");
  EXPECT_EQ(filter("upper(x) = 'A'"), "none");
  EXPECT_EQ(filter("upper(x) = 'A' AND n = 1"), "n = 1");
}

TEST(ScanFilter, IsTheDisjunctionOfAllReaders) {
  EXPECT_EQ(ScanFilter({"SELECT x FROM a WHERE n = 1", "SELECT x FROM a WHERE n = 2 AND ok"}),
            "n = 1 OR n = 2 AND ok = true");
  EXPECT_EQ(ScanFilter({"SELECT x FROM a WHERE n = 1 AND ok", "SELECT x FROM a WHERE n = 1"}),
            "n = 1");
  EXPECT_EQ(ScanFilter({"SELECT x FROM a WHERE n = 1", "SELECT x FROM a"}), "none");
}

TEST(ScanFilter, TooManyListsAreNone) {
  std::string values = "0";
  for (int i = 1; i < 40; ++i) values += ", " + std::to_string(i);
  EXPECT_EQ(ScanFilter({"SELECT x FROM a WHERE id IN (" + values + ")"}), "none");
}

TEST(ScanFilter, TablesKeepWhatIsNotGuaranteed) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("first", "SELECT x FROM a WHERE n = 1");
  pipeline.Table("second", "SELECT id FROM a WHERE n = 1 AND ok");
  pipeline.Table("third", "SELECT n FROM a WHERE n IN (1, 2) AND n IN (1, 3)");
  EXPECT_EQ(pipeline.Explain(),
            "source a\n"
            "  path    a/*.json\n"
            "  reads   4 of 4 columns: id, x, n, ok\n"
            "  filter  n = 1 OR n = 2 AND n = 3\n"
            "\n"
            "table first\n"
            "  Project x\n"
            "    Filter n = 1\n"
            "      Scan a: x, n\n"
            "\n"
            "table second\n"
            "  Project id\n"
            "    Filter n = 1 AND ok\n"
            "      Scan a: id, n, ok\n"
            "\n"
            "table third\n"
            "  Scan a: n\n");
}

TEST(PruneColumns, UnusedCallsAndWindowsGo) {
  EXPECT_EQ(OptimizedTree(
                "SELECT k FROM (SELECT x AS k, sum(n) AS s, row_number() OVER (ORDER BY x) AS c "
                "FROM a GROUP BY x) AS q"),
            "  Distinct x AS k\n"
            "    Scan a: x\n");
}

TEST(PruneColumns, WindowCallsThatNobodyReadsGo) {
  EXPECT_EQ(OptimizedTree("SELECT c FROM (SELECT count(*) OVER w AS c, sum(n) OVER w AS s FROM a "
                          "WINDOW w AS (PARTITION BY x)) AS q"),
            "  Project count(*) OVER w AS c\n"
            "    Window count(*) PARTITION BY x\n"
            "      Scan a: x\n");
  EXPECT_EQ(OptimizedTree("SELECT id FROM (SELECT id, sum(n) OVER () AS s FROM a) AS q"),
            "  Scan a: id\n");
}

TEST(PushFilters, OfPartitionsGoBelowAWindow) {
  EXPECT_EQ(OptimizedTree("SELECT x, c FROM (SELECT x, count(*) OVER (PARTITION BY x) AS c FROM a) "
                          "AS q WHERE x = 'a' AND c > 1"),
            "  Project x, count(*) OVER (PARTITION BY x) AS c\n"
            "    Filter count(*) OVER (PARTITION BY x) > 1\n"
            "      Window count(*) PARTITION BY x\n"
            "        Scan a: x\n");
}

TEST(PruneColumns, ProjectsMerge) {
  EXPECT_EQ(OptimizedTree("SELECT u || '!' AS v FROM (SELECT upper(x) AS u, id FROM a) AS q"),
            "  Project concat(upper(x), '!') AS v\n"
            "    Scan a: x\n");
  // Used twice, so computed once.
  EXPECT_EQ(OptimizedTree("SELECT u || u AS v FROM (SELECT upper(x) AS u, id FROM a) AS q"),
            "  Project concat(u, u) AS v\n"
            "    Project upper(x) AS u\n"
            "      Scan a: x\n");
}

TEST(PruneColumns, CommonTableReadTwice) {
  EXPECT_EQ(OptimizedTree("WITH w AS (SELECT id, x, n FROM a WHERE ok) "
                          "SELECT p.x, q.n FROM w AS p JOIN w AS q ON p.id = q.id"),
            "  Project x, n\n"
            "    Join INNER ON p.id = q.id\n"
            "      Scan a: id, x\n"
            "      Scan a: id, n\n");
}

// Each level would double the condition.
TEST(PushFilters, ConditionsDoNotExplode) {
  TestPipeline pipeline;
  pipeline.Source("events", "page STRING");
  std::string query = "SELECT page AS c FROM events";
  for (int i = 0; i < 30; ++i) query = "SELECT concat(c, c) AS c FROM (" + query + ") AS q";
  pipeline.Table("t", "SELECT c FROM (" + query + ") AS q WHERE c > 'a'");
  EXPECT_LT(pipeline.Explain().size(), 1'000'000U);
}

}  // namespace
}  // namespace tarn::plan
