#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

TEST(PushLimits, ThroughProjectsAndIntoAllArmsOfAUnion) {
  EXPECT_EQ(OptimizedTree("SELECT upper(v) AS u FROM (SELECT x AS v FROM a UNION ALL "
                          "SELECT lower(y) FROM b) AS q LIMIT 5"),
            "  Project upper(x) AS u\n"
            "    Limit 5\n"
            "      UnionAll\n"
            "        Limit 5\n"
            "          Scan a: x\n"
            "        Project lower(y)\n"
            "          Limit 5\n"
            "            Scan b: y\n");
}

TEST(PushLimits, TheLeastOfSeveral) {
  EXPECT_EQ(OptimizedTree("SELECT x || '!' AS v FROM (SELECT x FROM a LIMIT 3) AS q LIMIT 5"),
            "  Project concat(x, '!') AS v\n"
            "    Limit 3\n"
            "      Scan a: x\n");
}

TEST(PushLimits, OntoTheLeftSideOfALeftJoin) {
  EXPECT_EQ(OptimizedTree("SELECT x, y FROM a LEFT JOIN b ON a.id = b.id LIMIT 5"),
            "  Project x, y\n"
            "    Limit 5\n"
            "      Join LEFT ON a.id = b.id\n"
            "        Limit 5\n"
            "          Scan a: id, x\n"
            "        Scan b: id, y\n");
}

TEST(PushLimits, LargeOnesStayAboveJoins) {
  EXPECT_EQ(OptimizedTree("SELECT x, y FROM a LEFT JOIN b ON a.id = b.id LIMIT 100001"),
            "  Project x, y\n"
            "    Limit 100001\n"
            "      Join LEFT ON a.id = b.id\n"
            "        Scan a: id, x\n"
            "        Scan b: id, y\n");
}

// A row may be dropped there, or come from several.
TEST(PushLimits, NotThroughOthers) {
  EXPECT_EQ(OptimizedTree("SELECT x, y FROM a JOIN b ON a.id = b.id LIMIT 5"),
            "  Project x, y\n"
            "    Limit 5\n"
            "      Join INNER ON a.id = b.id\n"
            "        Scan a: id, x\n"
            "        Scan b: id, y\n");
  EXPECT_EQ(OptimizedTree("SELECT DISTINCT x FROM a WHERE upper(x) = 'V' LIMIT 5"),
            "  Limit 5\n"
            "    Distinct x\n"
            "      Filter upper(x) = 'V'\n"
            "        Scan a: x\n");
}

TEST(PushLimits, OffsetStaysAboveWhatItReads) {
  EXPECT_EQ(OptimizedTree("SELECT x || '!' AS v FROM a ORDER BY n LIMIT 5 OFFSET 2 * 5"),
            "  Project concat(x, '!') AS v\n"
            "    Limit 5 OFFSET 10\n"
            "      Sort n LIMIT 15\n"
            "        Scan a: x, n\n");
  EXPECT_EQ(OptimizedTree("SELECT x FROM (SELECT x FROM a LIMIT 9 OFFSET 4) AS q LIMIT 5 OFFSET 1"),
            "  Limit 5 OFFSET 1\n"
            "    Limit 6 OFFSET 4\n"
            "      Limit 10\n"
            "        Scan a: x\n");
  EXPECT_EQ(OptimizedTree("SELECT x FROM a OFFSET 3"),
            "  Limit ALL OFFSET 3\n"
            "    Scan a: x\n");
}

TEST(PushLimits, IntoASort) {
  EXPECT_EQ(OptimizedTree("SELECT x FROM a ORDER BY n DESC LIMIT 1"),
            "  Project x\n"
            "    Sort n DESC LIMIT 1\n"
            "      Scan a: x, n\n");
  EXPECT_EQ(OptimizedTree("SELECT * FROM (SELECT x, n FROM a ORDER BY x LIMIT 7) AS q LIMIT 20"),
            "  Sort x LIMIT 7\n"
            "    Scan a: x, n\n");
}

// All would be held for either; of no rows, none are read.
TEST(PushLimits, NotOfManyRowsIntoASort) {
  EXPECT_EQ(OptimizedTree("SELECT x FROM a ORDER BY x LIMIT 1000000"),
            "  Limit 1000000\n"
            "    Sort x\n"
            "      Scan a: x\n");
  EXPECT_EQ(OptimizedTree("SELECT x FROM a ORDER BY x LIMIT 0"),
            "  Limit 0\n"
            "    Sort x\n"
            "      Scan a: x\n");
}

}  // namespace
}  // namespace tarn::plan
