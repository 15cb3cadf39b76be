#include <arrow/compute/initialize.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "lake/lake_transaction.h"
#include "lake/s3_commit.h"
#include "lake/s3_for_test.h"
#include "lake/s3_lake.h"
#include "lake/table_for_test.h"
#include "storage/storages_for_test.h"

namespace tarn::lake {
namespace {

using std::chrono::milliseconds;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kPrefixVariable[] = "TARN_TAKEOVER_TEST_PREFIX";
constexpr LeaseTiming kShortLease{milliseconds(200), milliseconds(2000)};

const auto kRowSchema = arrow::schema({arrow::field("x", arrow::int32())});

Status WriteRows(Transaction* transaction, const std::string& rows) {
  ARROW_ASSIGN_OR_RAISE(auto writer, transaction->NewTable({.name = "a", .schema = kRowSchema}));
  ARROW_RETURN_NOT_OK(writer->Write(Batch(kRowSchema, rows)));
  return writer->Close().status();
}

// Freezes its process when the journal is in place, and nothing is published.
class FreezingClient : public PassingClient {
 public:
  using PassingClient::PassingClient;
  arrow::Future<std::string> Put(const std::string& key, std::shared_ptr<arrow::Buffer> bytes,
                                 s3::Condition condition) override {
    auto put = PassingClient::Put(key, std::move(bytes), std::move(condition));
    if (key.find("_tarn/journal/") == std::string::npos) return put;
    put.Wait();
    ::raise(SIGSTOP);
    return put;
  }
};

// The process that S3TakeoverTest freezes.
TEST(TakeoverChild, DISABLED_Run) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const auto bucket =
      storage::TestStorages()->buckets()->Open(std::getenv("TARN_TEST_BUCKET")).ValueOrDie();
  const LakeKeys keys{std::make_shared<FreezingClient>(bucket), std::getenv(kPrefixVariable)};
  auto lock = S3Lock::Acquire(keys.client, keys.lock(), "run frozen", kShortLease).ValueOrDie();
  auto transaction =
      MakeTransaction(storage::TestStorages()->For(keys.uri()).ValueOrDie(), keys.uri(), "frozen",
                      std::make_unique<S3Run>(keys, "frozen", std::move(lock)));
  ASSERT_TRUE(WriteRows(transaction.get(), "[[2]]").ok());
  EXPECT_THAT(transaction->Commit().message(),
              AnyOf(HasSubstr("could not be renewed"), HasSubstr("lost the lake's lock")));
}

class S3TakeoverTest : public S3Test {
 protected:
  void SetUp() override {
    S3Test::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(arrow::compute::Initialize().ok());
    lake_ = OpenS3Lake(storage::TestStorages(), root_, {.uploads = {}, .lease = kShortLease})
                .ValueOrDie();
    ASSERT_TRUE(Replace("run1", "[[1]]").ok());
  }

  Status Replace(const std::string& run_id, const std::string& rows) {
    ARROW_ASSIGN_OR_RAISE(auto transaction, lake_->Begin(run_id));
    ARROW_RETURN_NOT_OK(WriteRows(transaction.get(), rows));
    return transaction->Commit();
  }

  // Start the child, and return when it is frozen.
  pid_t StartFrozen() const {
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
      ::setenv(kPrefixVariable, prefix_.c_str(), 1);
      ::execl("/proc/self/exe", "tarn_lake_test", "--gtest_filter=TakeoverChild.DISABLED_Run",
              "--gtest_also_run_disabled_tests", nullptr);
      ::_exit(127);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, WUNTRACED), child);
    EXPECT_TRUE(WIFSTOPPED(status)) << status;
    return child;
  }

  std::unique_ptr<Lake> lake_;
};

// As when its machine sleeps: it wakes up after another run took over.
TEST_F(S3TakeoverTest, ARunThatWakesUpLatePublishesNothing) {
  const auto before = Objects();
  const pid_t child = StartFrozen();
  EXPECT_THAT(Objects(), SizeIs(before.size() + 2));  // its lock and its journal
  Status status = Replace("run2", "[[3]]");
  EXPECT_EQ(KindOf(status), ErrorKind::kConflict) << status;
  EXPECT_THAT(status.message(), HasSubstr("run frozen, process " + std::to_string(child)));
  while (KindOf(status) == ErrorKind::kConflict) {
    std::this_thread::sleep_for(milliseconds(200));
    status = Replace("run2", "[[3]]");
  }
  ASSERT_TRUE(status.ok()) << status;
  const auto after = Objects();
  EXPECT_THAT(after, SizeIs(1));
  EXPECT_TRUE(ReadAll(root_ + "/a")->Equals(*Batch(kRowSchema, "[[3]]")));
  ::kill(child, SIGCONT);
  int exited = 0;
  ASSERT_EQ(::waitpid(child, &exited, 0), child);
  EXPECT_EQ(exited, 0);
  EXPECT_EQ(Objects(), after);
  EXPECT_THAT(Uploads(), IsEmpty());
}

}  // namespace
}  // namespace tarn::lake
