#include "spark/engine/runner_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "spark/engine/spark_quarantine.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::spark {
namespace {

using ::testing::HasSubstr;

class RunnerProcessTest : public testing::Test {
 protected:
  // A program that does what `script` says.
  std::unique_ptr<RunnerProcess> Start(const std::string& script) {
    const std::string path = folder_.Write("program", "#!/bin/sh\n" + script + "\n");
    ::chmod(path.c_str(), 0755);
    return RunnerProcess::Start(path, job_).ValueOrDie();
  }

  storage::TemporaryFolder folder_;
  Job job_;
  arrow::StopSource stop_;
};

TEST_F(RunnerProcessTest, ReadsMessagesToTheEnd) {
  const auto runner = Start(
      "read job; printf '{\"type\":\"waiting\",'; sleep 0.1; echo '\"what\":\"x\"}'\n"
      "echo '{\"type\":\"finished\"}'; exit 3");
  const auto first = runner->Next(stop_.token()).ValueOrDie();
  EXPECT_EQ(std::get<Waiting>(*first).what, "x");
  EXPECT_TRUE(std::holds_alternative<Finished>(*runner->Next(stop_.token()).ValueOrDie()));
  EXPECT_FALSE(runner->Next(stop_.token()).ValueOrDie().has_value());
  EXPECT_EQ(runner->WaitForEnd(), "exit code 3");
}

TEST_F(RunnerProcessTest, ReadsWhatFollowsALine) {
  const auto runner = Start(
      "printf '{\"type\":\"table_rows\",\"table\":\"t\",\"num_bytes\":5}\\na\\nb'; sleep 0.1\n"
      "printf 'cd'; echo '{\"type\":\"finished\"}'\n"
      "printf '{\"type\":\"table_rows\",\"table\":\"t\",\"num_bytes\":5}\\nab'");
  const auto rows = runner->Next(stop_.token()).ValueOrDie();
  EXPECT_EQ(std::get<TableRows>(*rows).stream, "a\nbcd");
  EXPECT_TRUE(std::holds_alternative<Finished>(*runner->Next(stop_.token()).ValueOrDie()));
  EXPECT_FALSE(runner->Next(stop_.token()).ValueOrDie().has_value());
}

TEST_F(RunnerProcessTest, TellsWhatIsNoMessage) {
  EXPECT_THAT(Start("echo oh")->Next(stop_.token()).status().message(), HasSubstr("not a message"));
}

TEST_F(RunnerProcessTest, MayEndBeforeItHasReadItsJob) {
  job_.server.remote.assign(4 << 20, 'x');  // more than waits for a reader
  const auto runner = Start("exit 3");
  EXPECT_FALSE(runner->Next(stop_.token()).ValueOrDie().has_value());
  EXPECT_EQ(runner->WaitForEnd(), "exit code 3");
}

TEST_F(RunnerProcessTest, AsksToEndWhenStopped) {
  // Ends when its input does, and says so.
  const auto runner = Start("cat >/dev/null; echo '{\"type\":\"waiting\",\"what\":\"ended\"}'");
  std::thread([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop_.RequestStop();
  }).detach();
  const auto last = runner->Next(stop_.token()).ValueOrDie();
  EXPECT_EQ(std::get<Waiting>(*last).what, "ended");
}

TEST(PathOfUriTest, IsThatOfTarn) {
  EXPECT_EQ(PathOfUri("file:///a%20b/c.json"), "/a b/c.json");
  EXPECT_EQ(PathOfUri("file:/a/c.json"), "/a/c.json");
  EXPECT_EQ(PathOfUri("s3a://bucket/%C3%A9.json"), "s3://bucket/é.json");
  EXPECT_EQ(PathOfUri("s3://bucket/a.json"), "s3://bucket/a.json");
  EXPECT_EQ(PathOfUri("hdfs://host/a.json"), "hdfs://host/a.json");
}

}  // namespace
}  // namespace tarn::spark
