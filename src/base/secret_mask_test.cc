#include "base/secret_mask.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(IsSecretName, KnowsTheNamesOfSecrets) {
  for (const char* name : {"AWS_SECRET_ACCESS_KEY",
                           "AWS_SESSION_TOKEN",
                           "SPARK_CONNECT_AUTHENTICATE_TOKEN",
                           "AWS_ACCESS_KEY_ID",
                           "GITHUB_TOKEN",
                           "PGPASSWORD",
                           "DB_PASS",
                           "MYSQL_PWD",
                           "API_KEY",
                           "OPENAI_APIKEY",
                           "githubToken",
                           "client_secret",
                           "fs.s3a.access.key",
                           "fs.s3a.secret.key",
                           "X-Amz-Signature",
                           "X-Amz-Credential",
                           "some-key",
                           "SSH_PRIVATE_KEY_FILE",
                           "CI_PAT",
                           "GOOGLE_APPLICATION_CREDENTIALS"}) {
    EXPECT_TRUE(IsSecretName(name)) << name;
  }
}

TEST(IsSecretName, LeavesOthersAlone) {
  for (const char* name :
       {"HOME", "PWD", "OLDPWD", "PATH", "AWS_PROFILE", "AWS_REGION", "KMS_KEY_ID", "EC2_KEY_NAME",
        "KEY", "KEY_PREFIX", "MONKEY", "TARN_BUCKET", "table.orders.key", "COMPASS", "PASSAGE"}) {
    EXPECT_FALSE(IsSecretName(name)) << name;
  }
}

TEST(MaskUriSecrets, TakesOutUsersAndPasswords) {
  EXPECT_EQ(MaskUriSecrets("see http://user:word@host:80/x, and s3://ID:KEY@bucket"),
            "see http://***@host:80/x, and s3://***@bucket");
  EXPECT_EQ(MaskUriSecrets("https://gh_abc@github.com/x"), "https://***@github.com/x");
  EXPECT_EQ(MaskUriSecrets("\"s3://ID:a/b+c@bucket/k\""), "\"s3://***@bucket/k\"");
  EXPECT_EQ(MaskUriSecrets("http://a:b@c http://d:e@f"), "http://***@c http://***@f");
}

TEST(MaskUriSecrets, TakesOutParametersOfSecrets) {
  EXPECT_EQ(MaskUriSecrets("sc://host:15002/;token=abc;use_ssl=true"),
            "sc://host:15002/;token=***;use_ssl=true");
  EXPECT_EQ(MaskUriSecrets("https://b.s3/k?X-Amz-Credential=AK%2F1&X-Amz-Signature=0f 403"),
            "https://b.s3/k?X-Amz-Credential=***&X-Amz-Signature=*** 403");
  EXPECT_EQ(MaskUriSecrets("https://u:p@h/?password=x"), "https://***@h/?password=***");
}

TEST(MaskUriSecrets, LeavesTheRestAsItIs) {
  for (const char* text :
       {"", "plain", "s3://bucket/a:b@c/d", "http://host:8080/a@b", "a@b.example", "://", "x://",
        "s3://arn:aws:s3:eu-central-1:1:accesspoint/n/k@v", "http://host/?page=2&id=3",
        "token=abc"}) {
    EXPECT_EQ(MaskUriSecrets(text), text);
  }
}

}  // namespace
}  // namespace tarn
