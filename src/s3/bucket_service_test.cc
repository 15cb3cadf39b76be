#include "s3/bucket_service.h"

#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

std::string Url(const std::string& bucket, BucketSettings settings,
                const std::string& key = "k y") {
  return BucketService(bucket, settings).UrlOf(key);
}

TEST(BucketServiceTest, HostsOfAws) {
  EXPECT_EQ(Url("bucket", {}), "https://bucket.s3.us-east-1.amazonaws.com/k%20y");
  EXPECT_EQ(Url("bucket", {.region = "eu-west-1"}),
            "https://bucket.s3.eu-west-1.amazonaws.com/k%20y");
  EXPECT_EQ(Url("my.bucket", {.region = "cn-north-1"}),
            "https://s3.cn-north-1.amazonaws.com.cn/my.bucket/k%20y");
  EXPECT_EQ(Url("lake--usw2-az1--x-s3", {.region = "us-west-2"}),
            "https://lake--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com/k%20y");
  EXPECT_EQ(Url("arn:aws:s3:us-west-2:123456789012:accesspoint/mine", {}),
            "https://mine-123456789012.s3-accesspoint.us-west-2.amazonaws.com/k%20y");
}

TEST(BucketServiceTest, OtherEndpoints) {
  EXPECT_EQ(Url("bucket", {.endpoint = "http://127.0.0.1:9000/", .path_style = true}),
            "http://127.0.0.1:9000/bucket/k%20y");
  EXPECT_EQ(Url("bucket", {.endpoint = "r2.example.com"}), "https://bucket.r2.example.com/k%20y");
}

TEST(BucketServiceTest, MovesToItsRegion) {
  const BucketSettings settings;
  BucketService service("bucket", settings);
  EXPECT_TRUE(service.MoveTo("eu-central-1"));
  EXPECT_FALSE(service.MoveTo("eu-central-1"));
  EXPECT_EQ(service.UrlOf(""), "https://bucket.s3.eu-central-1.amazonaws.com/");
  EXPECT_EQ(service.scope().region, "eu-central-1");
}

}  // namespace
}  // namespace tarn::s3
