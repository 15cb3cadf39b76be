#include "digest/aes.h"

#include <gtest/gtest.h>

#include <utility>

#include "digest/digest.h"

namespace tarn::digest {
namespace {

constexpr std::string_view kKey16 = "0000111122223333";
constexpr std::string_view kKey24 = "000011112222333344445555";
constexpr std::string_view kKey32 = "abcdefghijklmnop12345678ABCDEFGH";

std::string Encrypted(const AesParameters& parameters, std::string_view data) {
  std::string bytes, hex;
  AppendAesEncrypted(parameters, data, &bytes);
  AppendHex(bytes, kUpperHexDigits, &hex);
  return hex;
}

// As Spark gives them, but for the IV before them.
TEST(Aes, EncryptsAsSparkDoes) {
  EXPECT_EQ(Encrypted({AesMode::kEcb, kKey16, "", ""}, "Spark"),
            "348FF37EBDE05B7880BA339068FBDA5E");
  EXPECT_EQ(Encrypted({AesMode::kEcb, kKey16, "", ""}, ""), "A2B86E759170DE0DDA876438211908C0");
  EXPECT_EQ(Encrypted({AesMode::kEcb, kKey24, "", ""}, "The quick brown fox jumps"),
            "BB4652475E2D36A382CD64C4F40EBA75F14A286906CE8E277F4ECFC99869A46C");
  const std::string iv_of_one = std::string(15, '\0') + '\1';
  EXPECT_EQ(Encrypted({AesMode::kCbc, kKey24, iv_of_one, ""}, "Spark SQL"),
            "5977BF5E0F5751AB3AC7E048EA2D9D1A");
  EXPECT_EQ(Encrypted({AesMode::kCbc, kKey32, std::string(16, '\0'), ""}, "Spark"),
            "F49DE265B2319E6686F8E200F4099DF8");
  EXPECT_EQ(Encrypted({AesMode::kGcm, kKey16, "123456789012", ""}, "Spark"),
            "EAA04F51F95C54022CBD83C36769472F81781C80D7");
  EXPECT_EQ(Encrypted({AesMode::kGcm, kKey16, "123456789012", ""}, ""),
            "D0519F3EED94DC7C91C5CEB149219C9C");
  EXPECT_EQ(Encrypted({AesMode::kGcm, "00001111222233334444555566667777", "123456789012", "aad"},
                      "The quick brown fox jumps"),
            "1FBDAA6DAF47CBCAF36508B06D04540F541FD9D2FFB704C1D1F407C2B1EACF098A592303796BBC8CA6");
}

TEST(Aes, DecryptsWhatItEncrypted) {
  for (const std::string_view key : {kKey16, kKey24, kKey32}) {
    for (const AesMode mode : {AesMode::kEcb, AesMode::kCbc, AesMode::kGcm}) {
      const std::string iv(AesIvBytes(mode), 'i');
      const AesParameters parameters = {mode, key, iv, mode == AesMode::kGcm ? "aad" : ""};
      for (size_t size = 0; size < 50; ++size) {
        std::string encrypted, decrypted = "before ";
        AppendAesEncrypted(parameters, std::string(size, 'x'), &encrypted);
        EXPECT_EQ(AppendAesDecrypted(parameters, encrypted, &decrypted), AesFault::kNone);
        EXPECT_EQ(decrypted, "before " + std::string(size, 'x'));
      }
    }
  }
}

TEST(Aes, SaysWhatIsWrong) {
  const auto fault = [](const AesParameters& parameters, std::string_view data) {
    std::string out = "before";
    const AesFault found = AppendAesDecrypted(parameters, data, &out);
    EXPECT_EQ(out, "before");
    return found;
  };
  const AesParameters ecb = {AesMode::kEcb, kKey16, "", ""};
  EXPECT_EQ(fault(ecb, ""), AesFault::kNone);
  EXPECT_EQ(fault(ecb, "x"), AesFault::kLength);
  EXPECT_EQ(fault(ecb, std::string(16, '\0')), AesFault::kPadding);
  const AesParameters gcm = {AesMode::kGcm, kKey16, "123456789012", ""};
  EXPECT_EQ(fault(gcm, "x"), AesFault::kNoTag);
  EXPECT_EQ(fault(gcm, std::string(16, '\0')), AesFault::kTag);
  std::string encrypted;
  AppendAesEncrypted(gcm, "Spark", &encrypted);
  EXPECT_EQ(fault({AesMode::kGcm, kKey16, "123456789012", "aad"}, encrypted), AesFault::kTag);
  EXPECT_EQ(fault({AesMode::kGcm, kKey32, "123456789012", ""}, encrypted), AesFault::kTag);
}

TEST(Aes, RandomBytesDiffer) {
  std::string one, other;
  ASSERT_TRUE(AppendRandomBytes(12, &one).ok());
  ASSERT_TRUE(AppendRandomBytes(12, &other).ok());
  EXPECT_EQ(one.size(), 12U);
  EXPECT_NE(one, other);
}

}  // namespace
}  // namespace tarn::digest
