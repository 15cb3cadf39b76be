#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "s3/canned_server_for_test.h"
#include "s3/s3_error.h"
#include "s3/told_keys.h"

// What is not a valid answer of S3 is tried again, and then an error.
namespace tarn::s3 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kEtag[] = "ETag: \"e\"\r\n";
constexpr char kInternalError[] = "<Error><Code>InternalError</Code><Message>m</Message></Error>";
constexpr char kNoSuchUpload[] = "<Error><Code>NoSuchUpload</Code></Error>";
const std::string kHtml = Canned("200 OK", "<html><body>Sign in</body></html>", kEtag);
const std::string kCompleted = Canned("200 OK",
                                      "<CompleteMultipartUploadResult><ETag>e</ETag>"
                                      "</CompleteMultipartUploadResult>");

// What a call makes of `answers`; the last one is repeated.
template <class Call>
Status StatusOf(std::vector<std::string> answers, Call call) {
  CannedServer server(std::move(answers));
  return call(server.MakeClient().get()).status();
}

Status Complete(std::vector<std::string> answers) {
  return StatusOf(std::move(answers),
                  [](Client* client) { return client->CompleteUpload("k", "id", {"e"}); });
}

TEST(WrongAnswersTest, ACompletionIsOneWhateverStandsBeforeIt) {
  const std::string result = "<CompleteMultipartUploadResult/>";
  for (const char* before : {"", " \r\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF \n",
                             "<?xml version=\"1.0\"?>\n", "\n<?xml version=\"1.0\"?><!-- c -->"}) {
    EXPECT_TRUE(Complete({Canned("200 OK", before + result)}).ok()) << before;
    const Status refused = Complete({Canned("200 OK", std::string(before) + kInternalError)});
    EXPECT_THAT(refused.message(), HasSubstr("InternalError")) << before;
    EXPECT_TRUE(Complete({Canned("200 OK", std::string(before) + kInternalError), kCompleted}).ok())
        << before;
  }
}

TEST(WrongAnswersTest, ACompletionIsNothingElse) {
  const std::string cut = "<CompleteMultipartUploadResult><ETag>e</ETag>";
  for (const std::string& body :
       {std::string(), std::string("   "), cut, std::string("<html/>"), std::string("done"),
        std::string("<CompleteMultipartUploadResult/><CompleteMultipartUploadResult/>"),
        std::string("<html><CompleteMultipartUploadResult/></html>")}) {
    EXPECT_THAT(Complete({Canned("200 OK", body)}).message(),
                AllOf(HasSubstr("not a valid answer of S3"), HasSubstr("CompleteMultipartUpload"),
                      HasSubstr("s3://bucket/k")))
        << body;
    EXPECT_TRUE(Complete({Canned("200 OK", body), kCompleted}).ok()) << body;
  }
}

// Of the parts {"e"}: no MD5, as with KMS. Others are in parted_etag_test.
TEST(WrongAnswersTest, AnUploadThatIsGoneWasCompletedIfItsObjectIsThere) {
  const std::string gone = Canned("404 Not Found", kNoSuchUpload);
  const std::string part = "ed0c15d0dd9f4ae37a5c7c95ff2f4bfa";
  const auto complete = [&](const std::string& etag, const std::string& headers) {
    CannedServer server({gone, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nETag: \"" + etag +
                                   "\"\r\n" + headers + "\r\n"});
    return server.MakeClient()->CompleteUpload("k", "id", {"\"" + part + "\""}).status();
  };
  EXPECT_TRUE(complete("bccb0765468bb3b45dac466d3edd3053-1", "").ok());
  EXPECT_EQ(CodeOf(complete("0c15d0dd9f4ae37a5c7c95ff2f4bfaed-1", "")), "NoSuchUpload");
  EXPECT_EQ(CodeOf(complete(part, "")), "NoSuchUpload");
  const std::string kms = "x-amz-server-side-encryption: aws:kms\r\n";
  EXPECT_TRUE(complete("0c15d0dd9f4ae37a5c7c95ff2f4bfaed-1", kms).ok());
  EXPECT_EQ(CodeOf(complete("0c15d0dd9f4ae37a5c7c95ff2f4bfaed-2", kms)), "NoSuchUpload");
  EXPECT_EQ(
      CodeOf(StatusOf({gone, "HTTP/1.1 404 Not Found\r\n\r\n"},
                      [](Client* client) { return client->CompleteUpload("k", "id", {"e"}); })),
      "NoSuchUpload");
}

