#include "s3/uri.h"

#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

void ExpectLocation(const std::string& uri, const std::string& bucket, const std::string& key) {
  const auto location = ParseUri(uri);
  ASSERT_TRUE(location.ok()) << location.status().ToString();
  EXPECT_EQ(location->bucket, bucket) << uri;
  EXPECT_EQ(location->key, key) << uri;
}

TEST(ParseUriTest, BucketsOfAllKinds) {
  ExpectLocation("s3://udacity-dend/log_data/2018/11/a.json", "udacity-dend",
                 "log_data/2018/11/a.json");
  ExpectLocation("s3a://bucket", "bucket", "");
  ExpectLocation("s3n://my.bucket/key//", "my.bucket", "key//");
  ExpectLocation("s3://lake--usw2-az1--x-s3/a=b/%20", "lake--usw2-az1--x-s3", "a=b/%20");
  ExpectLocation("s3://arn:aws:s3:us-west-2:123456789012:accesspoint/mine/key/b",
                 "arn:aws:s3:us-west-2:123456789012:accesspoint/mine", "key/b");
}

TEST(ParseUriTest, KeysOfObjectsAreKeptAsTheyAre) {
  for (const std::string key : {"/a", "//a", "a//b", "./a", "a/../b", "..", "a/", "%2F+ "}) {
    EXPECT_EQ(ParseObjectUri(ToUri({"bucket", key})).ValueOrDie().key, key);
  }
}

TEST(ParseUriTest, FoldersHaveNames) {
  for (const std::string uri : {"s3://bucket//a", "s3://bucket/a//b", "s3://bucket/a//b//"}) {
    const Status status = ParseUri(uri).status();
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput) << uri;
    EXPECT_TRUE(status.message().ends_with("write one slash: " + uri)) << status;
  }
}

TEST(ParseUriTest, WhatCannotBeABucket) {
  for (const char* uri : {"s3://", "s3:///key", "s3://a/key", "s3://a b c/key", "s3://arn:x/key",
                          "https://bucket/key"}) {
    EXPECT_EQ(KindOf(ParseUri(uri).status()), ErrorKind::kBadInput) << uri;
  }
}

TEST(ParseUriTest, WhatOnlyStandsForABucket) {
  const Status status = ParseUri("s3://BUCKET/raw").status();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_EQ(status.message(),
            "This is a placeholder for a bucket's name: BUCKET; write the name of your "
            "bucket; `aws s3 ls` lists them: s3://BUCKET/raw");
}

TEST(PercentTest, EncodesWhatUrlsDoNotBear) {
  EXPECT_EQ(PercentEncode("a/b c+ü~", true), "a/b%20c%2B%C3%BC~");
  EXPECT_EQ(PercentEncode("a/b", false), "a%2Fb");
  for (const std::string text : {"a/b c+ü~", "%", "%2", "100%25", "=&?#"}) {
    EXPECT_EQ(PercentDecode(PercentEncode(text, false)), text);
  }
  EXPECT_EQ(PercentDecode("%zz%4"), "%zz%4");
}

}  // namespace
}  // namespace tarn::s3
