#include "cluster/cluster_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace tarn::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::SizeIs;

ClusterSettings Read(const std::string& text) {
  return ReadClusterFile("folder/cluster.toml", text).ValueOrDie();
}

std::vector<Diagnostic> ErrorsOf(const std::string& text) {
  return DiagnosticsOf(ReadClusterFile("cluster.toml", text).status());
}

TEST(ClusterFile, HasDefaultsThatWorkToday) {
  const ClusterSettings settings = Read("");
  EXPECT_EQ(settings.release_label, "emr-spark-8.0.0");
  EXPECT_THAT(settings.applications, ElementsAre("Spark"));
  EXPECT_EQ(settings.scale_down_behavior, "TERMINATE_AT_TASK_COMPLETION");
  EXPECT_EQ(settings.idle_timeout, std::chrono::minutes(30));
  EXPECT_EQ(settings.aws.program, "aws");
  EXPECT_THAT(Read("[cluster]\nrelease_label = 'emr-5.32.0'").applications,
              ElementsAre("Hadoop", "Spark"));
}

TEST(ClusterFile, ReadsEverySetting) {
  ::setenv("TARN_TEST_BUCKET_NAME", "logs", 1);
  ::setenv("HOME", "/home/me", 1);
  const ClusterSettings settings = Read(R"(
[cluster]
name = "a b"
region = "eu-north-1"
log_uri = "s3://${TARN_TEST_BUCKET_NAME}/emr/"
idle_timeout = "2h"
ebs_root_volume_size = 64
prices = "mine.toml"
[primary]
instance_type = "r5.xlarge"
[workers]
count = 5
spot_share = 0.5
[managed_scaling]
min = 2
max = 20
max_on_demand = 4
[tags]
"cost center" = "4 = 2+2"
[tunnel]
through = "ssm"
identity_file = "~/.ssh/key.pem"
[aws]
profile = "analytics"
[serverless]
execution_role = "arn:aws:iam::1:role/x"
idle_timeout = "10m"
)");
  EXPECT_EQ(settings.log_uri, "s3://logs/emr/");
  EXPECT_EQ(settings.idle_timeout, std::chrono::hours(2));
  EXPECT_EQ(settings.ebs_root_volume_gib, 64);
  EXPECT_EQ(settings.prices_file, "folder/mine.toml");
  EXPECT_EQ(settings.worker_type, "r5.xlarge");
  EXPECT_EQ(settings.num_spot_workers(), 3);
  EXPECT_EQ(settings.managed_scaling->on_demand_max, 4);
  EXPECT_THAT(settings.tags, ElementsAre(Pair("cost center", "4 = 2+2")));
  EXPECT_EQ(settings.tunnel.through, TunnelSettings::Through::kSsm);
  EXPECT_EQ(settings.tunnel.identity_file, "/home/me/.ssh/key.pem");
  EXPECT_EQ(settings.serverless->idle_timeout, std::chrono::minutes(10));
}

TEST(ClusterFile, OneWorkerIsNeverASpotInstance) {
  EXPECT_EQ(Read("[workers]\ncount = 3\nspot_share = 1").num_spot_workers(), 2);
  EXPECT_EQ(Read("[workers]\ncount = 1\nspot_share = 1.0").num_spot_workers(), 0);
  EXPECT_EQ(Read("[workers]\ncount = 0").num_spot_workers(), 0);
}

TEST(ClusterFile, TellsEveryErrorWithItsPlace) {
  const auto errors = ErrorsOf(R"([cluster]
nmae = "x"
log_uri = "/tmp"
idle_timeout = "30"
scale_down_behavior = "NEVER"
ebs_root_volume_size = 1
[workers]
spot_share = 2
[tags]
"a=b" = "x"
n = 1
[tunnel]
user = "-x"
[clutser]
)");
  ASSERT_THAT(errors, SizeIs(10));
  EXPECT_EQ(errors[0].subject, "clutser");
  EXPECT_EQ(errors[1].subject, "cluster.nmae");
  EXPECT_EQ(errors[1].line, 2);
  EXPECT_EQ(errors[1].hint, "did you mean name?");
  EXPECT_THAT(Render(errors[3]), HasSubstr("cluster.toml:4:"));
}

