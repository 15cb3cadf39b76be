#include "s3/responses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

TEST(ParseListPageTest, ObjectsPrefixesAndTheNextPage) {
  const auto page = ParseListPage(
      R"(<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <IsTruncated>true</IsTruncated><NextContinuationToken>t+/=</NextContinuationToken>
      <Contents><Key>a%20b/%C3%BC</Key><Size>5000000000</Size><ETag>&quot;e&quot;</ETag>
      <LastModified>1970-01-01T00:00:01.500Z</LastModified></Contents>
      <CommonPrefixes><Prefix>c%2B/</Prefix></CommonPrefixes></ListBucketResult>)");
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  ASSERT_EQ(page->objects.size(), 1u);
  EXPECT_EQ(page->objects[0].key, "a b/ü");
  EXPECT_EQ(page->objects[0].size_bytes, 5'000'000'000);
  EXPECT_EQ(page->objects[0].etag, "\"e\"");
  EXPECT_EQ(page->objects[0].modified_ns, 1'500'000'000);
  EXPECT_THAT(page->prefixes, testing::ElementsAre("c+/"));
  EXPECT_EQ(page->next_token, "t+/=");
}

TEST(ParseListPageTest, WhatIsNoListing) {
  EXPECT_FALSE(ParseListPage("").ok());
  EXPECT_FALSE(ParseListPage("<html/>").ok());
  EXPECT_FALSE(
      ParseListPage("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>").ok());
}

TEST(ParseErrorTest, CodeMessageAndRegion) {
  const char* const xml =
      "<Error><Code>PermanentRedirect</Code><Message>m</Message><Region>eu-west-1</Region></Error>";
  EXPECT_EQ(ParseError(xml).code, "PermanentRedirect");
  EXPECT_EQ(ParseError(xml).region, "eu-west-1");
  EXPECT_EQ(ParseError("<ErrorResponse><Error><Code>X</Code></Error></ErrorResponse>").code, "X");
  EXPECT_EQ(ParseError("no XML").code, "");
}

TEST(BodyTest, KeysAreEscaped) {
  EXPECT_EQ(DeleteBody({"a&<b"}),
            "<Delete><Quiet>true</Quiet><Object><Key>a&amp;&lt;b</Key></Object></Delete>");
  EXPECT_EQ(CompleteBody({"\"e\""}),
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"e\"</ETag></Part>"
            "</CompleteMultipartUpload>");
}

}  // namespace
}  // namespace tarn::s3
