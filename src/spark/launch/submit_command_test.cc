#include "spark/launch/submit_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace tarn::spark {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTracking = "spark.dynamicAllocation.shuffleTracking.enabled=true";
constexpr const char* kDynamic = "spark.dynamicAllocation.enabled=true";

const SparkHome kHome{"/spark", "4.3.0", "2.13", true};

Program CommandOf(const std::string& master, const Conf& conf, const SparkHome& home = kHome) {
  return MakeSubmitCommand(home, master, conf, "the token", "/scratch").ValueOrDie();
}

TEST(SubmitCommand, TheCallersSettingsComeLast) {
  const auto arguments =
      CommandOf("local[2]", {{"spark.sql.session.timeZone", "CET"}, {"a", "1"}}).arguments;
  const auto ours = std::find(arguments.begin(), arguments.end(), "spark.sql.session.timeZone=UTC");
  const auto theirs =
      std::find(arguments.begin(), arguments.end(), "spark.sql.session.timeZone=CET");
  EXPECT_LT(ours, theirs);
  EXPECT_NE(theirs, arguments.end());
  EXPECT_EQ(arguments.back(), "a=1");
}

TEST(SubmitCommand, OnOneMachineNothingListensElsewhere) {
  const Program program = CommandOf("local[*]", {});
  EXPECT_THAT(program.arguments, Contains("spark.driver.bindAddress=127.0.0.1"));
  EXPECT_THAT(program.environment, Contains("SPARK_LOCAL_IP=127.0.0.1"));
  const Program on_cluster = CommandOf("spark://host:7077", {});
  EXPECT_THAT(on_cluster.arguments, Not(Contains(HasSubstr("127.0.0.1:"))));
  EXPECT_THAT(on_cluster.arguments, Not(Contains(HasSubstr("spark.driver"))));
  EXPECT_THAT(on_cluster.arguments, Contains("spark.connect.grpc.binding.address=127.0.0.1"));
}

TEST(SubmitCommand, FilesMayHaveAnyName) {
  ::setenv("LC_ALL", "C", 1);
  EXPECT_THAT(CommandOf("local", {}).environment, Contains("LC_ALL=C.UTF-8"));
  ::setenv("LC_ALL", "de_DE.utf8", 1);
  EXPECT_THAT(CommandOf("local", {}).environment, Contains("LC_ALL=de_DE.utf8"));
  ::unsetenv("LC_ALL");
}

TEST(SubmitCommand, ExecutorsComeAndGoOnYarnUnlessToldOtherwise) {
  EXPECT_THAT(CommandOf("yarn", {}).arguments, testing::IsSupersetOf({kDynamic, kTracking}));
  EXPECT_THAT(CommandOf("local", {}).arguments, Not(Contains(kDynamic)));
  EXPECT_THAT(CommandOf("yarn", {{"spark.executor.instances", "3"}}).arguments,
              Not(Contains(kDynamic)));
  EXPECT_THAT(CommandOf("yarn", {{"spark.dynamicAllocation.enabled", "false"}}).arguments,
              Not(Contains(HasSubstr("shuffleTracking"))));
  const auto with_service =
      CommandOf("yarn", {{"spark.shuffle.service.enabled", "true"}}).arguments;
  EXPECT_THAT(with_service, Contains(kDynamic));
  EXPECT_THAT(with_service, Not(Contains(kTracking)));
}

TEST(SubmitCommand, ASparkWithoutTheServerFetchesItBesideTheCallersPackages) {
  SparkHome home = kHome;
  EXPECT_THAT(CommandOf("local", {}).arguments, Not(Contains("--packages")));
  home.ships_connect = false;
  EXPECT_THAT(CommandOf("local", {{"spark.jars.packages", "a:b:1"}}, home).arguments,
              Contains("a:b:1,org.apache.spark:spark-connect_2.13:4.3.0"));
}

TEST(SubmitCommand, TheEnvironmentHasTheTokenAndIsElseOurs) {
  ::setenv("SPARK_REMOTE", "sc://elsewhere", 1);
  ::setenv("TARN_TEST_VARIABLE", "a=b", 1);
  const Program program = CommandOf("local", {});
  ::unsetenv("SPARK_REMOTE");
  ::unsetenv("TARN_TEST_VARIABLE");
  EXPECT_THAT(program.environment,
              testing::IsSupersetOf({"SPARK_CONNECT_AUTHENTICATE_TOKEN=the token",
                                     "SPARK_HOME=/spark", "SPARK_LOG_DIR=/scratch",
                                     "SPARK_PID_DIR=/scratch", "TARN_TEST_VARIABLE=a=b"}));
  EXPECT_THAT(program.environment, Not(Contains(HasSubstr("SPARK_REMOTE"))));
  EXPECT_THAT(program.arguments, Not(Contains(HasSubstr("the token"))));
}

}  // namespace
}  // namespace tarn::spark
