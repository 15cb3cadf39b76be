#include "plan/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/node.h"
#include "plan/pipeline_for_test.h"
#include "plan/refresh.h"

namespace tarn::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// ColumnsOfDistinct of a table that `sql` makes of TwoSources(), partitioned by `folder`; by name.
std::vector<std::string> Distinct(const std::string& sql, const std::string& folder = "") {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t", sql);
  if (!folder.empty()) pipeline.last().partition_by = {folder};
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  const TablePlan& table = plan->tables.back();
  const auto columns = ColumnsOfDistinct(*plan, table);
  if (!columns) return {"none"};
  std::vector<std::string> names;
  for (const int column : *columns) names.push_back(table.root->schema->field(column)->name());
  return names;
}

TEST(ColumnsOfDistinctTest, ThroughProjectionsAndConditions) {
  EXPECT_THAT(Distinct("SELECT DISTINCT x FROM a"), ElementsAre("x"));
  EXPECT_THAT(Distinct("SELECT x FROM a GROUP BY x HAVING length(x) > 1"), ElementsAre("x"));
  EXPECT_THAT(Distinct("SELECT upper(x) AS u, n + 1 AS m, n AS k, x AS y FROM "
                       "(SELECT DISTINCT x, n FROM a) AS d"),
              ElementsAre("y", "k"));
  EXPECT_THAT(
      Distinct("SELECT x, explode(split(x, ',')) AS w FROM (SELECT DISTINCT x FROM a) AS d"),
      ElementsAre("x"));
  EXPECT_THAT(Distinct("SELECT n AS k, x FROM (SELECT DISTINCT x, n FROM a) AS d", "k"),
              ElementsAre("none"));
  EXPECT_THAT(Distinct("SELECT n AS k, n, x FROM (SELECT DISTINCT x, n FROM a) AS d", "k"),
              ElementsAre("x", "n"));
}

TEST(ColumnsOfDistinctTest, NotWhereOneIsMissing) {
  for (const std::string sql :
       {"SELECT upper(x) AS u FROM (SELECT DISTINCT x FROM a) AS d",
        "SELECT x FROM (SELECT DISTINCT x, n FROM a) AS d",
        "SELECT x, count(*) AS c FROM a GROUP BY x", "SELECT x FROM a",
        "SELECT w FROM (SELECT DISTINCT x FROM a) AS d LATERAL VIEW explode(split(x, ',')) e AS w",
        "SELECT x FROM (SELECT DISTINCT x FROM a) AS d ORDER BY x LIMIT 3"}) {
    EXPECT_THAT(Distinct(sql), ElementsAre("none")) << sql;
  }
}

TEST(LeaveOutRowsTest, NewRowsAreHeldAndOldOnesPassBy) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("v", "SELECT DISTINCT upper(x) AS u, n FROM a").last().is_view = true;
  pipeline.Table("t", "SELECT u, n, n + 1 AS m FROM v WHERE n > 3");
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  Plan made = PlanOfNewRows(*plan, {0});
  ASSERT_EQ(made.tables.size(), 1U);
  pipeline::Source old;
  old.name = "old";
  old.schema = arrow::schema({arrow::field("u", arrow::utf8()), arrow::field("n", arrow::int64())});
  LeaveOutRows(&made, 0, AddSource(&made, old));
  const std::string text = ToString(made);
  EXPECT_THAT(text, HasSubstr("Join RIGHT ANTI ON u IS NOT DISTINCT FROM u AND "
                              "n IS NOT DISTINCT FROM n\n"));
  EXPECT_THAT(text, HasSubstr("Scan old: u, n\n"));
  EXPECT_TRUE(made.tables[0].root->schema->Equals(*plan->tables[1].root->schema));
}

}  // namespace
}  // namespace tarn::plan
