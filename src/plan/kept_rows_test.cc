#include "plan/kept_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/known_functions.h"
#include "plan/merge.h"
#include "plan/node.h"
#include "plan/pipeline_for_test.h"
#include "plan/refresh.h"

namespace tarn::plan {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kTopRow[] =
    "SELECT id, x FROM (SELECT id, x, row_number() OVER (PARTITION BY id ORDER BY n DESC) AS k "
    "FROM a) AS t WHERE k = 1";

pipeline::Table Named(const std::string& name) {
  pipeline::Table table;
  table.name = name;
  return table;
}

class KeptRowsTest : public testing::Test {
 protected:
  // A table that `sql` makes of TwoSources().
  void Make(const std::string& sql, const std::vector<std::string>& partition_by = {}) {
    pipeline_.Table("t", sql).last().partition_by = partition_by;
    plan_ = Bind(pipeline_.get(), {}).ValueOrDie();
  }

  std::string WhyNot() { return WhyNotKept(*plan_, plan_->tables.back()).value_or(""); }

  // The plan that merges new rows of `a`, as text.
  std::string Merged(bool is_new_state = false) {
    Plan plan = PlanOfNewRows(*plan_, {0});
    old_.name = "old";
    old_.schema = KeptSchema(plan, plan.tables[0]);
    MergeIntoKept(&plan, 0, tables(), AddSource(&plan, old_), is_new_state);
    EXPECT_TRUE(plan.tables.back().root->schema->Equals(*plan_->tables.back().root->schema));
    for (const TablePlan& table : plan.tables) {
      EXPECT_EQ(table.selected, table.table != &new_rows_ && table.table != &changed_);
    }
    return ToString(plan);
  }

  KeptTables tables() const { return {&new_rows_, &changed_, &state_, &vanished_}; }

  TestPipeline pipeline_ = TwoSources();
  std::unique_ptr<Plan> plan_;
  pipeline::Source old_;
  const pipeline::Table new_rows_ = Named("new"), changed_ = Named("changed"),
                        state_ = Named("state"), vanished_ = Named("vanished");
};

TEST_F(KeptRowsTest, EachAggregateIsMergedByOne) {
  for (const auto& [function, by] : std::vector<std::pair<std::string, std::string>>{
           {"count(x)", "sum"},
           {"count_if(ok)", "sum"},
           {"sum(n)", "sum"},
           {"max(x)", "max"},
           {"bool_and(ok)", "bool_and"},
           {"bit_xor(n)", "bit_xor"},
           {"bitmap_construct_agg(n)", "bitmap_or_agg"}}) {
    TestPipeline pipeline = TwoSources();
    pipeline.Table("t", "SELECT " + function + " AS v FROM a GROUP BY id");
    const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
    const MergePoint point = *MergePointOf(*plan, plan->tables[0].root);
    const Function* const merging = MergingFunction(As<Aggregate>(*point.node)->calls[0]);
    ASSERT_NE(merging, nullptr) << function;
    EXPECT_EQ(merging->name, by) << function;
  }
}

TEST_F(KeptRowsTest, WhatCannotBeKept) {
  Make(kTopRow);
  EXPECT_EQ(WhyNot(), "");
  Make("SELECT x, count(*) AS c FROM a GROUP BY x", {"x"});
  EXPECT_EQ(WhyNot(), "");
  Make(
      "SELECT id, y FROM (SELECT id, y, row_number() OVER (PARTITION BY id ORDER BY y) AS k "
      "FROM (SELECT id, x AS y FROM a UNION ALL SELECT id, y FROM b) AS u) AS t WHERE k = 1");
  EXPECT_THAT(WhyNot(), HasSubstr("of equal rows the first one counts"));
  Make("SELECT x, c, CAST(c AS DOUBLE) AS d FROM (SELECT x, count(*) AS c FROM a GROUP BY x) AS g",
       {"d"});
  EXPECT_EQ(WhyNot(), "partitions of DOUBLE are not told apart by their names");
  Make("SELECT x, count(*) AS c FROM a GROUP BY x HAVING count(*) > 2");
  EXPECT_EQ(WhyNot(), "");
  pipeline_.last().allow_empty = true;
  EXPECT_EQ(WhyNot(), "conditions on its groups may leave it with too few rows");
  Make(
      "SELECT x, CAST(s AS STRING) AS s FROM (SELECT x, sum(make_ym_interval(id)) AS s FROM a "
      "GROUP BY x) AS g");
  EXPECT_EQ(WhyNot(), "values of INTERVAL YEAR TO MONTH are not kept");
}

TEST_F(KeptRowsTest, ARebuiltTableIsMadeOfWhatItKeeps) {
  Make(kTopRow);
  Plan plan = *plan_;
  KeepRows(&plan, 0, tables());
  const std::string text = ToString(plan);
  EXPECT_THAT(text, HasSubstr("table state\n  Project id AS c0, "));
  EXPECT_THAT(text, HasSubstr("path AS c3\n"));
  EXPECT_THAT(text, HasSubstr("Scan a: id, x, n, path\n"));
  EXPECT_THAT(text, HasSubstr("Table state\n"));
  EXPECT_TRUE(plan.tables[1].root->schema->Equals(*plan_->tables[0].root->schema));
  EXPECT_EQ(plan.tables[0].use, TablePlan::Use::kState);
  EXPECT_EQ(plan.tables[0].of, "t");
}

TEST_F(KeptRowsTest, FirstRowsAreMergedByPathsOfTheirFiles) {
  Make(kTopRow, {"x"});
  const std::string text = Merged();
  EXPECT_THAT(text, HasSubstr("TopRow PARTITION BY c0 ORDER BY c2 DESC, c3\n"));
  EXPECT_THAT(text, HasSubstr("Filter is_new\n"));
  EXPECT_THAT(text, HasSubstr("Join SEMI ON c0 IS NOT DISTINCT FROM c0\n              Scan old: "));
  EXPECT_THAT(text, HasSubstr("Join ANTI ON c0 IS NOT DISTINCT FROM c0\n              Scan old: "));
  // Of the state, the rows that changed are enough.
  EXPECT_THAT(text, HasSubstr("table state\n  Table changed\n"));
}

TEST_F(KeptRowsTest, GroupsAreMergedByTheirAggregates) {
  Make("SELECT x, c + 1 AS d FROM (SELECT x, count(*) AS c FROM a GROUP BY x) AS g");
  EXPECT_THAT(Merged(), HasSubstr("table state\n  Table new\n"));
  EXPECT_THAT(Merged(), HasSubstr("Aggregate sum(c1) GROUP BY c0\n"));
  EXPECT_THAT(Merged(true), Not(HasSubstr("table state\n  Table new\n")));
}

TEST_F(KeptRowsTest, OneGroupIsReplacedAsAWhole) {
  Make("SELECT count(*) AS c, max(n) AS m FROM a");
  const std::string text = Merged();
  EXPECT_THAT(text, HasSubstr("Aggregate sum(c0), max(c1)\n"));
  EXPECT_THAT(text, Not(HasSubstr("ANTI")));
}

}  // namespace
}  // namespace tarn::plan
