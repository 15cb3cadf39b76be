#include "s3/settings.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tarn::s3 {
namespace {

// The variables that count, unset, and a ~/.aws/config of the test's own.
class CompleteTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL",
          "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CA_BUNDLE", "AWS_NO_SIGN_REQUEST",
          "AWS_REQUEST_PAYER", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}) {
      ::unsetenv(name);
    }
    std::string pattern =
        (std::filesystem::temp_directory_path() / "tarn_settings_XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::ofstream(folder_ / "config") << "[default]\nregion = default-1\n"
                                         "[profile lake]\nregion = lake-1\nca_bundle = /lake.pem\n"
                                         "endpoint_url = http://lake:9000\n";
    ::setenv("AWS_CONFIG_FILE", (folder_ / "config").c_str(), 1);
    ::setenv("AWS_SHARED_CREDENTIALS_FILE", (folder_ / "none").c_str(), 1);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(CompleteTest, WhatNothingSays) {
  ::setenv("AWS_CONFIG_FILE", (folder_ / "none").c_str(), 1);
  const BucketSettings settings = Complete({});
  EXPECT_EQ(settings.region, "");
  EXPECT_EQ(settings.endpoint, "");
  EXPECT_EQ(settings.path_style, false);
  EXPECT_EQ(settings.anonymous, false);
  EXPECT_EQ(settings.requester_pays, false);
  EXPECT_EQ(settings.ca_file, "");
  EXPECT_EQ(settings.retry_for, std::chrono::seconds(90));
}

TEST_F(CompleteTest, TheProfileFillsIn) {
  EXPECT_EQ(Complete({}).region, "default-1");
  const BucketSettings settings = Complete({.profile = "lake"});
  EXPECT_EQ(settings.profile, "lake");
  EXPECT_EQ(settings.region, "lake-1");
  EXPECT_EQ(settings.endpoint, "http://lake:9000");
  EXPECT_EQ(settings.path_style, true);
  EXPECT_EQ(settings.ca_file, "/lake.pem");
}

TEST_F(CompleteTest, TheEnvironmentComesBeforeTheProfile) {
  ::setenv("AWS_DEFAULT_REGION", "second-1", 1);
  EXPECT_EQ(Complete({.profile = "lake"}).region, "second-1");
  ::setenv("AWS_REGION", "first-1", 1);
  ::setenv("AWS_ENDPOINT_URL_S3", "http://minio:9000", 1);
  ::setenv("AWS_CA_BUNDLE", "/own.pem", 1);
  ::setenv("AWS_NO_SIGN_REQUEST", "YES", 1);
  ::setenv("AWS_REQUEST_PAYER", "requester", 1);
  const BucketSettings settings = Complete({.profile = "lake"});
  EXPECT_EQ(settings.region, "first-1");
  EXPECT_EQ(settings.endpoint, "http://minio:9000");
  EXPECT_EQ(settings.path_style, true);
  EXPECT_EQ(settings.anonymous, true);
  EXPECT_EQ(settings.requester_pays, true);
  EXPECT_EQ(settings.ca_file, "/own.pem");
}

TEST_F(CompleteTest, WhatIsSetStays) {
  ::setenv("AWS_REGION", "first-1", 1);
  ::setenv("AWS_ENDPOINT_URL_S3", "http://minio:9000", 1);
  ::setenv("AWS_CA_BUNDLE", "/own.pem", 1);
  ::setenv("AWS_NO_SIGN_REQUEST", "YES", 1);
  ::setenv("AWS_REQUEST_PAYER", "requester", 1);
  const BucketSettings settings = Complete({.region = "eu-west-1",
                                            .endpoint = "https://own",
                                            .path_style = false,
                                            .anonymous = false,
                                            .requester_pays = false,
                                            .role_arn = "arn:role",
                                            .external_id = "x",
                                            .encryption = "aws:kms",
                                            .kms_key_id = "key",
                                            .ca_file = "/ca.pem",
                                            .retry_for = std::chrono::seconds(0)});
  EXPECT_EQ(settings.region, "eu-west-1");
  EXPECT_EQ(settings.endpoint, "https://own");
  EXPECT_EQ(settings.path_style, false);
  EXPECT_EQ(settings.anonymous, false);
  EXPECT_EQ(settings.requester_pays, false);
  EXPECT_EQ(settings.role_arn, "arn:role");
  EXPECT_EQ(settings.external_id, "x");
  EXPECT_EQ(settings.encryption, "aws:kms");
  EXPECT_EQ(settings.kms_key_id, "key");
  EXPECT_EQ(settings.ca_file, "/ca.pem");
  EXPECT_EQ(settings.retry_for, std::chrono::seconds(0));
}

// Services other than AWS's seldom have a host for each bucket.
TEST_F(CompleteTest, AnEndpointOfOnesOwnMeansPathStyle) {
  EXPECT_EQ(Complete({.endpoint = "https://own"}).path_style, true);
}

}  // namespace
}  // namespace tarn::s3
