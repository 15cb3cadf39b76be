#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "session/session_for_test.h"

namespace tarn::session {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST_F(SessionTest, RunsAndKeepsARecord) {
  const auto session = Open("one", "lake");
  const RunOutcome outcome = Run(session.get());
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  ASSERT_THAT(outcome.record.tables, SizeIs(1));
  EXPECT_EQ(outcome.record.tables[0].num_rows, 1);
  const auto lake = session->OpenLake().ValueOrDie();
  const auto list = run::ListRuns(lake->storage().get(), lake->root()).ValueOrDie();
  ASSERT_THAT(list.runs, SizeIs(1));
  EXPECT_EQ(list.runs[0].run_id, outcome.record.run_id);
}

TEST_F(SessionTest, ARunThatFailsHasAnOutcomeToo) {
  const auto session = Open("one", "lake", "[table.names]\nchecks = [\"name = 'two'\"]\n");
  const RunOutcome outcome = Run(session.get());
  EXPECT_EQ(KindOf(outcome.status), ErrorKind::kCheckFailed);
  EXPECT_EQ(outcome.record.outcome, run::Outcome::kFailed);
}

// One has keys that the server knows, the other one not.
TEST_F(SessionTest, TwoAtOnceHaveTheirOwnSettingsOfS3) {
  const char* const bucket = std::getenv("TARN_TEST_BUCKET");
  if (bucket == nullptr) GTEST_SKIP() << "no S3 server";
  folder_.Write("credentials",
                "[stranger]\naws_access_key_id = nobody\naws_secret_access_key = none\n");
  ::setenv("AWS_SHARED_CREDENTIALS_FILE", (folder_ / "credentials").c_str(), 1);
  const std::string lake = "s3://" + std::string(bucket) + "/session-" + std::to_string(::getpid());
  const auto known = Open("known", lake + "/known");
  const auto stranger =
      Open("stranger", lake + "/stranger", "[s3]\nprofile = \"stranger\"\nretry_for = \"1 s\"\n");
  for (int round = 0; round < 3; ++round) {
    Status refused;
    local::LocalEngine engine(1);
    std::thread other([&] { refused = stranger->Run({}, &engine, {}).status(); });
    const RunOutcome outcome = Run(known.get());
    other.join();
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
    EXPECT_THAT(refused.message(), HasSubstr("InvalidAccessKeyId"));
  }
}

}  // namespace
}  // namespace tarn::session
