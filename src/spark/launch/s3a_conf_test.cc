#include "spark/launch/s3a_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace tarn::spark {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::vector<std::string> kJars = {"hadoop-aws-3.5.0.jar",
                                        "spark-hadoop-cloud_2.13-4.1.2.jar"};
constexpr const char* kBucket = "spark.hadoop.fs.s3a.bucket.lake.";

std::map<std::string, std::string> SettingsOf(const JobBucket& bucket,
                                              const std::vector<std::string>& jars = kJars) {
  const S3aConf made = MakeS3aConf({bucket}, jars);
  return {made.conf.begin(), made.conf.end()};
}

std::string Provider(const JobBucket& bucket, const std::vector<std::string>& jars = kJars) {
  const auto settings = SettingsOf(bucket, jars);
  const auto found = settings.find(kBucket + std::string("aws.credentials.provider"));
  return found == settings.end() ? "" : found->second;
}

TEST(S3aConf, SaysHowEachBucketIsReached) {
  JobBucket bucket{"lake", "eu-north-1", "http://127.0.0.1:9000"};
  bucket.path_style = true;
  bucket.requester_pays = true;
  bucket.encryption = "aws:kms";
  bucket.kms_key_id = "alias/lake";
  const auto settings = SettingsOf(bucket);
  const std::map<std::string, std::string> expected = {
      {"endpoint", "http://127.0.0.1:9000"}, {"endpoint.region", "eu-north-1"},
      {"connection.ssl.enabled", "false"},   {"path.style.access", "true"},
      {"requester.pays.enabled", "true"},    {"encryption.algorithm", "SSE-KMS"},
      {"encryption.key", "alias/lake"}};
  for (const auto& [key, value] : expected) EXPECT_EQ(settings.at(kBucket + key), value) << key;
  // AWS itself: nothing but the credentials, and the committer.
  EXPECT_EQ(SettingsOf({"lake"}).size(), 4);
}

TEST(S3aConf, WritesThroughTheMagicCommitter) {
  const S3aConf made = MakeS3aConf({{"lake"}}, kJars);
  EXPECT_EQ(made.warning, "");
  EXPECT_EQ(SettingsOf({"lake"}).at("spark.hadoop.fs.s3a.committer.name"), "magic");
  const S3aConf without = MakeS3aConf({{"lake"}}, {kJars[0]});
  EXPECT_THAT(without.warning, StartsWith("Spark has no spark-hadoop-cloud among its jars"));
  EXPECT_EQ(without.conf.size(), 1);
}

TEST(S3aConf, WithoutHadoopAwsThereIsOnlyAWarning) {
  const S3aConf made = MakeS3aConf({{"lake"}}, {"hadoop-client-api-3.5.0.jar", kJars[1]});
  EXPECT_TRUE(made.conf.empty());
  EXPECT_THAT(made.warning, HasSubstr("org.apache.hadoop:hadoop-aws"));
  EXPECT_EQ(MakeS3aConf({}, {}).warning, "");
}

TEST(S3aConf, ChoosesWhereKeysComeFrom) {
  JobBucket bucket{"lake"};
  EXPECT_THAT(Provider(bucket), HasSubstr("DefaultCredentialsProvider"));
  EXPECT_THAT(Provider(bucket, {"hadoop-aws.jar"}), HasSubstr("DefaultCredentialsProvider"));
  EXPECT_EQ(Provider(bucket, {"hadoop-aws-3.3.6-amzn-3.jar"}), "");
  bucket.role_arn = "arn:aws:iam::1:role/reader";
  EXPECT_THAT(Provider(bucket), HasSubstr("AssumedRoleCredentialProvider"));
  bucket.anonymous = true;
  EXPECT_THAT(Provider(bucket), HasSubstr("AnonymousAWSCredentialsProvider"));
}

}  // namespace
}  // namespace tarn::spark
