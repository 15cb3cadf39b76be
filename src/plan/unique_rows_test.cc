#include "plan/unique_rows.h"

#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

// Whether the rows of the query are known to be unique by these of its columns.
bool IsUnique(const std::string& sql, const std::vector<std::string>& columns) {
  TestPipeline pipeline;
  pipeline.Source("s", "a INT, b STRING, c DOUBLE");
  pipeline.Table("other", "SELECT a FROM s");
  pipeline.Table("t", sql);
  const auto plan = Bind(pipeline.get(), {});
  EXPECT_TRUE(plan.ok()) << plan.status();
  const Node& root = *(*plan)->tables.back().root;
  std::set<int> indexes;
  for (const std::string& column : columns) {
    indexes.insert(root.schema->GetFieldIndex(column));
    EXPECT_GE(*indexes.begin(), 0) << column;
  }
  return plan::IsUnique(root, indexes, nullptr);
}

TEST(UniqueRowsTest, KeysOfGroups) {
  EXPECT_TRUE(IsUnique("SELECT DISTINCT a FROM s", {"a"}));
  EXPECT_TRUE(IsUnique("SELECT a, b, count(*) AS n FROM s GROUP BY a, b", {"b", "a"}));
  EXPECT_TRUE(IsUnique("SELECT b, a, count(*) AS n FROM s GROUP BY a, b", {"a", "n", "b"}));
  EXPECT_FALSE(IsUnique("SELECT a, b, count(*) AS n FROM s GROUP BY a, b", {"a"}));
  EXPECT_FALSE(IsUnique("SELECT a, b, count(*) AS n FROM s GROUP BY a, b", {"a", "n"}));
  EXPECT_TRUE(IsUnique("SELECT count(*) AS n FROM s", {"n"}));
  EXPECT_TRUE(IsUnique("SELECT a % 2 AS k, sum(c) AS n FROM s GROUP BY a % 2", {"k"}));
}

TEST(UniqueRowsTest, TheFirstRowOfGroups) {
  const std::string first =
      "SELECT a, b FROM (SELECT a, b, row_number() OVER (PARTITION BY a ORDER BY c) AS n FROM s) "
      "AS x WHERE n = ";
  EXPECT_TRUE(IsUnique(first + "1", {"a"}));
  EXPECT_TRUE(IsUnique(first + "1", {"b", "a"}));
  EXPECT_FALSE(IsUnique(first + "1", {"b"}));
  EXPECT_FALSE(IsUnique(first + "2", {"a"}));
}

TEST(UniqueRowsTest, OperatorsThatAddNoRows) {
  EXPECT_TRUE(IsUnique(
      "SELECT d AS e, d + 1 AS f FROM (SELECT DISTINCT a AS d FROM s) AS x WHERE d > 3", {"e"}));
  EXPECT_FALSE(IsUnique("SELECT d + 1 AS f FROM (SELECT DISTINCT a AS d FROM s) AS x", {"f"}));
  EXPECT_TRUE(IsUnique("SELECT DISTINCT a FROM s ORDER BY a LIMIT 3", {"a"}));
  EXPECT_TRUE(IsUnique(
      "SELECT d, row_number() OVER (ORDER BY d) AS n FROM (SELECT DISTINCT a AS d FROM s) AS x",
      {"d"}));
  EXPECT_TRUE(IsUnique("SELECT a, row_number() OVER (ORDER BY a) AS n FROM s", {"n"}));
}

TEST(UniqueRowsTest, NothingIsKnownOfOthers) {
  EXPECT_FALSE(IsUnique("SELECT a FROM s", {"a"}));
  EXPECT_FALSE(IsUnique("SELECT a FROM other", {"a"}));
  EXPECT_FALSE(
      IsUnique("SELECT x.a FROM (SELECT DISTINCT a FROM s) AS x, s AS y WHERE x.a = y.a", {"a"}));
  EXPECT_FALSE(IsUnique("SELECT DISTINCT a FROM s UNION ALL SELECT DISTINCT a FROM s", {"a"}));
}

}  // namespace
}  // namespace tarn::plan
