#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>

#include <csignal>

#include "lake/crash_for_test.h"
#include "lake/fault_points.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::AnyOf;
using testing::Eq;

// Not a test: what the child process does.
TEST(CrashChild, DISABLED_Run) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const char* root = std::getenv(kLakeVariable);
  ASSERT_NE(root, nullptr);
  const Status status = RunGeneration(root, 1);
  ASSERT_TRUE(status.ok()) << status;
}

// The generation of all tables; fails when they are a mixture or stray files are there.
int GenerationOf(const std::string& root) {
  const int generation = GenerationOfTables(root);
  EXPECT_EQ(FilesBelow(root).size(), size_t{1 + kSongs + 1 + 1});  // the lock, songs, users, bad
  // Five partitions, two tables, tarn's own and three of the quarantine: no folder is left empty.
  EXPECT_EQ(FoldersBelow(root).size(), size_t{kSongs + 2 + 1 + 3});
  return generation;
}

std::vector<std::string> Faults() {
  std::vector<std::string> faults;
  for (const std::string_view point : kFaultPoints) faults.emplace_back(point);
  // Between two files of the steps that are taken once for each.
  for (const char* point : {"write.file:6", "commit.rename:3", "commit.rename:6", "commit.remove:3",
                            "commit.rename:7", "commit.remove:6", "commit.remove:7"}) {
    faults.emplace_back(point);
  }
  return faults;
}

bool IsCommitted(const std::string& fault) { return IsFrom("commit.journal", fault, kFaultPoints); }

class CrashTest : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  void SetUp() override {
    ASSERT_TRUE(RunGeneration(folder_.path(), 0).ok());
    const int status = RunChild(folder_.path(), GetParam());
    ASSERT_TRUE(WIFSIGNALED(status)) << "the run never came to " << GetParam();
    ASSERT_EQ(WTERMSIG(status), SIGKILL);
  }

  storage::TemporaryFolder folder_;
};

TEST_P(CrashTest, RecoverLeavesOldOrNew) {
  const auto lake = Lake::Open(storage::TestStorages(), folder_.path()).ValueOrDie();
  const RecoveryReport report = lake->Recover().ValueOrDie();
  EXPECT_EQ(GenerationOf(folder_.path()), IsCommitted(GetParam()) ? 1 : 0);
  EXPECT_LE(report.num_rolled_back + report.num_rolled_forward, 1);
  if (report.num_rolled_forward > 0) EXPECT_TRUE(IsCommitted(GetParam()));
  const RecoveryReport again = lake->Recover().ValueOrDie();
  EXPECT_EQ(again.num_rolled_back + again.num_rolled_forward, 0);
}

TEST_P(CrashTest, TheNextRunCleansUp) {
  const Status status = RunGeneration(folder_.path(), 2);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(GenerationOf(folder_.path()), 2);
}

// Recovery is itself killed at every step that it comes to.
TEST_P(CrashTest, RecoveryMayBeKilledToo) {
  for (const std::string_view point : kFaultPoints) RunChild(folder_.path(), std::string(point));
  ASSERT_TRUE(Lake::Open(storage::TestStorages(), folder_.path()).ValueOrDie()->Recover().ok());
  EXPECT_THAT(GenerationOf(folder_.path()), AnyOf(Eq(0), Eq(1)));
}

// A commit that cannot be finished, as a staged file is gone, is undone; which is killed, too.
TEST(UndoCrashTest, UndoingMayBeKilled) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const storage::TemporaryFolder folder;
  ASSERT_TRUE(RunGeneration(folder.path(), 0).ok());
  ASSERT_TRUE(WIFSIGNALED(RunChild(folder.path(), "commit.rename:4")));
  std::filesystem::remove_all(folder / "_tarn/staging/run1/users");
  for (const char* fault : {"commit.undo:1", "commit.undo:3", "commit.undo:7"}) {
    ASSERT_TRUE(WIFSIGNALED(RunChild(folder.path(), fault))) << fault;
  }
  EXPECT_EQ(Lake::Open(storage::TestStorages(), folder.path())
                .ValueOrDie()
                ->Recover()
                .ValueOrDie()
                .num_rolled_back,
            1);
  EXPECT_EQ(GenerationOf(folder.path()), 0);
}

INSTANTIATE_TEST_SUITE_P(EveryStep, CrashTest, testing::ValuesIn(Faults()), FaultName);

}  // namespace
}  // namespace tarn::lake
