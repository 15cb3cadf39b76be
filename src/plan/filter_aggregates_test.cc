#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

std::string SourcesOf(const std::string& sql) {
  TestPipeline pipeline = TwoSources();
  return pipeline.Table("t", sql).Sources();
}

TEST(FilterAggregates, OneFilterOfAllCallsIsAskedOfTheSource) {
  const std::string sql =
      "SELECT count(*) FILTER (WHERE x = 'v') AS c, max(n) FILTER (WHERE x = 'v') AS m FROM a";
  EXPECT_EQ(OptimizedTree(sql),
            "  Project count(*) FILTER (WHERE x = 'v') AS c, max(n) FILTER (WHERE x = 'v') AS m\n"
            "    Aggregate count(*), max(n)\n"
            "      Scan a: n\n");
  EXPECT_EQ(SourcesOf(sql),
            "source a\n"
            "  path    a/*.json\n"
            "  reads   1 of 4 columns: n\n"
            "  filter  x = 'v'  (read for this alone: x)\n"
            "\n");
}

TEST(FilterAggregates, RowsThatNoCallWantsGo) {
  EXPECT_EQ(SourcesOf("SELECT count(*) FILTER (WHERE x = 'v') AS c, "
                      "count(*) FILTER (WHERE x = 'w') AS d FROM a"),
            "source a\n"
            "  path    a/*.json\n"
            "  reads   1 of 4 columns: x\n"
            "  filter  x = 'v' OR x = 'w'\n"
            "\n");
}

TEST(FilterAggregates, NotWhereACallOrAGroupWantsEveryRow) {
  EXPECT_EQ(SourcesOf("SELECT count(*) FILTER (WHERE x = 'v') AS c, count(*) AS d FROM a"),
            "source a\n"
            "  path    a/*.json\n"
            "  reads   1 of 4 columns: x\n"
            "\n");
  EXPECT_EQ(SourcesOf("SELECT n, count(*) FILTER (WHERE x = 'v') AS c FROM a GROUP BY n"),
            "source a\n"
            "  path    a/*.json\n"
            "  reads   2 of 4 columns: x, n\n"
            "\n");
}

}  // namespace
}  // namespace tarn::plan
