#include "lake/quarantine.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "lake/lake.h"
#include "lake/table_for_test.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class QuarantineTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  void SetUp() override {
    lake_ = Lake::Open(storage::TestStorages(), folder_ / "lake").ValueOrDie();
  }

  Status PutAway(const std::string& run_id, const std::string& source,
                 const std::vector<QuarantinedRecord>& records, bool clear = false) {
    ARROW_ASSIGN_OR_RAISE(auto transaction, lake_->Begin(run_id));
    if (clear) {
      ARROW_ASSIGN_OR_RAISE(const auto old, transaction->ListQuarantine(source));
      for (const QuarantinedSource& kept : old) transaction->ClearQuarantine(kept);
    }
    if (!records.empty()) {
      ARROW_ASSIGN_OR_RAISE(auto writer, transaction->NewQuarantine(source));
      ARROW_ASSIGN_OR_RAISE(auto batch, ToRecordBatch(records));
      ARROW_RETURN_NOT_OK(writer->Write(batch));
      ARROW_RETURN_NOT_OK(writer->Close().status());
    }
    return transaction->Commit();
  }

  std::vector<std::string> Runs() {
    std::vector<std::string> runs;
    for (const auto& found :
         ListQuarantine(storage::TestStorages()->For("/").ValueOrDie().get(), lake_->root())
             .ValueOrDie()) {
      runs.push_back(found.run_id + " " + found.source + " " + std::to_string(found.num_records));
    }
    return runs;
  }

  storage::TemporaryFolder folder_;
  std::unique_ptr<Lake> lake_;
};

const QuarantinedRecord kBad{"/raw/a.json", 3, 41, "why", std::string("{\"a\":\0\xFF", 7)};

TEST_F(QuarantineTest, KeepsRecordsByRunAndSource) {
  EXPECT_THAT(Runs(), IsEmpty());
  ASSERT_TRUE(PutAway("run1", "events", {kBad, kBad}).ok());
  ASSERT_TRUE(PutAway("run2", "events", {kBad}).ok());
  ASSERT_TRUE(PutAway("run3", "songs", {kBad}).ok());
  EXPECT_THAT(Runs(), ElementsAre("run3 songs 1", "run2 events 1", "run1 events 2"));
  EXPECT_THAT(lake_->ListTables().ValueOrDie(), IsEmpty());
  const auto newest =
      ListQuarantine(storage::TestStorages()->For("/").ValueOrDie().get(), lake_->root())
          .ValueOrDie()
          .front();
  const auto records =
      ReadQuarantine(storage::TestStorages()->For("/").ValueOrDie(), newest, 10).ValueOrDie();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].path, kBad.path);
  EXPECT_EQ(records[0].line, kBad.line);
  EXPECT_EQ(records[0].byte_offset, kBad.byte_offset);
  EXPECT_EQ(records[0].reason, kBad.reason);
  EXPECT_EQ(records[0].bytes, kBad.bytes);
}

TEST_F(QuarantineTest, NamesThatAreNotUtf8) {
  const QuarantinedRecord bad{"/raw/caf\xE9\\.json", 1, 0, "byte \xFF", "x"};
  const auto batch = ToRecordBatch({bad}).ValueOrDie();
  ASSERT_TRUE(batch->ValidateFull().ok());  // Unicode is Unicode
  ASSERT_TRUE(PutAway("run1", "events", {bad}).ok());
  const auto newest =
      ListQuarantine(storage::TestStorages()->For("/").ValueOrDie().get(), lake_->root())
          .ValueOrDie()
          .front();
  const auto records =
      ReadQuarantine(storage::TestStorages()->For("/").ValueOrDie(), newest, 10).ValueOrDie();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].path, bad.path);
  EXPECT_EQ(records[0].reason, "byte \\xFF");
}

TEST_F(QuarantineTest, IsClearedOfOneSource) {
  ASSERT_TRUE(PutAway("run1", "events", {kBad}).ok());
  ASSERT_TRUE(PutAway("run2", "songs", {kBad}).ok());
  ASSERT_TRUE(PutAway("run3", "events", {kBad, kBad}, /*clear=*/true).ok());
  EXPECT_THAT(Runs(), ElementsAre("run3 events 2", "run2 songs 1"));
  ASSERT_TRUE(PutAway("run4", "events", {}, /*clear=*/true).ok());
  EXPECT_THAT(Runs(), ElementsAre("run2 songs 1"));
  EXPECT_THAT(FoldersBelow(lake_->root() + "/_tarn"),
              ElementsAre("quarantine", "quarantine/run2", "quarantine/run2/source=songs"));
}

