#include "spark/engine/job_of_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/list_source.h"
#include "pipeline/pipeline.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::spark {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Pair;

class JobOfPlanTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("tarn.toml",
                  "[lake]\ninput = 'raw'\noutput = 'lake'\n"
                  "[source.orders]\npath = 'orders.json'\nschema = 'id BIGINT, city STRING'\n"
                  "[source.cities]\npath = 'cities.json'\nschema = 'city STRING'\n");
    folder_.Write("raw/orders.json", "{}\n");
    folder_.Write("raw/cities.json", "{}\n");
    folder_.Write("latest.sql", "SELECT id, city FROM ORDERS");
    folder_.Write("by_city.sql",
                  "SELECT l.id, c.city FROM latest AS l JOIN cities AS c USING (city)");
    folder_.Write("counts.sql", "SELECT city, count(*) AS n FROM by_city GROUP BY city");
  }

  // The job that writes `select` and nothing else.
  Job JobOf(const std::vector<std::string>& select) {
    pipeline_ = pipeline::Load(folder_.path(), {overrides_}).ValueOrDie();
    const auto plan = plan::Bind(*pipeline_, {select}).ValueOrDie();
    SourceFiles files;
    for (const auto& source : plan->sources) {
      files.push_back(engine::ListSource(storage::TestStorages(), *source.source).ValueOrDie());
    }
    std::vector<std::string> folders;
    for (const auto& table : plan->tables) folders.push_back(table.selected ? "/out" : "");
    return MakeJob(*plan, files, folders).ValueOrDie();
  }

  static const JobTable& TableOf(const Job& job, const std::string& name) {
    return *std::find_if(job.tables.begin(), job.tables.end(),
                         [&](const JobTable& table) { return table.name == name; });
  }

  storage::TemporaryFolder folder_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::vector<std::pair<std::string, std::string>> overrides_;
};

TEST_F(JobOfPlanTest, ATableWaitsForWhatItReads) {
  const Job job = JobOf({});
  EXPECT_THAT(TableOf(job, "latest").reads, ElementsAre("orders"));
  EXPECT_THAT(TableOf(job, "by_city").reads, ElementsAre("cities", "latest"));
  EXPECT_THAT(TableOf(job, "counts").reads, ElementsAre("by_city"));
  EXPECT_TRUE(TableOf(job, "latest").is_shared);
  EXPECT_FALSE(TableOf(job, "counts").is_shared);
}

TEST_F(JobOfPlanTest, WhatIsOnlyComputedForATableIsPartOfIt) {
  const Job job = JobOf({"counts"});
  EXPECT_THAT(TableOf(job, "counts").reads, ElementsAre("by_city", "cities", "latest", "orders"));
  EXPECT_FALSE(TableOf(job, "latest").is_shared);
}

TEST_F(JobOfPlanTest, TheSessionIsAsThePipelineSays) {
  const Settings usual = JobOf({}).session;
  EXPECT_THAT(usual, Contains(Pair("spark.sql.session.timeZone", "UTC")));
  EXPECT_THAT(usual, Contains(Pair("spark.sql.ansi.doubleQuotedIdentifiers", "true")));
  overrides_ = {{"pipeline.time_zone", "Europe/Berlin"}, {"pipeline.double_quotes", "string"}};
  const Settings other = JobOf({}).session;
  EXPECT_THAT(other, Contains(Pair("spark.sql.session.timeZone", "Europe/Berlin")));
  EXPECT_THAT(other, Contains(Pair("spark.sql.ansi.doubleQuotedIdentifiers", "false")));
}

}  // namespace
}  // namespace tarn::spark
