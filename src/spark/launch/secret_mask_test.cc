#include "spark/launch/secret_mask.h"

#include <gtest/gtest.h>

namespace tarn::spark {
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
  const SecretMask mask;
  EXPECT_EQ(mask.Apply("fs.s3a.secret.key=abc fs.s3a.access.key=AKIA, spark.app.name=x"),
            "fs.s3a.secret.key=*** fs.s3a.access.key=***, spark.app.name=x");
  EXPECT_EQ(mask.Apply("sc://127.0.0.1:1/;token=abc;user=x"), "sc://127.0.0.1:1/;token=***;user=x");
  EXPECT_EQ(mask.Apply("--conf spark.x=password=abc"), "--conf spark.x=password=***");
  EXPECT_EQ(mask.Apply("token= =="), "token= ==");
  EXPECT_EQ(mask.Apply(""), "");
}

}  // namespace
}  // namespace tarn::spark
