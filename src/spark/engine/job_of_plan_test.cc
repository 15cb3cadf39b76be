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
  Job JobOf(const std::vector<std::string>& select, const std::string& folder = "/out") {
    pipeline_ = pipeline::Load(folder_.path(), {overrides_}).ValueOrDie();
    const auto plan = plan::Bind(*pipeline_, {select}).ValueOrDie();
    SourceFiles files;
    for (const auto& source : plan->sources) {
      files.push_back(engine::ListSource(storage::TestStorages(), *source.source).ValueOrDie());
    }
    std::vector<std::string> folders;
    for (const auto& table : plan->tables) folders.push_back(table.selected ? folder : "");
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

TEST_F(JobOfPlanTest, CsvHasAllColumnsInTheirPlaces) {
  overrides_ = {{"source.cities.format", "csv"},
                {"source.cities.schema", "id INT, city STRING, on DATE"},
                {"source.cities.header", "true"},
                {"source.cities.separator", ";"}};
  const Job job = JobOf({});
  const auto cities = std::find_if(job.sources.begin(), job.sources.end(),
                                   [](const JobSource& one) { return one.name == "cities"; });
  EXPECT_EQ(cities->format, "csv");
  EXPECT_EQ(cities->schema, "id STRING, city STRING, on STRING");
  EXPECT_THAT(cities->options, Contains(Pair("sep", ";")));
  EXPECT_THAT(cities->options, Contains(Pair("header", "true")));
  EXPECT_THAT(cities->options, Contains(Pair("enforceSchema", "false")));
  EXPECT_TRUE(cities->known_keys.empty());
}

TEST_F(JobOfPlanTest, ParquetHasTheColumnsOfItsFolders) {
  folder_.Write("raw/cities/city=a/x.parquet", "");
  folder_.Write("raw/cities/city=b/x.parquet", "");
  overrides_ = {{"source.cities.format", "parquet"},
                {"source.cities.path", folder_ / "raw/cities"}};
  const Job job = JobOf({});
  const auto cities = std::find_if(job.sources.begin(), job.sources.end(),
                                   [](const JobSource& one) { return one.name == "cities"; });
  EXPECT_EQ(cities->format, "parquet");
  EXPECT_EQ(cities->schema, "");
  EXPECT_EQ(cities->base_path, "file://" + (folder_ / "raw/cities"));
  EXPECT_EQ(cities->folder_columns.at(0).name, "city");
}

TEST_F(JobOfPlanTest, KeysThatTheSqlMakesUniqueAreKnown) {
  overrides_ = {{"table.latest.key", "[\"id\"]"}, {"table.counts.key", "[\"city\"]"}};
  const Job job = JobOf({});
  EXPECT_TRUE(TableOf(job, "latest").key_may_repeat);
  EXPECT_FALSE(TableOf(job, "counts").key_may_repeat);
  EXPECT_FALSE(TableOf(job, "by_city").key_may_repeat);
}

TEST_F(JobOfPlanTest, FewRowsOfManyPartitionsAreWrittenByManyTasks) {
  overrides_ = {{"table.latest.partition_by", "[\"city\"]"},
                {"table.by_city.partition_by", "[\"city\"]"},
                {"table.by_city.repartition", "3"}};
  const Job job = JobOf({});
  EXPECT_EQ(TableOf(job, "latest").layout.repartition, 8);
  EXPECT_EQ(TableOf(job, "by_city").layout.repartition, 3);
  EXPECT_EQ(TableOf(job, "counts").layout.repartition, 0);
  EXPECT_THAT(TableOf(job, "counts").options,
              Contains(Pair("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem")));
  const Job in_s3 = JobOf({}, "s3://bucket/out");
  EXPECT_EQ(TableOf(in_s3, "latest").layout.repartition, 32);
  EXPECT_THAT(TableOf(in_s3, "counts").options, testing::SizeIs(2));
}

TEST_F(JobOfPlanTest, ManySmallFilesAreReadByFewTasks) {
  const auto plan = [&] {
    pipeline_ = pipeline::Load(folder_.path(), {}).ValueOrDie();
    return plan::Bind(*pipeline_, {{"latest"}}).ValueOrDie();
  }();
  const std::vector<std::string> folders(plan->tables.size());
  const auto job_of = [&](size_t num_files, size_t num_bytes) {
    folder_.Write("raw/orders.json", std::string(num_bytes, '\n'));
    SourceFiles files = {
        engine::ListSource(storage::TestStorages(), *plan->sources[0].source).ValueOrDie()};
    files[0].files.resize(num_files, files[0].files[0]);
    return MakeJob(*plan, files, folders).ValueOrDie();
  };
  const auto has_setting = Contains(Pair("spark.sql.files.openCostInBytes", "1048576"));
  EXPECT_THAT(job_of(1001, 1000).session, has_setting);
  EXPECT_THAT(job_of(1001, 1'000'000).session, testing::Not(has_setting));
  EXPECT_THAT(job_of(30, 1000).session, testing::Not(has_setting));
}

TEST_F(JobOfPlanTest, ScannedSourcesAreGiven) {
  pipeline_ = pipeline::Load(folder_.path(), {}).ValueOrDie();
  const auto plan = plan::Bind(*pipeline_, {{"latest", "counts"}}).ValueOrDie();
  ScannedSources scanned;
  scanned[0].rows = "Arrow";
  scanned[1].folder = "/lake/_tarn/staging/cities";
  const std::vector<std::string> folders(plan->tables.size(), "/out");
  std::vector<TablePlace> places(plan->tables.size());
  places.back().writer = TableWriterPlace::kHereIfSmall;
  const Job job =
      MakeJob(*plan, SourceFiles(plan->sources.size()), folders, scanned, places).ValueOrDie();
  ASSERT_EQ(job.sources.size(), 2);
  EXPECT_TRUE(job.sources[0].is_scanned);
  EXPECT_EQ(job.sources[0].rows, "QXJyb3c=");
  EXPECT_EQ(job.sources[1].rows, "");
  EXPECT_THAT(job.sources[1].paths, ElementsAre("file:///lake/_tarn/staging/cities"));
  EXPECT_EQ(job.tables.front().sent_bytes_max, 0);
  EXPECT_EQ(job.tables.back().sent_bytes_max, 256'000'000);
  EXPECT_TRUE(job.tables.back().is_measured);
}

TEST_F(JobOfPlanTest, WhatIsOnlyComputedForATableIsPartOfIt) {
  const Job job = JobOf({"counts"});
  EXPECT_THAT(TableOf(job, "counts").reads, ElementsAre("by_city", "cities", "latest", "orders"));
  EXPECT_FALSE(TableOf(job, "latest").is_shared);
}

TEST_F(JobOfPlanTest, ColumnsOfFoldersAreNotOfRecords) {
  folder_.Write("raw/n/city=Rome/a.json", "{}\n");
  folder_.Write("raw/n/city=Oslo/b.json", "{}\n");
  overrides_ = {{"source.orders.path", folder_ / "raw/n"}};
  const Job job = JobOf({"latest"});
  const JobSource& orders = job.sources[0];
  EXPECT_EQ(orders.schema, "id BIGINT");
  ASSERT_EQ(orders.folder_columns.size(), 1);
  EXPECT_EQ(orders.folder_columns[0].name, "city");
  EXPECT_EQ(orders.folder_columns[0].type, "STRING");
  EXPECT_EQ(orders.base_path, "file://" + (folder_ / "raw/n"));
}

TEST_F(JobOfPlanTest, ColumnsOfFilesAreThoseOfAView) {
  folder_.Write(
      "latest.sql",
      "SELECT *, _metadata.file_name AS f, INPUT_FILE_NAME ( ) FROM orders AS o;  -- all");
  const Job job = JobOf({"latest"});
  EXPECT_TRUE(job.sources[0].has_file_columns);
  EXPECT_EQ(job.sources[0].schema, "id BIGINT, city STRING");
  EXPECT_EQ(TableOf(job, "latest").sql,
            "WITH `orders` AS (SELECT * FROM `_tarn_with_files_orders`) (\n"
            "SELECT * EXCEPT (`o`.`_metadata`, `o`.`input_file_name()`), _metadata.file_name AS f, "
            "`input_file_name()` FROM orders AS o\n)");
  folder_.Write("latest.sql", "SELECT o.* EXCEPT (city), _metadata.file_size FROM orders o");
  EXPECT_THAT(TableOf(JobOf({"latest"}), "latest").sql,
              testing::HasSubstr("EXCEPT (city, `o`.`_metadata`, `o`.`input_file_name()`)"));
}

TEST_F(JobOfPlanTest, ATableOfChangesIsSqlOverItsOwn) {
  overrides_ = {{"table.latest.mode", "merge"},
                {"table.latest.key", "[\"id\"]"},
                {"table.latest.order_by", "id2"}};
  const std::string over =
      "SELECT `id`, `id2` FROM (SELECT *, row_number() OVER (PARTITION BY `id` ORDER BY `id2` DESC "
      "NULLS FIRST) AS `choice` FROM `tarn changes`) WHERE `choice` = 1";
  folder_.Write("latest.sql", "SELECT id, id AS id2 FROM orders ORDER BY id; -- all");
  folder_.Write("by_city.sql", "SELECT 1 AS one");
  folder_.Write("counts.sql", "SELECT 1 AS one");
  const Job job = JobOf({"latest"});
  EXPECT_EQ(TableOf(job, "latest").sql,
            "WITH `tarn changes` AS (\nSELECT id, id AS id2 FROM orders ORDER BY id\n)\n" + over);
  EXPECT_FALSE(TableOf(job, "latest").layout.keeps_order);
  EXPECT_FALSE(TableOf(job, "latest").key_may_repeat);
  folder_.Write("latest.sql", "SELECT id, _metadata.file_size AS id2 FROM orders");
  EXPECT_EQ(TableOf(JobOf({"latest"}), "latest").sql,
            "WITH `orders` AS (SELECT * FROM `_tarn_with_files_orders`), `tarn changes` AS (\n"
            "SELECT id, _metadata.file_size AS id2 FROM orders\n)\n" +
                over);
}

TEST_F(JobOfPlanTest, OtherTablesAreAsTheyAreWritten) {
  folder_.Write("latest.sql", "SELECT id, city, _metadata.file_size FROM orders");
  const Job job = JobOf({"by_city"});
  EXPECT_EQ(TableOf(job, "by_city").sql,
            "SELECT l.id, c.city FROM latest AS l JOIN cities AS c USING (city)");
  for (const JobSource& source : job.sources) {
    EXPECT_EQ(source.has_file_columns, source.name == "orders") << source.name;
  }
}

TEST_F(JobOfPlanTest, TheSessionIsAsThePipelineSays) {
  const Settings usual = JobOf({}).session;
  EXPECT_THAT(usual, Contains(Pair("spark.sql.session.timeZone", "UTC")));
  EXPECT_THAT(usual, Contains(Pair("spark.sql.ansi.doubleQuotedIdentifiers", "true")));
  EXPECT_THAT(usual, Contains(Pair("spark.sql.timeType.enabled", "true")));
  overrides_ = {{"pipeline.time_zone", "Europe/Berlin"}, {"pipeline.double_quotes", "string"}};
  const Settings other = JobOf({}).session;
  EXPECT_THAT(other, Contains(Pair("spark.sql.session.timeZone", "Europe/Berlin")));
  EXPECT_THAT(other, Contains(Pair("spark.sql.ansi.doubleQuotedIdentifiers", "false")));
}

}  // namespace
}  // namespace tarn::spark
