#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

TEST(InferConditions, OfASubqueryForWhatIsJoinedWithIt) {
  EXPECT_EQ(OptimizedTree("SELECT n, y FROM (SELECT id AS k, n FROM a WHERE id = 5 AND n > 1 "
                          "GROUP BY id, n) AS p JOIN b ON k = b.id"),
            "  Project n, y\n"
            "    Join INNER ON p.k = b.id\n"
            "      Distinct id AS k, n\n"
            "        Scan a: id, n\n"
            "      Scan b: id, y\n");
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t",
                 "SELECT n, y FROM (SELECT id, n FROM a WHERE id = 5 ORDER BY n LIMIT 3) "
                 "AS p JOIN b ON p.id = b.id");
  EXPECT_EQ(pipeline.Sources(),
            "source a\n"
            "  path    a/*.json\n"
            "  reads   2 of 4 columns: id, n\n"
            "  filter  id = 5\n"
            "\n"
            "source b\n"
            "  path    b/*.json\n"
            "  reads   2 of 3 columns: id, y\n"
            "  filter  id = 5\n"
            "\n");
}

// Which side an outer join keeps decides which one may be filtered.
TEST(InferConditions, OuterJoins) {
  const auto tree = [](const std::string& join) {
    TestPipeline pipeline = TwoSources();
    pipeline.Table("t", "SELECT n, r FROM (SELECT max(id) AS k, n FROM a GROUP BY n) AS p " + join);
    return pipeline.Tree();
  };
  const std::string right =
      " JOIN (SELECT id, r FROM b WHERE id > 7 GROUP BY id, r) AS q ON k = q.id";
  EXPECT_EQ(tree("LEFT" + right),
            "  Project n, r\n"
            "    Join LEFT ON p.k = q.id\n"
            "      Aggregate max(id) GROUP BY n\n"
            "        Scan a: id, n\n"
            "      Distinct id, r\n"
            "        Scan b: id, r\n");
  EXPECT_EQ(tree("RIGHT" + right),
            "  Project n, r\n"
            "    Join RIGHT ON p.k = q.id\n"
            "      Filter max(id) > 7\n"
            "        Aggregate max(id) GROUP BY n\n"
            "          Scan a: id, n\n"
            "      Distinct id, r\n"
            "        Scan b: id, r\n");
}

TEST(InferConditions, OfConstantsAndOfAllArmsOfAUnion) {
  EXPECT_EQ(OptimizedTree("SELECT n, y FROM (SELECT 5 AS k, n FROM a UNION ALL "
                          "SELECT 5, n + 1 FROM a) AS p JOIN (SELECT max(id) AS m, y FROM b "
                          "GROUP BY y) AS q ON k = m"),
            "  Project n, y\n"
            "    Join INNER ON p.k = q.m\n"
            "      UnionAll\n"
            "        Project 5 AS k, n\n"
            "          Scan a: n\n"
            "        Project 5, n + 1 AS (n + 1)\n"
            "          Scan a: n\n"
            "      Filter max(id) = 5\n"
            "        Aggregate max(id) GROUP BY y\n"
            "          Scan b: id, y\n");
}

// What is derived at the upper join goes on through the keys of the lower one.
TEST(InferConditions, ThroughSeveralJoins) {
  TestPipeline pipeline = TwoSources();
  pipeline.Source("c", "id INT, z STRING");
  pipeline.Table("t",
                 "SELECT x, y, z FROM a LEFT JOIN b USING (id) JOIN (SELECT DISTINCT id, z FROM c "
                 "WHERE id = 5) AS q ON a.id = q.id");
  EXPECT_EQ(pipeline.Sources(),
            "source a\n"
            "  path    a/*.json\n"
            "  reads   2 of 4 columns: id, x\n"
            "  filter  id = 5\n"
            "\n"
            "source b\n"
            "  path    b/*.json\n"
            "  reads   2 of 3 columns: id, y\n"
            "  filter  id = 5\n"
            "\n"
            "source c\n"
            "  path    c/*.json\n"
            "  reads   2 of 2 columns: id, z\n"
            "  filter  id = 5\n"
            "\n");
}

// A condition that may fail holds below, but the other side's rows could make it fail.
TEST(InferConditions, NoneThatMayFail) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t",
                 "SELECT n, y FROM (SELECT DISTINCT id, n FROM a WHERE 10 / id > 1) AS p "
                 "JOIN b ON p.id = b.id");
  EXPECT_EQ(pipeline.Tree(),
            "  Project n, y\n"
            "    Join INNER ON p.id = b.id\n"
            "      Distinct id, n\n"
            "        Filter 10.0 / CAST(id AS DOUBLE) > 1.0\n"
            "          Scan a: id, n\n"
            "      Scan b: id, y\n");
}

}  // namespace
}  // namespace tarn::plan
