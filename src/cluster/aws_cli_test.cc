#include "cluster/aws_cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "cluster/fake_aws_for_test.h"

namespace tarn::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class AwsCliTest : public testing::Test {
 protected:
  void SetUp() override { ::unsetenv("AWS_ENDPOINT_URL"); }

  auto Open(const std::string& script) { return fake_.Open(script); }
  auto Cli(const std::string& script) { return fake_.Cli(script); }

  FakeAws fake_;
};

TEST_F(AwsCliTest, MustBeThereAndVersion2) {
  AwsSettings settings;
  settings.program = "no-such-aws";
  EXPECT_THAT(MessageOf(AwsCli::Open(settings).status()),
              HasSubstr("install the AWS CLI version 2"));
  const Status old = Open("echo aws-cli/1.45.11 Python/3.11").status();
  EXPECT_THAT(MessageOf(old), HasSubstr("must be version 2"));
  EXPECT_THAT(MessageOf(old), HasSubstr("1.45.11"));
  EXPECT_THAT(MessageOf(Open("echo hello").status()), HasSubstr("not the AWS CLI"));
  EXPECT_EQ(Cli("")->version(), "2.9.19");
}

TEST_F(AwsCliTest, WordsArriveAsTheyAre) {
  const auto cli = Cli("for word; do printf '<%s>' \"$word\"; done");
  const std::string hostile = "-x'\";$(touch /tmp/no)`id` \n\\";
  EXPECT_EQ(cli->Call({"emr", "x", Option("name", hostile)}).ValueOrDie(),
            "<emr><x><--name=" + hostile + "><--output=json><--no-cli-pager>");
}

TEST_F(AwsCliTest, AValueIsNoFile) {
  const auto cli = Cli("echo called");
  for (const char* value : {"file:///etc/passwd", "fileb://x"}) {
    EXPECT_EQ(KindOf(cli->Call({"emr", "x", Option("name", value)}).status()), ErrorKind::kUsage);
  }
}

TEST_F(AwsCliTest, SettingsBecomeOptions) {
  ::setenv("AWS_ENDPOINT_URL", "http://all", 1);
  ::setenv("AWS_ENDPOINT_URL_S3", "http://s3", 1);
  AwsSettings settings;
  settings.profile = "p q";
  settings.region = "eu-north-1";
  EXPECT_THAT(CommandOf(settings, {"emr", "x"}),
              ElementsAre("aws", "emr", "x", "--profile=p q", "--region=eu-north-1",
                          "--endpoint-url=http://all", "--output=json", "--no-cli-pager"));
  EXPECT_THAT(CommandOf(settings, {"s3api", "x"}), testing::Contains("--endpoint-url=http://s3"));
  ::unsetenv("AWS_ENDPOINT_URL");
  ::unsetenv("AWS_ENDPOINT_URL_S3");
}

TEST_F(AwsCliTest, ErrorsSayWhatToDo) {
  const Status denied =
      Cli("echo '\nAn error occurred (AccessDeniedException) when calling …' >&2; exit 254")
          ->Call({"emr", "list-clusters"})
          .status();
  EXPECT_EQ(AwsCodeOf(denied), "AccessDeniedException");
  EXPECT_THAT(MessageOf(denied), HasSubstr("`aws emr list-clusters` failed: An error"));
  EXPECT_THAT(HintOf(denied), HasSubstr("IAM policy"));
  const Status unknown =
      Cli("echo 'aws: error: argument operation: Invalid choice, valid choices are:' >&2; exit 252")
          ->Call({"emr-serverless", "start-session"})
          .status();
  EXPECT_TRUE(IsUnknownCall(unknown));
  EXPECT_THAT(MessageOf(unknown), Not(HasSubstr("choices")));
  EXPECT_THAT(MessageOf(unknown), HasSubstr("take a newer version 2"));
  EXPECT_THAT(MessageOf(unknown), HasSubstr("is 2.9.19"));
  EXPECT_EQ(AwsCodeOf(Status::OK()), "");
}

}  // namespace
}  // namespace tarn::cluster
