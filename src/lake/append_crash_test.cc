#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>

#include <csignal>

#include "lake/crash_for_test.h"
#include "lake/fault_points.h"
#include "lake/ledger_folders.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

const auto kDaySchema = arrow::schema({arrow::field("day", arrow::int32())});

Status AppendTo(TableWriter* writer, int day) {
  ARROW_RETURN_NOT_OK(writer->Write(Batch(kDaySchema, fmt::format("[[{}]]", day))));
  return writer->Close().status();
}

// A run that adds a row to a table, and one to the ledger.
Status AppendDay(const std::string& root, int day) {
  ARROW_ASSIGN_OR_RAISE(auto lake, Lake::Open(storage::TestStorages(), root));
  ARROW_ASSIGN_OR_RAISE(auto transaction, lake->Begin("run" + std::to_string(day)));
  TableSpec spec{.name = "days", .schema = kDaySchema, .appends = true};
  ARROW_ASSIGN_OR_RAISE(auto table, transaction->NewTable(spec));
  ARROW_RETURN_NOT_OK(AppendTo(table.get(), day));
  spec.name = LedgerFolderOf("events");
  ARROW_ASSIGN_OR_RAISE(auto part, transaction->NewLedgerPart(spec));
  ARROW_RETURN_NOT_OK(AppendTo(part.get(), day));
  return transaction->Commit();
}

// The days in a table or a part of the ledger, in the order of the runs' ids.
std::vector<int> DaysOf(const std::string& folder) {
  const auto rows = ReadAll(folder);
  const auto column = std::static_pointer_cast<arrow::Int32Array>(rows->GetColumnByName("day"));
  std::vector<int> days;
  for (int64_t row = 0; row < rows->num_rows(); ++row) days.push_back(column->Value(row));
  return days;
}

// The same for both, or it fails.
std::vector<int> Days(const std::string& root) {
  std::vector<int> days = DaysOf(root + "/days");
  EXPECT_EQ(DaysOf(root + "/" + LedgerFolderOf("events")), days);
  return days;
}

// Not a test: what the child process does.
TEST(AppendCrashChild, DISABLED_Run) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const char* root = std::getenv(kLakeVariable);
  ASSERT_NE(root, nullptr);
  const Status status = AppendDay(root, 1);
  ASSERT_TRUE(status.ok()) << status;
}

TEST(AppendCrashTest, RowsAndLedgerTogetherOrNotAtAll) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  for (const std::string_view point : kFaultPoints) {
    if (point == "commit.remove") continue;  // nothing is removed
    const std::string fault(point);
    const storage::TemporaryFolder folder;
    ASSERT_TRUE(AppendDay(folder.path(), 0).ok());
    const int status = RunChild(folder.path(), fault, "AppendCrashChild.DISABLED_Run");
    ASSERT_TRUE(WIFSIGNALED(status)) << "the run never came to " << fault;
    ASSERT_TRUE(Lake::Open(storage::TestStorages(), folder.path()).ValueOrDie()->Recover().ok());
    const bool is_committed = IsFrom("commit.journal", fault, kFaultPoints);
    EXPECT_EQ(Days(folder.path()), is_committed ? std::vector<int>({0, 1}) : std::vector<int>({0}))
        << fault;
    // Neither is the next run disturbed, nor does it repeat a row.
    ASSERT_TRUE(AppendDay(folder.path(), 2).ok()) << fault;
    EXPECT_EQ(Days(folder.path()).size(), is_committed ? 3U : 2U) << fault;
  }
}

}  // namespace
}  // namespace tarn::lake
