// Partitions of a table are replaced, on disks and in S3, and runs that do it are killed.

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>

#include <csignal>
#include <map>

#include "lake/crash_for_test.h"
#include "lake/fault_points.h"
#include "lake/s3_for_test.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

const auto kDaysSchema =
    arrow::schema({arrow::field("run", arrow::int32()), arrow::field("day", arrow::int32())});

using RunsByDay = std::map<int, std::vector<int>>;

Result<ReplacedPartitions> WriteDays(Transaction* transaction, int run,
                                     const std::vector<int>& days, bool replaces_partitions,
                                     const std::optional<TableStats>& before = {}) {
  ARROW_ASSIGN_OR_RAISE(auto table,
                        transaction->NewTable({.name = "days",
                                               .schema = kDaysSchema,
                                               .partition_by = {"day"},
                                               .replaces_partitions = replaces_partitions}));
  for (const int day : days) {
    ARROW_RETURN_NOT_OK(table->Write(Batch(kDaysSchema, fmt::format("[[{},{}]]", run, day))));
  }
  ARROW_RETURN_NOT_OK(table->Close().status());
  if (!replaces_partitions) return ReplacedPartitions{};
  return transaction->OldFilesOf("days", before);
}

// The table has days 1 to 4 of run 0; run 1 replaces 3 and 4, and adds 5.
Status RunOf(const std::string& root, int run) {
  ARROW_ASSIGN_OR_RAISE(auto lake, OpenForCrash(root));
  ARROW_ASSIGN_OR_RAISE(auto transaction, lake->Begin("run" + std::to_string(run)));
  const std::vector<int> days = run == 0 ? std::vector<int>{1, 2, 3, 4} : std::vector<int>{3, 4, 5};
  ARROW_RETURN_NOT_OK(WriteDays(transaction.get(), run, days, run > 0).status());
  return transaction->Commit();
}

RunsByDay RunsByDayOf(const std::string& root) {
  const auto rows = ReadAll(root + "/days", kDaysSchema.get());
  const auto column = [&](const char* name) {
    return std::static_pointer_cast<arrow::Int32Array>(rows->GetColumnByName(name));
  };
  RunsByDay days;
  for (int64_t row = 0; row < rows->num_rows(); ++row) {
    days[column("day")->Value(row)].push_back(column("run")->Value(row));
  }
  return days;
}

const RunsByDay kBefore = {{1, {0}}, {2, {0}}, {3, {0}}, {4, {0}}};
RunsByDay After(int run) { return {{1, {0}}, {2, {0}}, {3, {run}}, {4, {run}}, {5, {run}}}; }

// Not a test: what the child process does.
TEST(PartitionsCrashChild, DISABLED_Run) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const char* const root = std::getenv(kLakeVariable);
  ASSERT_NE(root, nullptr);
  const Status status = RunOf(root, 1);
  ASSERT_TRUE(status.ok()) << status;
}

// Kill run 1 at `fault`; then recover, and let run 2 do the same.
void KillAndRecover(const std::string& root, const std::string& fault, bool is_committed) {
  ASSERT_TRUE(RunOf(root, 0).ok());
  const int status = RunChild(root, fault, "PartitionsCrashChild.DISABLED_Run");
  ASSERT_TRUE(WIFSIGNALED(status)) << "the run never came to " << fault;
  ASSERT_TRUE(OpenForCrash(root).ValueOrDie()->Recover().ok());
  EXPECT_EQ(RunsByDayOf(root), is_committed ? After(1) : kBefore) << fault;
  ASSERT_TRUE(RunOf(root, 2).ok()) << fault;
  EXPECT_EQ(RunsByDayOf(root), After(2)) << fault;
}

TEST(PartitionsCrashTest, OldOrNewPartitionsAndAllOfTheOthers) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  for (const std::string_view point : kFaultPoints) {
    const storage::TemporaryFolder folder;
    KillAndRecover(folder.path(), std::string(point),
                   IsFrom("commit.journal", std::string(point), kFaultPoints));
  }
}

using S3PartitionsCrashTest = S3Test;

