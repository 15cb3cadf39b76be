#include "spark/engine/scanned_sources.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/list_source.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"
#include "values/ddl_text.h"

namespace tarn::spark {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ScannedSourcesTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("tarn.toml",
                  "[lake]\ninput = 'raw'\noutput = 'lake'\n"
                  "[source.events]\npath = '*.json'\nschema = 'id INT, city STRING, other INT'\n");
    folder_.Write("cities.sql", "SELECT DISTINCT city FROM events WHERE id > 1");
  }

  // What is given of the only source, whose file holds `records`.
  ScannedSource Scan(const std::string& records) {
    folder_.Write("raw/a.json", records);
    pipeline_ = pipeline::Load(folder_.path(), {}).ValueOrDie();
    const auto plan = plan::Bind(*pipeline_, {}).ValueOrDie();
    lake_ = lake::Lake::Open(storage::TestStorages(), pipeline_->output).ValueOrDie();
    transaction_ = lake_->Begin("run").ValueOrDie();
    const std::vector<storage::Listing> listings = {
        engine::ListSource(storage::TestStorages(), *plan->sources[0].source).ValueOrDie()};
    engine::RunContext context;
    context.storages = storage::TestStorages();
    const Placement placement{{{true, ""}}, {}};
    return ScanSources(*plan, placement, listings, false, transaction_.get(), context)
        .ValueOrDie()
        .at(0);
  }

  static std::shared_ptr<arrow::Table> RowsOfStream(const std::string& stream) {
    auto input = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(stream));
    const auto reader = arrow::ipc::RecordBatchStreamReader::Open(input).ValueOrDie();
    return reader->ToTable().ValueOrDie();
  }

  storage::TemporaryFolder folder_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<lake::Lake> lake_;
  std::unique_ptr<lake::Transaction> transaction_;
};

TEST_F(ScannedSourcesTest, FewRecordsAreAStream) {
  const ScannedSource events = Scan(
      "{\"id\":1,\"city\":\"Rome\"}\n{\"id\":2,\"city\":\"Oslo\"}\n{\"id\":\"x\"}\n"
      "{\"id\":3,\"city\":null}\n");
  EXPECT_EQ(events.folder, "");
  const auto rows = RowsOfStream(events.rows);
  // With the column that the filter alone reads: the SQL has it too.
  EXPECT_THAT(rows->schema()->field_names(), ElementsAre("id", "city"));
  EXPECT_EQ(rows->num_rows(), 2);
  EXPECT_EQ(rows->column(1)->GetScalar(0).ValueOrDie()->ToString(), "Oslo");
  EXPECT_TRUE(transaction_->CommitFindings({}).ValueOrDie());  // the bad record
}

TEST_F(ScannedSourcesTest, ManyRecordsAreFiles) {
  std::string records;
  for (int i = 0; i < 100'000; ++i) {
    records += "{\"id\":" + std::to_string(i) + ",\"city\":\"city " + std::to_string(i) + "\"}\n";
  }
  const ScannedSource events = Scan(records);
  EXPECT_THAT(events.rows, IsEmpty());
  const auto written = lake::DescribeTable(lake_->storage().get(), events.folder).ValueOrDie();
  EXPECT_EQ(written.stats.num_rows, 99'998);
  EXPECT_THAT(written.schema->field_names(), ElementsAre("id", "city"));
}

TEST_F(ScannedSourcesTest, WhatIsNotNullMayBe) {
  folder_.Write("tarn.toml",
                "[lake]\ninput = 'raw'\noutput = 'lake'\n[source.events]\npath = '*.json'\n"
                "schema = 'id INT NOT NULL, city STRUCT<name: STRING NOT NULL, "
                "tags: ARRAY<STRUCT<t: INT NOT NULL>>>, m MAP<STRING, STRUCT<v: INT NOT NULL>>'\n");
  folder_.Write("cities.sql", "SELECT id, city, m FROM events");
  const ScannedSource events = Scan(
      "{\"city\":{\"tags\":[{},{\"t\":1}]},\"m\":{\"a\":{\"v\":2}}}\n"
      "{\"id\":1,\"city\":null}\n");
  const auto rows = RowsOfStream(events.rows);
  EXPECT_EQ(DdlOf(*rows->schema()),
            "id INT, city STRUCT<name: STRING, tags: ARRAY<STRUCT<t: INT>>>, "
            "m MAP<STRING, STRUCT<v: INT>>");
  EXPECT_TRUE(rows->schema()->field(0)->nullable());
  EXPECT_EQ(rows->column(0)->null_count(), 1);
  EXPECT_TRUE(rows->ValidateFull().ok());
}

TEST_F(ScannedSourcesTest, WithoutRecordsThereIsNothing) {
  const ScannedSource events = Scan("{\"id\":0}\n");
  EXPECT_EQ(events.rows + events.folder, "");
}

}  // namespace
}  // namespace tarn::spark
