#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

TEST(PushFailingFilters, ThroughUnionsAndSorts) {
  EXPECT_EQ(OptimizedTree("SELECT k FROM (SELECT id AS k, x FROM a UNION ALL SELECT id, y FROM b "
                          "ORDER BY 2) AS q WHERE k + 1 > 5"),
            "  Project id AS k\n"
            "    Sort x\n"
            "      UnionAll\n"
            "        Filter id + 1 > 5\n"
            "          Scan a: id, x\n"
            "        Filter id + 1 > 5\n"
            "          Scan b: id, y\n");
}

TEST(PushFailingFilters, ThroughGroupsByTheirKeys) {
  EXPECT_EQ(OptimizedTree("SELECT k, s FROM (SELECT id AS k, sum(n) AS s FROM a GROUP BY id) AS q "
                          "WHERE k + 1 > 5"),
            "  Project k, sum(n) AS s\n"
            "    Aggregate sum(n) GROUP BY id AS k\n"
            "      Filter id + 1 > 5\n"
            "        Scan a: id, n\n");
  EXPECT_EQ(OptimizedTree("SELECT id, x FROM (SELECT *, row_number() OVER (PARTITION BY id "
                          "ORDER BY n) AS c FROM a) AS q WHERE c = 1 AND id + 1 > 5"),
            "  Project id, x\n"
            "    TopRow PARTITION BY id ORDER BY n\n"
            "      Filter id + 1 > 5\n"
            "        Scan a: id, x, n\n");
}

// Another condition, or a join, could have kept away the rows that fail.
TEST(PushFailingFilters, NotToOtherRows) {
  EXPECT_EQ(OptimizedTree("SELECT k FROM (SELECT id AS k, sum(n) AS s FROM a GROUP BY id) AS q "
                          "WHERE s > 3 AND 10 / k > 1"),
            "  Project k\n"
            "    Filter 10.0 / CAST(k AS DOUBLE) > 1.0\n"
            "      Filter sum(n) > 3\n"
            "        Aggregate sum(n) GROUP BY id AS k\n"
            "          Scan a: id, n\n");
  EXPECT_EQ(OptimizedTree("SELECT x FROM a JOIN b ON a.id = b.id WHERE n + 1 > 5"),
            "  Project x\n"
            "    Filter n + 1 > 5\n"
            "      Join INNER ON a.id = b.id\n"
            "        Scan a: id, x, n\n"
            "        Scan b: id\n");
  EXPECT_EQ(OptimizedTree("SELECT k FROM (SELECT id AS k FROM a ORDER BY id LIMIT 3) AS q "
                          "WHERE k + 1 > 5"),
            "  Project id AS k\n"
            "    Filter id + 1 > 5\n"
            "      Sort id LIMIT 3\n"
            "        Scan a: id\n");
}

// What the condition reads must not be computed twice.
TEST(PushFailingFilters, NotThroughWhatComputesItsColumns) {
  EXPECT_EQ(OptimizedTree("SELECT k FROM (SELECT id + 1 AS k FROM a ORDER BY x) AS q WHERE k > 5"),
            "  Filter k > 5\n"
            "    Project id + 1 AS k\n"
            "      Sort x\n"
            "        Scan a: id, x\n");
}

}  // namespace
}  // namespace tarn::plan