TEST_F(QuarantineTest, ADamagedFileIsListedBesideTheRest) {
  ASSERT_TRUE(PutAway("run1", "events", {kBad}).ok());
  ASSERT_TRUE(PutAway("run2", "events", {kBad}).ok());
  const auto damaged =
      ListQuarantine(storage::TestStorages()->For("/").ValueOrDie().get(), lake_->root())
          .ValueOrDie()
          .front();
  for (const auto& file : std::filesystem::directory_iterator(damaged.folder)) {
    std::filesystem::resize_file(file.path(), 20);
  }
  EXPECT_THAT(Runs(), ElementsAre("run2 events 0", "run1 events 1"));
  const auto found =
      ListQuarantine(storage::TestStorages()->For("/").ValueOrDie().get(), lake_->root())
          .ValueOrDie();
  EXPECT_THAT(found[0].unreadable, testing::HasSubstr("Not a complete Parquet file"));
  EXPECT_EQ(found[1].unreadable, "");
  EXPECT_EQ(ReadQuarantine(storage::TestStorages()->For("/").ValueOrDie(), found[0], 10)
                .status()
                .message(),
            found[0].unreadable);
}

TEST_F(QuarantineTest, StaysOfARunThatFailsWithoutItsTables) {
  ASSERT_TRUE(PutAway("run1", "events", {kBad}).ok());
  auto transaction = lake_->Begin("run2").ValueOrDie();
  TableSpec spec;
  spec.name = "t";
  spec.schema = arrow::schema({arrow::field("a", arrow::int32())});
  auto table = transaction->NewTable(spec).ValueOrDie();
  ASSERT_TRUE(table->Close().ok());
  auto open = transaction->NewQuarantine("songs").ValueOrDie();  // is not closed
  ASSERT_TRUE(open->Write(ToRecordBatch({kBad}).ValueOrDie()).ok());
  auto writer = transaction->NewQuarantine("events").ValueOrDie();
  ASSERT_TRUE(writer->Write(ToRecordBatch({kBad, kBad}).ValueOrDie()).ok());
  ASSERT_TRUE(writer->Close().ok());
  for (const auto& kept : transaction->ListQuarantine("events").ValueOrDie()) {
    transaction->ClearQuarantine(kept);
  }
  EXPECT_TRUE(transaction->CommitFindings({{"t", "check a > 0", "a = -1"}}).ValueOrDie());
  table.reset();
  open.reset();
  writer.reset();
  transaction.reset();

  EXPECT_THAT(lake_->ListTables().ValueOrDie(), IsEmpty());
  EXPECT_THAT(Runs(), ElementsAre("run2 events 2", "run1 events 1"));
  const auto storage = storage::TestStorages()->For("/").ValueOrDie();
  const auto all = ListQuarantine(storage.get(), lake_->root()).ValueOrDie();
  EXPECT_TRUE(all[0].is_of_failed_run);
  EXPECT_FALSE(all[1].is_of_failed_run);
  const auto rows = DescribeTable(storage.get(), lake_->root() + "/_tarn/failed/run2").ValueOrDie();
  EXPECT_EQ(rows.stats.num_rows, 1);
  EXPECT_THAT(FoldersBelow(lake_->root() + "/_tarn"),
              ElementsAre("failed", "failed/run2", "quarantine", "quarantine/run1",
                          "quarantine/run1/source=events", "quarantine/run2",
                          "quarantine/run2/source=events"));
  // Later runs neither read it again nor clear it.
  ASSERT_TRUE(PutAway("run3", "events", {}, /*clear=*/true).ok());
  EXPECT_THAT(Runs(), ElementsAre("run2 events 2"));
}

TEST_F(QuarantineTest, NothingStaysOfARunThatFoundNothing) {
  auto transaction = lake_->Begin("run1").ValueOrDie();
  EXPECT_FALSE(transaction->CommitFindings({}).ValueOrDie());
  EXPECT_FALSE(transaction->Commit().ok());
  EXPECT_THAT(FoldersBelow(lake_->root() + "/_tarn"), IsEmpty());
}

TEST_F(QuarantineTest, GoesWithARunThatIsAborted) {
  auto transaction = lake_->Begin("run1").ValueOrDie();
  auto writer = transaction->NewQuarantine("events").ValueOrDie();
  ASSERT_TRUE(writer->Write(ToRecordBatch({kBad}).ValueOrDie()).ok());
  ASSERT_TRUE(writer->Close().ok());
  ASSERT_TRUE(transaction->Abort().ok());
  EXPECT_THAT(Runs(), IsEmpty());
}

}  // namespace
}  // namespace tarn::lake
