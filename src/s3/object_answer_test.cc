#include "s3/object_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

HttpResponse Answer(int status, std::string body, Headers headers) {
  HttpResponse response;
  response.status = status;
  response.body = arrow::Buffer::FromString(std::move(body));
  response.headers = std::move(headers);
  return response;
}

HttpResponse Whole(std::string body) {
  const std::string length = std::to_string(body.size());
  return Answer(200, std::move(body), {{"etag", "\"e\""}, {"content-length", length}});
}

HttpResponse Part(std::string body, std::string range) {
  return Answer(206, std::move(body), {{"etag", "\"e\""}, {"content-range", std::move(range)}});
}

std::string Problem(const HttpResponse& response, const WantedObject& wanted) {
  return ReadObjectAnswer(response, wanted).status().message();
}

TEST(ObjectAnswerTest, WhatWasAskedFor) {
  const auto whole = ReadObjectAnswer(Whole("0123456789"), {{}, "e", 10}).ValueOrDie();
  EXPECT_EQ(whole.size_bytes, 10);
  EXPECT_EQ(whole.bytes->ToString(), "0123456789");
  EXPECT_EQ(whole.etag, "\"e\"");
  const WantedObject wanted{ByteRange{2, 3}, "\"e\"", 10};
  EXPECT_EQ(ReadObjectAnswer(Part("234", "bytes 2-4/10"), wanted).ValueOrDie().size_bytes, 10);
  // The object's end, where its size is not known; and a whole object that is the range.
  const WantedObject to_the_end{ByteRange{8, 100}, "", -1};
  EXPECT_EQ(Problem(Part("89", "bytes 8-9/10"), to_the_end), "");
  EXPECT_EQ(Problem(Whole("0123456789"), {ByteRange{0, 10}, "", 10}), "");
  EXPECT_EQ(Problem(Whole(""), {{}, "e", 0}), "");
}

TEST(ObjectAnswerTest, AnythingElse) {
  using ::testing::HasSubstr;
  using ::testing::Not;
  const WantedObject range{ByteRange{2, 3}, "e", 10};
  const WantedObject whole{{}, "e", 10};
  const std::vector<std::pair<HttpResponse, WantedObject>> cases = {
      {Whole("0123456789"), range},                                    // the range is ignored
      {Part("23", "bytes 2-3/10"), range},                             // less than is wanted
      {Part("23", "bytes 2-4/10"), range},                             // less than is announced
      {Part("2345", "bytes 2-4/10"), range},                           // more than is announced
      {Part("2345", "bytes 2-5/10"), range},                           // more than is wanted
      {Part("345", "bytes 3-5/10"), range},                            // other bytes
      {Part("234", "bytes 2-4/11"), range},                            // of a longer object
      {Part("234", "bytes 2-4/*"), range},                             // of any object
      {Part("234", ""), range},                                        // of any range
      {Part("234", "bytes 4-2/10"), range},                            //
      {Part("0123456789", "bytes 0-9/10"), whole},                     // no range was wanted
      {Whole("012345678"), whole},                                     // cut, with that length
      {Whole("01234567890"), whole},                                   //
      {Answer(200, "0123456789", {}), whole},                          // no ETag
      {Answer(200, "0123456789", {{"etag", "\"other\""}}), whole},     //
      {Answer(200, "0123456789", {{"etag", "\"e\""}}), {{}, "", -1}},  // perhaps cut
      {Answer(200, "0", {{"etag", "e"}, {"content-length", "2"}}), {{}, "", -1}},
  };
  for (const auto& [response, wanted] : cases) {
    EXPECT_THAT(Problem(response, wanted), Not("")) << response.body->ToString();
  }
}

TEST(ObjectAnswerTest, Heads) {
  const auto head = ReadHeadAnswer(Answer(200, "",
                                          {{"etag", "\"e\""},
                                           {"content-length", "5000000000"},
                                           {"last-modified", "Thu, 01 Jan 1970 00:00:07 GMT"}}))
                        .ValueOrDie();
  EXPECT_EQ(head.size_bytes, 5'000'000'000);
  EXPECT_EQ(head.modified_s, 7);
  EXPECT_FALSE(ReadHeadAnswer(Answer(200, "", {{"etag", "\"e\""}})).ok());
  EXPECT_FALSE(ReadHeadAnswer(Answer(200, "", {{"content-length", "1"}})).ok());
  EXPECT_FALSE(
      ReadHeadAnswer(Answer(200, "", {{"etag", "\"e\""}, {"content-length", "1, 2"}})).ok());
}

TEST(ObjectAnswerTest, Writes) {
  EXPECT_EQ(ReadWriteAnswer(Answer(200, "", {{"etag", "\"e\""}})).ValueOrDie(), "\"e\"");
  EXPECT_FALSE(ReadWriteAnswer(Answer(200, "", {})).ok());
  EXPECT_FALSE(ReadWriteAnswer(Answer(200, "<html/>", {{"etag", "\"e\""}})).ok());
  EXPECT_TRUE(CheckNoBody(Answer(204, "\n", {})).ok());
  EXPECT_FALSE(CheckNoBody(Answer(200, "<html/>", {})).ok());
}

}  // namespace
}  // namespace tarn::s3