TEST(ClusterFile, PlaceholdersAreRefused) {
  ::unsetenv("AWS_ENDPOINT_URL");
  for (const std::string place : {"BUCKET", "LOG-BUCKET", "<bucket>", "my-bucket"}) {
    const auto errors =
        ErrorsOf(fmt::format("[cluster]\nlog_uri = \"s3://{}/emr-logs/\"\n", place));
    ASSERT_THAT(errors, SizeIs(1)) << place;
    EXPECT_EQ(errors[0].subject, "cluster.log_uri");
    EXPECT_EQ(errors[0].message, "this is a placeholder for a bucket's name: " + place);
    EXPECT_THAT(errors[0].hint, HasSubstr("name of your bucket"));
  }
  for (const char* arn : {"arn:aws:iam::111122223333:role/x", "arn:aws:iam::…:role/…",
                          "arn:aws:iam::ACCOUNT:role/x"}) {
    const auto errors = ErrorsOf(fmt::format("[serverless]\nexecution_role = \"{}\"\n", arn));
    ASSERT_THAT(errors, SizeIs(1)) << arn;
    EXPECT_EQ(errors[0].subject, "serverless.execution_role");
  }
  EXPECT_EQ(Read("[cluster]\nlog_uri = \"s3://my-bucket/x/\"\n[aws]\nendpoint_url = "
                 "\"http://localhost:5000\"")
                .log_uri,
            "s3://my-bucket/x/");
}

TEST(ClusterFile, ScalingIsOfOneKind) {
  const auto errors = ErrorsOf(
      "[cluster]\nauto_scaling_role = 'x'\n[managed_scaling]\nmin = 1\nmax = 2\n[serverless]\n");
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_THAT(errors[0].message, HasSubstr("exclude"));
  EXPECT_EQ(errors[1].subject, "serverless.execution_role");
}

TEST(ClusterFile, SaysWhatToDoWithoutOne) {
  EXPECT_THAT(MessageOf(LoadClusterFile("/no/cluster.toml").status()), HasSubstr("--config"));
}

TEST(ClusterFile, AProgramIsNamedByItsAbsolutePath) {
  EXPECT_EQ(Read("[aws]\nprogram = \"/opt/aws/bin/aws\"").aws.program, "/opt/aws/bin/aws");
  for (const char* program : {"./evil", "evil", "bin/aws", "~/aws"}) {
    const auto errors = ErrorsOf(fmt::format("[aws]\nprogram = \"{}\"", program));
    ASSERT_THAT(errors, SizeIs(1)) << program;
    EXPECT_EQ(errors[0].subject, "aws.program");
    EXPECT_EQ(errors[0].line, 2);
    EXPECT_THAT(errors[0].message, HasSubstr("no absolute path"));
  }
}

TEST(ClusterFile, HoldsNoSecretsAndNoControlCharacters) {
  ::setenv("TARN_TEST_PASSWORD", "s3cr3t", 1);
  const auto errors = ErrorsOf(
      "[cluster]\nname = \"a\\u0007\"\nlog_uri = \"s3://logs/${TARN_TEST_PASSWORD}\"\n"
      "[aws]\nendpoint_url = \"http://user:s3cr3t@host\"\n[tags]\na = \"x\\u0000\"\n");
  ASSERT_THAT(errors, SizeIs(4));
  for (const Diagnostic& error : errors) {
    EXPECT_GT(error.line, 0);
    EXPECT_EQ(Render(error).find("s3cr3t"), std::string::npos);
  }
}

}  // namespace
}  // namespace tarn::cluster