TEST(WrongAnswersTest, EveryCall) {
  const auto bytes = arrow::Buffer::FromString("0123456789");
  const auto all = [&](const std::string& answer, const std::string& expected) {
    const auto check = [&](std::string_view name, auto call) {
      EXPECT_THAT(StatusOf({answer}, call).message(), AllOf(HasSubstr(expected), HasSubstr(name)));
    };
    check("ListObjectsV2", [](Client* client) { return client->List("", "", ""); });
    check("ListMultipartUploads", [](Client* client) { return client->ListUploads("", nullptr); });
    check("GetObject", [](Client* client) { return client->Get("k", "", 5); });
    check("GetObject", [](Client* client) { return client->GetRange("k", 1, 5); });
    check("PutObject", [&](Client* client) { return client->Put("k", bytes); });
    check("DeleteObjects", [](Client* client) { return client->Delete({"k"}); });
    // A character that XML has not: by a call of its own.
    check("DeleteObject", [](Client* client) { return client->Delete({"k\x01"}); });
    check("DeleteObject", [](Client* client) { return client->DeleteIfMatch("k", "e"); });
    check("CreateMultipartUpload", [](Client* client) { return client->CreateUpload("k"); });
    check("UploadPart", [&](Client* client) { return client->UploadPart("k", "id", 1, bytes); });
    check("UploadPartCopy",
          [](Client* client) { return client->UploadPartCopy("k", "id", 1, "source", 0, 5); });
    check("CompleteMultipartUpload",
          [](Client* client) { return client->CompleteUpload("k", "id", {"e"}); });
    check("AbortMultipartUpload", [](Client* client) { return client->AbortUpload("k", "id"); });
  };
  all(kHtml, "not a valid answer of S3");
  all(Canned("404 Not Found", "<html/>"), "not a valid answer of S3");
  all(Canned("200 OK", "<Error><Code>AccessDenied</Code></Error>"), "AccessDenied");
  all(Canned("301 Moved Permanently", "", "Location: https://other.example:9000/bucket/k\r\n"),
      "to https://other.example:9000,");
  all(Canned("308 Permanent Redirect", "", "Location: https://other.example\r\n"),
      "to https://other.example,");
}

TEST(WrongAnswersTest, AnObjectThatIsNotThereIsToldByS3) {
  const auto get = [](Client* client) { return client->Get("k"); };
  EXPECT_FALSE(IsNotFound(StatusOf({Canned("404 Not Found", "<html/>")}, get)));
  EXPECT_TRUE(IsNotFound(
      StatusOf({Canned("404 Not Found", "<Error><Code>NoSuchKey</Code></Error>")}, get)));
  EXPECT_TRUE(IsNotFound(StatusOf({"HTTP/1.1 404 Not Found\r\n\r\n"},
                                  [](Client* client) { return client->Head("k"); })));
}

TEST(WrongAnswersTest, ReadsAreTriedAgain) {
  const std::string good = Canned("200 OK", "0123456789", kEtag);
  const auto read = [&](const std::string& first) {
    CannedServer server({first, good});
    const auto object = server.MakeClient()->Get("k", "\"e\"", 10).result();
    EXPECT_TRUE(object.ok()) << object.status();
    EXPECT_EQ(server.num_requests(), 2u) << first;
    return object->bytes->ToString();
  };
  for (const std::string& first :
       {Canned("200 OK", "01234", kEtag), std::string("HTTP/1.1 200 OK\r\n") + kEtag + "\r\n01234",
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n") + kEtag + "\r\n01234",
        Canned("200 OK", "0123456789", "ETag: \"other\"\r\n"), Canned("200 OK", "0123456789"),
        Canned("200 OK", "01234567890", kEtag), Canned("200 OK", "", kEtag), kHtml}) {
    EXPECT_EQ(read(first), "0123456789");
  }
}

TEST(WrongAnswersTest, AnEncodingThatBelongsToTheObject) {
  // What was put with an encoding comes as it was put, with its own size.
  CannedServer server({Canned("200 OK", "gzipped", "ETag: \"e\"\r\nContent-Encoding: gzip\r\n")});
  EXPECT_EQ(server.MakeClient()->Get("k", "\"e\"", 7).result()->bytes->ToString(), "gzipped");
}

