#include <arrow/compute/initialize.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "lake/fault_points.h"
#include "lake/quarantine.h"
#include "lake/table_testing.h"
#include "storage/temporary_folder.h"

// A run is killed at each step of a commit; recovery must leave the old tables or the new ones.
namespace tarn::lake {
namespace {

using testing::AnyOf;
using testing::Eq;

constexpr char kLakeVariable[] = "TARN_CRASH_TEST_LAKE";
constexpr int kSongs = 5;

const auto kSongSchema =
    arrow::schema({arrow::field("generation", arrow::int32()), arrow::field("p", arrow::int32())});
const auto kUserSchema = arrow::schema({arrow::field("generation", arrow::int32())});

// Two tables that both say in every row which generation they are. Old and new partitions overlap
// in part.
Status WriteTables(Transaction* transaction, int generation) {
  ARROW_ASSIGN_OR_RAISE(
      auto songs,
      transaction->NewTable({.name = "songs", .schema = kSongSchema, .partition_by = {"p"}}));
  for (int song = 0; song < kSongs; ++song) {
    const std::string row = fmt::format("[[{},{}]]", generation, song + generation * 2);
    ARROW_RETURN_NOT_OK(songs->Write(Batch(kSongSchema, row)));
  }
  ARROW_RETURN_NOT_OK(songs->Close().status());
  ARROW_ASSIGN_OR_RAISE(auto users,
                        transaction->NewTable({.name = "users", .schema = kUserSchema}));
  ARROW_RETURN_NOT_OK(users->Write(Batch(kUserSchema, fmt::format("[[{}]]", generation))));
  ARROW_RETURN_NOT_OK(users->Close().status());
  // A run that takes the place of the last one's quarantine.
  ARROW_RETURN_NOT_OK(transaction->ClearQuarantine("events").status());
  ARROW_ASSIGN_OR_RAISE(auto quarantine, transaction->NewQuarantine("events"));
  ARROW_ASSIGN_OR_RAISE(auto bad, ToRecordBatch({{"a.json", 1, 0, "why", "{"}}));
  ARROW_RETURN_NOT_OK(quarantine->Write(bad));
  return quarantine->Close().status();
}

Status RunGeneration(const std::string& root, int generation) {
  ARROW_ASSIGN_OR_RAISE(auto lake, Lake::Open(root));
  ARROW_ASSIGN_OR_RAISE(auto transaction, lake->Begin("run" + std::to_string(generation)));
  ARROW_RETURN_NOT_OK(WriteTables(transaction.get(), generation));
  return transaction->Commit();
}

// Not a test: what the child process does.
TEST(CrashChild, DISABLED_Run) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const char* root = std::getenv(kLakeVariable);
  ASSERT_NE(root, nullptr);
  const Status status = RunGeneration(root, 1);
  ASSERT_TRUE(status.ok()) << status;
}

// Run generation 1 in a process of its own with TARN_FAULT set. Returns its wait status.
int RunChild(const std::string& root, const std::string& fault) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::setenv("TARN_FAULT", fault.c_str(), 1);
    ::setenv(kLakeVariable, root.c_str(), 1);
    ::execl("/proc/self/exe", "tarn_lake_test", "--gtest_filter=CrashChild.DISABLED_Run",
            "--gtest_also_run_disabled_tests", nullptr);
    ::_exit(127);
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

// The generation of all tables; fails when they are a mixture or stray files are there.
int GenerationOf(const std::string& root) {
  const auto users = ReadAll(root + "/users");
  EXPECT_EQ(users->num_rows(), 1);
  const int generation = static_cast<const arrow::Int32Array&>(*users->column(0)).Value(0);
  const auto songs = ReadAll(root + "/songs");
  EXPECT_EQ(songs->num_rows(), kSongs);
  for (int64_t row = 0; row < songs->num_rows(); ++row) {
    EXPECT_EQ(static_cast<const arrow::Int32Array&>(*songs->column(0)).Value(row), generation);
  }
  const auto quarantine = ListQuarantine(root).ValueOrDie();
  EXPECT_EQ(quarantine.size(), 1U);
  EXPECT_EQ(quarantine.at(0).run_id, "run" + std::to_string(generation));
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

bool IsCommitted(const std::string& fault) {
  const auto committed = std::find(kFaultPoints.begin(), kFaultPoints.end(), "commit.journal");
  return std::any_of(committed, kFaultPoints.end(), [&](std::string_view point) {
    return fault.substr(0, fault.find(':')) == point;
  });
}

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
  const auto lake = Lake::Open(folder_.path()).ValueOrDie();
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
  ASSERT_TRUE(Lake::Open(folder_.path()).ValueOrDie()->Recover().ok());
  EXPECT_THAT(GenerationOf(folder_.path()), AnyOf(Eq(0), Eq(1)));
}

INSTANTIATE_TEST_SUITE_P(EveryStep, CrashTest, testing::ValuesIn(Faults()),
                         [](const testing::TestParamInfo<std::string>& info) {
                           std::string name = info.param;
                           for (char& character : name) {
                             if (character == '.' || character == ':') character = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace tarn::lake
