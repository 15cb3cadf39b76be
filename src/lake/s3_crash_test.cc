#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>

#include <csignal>

#include "lake/crash_for_test.h"
#include "lake/fault_points.h"
#include "lake/s3_for_test.h"
#include "storage/storages_for_test.h"

namespace tarn::lake {
namespace {

using testing::AnyOf;
using testing::Eq;
using testing::IsEmpty;

class S3CrashTest : public S3Test, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    S3Test::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(arrow::compute::Initialize().ok());
    const Status status = RunGeneration(root_, 0);
    ASSERT_TRUE(status.ok()) << status;
    const int wait_status = RunChild(root_, GetParam());
    ASSERT_TRUE(WIFSIGNALED(wait_status)) << "the run never came to " << GetParam();
    ASSERT_EQ(WTERMSIG(wait_status), SIGKILL);
  }

  // The generation of all tables; fails when they are a mixture or anything else is there.
  int Generation() const {
    EXPECT_THAT(Uploads(), IsEmpty());
    EXPECT_EQ(Objects().size(), size_t{kSongs + 1 + 1})  // songs, users, bad; no lock, no journal
        << testing::PrintToString(Objects());
    return GenerationOfTables(root_);
  }
};

TEST_P(S3CrashTest, RecoverLeavesOldOrNew) {
  const auto lake = Lake::Open(storage::TestStorages(), root_).ValueOrDie();
  const RecoveryReport report = lake->Recover().ValueOrDie();
  const bool committed = IsFrom("commit.decided", GetParam(), kS3FaultPoints);
  EXPECT_EQ(Generation(), committed ? 1 : 0);
  EXPECT_LE(report.num_rolled_back + report.num_rolled_forward, 1);
  EXPECT_TRUE(committed || report.num_rolled_forward == 0);
  const RecoveryReport again = lake->Recover().ValueOrDie();
  EXPECT_EQ(again.num_rolled_back + again.num_rolled_forward, 0);
}

TEST_P(S3CrashTest, TheNextRunCleansUp) {
  const Status status = RunGeneration(root_, 2);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Generation(), 2);
}

// The run id comes again, as when a scheduler repeats a run.
TEST_P(S3CrashTest, TheSameRunAgain) {
  const Status status = RunGeneration(root_, 1);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Generation(), 1);
}

// Recovery is itself killed at every step that it comes to.
TEST_P(S3CrashTest, RecoveryMayBeKilledToo) {
  for (const std::string_view point : kS3RecoveryFaultPoints) RunChild(root_, std::string(point));
  for (const std::string_view point : kS3FaultPoints) RunChild(root_, std::string(point));
  ASSERT_TRUE(Lake::Open(storage::TestStorages(), root_).ValueOrDie()->Recover().ok());
  EXPECT_THAT(Generation(), AnyOf(Eq(0), Eq(1)));
}

std::vector<std::string> S3Faults() {
  std::vector<std::string> faults;
  for (const std::string_view point : kS3FaultPoints) faults.emplace_back(point);
  for (const char* point : {"write.file:4", "write.file:7", "commit.publish:2", "commit.publish:4",
                            "commit.publish:7"}) {
    faults.emplace_back(point);
  }
  return faults;
}

INSTANTIATE_TEST_SUITE_P(EveryStep, S3CrashTest, testing::ValuesIn(S3Faults()), FaultName);

}  // namespace
}  // namespace tarn::lake
