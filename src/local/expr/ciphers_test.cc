#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include <set>

#include "local/expr/compiled_expr.h"
#include "local/expr/spark_answers_for_test.h"
#include "plan/build_expr.h"
#include "plan/resolve_call.h"

namespace tarn::local {
namespace {

constexpr SparkAnswer kCiphersAnswers[] = {
    {"hex(aes_encrypt('Spark', '0000111122223333', 'ecb', 'pkcs'))", "STRING",
     "348FF37EBDE05B7880BA339068FBDA5E"},
    {"hex(aes_encrypt('Spark', '0000111122223333', 'gcm', 'none', '123456789012'))", "STRING",
     "313233343536373839303132EAA04F51F95C54022CBD83C36769472F81781C80D7"},
    {"base64(aes_encrypt('Spark', 'abcdefghijklmnop12345678ABCDEFGH', 'CBC', 'DEFAULT', "
     "unhex('00000000000000000000000000000000')))",
     "STRING", "AAAAAAAAAAAAAAAAAAAAAPSd4mWyMZ5mhvjiAPQJnfg="},
    {"base64(aes_encrypt('Spark', 'abcdefghijklmnop12345678ABCDEFGH', 'GCM', 'DEFAULT', "
     "unhex('000000000000000000000000'), 'This is an AAD mixed into the input'))",
     "STRING", "AAAAAAAAAAAAAAAAQiYi+sTLm7KD9UcZ2nlRdYDe/PX4"},
    {"aes_encrypt(NULL, '0000111122223333', 'CTR')", "BINARY", "NULL"},
    {"aes_encrypt('x', '0000111122223333', 'CBC', 'DEFAULT', NULL)", "BINARY", "NULL"},
    {"aes_encrypt('x', 'short', 'XX')", "BINARY", "!INVALID_PARAMETER_VALUE"},
    {"aes_encrypt('x', '0000111122223333', 'CTR')", "BINARY", "!UNSUPPORTED_FEATURE"},
    {"aes_encrypt('x', '0000111122223333', 'ECB', 'NONE')", "BINARY", "!UNSUPPORTED_FEATURE"},
    {"aes_encrypt('x', '0000111122223333', 'GCM', 'PKCS', '123456789012')", "BINARY",
     "!UNSUPPORTED_FEATURE"},
    {"aes_encrypt('x', '0000111122223333', 'ECB', 'DEFAULT', '1234567890123456')", "BINARY",
     "!UNSUPPORTED_FEATURE"},
    {"aes_encrypt('x', '0000111122223333', 'CBC', 'DEFAULT', '1234567890123456', 'aad')", "BINARY",
     "!UNSUPPORTED_FEATURE"},
    {"aes_encrypt('x', '0000111122223333', 'GCM', 'DEFAULT', '1234567890123456')", "BINARY",
     "!INVALID_PARAMETER_VALUE"},
    {"aes_decrypt(unhex('83F16B2AA704794132802D248E6BFD4E380078182D1544813898AC97E709B28A94'), "
     "'0000111122223333')",
     "BINARY", "Spark"},
    {"aes_decrypt(unbase64('3lmwu+Mw0H3fi5NDvcu9lg=='), '1234567890abcdef', 'ECB', 'PKCS')",
     "BINARY", "Spark SQL"},
    {"aes_decrypt(unbase64('2NYmDCjgXTbbxGA3/SnJEfFC/JQ7olk2VQWReIAAFKo='), '1234567890abcdef', "
     "'CBC')",
     "BINARY", "Apache Spark"},
    {"aes_decrypt(X'', '0000111122223333', 'ECB')", "BINARY", ""},
    {"aes_decrypt(X'00000000000000000000000000000000', '0000111122223333', 'CBC')", "BINARY", ""},
    {"aes_decrypt(X'00', '0000111122223333', 'ECB', 'DEFAULT', 'aad')", "BINARY",
     "!INVALID_PARAMETER_VALUE"},
    {"aes_decrypt(X'00', '0000111122223333', 'CBC', 'DEFAULT', 'aad')", "BINARY",
     "!INVALID_PARAMETER_VALUE"},
    {"aes_decrypt(unbase64('2NYmDCjgXTbbxGA3/SnJEfFC/JQ7olk2VQWReIAAFKo='), '1234567890abcdef', "
     "'CBC', 'DEFAULT', 'aad')",
     "BINARY", "!UNSUPPORTED_FEATURE"},
    {"aes_decrypt(unbase64('3lmwu+Mw0H3fi5NDvcu9lg=='), '1234567890abcdef', 'ECB', 'PKCS', 'aad')",
     "BINARY", "Spark SQL"},
    {"try_aes_decrypt(X'00', 'short')", "BINARY", "NULL"},
    {"try_aes_decrypt(X'00', '0000111122223333', 'XX')", "BINARY", "NULL"},
    {"try_aes_decrypt(X'000000000000000000000000000000', '0000111122223333')", "BINARY", "NULL"},
    {"try_aes_decrypt(unhex('6E7CA17BBB468D3084B5744BCA729FB7B2B7BCB8E4472847D02670489D95FA97DBBA7D"
     "3210'), '0000111122223333', 'GCM')",
     "BINARY", "Spark SQL"},
    {"try_aes_decrypt(CAST(string(1 / 0) AS BINARY), '0000111122223333')", "BINARY", "NULL"},
    {"length(aes_encrypt('Spark', '0000111122223333'))", "INT", "33"},
    {"length(aes_encrypt('Spark', '0000111122223333', 'CBC'))", "INT", "32"},
    {"aes_decrypt(aes_encrypt('Spark', '0000111122223333'), '0000111122223333')", "BINARY",
     "Spark"},
};

TEST(Ciphers, AnswerAsSparkDoes) { ExpectSparkAnswers(kCiphersAnswers); }

TEST(Ciphers, ARandomIvIsOfEachRow) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const auto text = [](const char* value) {
    return plan::MakeLiteral(std::make_shared<arrow::StringScalar>(value));
  };
  const auto call =
      plan::ResolveCall("aes_encrypt", {text("Spark"), text("0000111122223333")}, {}).ValueOrDie();
  EXPECT_TRUE(plan::IsRandom(*call));
  const auto no_columns =
      arrow::RecordBatch::Make(arrow::schema(arrow::FieldVector()), 3, arrow::ArrayVector());
  const auto values = CompiledExpr(call, {}).Evaluate(*no_columns).ValueOrDie();
  std::set<std::string> different;
  for (int64_t row = 0; row < 3; ++row) {
    different.insert(static_cast<const arrow::BinaryArray&>(*values).GetString(row));
  }
  EXPECT_EQ(different.size(), 3U);
  const auto with_iv = plan::ResolveCall("aes_encrypt",
                                         {text("Spark"), text("0000111122223333"), text("GCM"),
                                          text("DEFAULT"), text("123456789012")},
                                         {})
                           .ValueOrDie();
  EXPECT_FALSE(plan::IsRandom(*with_iv));
}

}  // namespace
}  // namespace tarn::local
