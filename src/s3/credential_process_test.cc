#include "s3/credential_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "system/process.h"
#include "system/scratch_folder.h"

namespace tarn::s3 {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CredentialProcess : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(folder_.Make().ok()); }

  // Of a shell script; its path holds a blank.
  Result<LimitedCredentials> Run(const std::string& script,
                                 std::chrono::seconds limit = std::chrono::seconds(60)) {
    std::ofstream(folder_.path() + "/a script") << script;
    return RunCredentialProcess("sh '" + folder_.path() + "/a script' one", "dev", limit);
  }
  std::string MessageOfRun(const std::string& script) { return MessageOf(Run(script).status()); }

  ScratchFolder folder_;
};

TEST_F(CredentialProcess, GivesWhatItWrites) {
  const auto keys = Run("echo noise >&2; echo '{\"Version\": 1, \"AccessKeyId\": \"'$1'\","
                        "\"SecretAccessKey\": \"s\", \"Expiration\": \"2101-01-01T00:00:00Z\"}'")
                        .ValueOrDie();
  EXPECT_EQ(keys.credentials.access_key_id, "one");
  EXPECT_LT(keys.expires, std::chrono::system_clock::time_point::max());
}

TEST_F(CredentialProcess, ThatFailsTellsWhyWithoutSecrets) {
  EXPECT_THAT(MessageOfRun("echo token=abc is wrong >&2; exit 3"),
              AllOf(StartsWith("The credential_process of AWS profile dev failed: exit code 3"),
                    EndsWith("it printed: token=*** is wrong")));
  EXPECT_THAT(MessageOfRun("exit 3"), EndsWith("it printed nothing"));
  EXPECT_THAT(MessageOf(RunCredentialProcess("/no/such", "dev").status()),
              EndsWith("there is no program /no/such"));
  EXPECT_THAT(MessageOf(RunCredentialProcess("sh 'x", "dev").status()), HasSubstr("not closed"));
  EXPECT_THAT(MessageOf(RunCredentialProcess(" ", "dev").status()), HasSubstr("no program"));
}

TEST_F(CredentialProcess, ThatWritesSomethingElseIsRefused) {
  for (const char* output : {"secret", "", "[1]", "{\"Version\": 2}", "{\"AccessKeyId\": \"a\"}",
                             "{\"Version\": 1, \"AccessKeyId\": \"secret\"}"}) {
    const std::string message = MessageOfRun(std::string("echo '") + output + "'");
    EXPECT_THAT(message, AllOf(HasSubstr("JSON"), Not(HasSubstr("secret")))) << output;
  }
  EXPECT_THAT(MessageOfRun("while :; do echo 0123456789012345678901234567890123456789; done"),
              HasSubstr("wrote more than"));
}

TEST_F(CredentialProcess, ThatHangsIsEndedWithWhatItStarted) {
  const auto run =
      Run("sleep 1000 & echo $! >" + folder_.path() + "/id; wait", std::chrono::seconds(1));
  EXPECT_THAT(MessageOf(run.status()), HasSubstr("was terminated after 1 s"));
  int64_t id = 0;
  std::ifstream(folder_.path() + "/id") >> id;
  ASSERT_NE(id, 0);
  EXPECT_EQ(ProcessStart(id), 0);
}

}  // namespace
}  // namespace tarn::s3
