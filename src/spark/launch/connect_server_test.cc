#include "spark/launch/connect_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <thread>

#include "spark/launch/fake_spark_script_for_test.h"
#include "spark/launch/s3a_conf.h"
#include "spark/launch/server_classpath.h"
#include "spark/launch/spark_home.h"
#include "system/process.h"

namespace tarn::spark {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kListen =
    "echo '26/11/26 04:58:54 INFO SparkConnectServer: Spark Connect server started at: "
    "127.0.0.1:42199' >&2\n";
constexpr const char* kRemember =
    "echo \"$@\" >$HOME_FOLDER/arguments; env >$HOME_FOLDER/environment; echo $$ "
    ">$HOME_FOLDER/id; cp $SPARK_LOG_DIR/spark.properties $HOME_FOLDER/\n";
constexpr const char* kStay = "exec sleep 1000\n";

LaunchOptions OptionsOf(const FakeSpark& spark) {
  LaunchOptions options;
  options.master = "local[2]";
  options.spark_home = spark.folder();
  options.start_timeout = std::chrono::seconds(20);
  return options;
}

// Why a spark-submit that does this makes no server.
Status FailureOf(const std::string& script) {
  FakeSpark spark(script);
  const auto server = ConnectServer::Start(OptionsOf(spark));
  EXPECT_FALSE(server.ok());
  EXPECT_EQ(KindOf(server.status()), ErrorKind::kFailed);
  return server.status();
}

std::string ValueIn(const std::string& environment, const std::string& name) {
  std::istringstream lines(environment);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  }
  return "";
}

TEST(ConnectServer, ListensWithATokenThatOnlyItsEnvironmentHas) {
  FakeSpark spark(std::string(kRemember) + kListen + kStay);
  auto server = ConnectServer::Start(OptionsOf(spark)).ValueOrDie();
  const std::string token = ValueIn(spark.Read("environment"), "SPARK_CONNECT_AUTHENTICATE_TOKEN");
  EXPECT_EQ(token.size(), 64);
  EXPECT_EQ(server->remote(), "sc://127.0.0.1:42199/;token=" + token);
  EXPECT_THAT(spark.Read("arguments"),
              AllOf(HasSubstr("--master local[2] "), Not(HasSubstr(token))));
  EXPECT_THAT(
      spark.Read("spark.properties"),
      AllOf(HasSubstr("spark.connect.grpc.binding.address=127.0.0.1"), Not(HasSubstr(token))));
  EXPECT_TRUE(server->CheckRunning().ok());
  auto other = ConnectServer::Start(OptionsOf(spark)).ValueOrDie();
  EXPECT_NE(other->remote(), server->remote());
}

TEST(ConnectServer, LeavesNothingBehindWhenItStops) {
  FakeSpark spark(std::string(kRemember) + kListen + kStay);
  auto server = ConnectServer::Start(OptionsOf(spark)).ValueOrDie();
  const std::string scratch = ValueIn(spark.Read("environment"), "SPARK_LOG_DIR");
  const int64_t id = std::stoll(spark.Read("id"));
  EXPECT_TRUE(std::filesystem::is_directory(scratch));
  EXPECT_FALSE(std::filesystem::exists(scratch + "/spark.properties"));  // it may hold secrets
  EXPECT_NE(ProcessStart(id), 0);
  EXPECT_TRUE(server->Stop().ok());
  EXPECT_EQ(ProcessStart(id), 0);
  EXPECT_EQ(MessageOf(server->CheckRunning()), "Spark's Connect server was stopped");
  EXPECT_TRUE(server->Stop().ok());
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(scratch));
}

TEST(ConnectServer, TellsWhatItWaitsFor) {
  FakeSpark spark(
      "echo ' INFO YarnClientImpl: Submitted application application_17_0001'\n"
      "for i in 1 2 3; do\n"
      "echo ' INFO Client: Application report for application_17_0001 (state: ACCEPTED)'\n"
      "printf '\\t diagnostics: the queue is full\\n'\n"
      "done\n"
      "printf '\\t tracking URL: http://rm:8088/proxy/application_17_0001/\\n'\n"
      "echo ' INFO YarnClientSchedulerBackend: Application application_17_0001 has started "
      "running.'\n" +
      std::string(kListen) + kStay);
  std::vector<std::string> told;
  LaunchOptions options = OptionsOf(spark);
  options.master = "yarn";
  options.on_progress = [&](std::string_view line) { told.emplace_back(line); };
  auto server = ConnectServer::Start(options).ValueOrDie();
  EXPECT_THAT(
      told,
      ElementsAre("starting Spark 4.3.0 on yarn", "submitted to YARN as application_17_0001",
                  "application_17_0001 waits: the queue is full", "YARN runs application_17_0001"));
  EXPECT_EQ(server->application_id(), "application_17_0001");
  EXPECT_EQ(server->ui_url(), "http://rm:8088/proxy/application_17_0001/");
}

TEST(ConnectServer, AFailureShowsTheMessageNotTheStackTrace) {
  const Status failure = FailureOf(
      "echo '26/11/26 05:01:57 INFO Executor: Starting executor'\n"
      "echo '26/11/26 05:01:57 ERROR SparkConnectServer: Error starting Spark Connect server'\n"
      "echo 'java.net.BindException: Failed to bind to address /127.0.0.1:48495'\n"
      "printf '\\tat org.example.NettyServer.start(NettyServer.java:341)\\n'\n"
      "exit 255\n");
  EXPECT_THAT(MessageOf(failure),
              AllOf(StartsWith("Spark's Connect server ended at its start, exit code 255; the port "
                               "is taken"),
                    EndsWith("Error starting Spark Connect server\n"
                             "  java.net.BindException: Failed to bind to address "
                             "/127.0.0.1:48495")));
}

