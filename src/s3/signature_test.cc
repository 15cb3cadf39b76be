#include "s3/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

// The example of "Authenticating Requests: Using the Authorization Header", Amazon S3.
TEST(SignTest, TheExampleOfTheDocumentation) {
  HttpRequest request{
      "GET", "https://examplebucket.s3.amazonaws.com/test.txt", {{"Range", "bytes=0-9"}}, nullptr};
  const Credentials credentials{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                ""};
  const std::chrono::system_clock::time_point may_24_2013{std::chrono::seconds(1369353600)};
  Sign(credentials, {"us-east-1", "s3"}, may_24_2013, &request);
  EXPECT_EQ(request.headers.back().second,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(SignTest, ASessionTokenIsSignedToo) {
  HttpRequest request{"GET", "http://127.0.0.1:9000/bucket/key", {}, nullptr};
  Sign({"id", "secret", "token"}, {"us-east-1", "s3"}, {}, &request);
  EXPECT_THAT(request.headers.back().second, testing::HasSubstr("x-amz-security-token"));
  EXPECT_THAT(request.headers,
              testing::Contains(std::pair<std::string, std::string>("Host", "127.0.0.1:9000")));
}

TEST(DigestTest, KnownValues) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Md5Base64(""), "1B2M2Y8AsgTpgAmY7PhCfg==");
}

}  // namespace
}  // namespace tarn::s3
