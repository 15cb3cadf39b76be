// How far the scan runs ahead of the order of rows.
#include <arrow/compute/initialize.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"
#include "local/run_graph.h"
#include "local/scan/source_scan.h"
#include "pipeline/pipeline.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::local {
namespace {

class ScanAheadTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // Files of over a megabyte, each an item. `few` is read first, as it is smaller.
  void SetUp() override {
    for (int file = 0; file < 8; ++file) WriteFile("many", file);
    for (int file = 0; file < 3; ++file) WriteFile("few", file);
  }

  void WriteFile(const std::string& source, int file) {
    std::string lines;
    for (int row = 0; row < 10'000; ++row) {
      lines += fmt::format("{{\"n\":{},\"text\":\"{}\"}}\n", file * 10'000 + row,
                           std::string(row % 200, 'x'));
    }
    folder_.Write(fmt::format("raw/{}/{}.json", source, file), lines);
  }

  // All rows of a table, when there is hardly room for what waits for its turn.
  BatchPtr Run(const std::string& sql, int num_threads) {
    folder_.Write("all.sql", sql);
    folder_.Write("tarn.toml", R"(
[pipeline]
name = "test"
[lake]
input = "raw"
output = "lake"
[source.many]
path = "many/*.json"
schema = "n BIGINT, text STRING"
[source.few]
path = "few/*.json"
schema = "n BIGINT, text STRING"
[table.all]
)");
    const auto pipeline = pipeline::Load(folder_.path(), {}).ValueOrDie();
    const auto plan = plan::Bind(*pipeline, {}).ValueOrDie();
    Scheduler scheduler;
    Backlog backlog(/*bytes_max=*/1);
    RunControl control(arrow::StopToken::Unstoppable());
    NodeMeter meter;
    const auto table = std::make_shared<Collector>(StageContext{&scheduler, &backlog, &meter});
    const auto graph =
        RunGraph::Make({plan.get(), {}, &scheduler, &backlog, &control, false, {table}})
            .ValueOrDie();
    const auto storages = storage::TestStorages();
    SourceScan::Options options;
    options.plan = plan.get();
    options.storages = storages;
    options.scheduler = &scheduler;
    options.backlog = &backlog;
    options.control = &control;
    SourceScan scan(options);
    EXPECT_TRUE(scan.List().ok());
    graph->Start();
    scan.Start(graph->sources(), num_threads);
    EXPECT_TRUE(scheduler.Run(num_threads).ok());
    EXPECT_TRUE(scan.status().ok() && scan.Finish(/*is_whole=*/true).ok());
    EXPECT_TRUE(table->is_finished());
    EXPECT_TRUE(backlog.has_room());
    return Concatenate(plan->tables[0].root->schema, table->batches()).ValueOrDie();
  }

  storage::TemporaryFolder folder_;
};

TEST_F(ScanAheadTest, TheFirstItemMakesRoom) {
  for (const int num_threads : {1, 2, 8}) {
    const BatchPtr rows = Run("SELECT n FROM many", num_threads);
    ASSERT_EQ(rows->num_rows(), 80'000);
    const auto& n = static_cast<const arrow::Int64Array&>(*rows->column(0));
    for (int64_t row = 0; row < rows->num_rows(); ++row) ASSERT_EQ(n.Value(row), row);
  }
}

// What is read first comes last: nothing makes room but reading on.
TEST_F(ScanAheadTest, ItGoesOnWhenAnotherSourceIsWaitedFor) {
  for (const int num_threads : {1, 2, 8}) {
    const BatchPtr rows = Run("SELECT n FROM many UNION ALL SELECT n FROM few", num_threads);
    ASSERT_EQ(rows->num_rows(), 110'000);
    const auto& n = static_cast<const arrow::Int64Array&>(*rows->column(0));
    for (int64_t row = 0; row < rows->num_rows(); ++row) ASSERT_EQ(n.Value(row), row % 80'000);
  }
}

}  // namespace
}  // namespace tarn::local
