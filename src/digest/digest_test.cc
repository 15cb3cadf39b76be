#include "digest/digest.h"

#include <gtest/gtest.h>

namespace tarn::digest {
namespace {

std::string Hash(Algorithm algorithm, std::string_view data) {
  std::string bytes, hex;
  AppendHash(algorithm, data, &bytes);
  AppendHex(bytes, kLowerHexDigits, &hex);
  return hex;
}

std::string Hmac(Algorithm algorithm, std::string_view key, std::string_view data) {
  std::string bytes, hex;
  AppendHmac(algorithm, key, data, &bytes);
  AppendHex(bytes, kUpperHexDigits, &hex);
  return hex;
}

TEST(Digest, HashesAreThoseOfTheStandards) {
  EXPECT_EQ(Hash(Algorithm::kMd5, ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(Hash(Algorithm::kSha1, ""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(Hash(Algorithm::kSha224, "Spark"),
            "dbeab94971678d36af2195851c0f7485775a2a7c60073d62fc04549c");
  EXPECT_EQ(Hash(Algorithm::kSha256, "Spark"),
            "529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b");
  EXPECT_EQ(Hash(Algorithm::kSha384, "Spark"),
            "1e40b8d06c248a1cc32428c22582b6219d072283078fa140d9ad297ecadf2cab"
            "efc341b857ad36226aa8d6d79f2ab67d");
  EXPECT_EQ(Hash(Algorithm::kSha512, "Spark"),
            "44844a586c54c9a212da1dbfe05c5f1705de1af5fda1f0d36297623249b279fd"
            "8f0ccec03f888f4fb13bf7cd83fdad58591c797f81121a23cfdd5e0897795238");
}

TEST(Digest, HmacTakesKeysOfAnyLength) {
  EXPECT_EQ(Hmac(Algorithm::kSha256, "key", "message"),
            "6E9EF29B75FFFC5B7ABAE527D58FDADB2FE42E7219011976917343065F58ED4A");
  EXPECT_EQ(Hmac(Algorithm::kMd5, "key", "message"), "4E4748E62B463521F6775FBF921234B5");
  // RFC 4231, test case 6: a key longer than a block.
  EXPECT_EQ(Hmac(Algorithm::kSha256, std::string(131, '\xaa'),
                 "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60E431591EE0B67F0D8A26AACBF5B77F8E0BC6213728C5140546040F0EE37F54");
}

TEST(Digest, Crc32IsThatOfZip) {
  EXPECT_EQ(Crc32(""), 0u);
  EXPECT_EQ(Crc32("Spark"), 1557323817u);
  EXPECT_EQ(Crc32("\xff"), 4278190080u);
}

}  // namespace
}  // namespace tarn::digest
