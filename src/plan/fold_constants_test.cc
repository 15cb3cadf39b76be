#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

using testing::HasSubstr;

// The plan of `SELECT id` where `condition` holds.
std::string PlanWhere(const std::string& condition) {
  TestPipeline pipeline;
  pipeline.Source("a", "id INT, n BIGINT, d DATE");
  return pipeline.Table("t", "SELECT id FROM a WHERE " + condition).Explain();
}

TEST(FoldConstants, WholeNumbers) {
  EXPECT_THAT(PlanWhere("id = 1999 - 1"), HasSubstr("  filter  id = 1998\n"));
  EXPECT_THAT(PlanWhere("id BETWEEN 1200 AND 1200 + 11"),
              HasSubstr("  filter  id >= 1200 AND id <= 1211\n"));
  EXPECT_THAT(PlanWhere("n = 2 + 3"), HasSubstr("  filter  n = 5  (read"));
}

TEST(FoldConstants, Dates) {
  EXPECT_THAT(PlanWhere("d < DATE '2000-01-31' + INTERVAL 60 DAYS"),
              HasSubstr("d < DATE '2000-03-31'  (read"));
  EXPECT_THAT(PlanWhere("d < INTERVAL '1' MONTH + CAST('2000-01-31' AS DATE)"),
              HasSubstr("d < DATE '2000-02-29'  (read"));
  EXPECT_THAT(PlanWhere("d < date_sub(DATE '2000-03-01', 1)"),
              HasSubstr("d < DATE '2000-02-29'  (read"));
}

// Whether it is computed at all depends on the rows.
TEST(FoldConstants, WhatFailsIsLeft) {
  EXPECT_THAT(PlanWhere("id = 2147483647 + 1"), HasSubstr("Filter id = 2147483647 + 1\n"));
}

// A sum that could fail would stay above the join.
TEST(FoldConstants, BelowAJoin) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t",
                 "SELECT x FROM a JOIN b ON a.id = b.id WHERE n = 1999 OR n = 1999 - 1 AND ok");
  EXPECT_THAT(pipeline.Explain(), HasSubstr("n = 1998 AND ok"));
}

}  // namespace
}  // namespace tarn::plan
