#include "cluster/step_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/fake_aws_for_test.h"

namespace tarn::cluster {
namespace {

using testing::HasSubstr;

TEST(StepLogs, Tail) {
  EXPECT_EQ(Tail("a\nb\nc\n", 2), "b\nc\n");
  EXPECT_EQ(Tail("a\nb\nc", 2), "b\nc");
  EXPECT_EQ(Tail("a\nb\n", 9), "a\nb\n");
  EXPECT_EQ(Tail("", 3), "");
}

TEST(StepLogs, AreUnpackedInAllTheirParts) {
  const FakeAws fake;
  const auto aws = fake.Cli("echo one | gzip; head -c 300000 /dev/zero | tr '\\0' x | gzip");
  const std::string text = ReadObject(*aws, "s3://b/x.gz").ValueOrDie();
  EXPECT_EQ(text, "one\n" + std::string(300'000, 'x'));
}

TEST(StepLogs, MayNotBeThereYet) {
  const FakeAws fake;
  EXPECT_EQ(*ReadObject(*fake.Cli("echo 'An error occurred (404) when …' >&2; exit 1"), "s3://b/x"),
            "");
  EXPECT_FALSE(
      ReadObject(*fake.Cli("echo 'An error occurred (403) when …' >&2; exit 1"), "s3://b/x").ok());
  EXPECT_THAT(HintOf(StepLog(*fake.Cli(""), {}, "s-1", "stderr").status()), HasSubstr("log_uri"));
}

TEST(StepLogs, TellNoSecrets) {
  const FakeAws fake;
  Cluster cluster;
  cluster.log_uri = "s3://b/";
  const auto log = StepLog(*fake.Cli("echo fs.s3a.secret.key: abc | gzip"), cluster, "s", "stderr");
  EXPECT_EQ(log.ValueOrDie(), "fs.s3a.secret.key: ***\n");
  const auto failed = ReadObject(*fake.Cli("echo 'password=abc' >&2; exit 1"), "s3://b/x");
  EXPECT_THAT(MessageOf(failed.status()), HasSubstr("password=***"));
}

}  // namespace
}  // namespace tarn::cluster
