#include "s3/responses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

TEST(ParseListPageTest, ObjectsPrefixesAndTheNextPage) {
  const auto page = ParseListPage(
      R"(<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <IsTruncated>true</IsTruncated><NextContinuationToken>t+/=</NextContinuationToken>
      <EncodingType>url</EncodingType>
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

TEST(ParseListPageTest, NamesAreDecodedWhereTheyAreEncoded) {
  const auto names = [](const std::string& encoding, const std::string& name) {
    const auto page =
        ParseListPage("<ListBucketResult>" + encoding + "<Contents><Size>1</Size><Key>" + name +
                      "</Key></Contents><CommonPrefixes><Prefix>" + name +
                      "</Prefix></CommonPrefixes></ListBucketResult>")
            .ValueOrDie();
    EXPECT_EQ(page.prefixes[0], page.objects[0].key);
    const auto uploads =
        ParseUploadPage("<ListMultipartUploadsResult>" + encoding + "<Upload><Key>" + name +
                        "</Key><UploadId>a+b%20</UploadId></Upload><NextKeyMarker>" + name +
                        "</NextKeyMarker><NextUploadIdMarker>a+b%20</NextUploadIdMarker>"
                        "</ListMultipartUploadsResult>")
            .ValueOrDie();
    EXPECT_EQ(uploads.uploads[0].key, page.objects[0].key);
    EXPECT_EQ(uploads.uploads[0].upload_id, "a+b%20");
    EXPECT_EQ(uploads.next_key, page.objects[0].key);
    EXPECT_EQ(uploads.next_upload_id, "a+b%20");
    return page.objects[0].key;
  };
  const char* const encoded = "<EncodingType>url</EncodingType>";
  EXPECT_EQ(names(encoded, "a=Pink+Floyd/b%2Bc%2541*%7E%01"), "a=Pink Floyd/b+c%41*~\x01");
  EXPECT_EQ(names("", "a=Pink Floyd/b+c%2Fd%3A%41"), "a=Pink Floyd/b+c%2Fd%3A%41");
  EXPECT_EQ(names("<EncodingType/>", "a+b%20"), "a+b%20");
  EXPECT_EQ(names("", " "), " ");
  EXPECT_EQ(names("", "  a<![CDATA[<b>]]>&#13;c "), "  a<b>\rc ");
}

TEST(ParseListPageTest, WhatIsNoListing) {
  EXPECT_FALSE(ParseListPage("").ok());
  EXPECT_FALSE(ParseListPage("<html/>").ok());
  for (const char* inside :
       {"<IsTruncated>true</IsTruncated>", "<Contents><Key>a</Key></Contents>",
        "<Contents><Size>1</Size></Contents>", "<Contents><Key>a</Key><Size>1x</Size></Contents>",
        "<Contents><Key>a</Key><Size>-1</Size></Contents>"}) {
    const std::string xml = std::string("<ListBucketResult>") + inside + "</ListBucketResult>";
    EXPECT_FALSE(ParseListPage(xml).ok()) << inside;
    EXPECT_FALSE(ParseListPage(xml + xml).ok()) << inside;
    EXPECT_FALSE(ParseListPage(xml.substr(0, xml.size() - 5)).ok()) << inside;
  }
}

TEST(ParseListPageTest, WhatGoesOnIsFollowed) {
  const auto next = [](const std::string& inside) {
    return ParseListPage("<ListBucketResult>" + inside + "</ListBucketResult>")
        .ValueOrDie()
        .next_token;
  };
  const std::string token = "<NextContinuationToken>t</NextContinuationToken>";
  EXPECT_EQ(next(token), "t");
  EXPECT_EQ(next(token + "<IsTruncated>false</IsTruncated>"), "t");
  EXPECT_EQ(next("<IsTruncated>false</IsTruncated>"), "");
  const auto next_key = [](const std::string& inside) {
    return ParseUploadPage("<ListMultipartUploadsResult>" + inside +
                           "</ListMultipartUploadsResult>")
        .ValueOrDie()
        .next_key;
  };
  const std::string marker = "<NextKeyMarker>k</NextKeyMarker>";
  EXPECT_EQ(next_key(marker), "k");
  EXPECT_EQ(next_key(marker + "<IsTruncated>true</IsTruncated>"), "k");
  EXPECT_EQ(next_key(marker + "<IsTruncated>false</IsTruncated>"), "");
  EXPECT_FALSE(ParseUploadPage("<ListMultipartUploadsResult><IsTruncated>true</IsTruncated>"
                               "</ListMultipartUploadsResult>")
                   .ok());
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
  for (const std::string key : {"a b/&<ü", "\xEF\xBF\xBD", "\xF0\x9F\x98\x80"}) {
    EXPECT_TRUE(FitsDeleteBody(key)) << key;
  }
  for (const std::string key :
       {"\x01", "\r", "\n", "\t", "\x7F", "\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xFF", "\xED\xA0\x80"}) {
    EXPECT_FALSE(FitsDeleteBody("a" + key + "b")) << key;
  }
  EXPECT_EQ(DeleteBody({"a&<b"}),
            "<Delete><Quiet>false</Quiet><Object><Key>a&amp;&lt;b</Key></Object></Delete>");
  EXPECT_EQ(CompleteBody({"\"e\""}),
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"e\"</ETag></Part>"
            "</CompleteMultipartUpload>");
}

}  // namespace
}  // namespace tarn::s3
