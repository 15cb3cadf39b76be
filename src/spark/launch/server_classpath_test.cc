#include "spark/launch/server_classpath.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spark/launch/fake_spark_script_for_test.h"

namespace tarn::spark {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;

TEST(ServerClasspath, HoldsWhatSparkShipsAndWhatSettingsName) {
  FakeSpark spark("exit 1");
  spark.Write("more/one.jar", "");
  spark.Write("more/two.jar", "");
  spark.Write("more/readme.txt", "");
  spark.Write("conf/spark-defaults.conf",
              "# spark.jars no.jar\n"
              "spark.jars.packages   org.apache.hadoop:hadoop-aws:3.5.0,a:b:1\n"
              "spark.jars=default.jar\n");
  const Conf conf = {{"spark.jars", "/x/three.jar,s3://bucket/four.jar"},
                     {"spark.driver.extraClassPath", "/y/five.jar:" + spark.folder() + "/more/*"}};
  const auto jars = FindJars(spark.folder(), conf);
  EXPECT_THAT(jars, IsSupersetOf({"spark-core_2.13-4.3.0.jar", "one.jar", "two.jar", "three.jar",
                                  "four.jar", "five.jar", "hadoop-aws-3.5.0.jar", "b-1.jar"}));
  for (const char* none : {"no.jar", "readme.txt", "default.jar"}) {
    EXPECT_THAT(jars, Not(Contains(none)));
  }
}

TEST(ServerClasspath, TakesGlobsByUri) {
  FakeSpark spark("exit 1");
  spark.Write("more/one.jar", "");
  EXPECT_THAT(
      FindJars(spark.folder(), {{"spark.jars", "file://" + spark.folder() + "/more/*.jar"}}),
      Contains("one.jar"));
}

}  // namespace
}  // namespace tarn::spark
