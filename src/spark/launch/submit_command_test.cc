#include "spark/launch/submit_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "system/scratch_folder.h"

namespace tarn::spark {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTracking = "spark.dynamicAllocation.shuffleTracking.enabled=true";
constexpr const char* kDynamic = "spark.dynamicAllocation.enabled=true";

const SparkHome kHome{"/spark", "4.3.0", "2.13", true};

// A command, the file of its settings and who may read that.
struct Command {
  Program program;
  std::vector<std::string> settings;
  std::filesystem::perms permissions;
  std::string scratch;
};

Command CommandOf(const std::string& master, const Conf& conf, const SparkHome& home = kHome) {
  ScratchFolder scratch;
  EXPECT_TRUE(scratch.Make().ok());
  Command command;
  command.scratch = scratch.path();
  command.program = MakeSubmitCommand(home, master, conf, "the token", scratch.path()).ValueOrDie();
  const std::string path = PropertiesFileIn(scratch.path());
  command.permissions = std::filesystem::status(path).permissions();
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) command.settings.push_back(line);
  return command;
}

TEST(SubmitCommand, TheCallersSettingsComeLast) {
  const auto settings =
      CommandOf("local[2]", {{"spark.sql.session.timeZone", "CET"}, {"a", "1"}}).settings;
  const auto ours = std::find(settings.begin(), settings.end(), "spark.sql.session.timeZone=UTC");
  const auto theirs = std::find(settings.begin(), settings.end(), "spark.sql.session.timeZone=CET");
  EXPECT_LT(ours, theirs);
  EXPECT_NE(theirs, settings.end());
  EXPECT_THAT(settings, Contains("a=1"));
}

TEST(SubmitCommand, NoSettingIsAnArgument) {
  const Command command = CommandOf(
      "local", {{"spark.hadoop.fs.s3a.secret.key", " wJalr\\=:\n\u00e9 "}, {"spark.a: b", "#c"}});
  for (const std::string& argument : command.program.arguments) {
    EXPECT_THAT(argument, Not(HasSubstr("wJalr")));
    EXPECT_NE(argument, "--conf");
  }
  EXPECT_EQ(command.permissions,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_THAT(command.settings,
              Contains("spark.hadoop.fs.s3a.secret.key=\\ wJalr\\\\=:\\n\u00e9 "));
  EXPECT_THAT(command.settings, Contains("spark.a\\:\\ b=#c"));
}

TEST(SubmitCommand, OnOneMachineOthersCanNeitherEndNorReadIt) {
  const Command command = CommandOf("local[2]", {});
  EXPECT_THAT(
      command.settings,
      testing::IsSupersetOf(
          {std::string("spark.authenticate=true"), std::string("spark.ui.killEnabled=false"),
           "spark.local.dir=" + command.scratch + "/local",
           "spark.sql.warehouse.dir=" + command.scratch + "/warehouse",
           "spark.driver.defaultJavaOptions=-Djava.io.tmpdir=\"" + command.scratch + "/java\" "}));
  const auto own = CommandOf(
      "local[2]", {{"spark.local.dir", "/big"}, {"spark.driver.defaultJavaOptions", "-Da=b"}});
  EXPECT_THAT(own.settings, Contains("spark.local.dir=/big"));
  EXPECT_THAT(own.settings, Not(Contains("spark.local.dir=" + own.scratch + "/local")));
  EXPECT_THAT(own.settings.back(), testing::EndsWith("/java\" -Da=b"));
  // On a cluster, both ends would have to be set so.
  EXPECT_THAT(CommandOf("yarn", {}).settings, Not(Contains("spark.authenticate=true")));
}

TEST(SubmitCommand, OnOneMachineNothingListensElsewhere) {
  const Command local = CommandOf("local[*]", {});
  EXPECT_THAT(local.settings, Contains("spark.driver.bindAddress=127.0.0.1"));
  EXPECT_THAT(local.program.environment, Contains("SPARK_LOCAL_IP=127.0.0.1"));
  const Command on_cluster = CommandOf("spark://host:7077", {});
  EXPECT_THAT(on_cluster.settings, Not(Contains(HasSubstr("127.0.0.1:"))));
  EXPECT_THAT(on_cluster.settings, Not(Contains(HasSubstr("spark.driver.host"))));
  EXPECT_THAT(on_cluster.settings, Contains("spark.connect.grpc.binding.address=127.0.0.1"));
}

TEST(SubmitCommand, FilesMayHaveAnyName) {
  ::setenv("LC_ALL", "C", 1);
  EXPECT_THAT(CommandOf("local", {}).program.environment, Contains("LC_ALL=C.UTF-8"));
  ::setenv("LC_ALL", "de_DE.utf8", 1);
  EXPECT_THAT(CommandOf("local", {}).program.environment, Contains("LC_ALL=de_DE.utf8"));
  ::unsetenv("LC_ALL");
}

TEST(SubmitCommand, ExecutorsComeAndGoOnYarnUnlessToldOtherwise) {
  EXPECT_THAT(CommandOf("yarn", {}).settings, testing::IsSupersetOf({kDynamic, kTracking}));
  EXPECT_THAT(CommandOf("local", {}).settings, Not(Contains(kDynamic)));
  EXPECT_THAT(CommandOf("yarn", {{"spark.executor.instances", "3"}}).settings,
              Not(Contains(kDynamic)));
  EXPECT_THAT(CommandOf("yarn", {{"spark.dynamicAllocation.enabled", "false"}}).settings,
              Not(Contains(HasSubstr("shuffleTracking"))));
  const auto with_service = CommandOf("yarn", {{"spark.shuffle.service.enabled", "true"}}).settings;
  EXPECT_THAT(with_service, Contains(kDynamic));
  EXPECT_THAT(with_service, Not(Contains(kTracking)));
}

TEST(SubmitCommand, ASparkWithoutTheServerFetchesItBesideTheCallersPackages) {
  SparkHome home = kHome;
  EXPECT_THAT(CommandOf("local", {}).program.arguments, Not(Contains("--packages")));
  home.ships_connect = false;
  EXPECT_THAT(CommandOf("local", {{"spark.jars.packages", "a:b:1"}}, home).program.arguments,
              Contains("a:b:1,org.apache.spark:spark-connect_2.13:4.3.0"));
}

TEST(SubmitCommand, TheEnvironmentHasTheTokenAndIsElseOurs) {
  ::setenv("SPARK_REMOTE", "sc://elsewhere", 1);
  ::setenv("TARN_TEST_VARIABLE", "a=b", 1);
  const Command command = CommandOf("local", {});
  const Program& program = command.program;
  ::unsetenv("SPARK_REMOTE");
  ::unsetenv("TARN_TEST_VARIABLE");
  EXPECT_THAT(program.environment,
              testing::IsSupersetOf(
                  {std::string("SPARK_CONNECT_AUTHENTICATE_TOKEN=the token"),
                   std::string("SPARK_HOME=/spark"), "SPARK_LOG_DIR=" + command.scratch,
                   "SPARK_PID_DIR=" + command.scratch, std::string("TARN_TEST_VARIABLE=a=b")}));
  EXPECT_THAT(program.environment, Not(Contains(HasSubstr("SPARK_REMOTE"))));
  EXPECT_THAT(program.arguments, Not(Contains(HasSubstr("the token"))));
}

}  // namespace
}  // namespace tarn::spark
