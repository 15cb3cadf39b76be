#include "spark/launch/spark_home.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "spark/launch/fake_spark_script_for_test.h"

namespace tarn::spark {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// An environment in which no Spark of this machine is found, and a variable for one test.
class SparkHomeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(empty_.Make().ok());
    std::filesystem::current_path(empty_.path());
    for (const char* name : {"SPARK_HOME", "VIRTUAL_ENV"}) ::unsetenv(name);
    ::setenv("PATH", empty_.path().c_str(), 1);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    ::setenv("PATH", path_.c_str(), 1);
    for (const char* name : {"SPARK_HOME", "VIRTUAL_ENV"}) ::unsetenv(name);
  }

  Result<SparkHome> Find() const { return FindSparkHome("", empty_.path() + "/build/release"); }

  // The wheel in a virtual environment.
  std::string MakeWheel(const std::string& environment) {
    const std::string wheel = environment + "/lib/python3.11/site-packages/pyspark";
    std::filesystem::create_directories(std::filesystem::path(wheel).parent_path());
    std::filesystem::create_directory_symlink(spark_.folder(), wheel);
    return wheel;
  }

  FakeSpark spark_{"exit 1"};
  ScratchFolder empty_;

 private:
  const std::filesystem::path before_ = std::filesystem::current_path();
  const std::string path_ = std::getenv("PATH");
};

TEST_F(SparkHomeTest, TellsWhatIsThere) {
  const SparkHome home = FindSparkHome(spark_.folder() + "/").ValueOrDie();
  EXPECT_EQ(home.version, "4.3.0");
  EXPECT_EQ(home.scala_version, "2.13");
  EXPECT_TRUE(home.ships_connect);
  std::filesystem::remove(spark_.folder() + "/jars/spark-connect_2.13-4.3.0.jar");
  EXPECT_FALSE(FindSparkHome(spark_.folder()).ValueOrDie().ships_connect);
}

TEST_F(SparkHomeTest, IsFoundWhereItMayBe) {
  EXPECT_THAT(MessageOf(Find().status()), StartsWith("There is no Spark: not in"));
  const std::string beside = empty_.path() + "/tools";
  std::filesystem::create_directories(beside + "/bin");
  std::filesystem::create_symlink("/bin/sh", beside + "/bin/python3");
  ::setenv("PATH", (beside + "/bin").c_str(), 1);
  const std::string on_path = MakeWheel(beside);
  EXPECT_EQ(Find().ValueOrDie().folder, on_path);
  std::filesystem::current_path(beside);
  MakeWheel(beside + "/.venv");
  EXPECT_EQ(Find().ValueOrDie().folder, on_path);  // not what lies in the working folder
  ::setenv("PATH", ("bin::" + beside + "/bin").c_str(), 1);
  EXPECT_EQ(Find().ValueOrDie().folder, on_path);
  ::setenv("VIRTUAL_ENV", ".venv", 1);
  EXPECT_EQ(Find().ValueOrDie().folder, on_path);
  const std::string of_checkout = MakeWheel(empty_.path() + "/.venv");
  EXPECT_EQ(Find().ValueOrDie().folder, of_checkout);
  const std::string active = MakeWheel(empty_.path() + "/active");
  ::setenv("VIRTUAL_ENV", (empty_.path() + "/active").c_str(), 1);
  EXPECT_EQ(Find().ValueOrDie().folder, active);
  ::setenv("SPARK_HOME", spark_.folder().c_str(), 1);
  EXPECT_EQ(Find().ValueOrDie().folder, spark_.folder());
}

TEST_F(SparkHomeTest, ANamedOneIsTheOnlyOne) {
  ::setenv("SPARK_HOME", spark_.folder().c_str(), 1);
  EXPECT_THAT(MessageOf(FindSparkHome("/no/such").status()),
              testing::AllOf(StartsWith("There is no Spark in the Spark home"),
                             HasSubstr("pip install pyspark"), testing::EndsWith(": /no/such")));
}

TEST_F(SparkHomeTest, OneThatLetsEverybodyInIsRefused) {
  FakeSpark old("exit 1", "3.5.5-amzn-1");
  const Status status = FindSparkHome(old.folder()).status();
  EXPECT_EQ(KindOf(status), ErrorKind::kFailed);
  EXPECT_THAT(MessageOf(status),
              testing::AllOf(HasSubstr("before 4.0"), HasSubstr("3.5.5-amzn-1")));
}

}  // namespace
}  // namespace tarn::spark
