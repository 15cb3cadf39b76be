#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

TEST(DropDistincts, OfGroups) {
  EXPECT_EQ(OptimizedTree("SELECT DISTINCT x, id, count(*) AS c FROM a GROUP BY x, id"),
            "  Project x, id, count(*) AS c\n"
            "    Aggregate count(*) GROUP BY x, id\n"
            "      Scan a: id, x\n");
  // Not of some of their keys.
  EXPECT_EQ(OptimizedTree("SELECT DISTINCT x, c FROM (SELECT x, id, count(*) AS c FROM a "
                          "GROUP BY x, id) AS q"),
            "  Distinct x, count(*) AS c\n"
            "    Aggregate count(*) GROUP BY x, id\n"
            "      Scan a: id, x\n");
}

TEST(DropDistincts, OfTopRowsAndOfATablesKey) {
  EXPECT_EQ(OptimizedTree("SELECT DISTINCT id, x FROM (SELECT *, row_number() OVER (PARTITION BY "
                          "id ORDER BY n) AS c FROM a) AS q WHERE c = 1"),
            "  Project id, x\n"
            "    TopRow PARTITION BY id ORDER BY n\n"
            "      Scan a: id, x, n\n");
  TestPipeline pipeline = TwoSources();
  pipeline.Table("kept", "SELECT id, x, n FROM a");
  pipeline.last().key = {"id"};
  pipeline.Table("t", "SELECT DISTINCT x, id FROM kept");
  EXPECT_EQ(pipeline.Tree(),
            "  Project x, id\n"
            "    Table kept\n");
  pipeline.Table("u", "SELECT DISTINCT x, n FROM kept");
  EXPECT_EQ(pipeline.Tree(),
            "  Distinct x, n\n"
            "    Table kept\n");
}

TEST(DropDistincts, NotWhereItMakesZerosUniform) {
  EXPECT_EQ(OptimizedTree("SELECT DISTINCT r FROM (SELECT r, row_number() OVER (PARTITION BY r "
                          "ORDER BY id) AS c FROM b) AS q WHERE c = 1"),
            "  Distinct r\n"
            "    TopRow PARTITION BY r ORDER BY id\n"
            "      Scan b: id, r\n");
}

TEST(DropDistincts, OfAJoinThatRepeatsNoRow) {
  EXPECT_EQ(OptimizedTree("SELECT DISTINCT k, s, t FROM (SELECT id AS k, sum(n) AS s FROM a "
                          "GROUP BY id) AS p LEFT JOIN (SELECT id, max(y) AS t FROM b GROUP BY id) "
                          "AS q ON k = q.id"),
            "  Project k, sum(n) AS s, max(y) AS t\n"
            "    Join LEFT ON p.k = q.id\n"
            "      Aggregate sum(n) GROUP BY id AS k\n"
            "        Scan a: id, n\n"
            "      Aggregate max(y) GROUP BY id\n"
            "        Scan b: id, y\n");
  // One row of the left side may meet several.
  EXPECT_EQ(OptimizedTree("SELECT DISTINCT k FROM (SELECT id AS k FROM a GROUP BY id) AS p "
                          "LEFT JOIN b ON k = b.id"),
            "  Distinct k\n"
            "    Join LEFT ON p.k = b.id\n"
            "      Distinct id AS k\n"
            "        Scan a: id\n"
            "      Scan b: id\n");
}

TEST(DropDistincts, OfAnAggregatesValues) {
  EXPECT_EQ(OptimizedTree("SELECT x, count(DISTINCT id) AS c FROM (SELECT id, x, sum(n) AS s "
                          "FROM a GROUP BY id, x) AS q GROUP BY x"),
            "  Project x, count(DISTINCT id) AS c\n"
            "    Aggregate count(id) GROUP BY x\n"
            "      Distinct id, x\n"
            "        Scan a: id, x\n");
  EXPECT_EQ(OptimizedTree("SELECT count(DISTINCT id) AS c FROM a"),
            "  Project count(DISTINCT id) AS c\n"
            "    Aggregate count(DISTINCT id)\n"
            "      Scan a: id\n");
}

// The outer one drops what the inner ones would.
TEST(DropDistincts, BelowWhatIgnoresRepeats) {
  EXPECT_EQ(OptimizedTree("SELECT x AS v FROM a UNION SELECT y FROM b UNION SELECT 'w'"),
            "  Distinct x AS v\n"
            "    UnionAll\n"
            "      UnionAll\n"
            "        Scan a: x\n"
            "        Scan b: y\n"
            "      Project 'w' AS w\n"
            "        OneRow\n");
  EXPECT_EQ(OptimizedTree("SELECT max(id) AS m FROM (SELECT DISTINCT id, x FROM a) AS q"),
            "  Project max(id) AS m\n"
            "    Aggregate max(id)\n"
            "      Scan a: id\n");
  EXPECT_EQ(OptimizedTree("SELECT count(*) AS c FROM (SELECT DISTINCT id, x FROM a) AS q"),
            "  Project count(*) AS c\n"
            "    Aggregate count(*)\n"
            "      Distinct id, x\n"
            "        Scan a: id, x\n");
  // Which of several rows it takes may be up to repeats.
  EXPECT_EQ(OptimizedTree("SELECT max_by(id, n) AS m FROM (SELECT DISTINCT id, n FROM a) AS q"),
            "  Project max_by(id, n) AS m\n"
            "    Aggregate max_by(id, n)\n"
            "      Distinct id, n\n"
            "        Scan a: id, n\n");
}

// Of 0.0 and -0.0, which are equal, a DISTINCT leaves one.
TEST(DropDistincts, NotWhereEqualValuesDiffer) {
  EXPECT_EQ(OptimizedTree("SELECT DISTINCT CAST(r AS STRING) AS t FROM (SELECT DISTINCT r FROM b) "
                          "AS q"),
            "  Distinct t\n"
            "    Project CAST(r AS STRING) AS t\n"
            "      Distinct r\n"
            "        Scan b: r\n");
}

}  // namespace
}  // namespace tarn::plan