TEST(ConnectServer, AFailureWithoutAWordSaysSo) {
  EXPECT_EQ(MessageOf(FailureOf("exit 1")),
            "Spark's Connect server ended at its start, exit code 1; it printed nothing");
}

TEST(ConnectServer, NoMessageTellsASecret) {
  ::setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI", 1);
  const std::string message =
      MessageOf(FailureOf("echo \"ERROR all: $SPARK_CONNECT_AUTHENTICATE_TOKEN "
                          "$AWS_SECRET_ACCESS_KEY fs.s3a.secret.key="
                          "abc\"\nexit 1\n"));
  EXPECT_THAT(message, EndsWith("ERROR all: *** *** fs.s3a.secret.key=***"));
  // Lines are cut at 400 bytes: not within what is masked afterwards.
  const std::string cut = MessageOf(
      FailureOf("echo \"ERROR " + std::string(385, '-') + " $AWS_SECRET_ACCESS_KEY\"\nexit 1\n"));
  ::unsetenv("AWS_SECRET_ACCESS_KEY");
  EXPECT_THAT(cut, Not(HasSubstr("wJal")));
}

TEST(ConnectServer, GivesUpAndEndsWhatDoesNotComeUp) {
  FakeSpark spark(std::string(kRemember) + "echo 'INFO still busy'\n" + kStay);
  LaunchOptions options = OptionsOf(spark);
  options.start_timeout = std::chrono::seconds(1);
  const Status status = ConnectServer::Start(options).status();
  EXPECT_EQ(MessageOf(status),
            "Spark's Connect server did not start within 1 s; it printed:\n  INFO still busy");
  EXPECT_EQ(ProcessStart(std::stoll(spark.Read("id"))), 0);
}

TEST(ConnectServer, AStopTokenEndsTheWaiting) {
  FakeSpark spark(std::string(kRemember) + kStay);
  auto source = arrow::StopSource();
  LaunchOptions options = OptionsOf(spark);
  options.start_timeout = std::chrono::seconds(1000);
  options.stop = source.token();
  std::thread interrupt([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    source.RequestStop();
  });
  const Status status = ConnectServer::Start(options).status();
  interrupt.join();
  EXPECT_EQ(KindOf(status), ErrorKind::kCancelled);
  EXPECT_EQ(ProcessStart(std::stoll(spark.Read("id"))), 0);
}

TEST(ConnectServer, TellsWhyItEndedByItself) {
  FakeSpark spark(std::string(kListen) + "sleep 0.5; echo 'ERROR: gone'; kill -9 $$\n");
  auto server = ConnectServer::Start(OptionsOf(spark)).ValueOrDie();
  for (int i = 0; i < 1000 && server->CheckRunning().ok(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(MessageOf(server->CheckRunning()),
            "Spark's Connect server ended by itself, signal 9 (Killed); was the machine out of "
            "memory?; it printed:\n  ERROR: gone");
}

TEST(ConnectServer, RefusesSettingsThatWouldOpenIt) {
  FakeSpark spark("exit 1");
  LaunchOptions options = OptionsOf(spark);
  options.conf = {{"spark.connect.grpc.binding.address", "0.0.0.0"}};
  EXPECT_EQ(KindOf(ConnectServer::Start(options).status()), ErrorKind::kUsage);
}

// As tests/integration/test_spark_servers.py asks for them: lines of KEY=VALUE, and a bucket.
Conf ConfFromEnvironment() {
  Conf conf;
  std::istringstream settings(std::getenv("TARN_TEST_SPARK_CONF"));
  for (std::string line; std::getline(settings, line);) {
    const size_t sign = line.find('=');
    conf.emplace_back(line.substr(0, sign), line.substr(sign + 1));
  }
  if (const char* bucket = std::getenv("TARN_TEST_SPARK_BUCKET"); bucket != nullptr) {
    const auto jars = FindJars(FindSparkHome("").ValueOrDie().folder, conf);
    const S3aConf s3a = MakeS3aConf(
        {{bucket, std::getenv("AWS_REGION"), std::getenv("AWS_ENDPOINT_URL"), true}}, jars);
    EXPECT_EQ(s3a.warning, "");
    conf.insert(conf.begin(), s3a.conf.begin(), s3a.conf.end());
  }
  return conf;
}

// Driven by the integration tests from outside: it writes what it knows of the server, and stops it
// when its own standard input ends.
TEST(RealSpark, ServesUntilTheInputEnds) {
  const char* master = std::getenv("TARN_TEST_SPARK_MASTER");
  if (master == nullptr) GTEST_SKIP() << "started by tests/integration/test_spark_servers.py";
  LaunchOptions options;
  options.master = master;
  options.conf = ConfFromEnvironment();
  options.on_progress = [](std::string_view line) {
    std::cout << "progress " << line << std::endl;
  };
  auto started = ConnectServer::Start(options);
  ASSERT_TRUE(started.ok()) << MessageOf(started.status());
  const auto server = std::move(started).ValueUnsafe();
  std::cout << "application " << server->application_id() << "\nui " << server->ui_url()
            << "\nremote " << server->remote() << std::endl;
  std::cin.get();
  EXPECT_TRUE(server->CheckRunning().ok());
  EXPECT_TRUE(server->Stop().ok());
}

}  // namespace
}  // namespace tarn::spark