TEST_F(S3PartitionsCrashTest, OldOrNewPartitionsAndAllOfTheOthers) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  for (const std::string_view point : kS3FaultPoints) {
    KillAndRecover(fmt::format("{}/{}", root_, point), std::string(point),
                   IsFrom("commit.decided", std::string(point), kS3FaultPoints));
  }
}

class PartitionsTest : public testing::Test {
 protected:
  PartitionsTest() { EXPECT_TRUE(RunOf(folder_.path(), 0).ok()); }

  std::unique_ptr<Transaction> Begin() {
    lake_ = Lake::Open(storage::TestStorages(), folder_.path()).ValueOrDie();
    return lake_->Begin("run1").ValueOrDie();
  }

  storage::TemporaryFolder folder_;
  std::unique_ptr<Lake> lake_;
};

TEST_F(PartitionsTest, WhatStaysIsKnownBeforeTheCommit) {
  const auto transaction = Begin();
  const auto old = WriteDays(transaction.get(), 1, {4, 5, 4}, true).ValueOrDie();
  EXPECT_EQ(old.kept.num_rows, 3);
  EXPECT_EQ(old.kept.num_files, 3);
  EXPECT_EQ(old.kept.num_partitions, 3);
  EXPECT_GT(old.kept.num_bytes, 0);
  EXPECT_EQ(old.num_rows_replaced, 1);
  EXPECT_EQ(RunsByDayOf(folder_.path()), kBefore);
  ASSERT_TRUE(transaction->Commit().ok());
  const RunsByDay after = {{1, {0}}, {2, {0}}, {3, {0}}, {4, {1, 1}}, {5, {1}}};
  EXPECT_EQ(RunsByDayOf(folder_.path()), after);
}

// The rows that the ledger says are not asked for again, unless other files are there.
TEST_F(PartitionsTest, KnownRowsAreTakenForWhatTheyAre) {
  const auto files = FilesBelow(folder_ / "days");
  int64_t num_bytes = 0;
  for (const std::string& file : files) {
    num_bytes +=
        static_cast<int64_t>(std::filesystem::file_size(FileBelow(folder_ / "days", file)));
  }
  {
    const auto transaction = Begin();
    const auto old =
        WriteDays(transaction.get(), 1, {4}, true, TableStats{100, 4, num_bytes, 0}).ValueOrDie();
    EXPECT_EQ(old.kept.num_rows, 99);
  }
  const auto transaction = Begin();
  const auto old =
      WriteDays(transaction.get(), 1, {4}, true, TableStats{100, 3, num_bytes, 0}).ValueOrDie();
  EXPECT_EQ(old.kept.num_rows, 3);
}

TEST_F(PartitionsTest, WithoutRowsAllStays) {
  const auto before = FilesBelow(folder_ / "days");
  const auto transaction = Begin();
  const auto old = WriteDays(transaction.get(), 1, {}, true).ValueOrDie();
  EXPECT_EQ(old.kept.num_rows, 4);
  EXPECT_EQ(old.num_rows_replaced, 0);
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(FilesBelow(folder_ / "days"), before);
}

// As Spark leaves them: with markers and checksums.
TEST_F(PartitionsTest, FilesOfAnotherProgramAreTakenIntoTheirPartitions) {
  const auto transaction = Begin();
  auto foreign = transaction
                     ->NewForeignTable({.name = "days",
                                        .schema = kDaysSchema,
                                        .partition_by = {"day"},
                                        .replaces_partitions = true})
                     .ValueOrDie();
  // What the other program writes: files of a lake of this test's.
  const storage::TemporaryFolder other;
  ASSERT_TRUE(RunOf(other.path(), 0).ok());
  std::filesystem::copy(other.path() + "/days/day=2", foreign->folder() + "/day=2",
                        std::filesystem::copy_options::recursive);
  ASSERT_TRUE(foreign->Adopt(1).ok());
  const auto old = transaction->OldFilesOf("days", {}).ValueOrDie();
  EXPECT_EQ(old.kept.num_rows, 3);
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(RunsByDayOf(folder_.path()), kBefore);
  int num_new = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "days/day=2")) {
    num_new += entry.path().filename().string().find("run1") != std::string::npos;
  }
  EXPECT_EQ(num_new, 1);
}

}  // namespace
}  // namespace tarn::lake