TEST(WrongAnswersTest, EndlessAnswers) {
  // More than any answer's limit, and less than a socket swallows at once.
  const std::string more(20 << 20, 'x');
  const auto get = [](Client* client) { return client->Get("k", "", 10); };
  for (const std::string& answer :
       {"HTTP/1.1 200 OK\r\nETag: e\r\n\r\n" + more, Canned("200 OK", more, kEtag),
        "HTTP/1.1 200 OK\r\nx-more: " + std::string(90'000, 'x') + "\r\nx-more: " +
            std::string(90'000, 'x') + "\r\nx-more: " + std::string(90'000, 'x') + "\r\n\r\n"}) {
    EXPECT_THAT(StatusOf({answer}, get).message(), HasSubstr("longer than allowed"));
    EXPECT_TRUE(StatusOf({answer, Canned("200 OK", "0123456789", kEtag)}, get).ok());
  }
  EXPECT_THAT(StatusOf({"HTTP/1.1 200 OK\r\n\r\n<ListBucketResult>" + more},
                       [](Client* client) { return client->List("", "", ""); })
                  .message(),
              HasSubstr("longer than allowed"));
}

std::string Listing(const std::string& inside) {
  return Canned("200 OK", "<ListBucketResult>" + inside + "</ListBucketResult>");
}

TEST(WrongAnswersTest, ListingsThatDoNotGoOn) {
  const std::string a = "<Contents><Key>a</Key><Size>1</Size></Contents>";
  const std::string b = "<Contents><Key>b</Key><Size>1</Size></Contents>";
  const std::string next = "<NextContinuationToken>t</NextContinuationToken>";
  const auto second_page = [](Client* client) { return client->List("", "", "t", "a"); };
  EXPECT_TRUE(StatusOf({Listing(b)}, second_page).ok());
  EXPECT_THAT(StatusOf({Listing(a)}, second_page).message(), HasSubstr("does not advance"));
  EXPECT_THAT(StatusOf({Listing(b + next)}, second_page).message(), HasSubstr("same token"));
  EXPECT_THAT(
      StatusOf({Listing(b)}, [](Client* client) { return client->List("c/", "", ""); }).message(),
      HasSubstr("another prefix"));
  const UploadPage before{{}, "b", "id"};
  const auto uploads = [&](const std::string& inside) {
    return StatusOf({Canned("200 OK", "<ListMultipartUploadsResult>" + inside +
                                          "</ListMultipartUploadsResult>")},
                    [&](Client* client) { return client->ListUploads("", &before); })
        .message();
  };
  EXPECT_EQ(uploads("<Upload><Key>b</Key><UploadId>2</UploadId></Upload>"), "");
  EXPECT_THAT(uploads("<Upload><Key>a</Key><UploadId>2</UploadId></Upload>"),
              HasSubstr("does not advance"));
  EXPECT_THAT(
      uploads("<NextKeyMarker>b</NextKeyMarker><NextUploadIdMarker>id</NextUploadIdMarker>"),
      HasSubstr("same marker"));
}

TEST(WrongAnswersTest, DeletionsAreToldKeyByKey) {
  const auto answer = [](const std::string& inside) {
    return Canned("200 OK", "<DeleteResult>" + inside + "</DeleteResult>");
  };
  const std::string a = "<Deleted><Key>a</Key></Deleted>";
  const auto remove = [](Client* client) { return client->Delete({"a", "b&<"}); };
  EXPECT_TRUE(StatusOf({answer(a + "<Deleted><Key>b&amp;&lt;</Key></Deleted>")}, remove).ok());
  EXPECT_THAT(StatusOf({answer(a)}, remove).message(), HasSubstr("the result for b&<"));
  EXPECT_THAT(StatusOf({answer("")}, remove).message(), HasSubstr("the result for a"));
  const auto failed = [](const std::string& code) {
    return "<Error><Key>b&amp;&lt;</Key><Code>" + code + "</Code></Error>";
  };
  EXPECT_TRUE(StatusOf({answer(a + failed("NoSuchKey"))}, remove).ok());
  EXPECT_THAT(StatusOf({answer(a + failed("AccessDenied"))}, remove).message(),
              AllOf(HasSubstr("AccessDenied"), HasSubstr("s3://bucket/b&<")));
}

TEST(WrongAnswersTest, KeysThatAreNotTold) {
  const std::string key = "b\xEF\xBF\xBD";
  CannedServer server({Canned("404 Not Found", "")});
  const auto client = server.MakeClient();
  EXPECT_TRUE(CheckKeysAreTold(client.get(), {"a", "b"}).ok());
  const Status status = CheckKeysAreTold(client.get(), {"a", key});
  EXPECT_EQ(KindOf(status), ErrorKind::kFailed);
  EXPECT_THAT(status.message(), testing::EndsWith("s3://bucket/" + key));
}

TEST(WrongAnswersTest, ARegionThatIsNone) {
  for (const char* region : {"eu north 1", "eu-north-1 ", "eu-north-1\n", "eu/north"}) {
    BucketSettings settings;
    settings.region = region;
    settings.anonymous = true;
    const Status status = Client::Make("bucket", settings).status();
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
    EXPECT_THAT(status.message(), HasSubstr("AWS_REGION"));
  }
}

TEST(WrongAnswersTest, CallsAfterTheEnd) {
  CannedServer server({kHtml});
  const auto client = server.MakeClient();
  const auto under_way = client->List("", "", "");
  client->End();
  EXPECT_TRUE(under_way.status().IsCancelled()) << under_way.status();
  EXPECT_TRUE(client->List("", "", "").status().IsCancelled());
  client->End();
}

}  // namespace
}  // namespace tarn::s3
