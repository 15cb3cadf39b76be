// Runs that replace a partition of a table and add a part to its state, killed at each step.

#include <arrow/array/array_primitive.h>
#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>

#include <csignal>

#include "lake/crash_for_test.h"
#include "lake/fault_points.h"
#include "lake/state_folders.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;

const auto kCountSchema =
    arrow::schema({arrow::field("n", arrow::int32()), arrow::field("p", arrow::int32())});

Status WriteAll(Result<std::unique_ptr<TableWriter>> writer, const std::string& rows) {
  ARROW_RETURN_NOT_OK(writer.status());
  ARROW_RETURN_NOT_OK((*writer)->Write(Batch(kCountSchema, rows)));
  return (*writer)->Close().status();
}

// A run whose rows take the place of what is in partition 1, and add to partition `run` + 2.
Status MergeRun(const std::string& root, int run) {
  ARROW_ASSIGN_OR_RAISE(auto lake, Lake::Open(storage::TestStorages(), root));
  ARROW_ASSIGN_OR_RAISE(auto transaction, lake->Begin("run" + std::to_string(run)));
  TableSpec spec{.name = "counts", .schema = kCountSchema, .partition_by = {"p"}, .appends = true};
  ARROW_RETURN_NOT_OK(
      WriteAll(transaction->NewTable(spec), fmt::format("[[{0},1],[{0},{1}]]", run, run + 2)));
  transaction->ReplacePartition("counts", "p=1");
  spec = {.name = StateFolderOf("counts"), .schema = kCountSchema, .appends = true};
  ARROW_RETURN_NOT_OK(WriteAll(transaction->NewStatePart(spec), fmt::format("[[{},0]]", run)));
  return transaction->Commit();
}

// "n in p" of all rows, sorted.
std::vector<std::string> RowsBelow(const std::string& folder) {
  const auto rows = ReadAll(folder, kCountSchema.get());
  const auto column = [&](const char* name) {
    return std::static_pointer_cast<arrow::Int32Array>(rows->GetColumnByName(name));
  };
  std::vector<std::string> texts;
  for (int64_t row = 0; row < rows->num_rows(); ++row) {
    texts.push_back(fmt::format("{} in {}", column("n")->Value(row), column("p")->Value(row)));
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

// Not a test: what the child process does.
TEST(MergeCrashChild, DISABLED_Run) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const char* root = std::getenv(kLakeVariable);
  ASSERT_NE(root, nullptr);
  const Status status = MergeRun(root, 1);
  ASSERT_TRUE(status.ok()) << status;
}

TEST(MergeCrashTest, PartitionsAndStateTogetherOrNotAtAll) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  for (const std::string_view point : kFaultPoints) {
    const std::string fault(point);
    const storage::TemporaryFolder folder;
    const std::string table = folder.path() + "/counts";
    const std::string state = folder.path() + "/" + StateFolderOf("counts");
    ASSERT_TRUE(MergeRun(folder.path(), 0).ok());
    const int status = RunChild(folder.path(), fault, "MergeCrashChild.DISABLED_Run");
    ASSERT_TRUE(WIFSIGNALED(status)) << "the run never came to " << fault;
    ASSERT_TRUE(Lake::Open(storage::TestStorages(), folder.path()).ValueOrDie()->Recover().ok());
    if (IsFrom("commit.journal", fault, kFaultPoints)) {
      EXPECT_THAT(RowsBelow(table), ElementsAre("0 in 2", "1 in 1", "1 in 3")) << fault;
      EXPECT_THAT(RowsBelow(state), ElementsAre("0 in 0", "1 in 0")) << fault;
    } else {
      EXPECT_THAT(RowsBelow(table), ElementsAre("0 in 1", "0 in 2")) << fault;
      EXPECT_THAT(RowsBelow(state), ElementsAre("0 in 0")) << fault;
    }
    ASSERT_TRUE(MergeRun(folder.path(), 2).ok()) << fault;
    EXPECT_THAT(RowsBelow(table), testing::Contains("2 in 1")) << fault;
  }
}

}  // namespace
}  // namespace tarn::lake
