#include "base/placeholder_bucket.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(PlaceholderBucketTest, NamesThatOnlyStandForOne) {
  for (const std::string bucket :
       {"BUCKET", "LOG-BUCKET", "YOUR_BUCKET_NAME", "DOC-EXAMPLE-BUCKET", "<bucket>",
        "<your bucket>", "{bucket}", "[bucket]", "$BUCKET", "...", "…"}) {
    for (const bool at_aws : {true, false}) {
      EXPECT_EQ(PlaceholderBucket("s3://" + bucket + "/raw", at_aws), bucket);
      EXPECT_EQ(PlaceholderBucket("s3a://" + bucket, at_aws), bucket);
    }
  }
  EXPECT_EQ(PlaceholderBucket("s3://my-bucket/raw", true), "my-bucket");
}

TEST(PlaceholderBucketTest, NamesOfBuckets) {
  EXPECT_EQ(PlaceholderBucket("s3://my-bucket/raw", false), std::nullopt) << "on one's own service";
  for (const std::string uri :
       {"s3://bucket/BUCKET/<x>/{a,b}", "s3://sparkify-1234/raw", "s3://Old_Bucket/x",
        "s3://LOGS/x", "s3://arn:aws:s3:us-west-2:123456789012:accesspoint/mine/key", "raw/BUCKET",
        "/data/<x>", "file:///BUCKET", ""}) {
    EXPECT_EQ(PlaceholderBucket(uri, true), std::nullopt) << uri;
  }
}

}  // namespace
}  // namespace tarn
