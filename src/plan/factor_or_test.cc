#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

using testing::HasSubstr;

// The plan of a query over two sources.
std::string Tree(const std::string& sql) {
  TestPipeline pipeline;
  pipeline.Source("a", "id INT, x STRING, n BIGINT").Source("b", "id INT, y STRING, m BIGINT");
  return pipeline.Table("t", sql).Explain();
}

TEST(FactorOr, WhatAllArmsHaveIsAKey) {
  EXPECT_THAT(Tree("SELECT x FROM a, b WHERE a.id = b.id AND x > 'k' AND m > n "
                   "OR b.id = a.id AND x > 'k' AND m < n"),
              HasSubstr("  filter  x > 'k'\n"
                        "\nsource b\n"
                        "  path    b/*.json\n"
                        "  reads   2 of 3 columns: id, m\n"
                        "\n"
                        "table t\n"
                        "  Project x\n"
                        "    Filter m > n OR m < n\n"
                        "      Join INNER ON a.id = b.id\n"
                        "        Scan a: id, x, n\n"
                        "        Scan b: id, m\n"));
}

TEST(FactorOr, InsideOfOrs) {
  EXPECT_THAT(Tree("SELECT x FROM a, b WHERE m > n AND (a.id = b.id AND x = 'p' OR a.id = b.id AND "
                   "x = y) OR m < n AND a.id = b.id"),
              HasSubstr("Join INNER ON a.id = b.id\n"));
}

TEST(FactorOr, AnArmThatIsAllOfIt) {
  EXPECT_THAT(Tree("SELECT x FROM a WHERE x = upper(x) OR (x = upper(x) AND upper(x) > 'd')"),
              HasSubstr("  Filter x = upper(x)\n"));
}

TEST(FactorOr, WhatMayFailStays) {
  EXPECT_THAT(Tree("SELECT x FROM a WHERE n <> 0 AND 1 / n > 0.5 OR id = 3 AND 1 / n > 0.5"),
              HasSubstr("    Filter n <> 0 AND 1.0 / CAST(n AS DOUBLE) > 0.5 OR "
                        "id = 3 AND 1.0 / CAST(n AS DOUBLE) > 0.5\n"));
}

TEST(WeakenOr, GivesEachTableItsPart) {
  const std::string text =
      Tree("SELECT x FROM a, b WHERE a.id = b.id AND (x = 'p' AND y = 'q' OR x = 'r' AND y = 's')");
  EXPECT_THAT(text, HasSubstr("  filter  x = 'p' OR x = 'r'\n"));
  EXPECT_THAT(text, HasSubstr("  filter  y = 'q' OR y = 's'\n"));
  EXPECT_THAT(text, HasSubstr("    Filter x = 'p' AND y = 'q' OR x = 'r' AND y = 's'\n"
                              "      Join INNER ON a.id = b.id\n"));
}

TEST(WeakenOr, NotWhenAnArmSaysNothing) {
  EXPECT_THAT(Tree("SELECT x FROM a, b WHERE a.id = b.id AND (x = 'p' AND y = 'q' OR y = 's')"),
              testing::Not(HasSubstr("filter  x")));
}

TEST(WeakenOr, NotTheRowsThatAnOuterJoinKeeps) {
  const std::string text = Tree(
      "SELECT x FROM a LEFT JOIN b ON a.id = b.id AND (x = 'p' AND y = 'q' OR x = 'r' AND y = "
      "'s')");
  EXPECT_THAT(text, testing::Not(HasSubstr("filter  x")));
  EXPECT_THAT(text, HasSubstr("  filter  y = 'q' OR y = 's'\n"));
}

TEST(WeakenOr, WithoutWhatMayFail) {
  EXPECT_THAT(Tree("SELECT x FROM a WHERE id = 1 AND 1 / n > 0.5 OR id = 2 AND 2 / n > 0.5"),
              HasSubstr("  filter  id = 1 OR id = 2\n"));
}

}  // namespace
}  // namespace tarn::plan
