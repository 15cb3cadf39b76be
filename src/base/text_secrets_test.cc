#include "base/text_secrets.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(SecretMask, TakesOutWhatItIsTold) {
  SecretMask mask;
  mask.Add("0123456789");
  mask.Add("short");
  mask.AddFrom(
      {{"spark.hadoop.fs.s3a.secret.key", "wJalrXUtnFEMI"}, {"spark.app.name", "sparkify"}});
  EXPECT_EQ(mask.Apply("a 0123456789, 0123456789; short wJalrXUtnFEMI sparkify"),
            "a ***, ***; short *** sparkify");
}

TEST(SecretMask, TakesOutWhatASecretsNameStandsBefore) {
  EXPECT_EQ(MaskSecrets("fs.s3a.secret.key=abc fs.s3a.access.key=AKIA, spark.app.name=x"),
            "fs.s3a.secret.key=*** fs.s3a.access.key=***, spark.app.name=x");
  EXPECT_EQ(MaskSecrets("sc://127.0.0.1:1/;token=abc;user=x"),
            "sc://127.0.0.1:1/;token=***;user=x");
  EXPECT_EQ(MaskSecrets("--conf spark.x=password=abc"), "--conf spark.x=password=***");
  EXPECT_EQ(MaskSecrets("password = abc d"), "password = *** d");
  EXPECT_EQ(MaskSecrets("token="), "token=");
  EXPECT_EQ(MaskSecrets(""), "");
}

TEST(SecretMask, TakesOutWhatAColonStandsBefore) {
  EXPECT_EQ(MaskSecrets("fs.s3a.secret.key: abc"), "fs.s3a.secret.key: ***");
  EXPECT_EQ(MaskSecrets("password : abc\nuser: x"), "password : ***\nuser: x");
  EXPECT_EQ(MaskSecrets(R"({"SecretAccessKey": "a b", "AccessKeyId":"AKIA", "Version": 1})"),
            R"({"SecretAccessKey": "***", "AccessKeyId":"***", "Version": 1})");
  EXPECT_EQ(MaskSecrets(R"("SessionToken": "abc")"), R"("SessionToken": "***")");
  EXPECT_EQ(MaskSecrets("Authorization: Bearer abc, x"), "Authorization: Bearer ***, x");
  EXPECT_EQ(MaskSecrets("Authorization: AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0f"),
            "Authorization: *** Credential=***, Signature=***");
  EXPECT_EQ(MaskSecrets("org.example.SecretManager: no such thing"),
            "org.example.SecretManager: no such thing");
  EXPECT_EQ(MaskSecrets("org.example.token.Invalid: no such thing"),
            "org.example.token.Invalid: no such thing");
  EXPECT_EQ(MaskSecrets("ExpiredToken: The provided token has expired"),
            "ExpiredToken: The provided token has expired");
}

TEST(SecretMask, TakesOutWhatSignsAUrl) {
  EXPECT_EQ(MaskSecrets("GET https://b/k?X-Amz-Credential=AKIA%2F1&X-Amz-Date=2026&"
                        "X-Amz-Security-Token=Fwo%3D&X-Amz-Signature=0f"),
            "GET https://b/k?X-Amz-Credential=***&X-Amz-Date=2026&"
            "X-Amz-Security-Token=***&X-Amz-Signature=***");
}

TEST(SecretMask, TakesOutPasswordsOfUrls) {
  EXPECT_EQ(MaskSecrets("at jdbc:postgresql://me:p@ss@host:5432/db, s3://AKIA:a/b+c@bucket/k"),
            "at jdbc:postgresql://***@host:5432/db, s3://***@bucket/k");
  for (const char* plain :
       {"http://host:8080/a@b", "spark://a:7077,b:7077", "s3://bucket/k a:b@c"}) {
    EXPECT_EQ(MaskSecrets(plain), plain);
  }
}

}  // namespace
}  // namespace tarn
