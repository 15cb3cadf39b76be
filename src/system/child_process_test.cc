#include "system/child_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

#include "system/environment_variables.h"
#include "system/process.h"

namespace tarn {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kPatience{20};

// The lines of a child, from its thread to ours.
class Lines {
 public:
  void Add(std::string_view line) {
    std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
  }
  std::vector<std::string> Get() const {
    std::lock_guard lock(mutex_);
    return lines_;
  }
  // The first one, once it is there.
  std::string First() const {
    for (int i = 0; i < 2000 && Get().empty(); ++i) std::this_thread::sleep_for(milliseconds(10));
    return Get().empty() ? "" : Get()[0];
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

Result<std::unique_ptr<ChildProcess>> Shell(const std::string& script, Lines* lines) {
  Program program{{"/bin/sh", "-c", script}, {"PATH=/usr/bin:/bin", "NAME=value"}};
  return ChildProcess::Start(std::move(program),
                             [lines](std::string_view line) { lines->Add(line); });
}

// Whether a process is gone, soon.
bool Ends(int64_t process_id) {
  for (int i = 0; i < 2000; ++i) {
    if (ProcessStart(process_id) == 0) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

TEST(ChildProcess, HandsOnWhatItWritesAndHowItEnds) {
  Lines lines;
  auto child = Shell("echo out; echo err >&2; printf \"$NAME\"; exit 3", &lines).ValueOrDie();
  ASSERT_TRUE(child->WaitFor(kPatience));
  EXPECT_EQ(lines.Get(), (std::vector<std::string>{"out", "err", "value"}));
  EXPECT_EQ(child->end(), "exit code 3");
}

TEST(ChildProcess, CutsLongLines) {
  Lines lines;
  auto child = Shell("head -c 100000 /dev/zero | tr '\\0' x; echo; echo y", &lines).ValueOrDie();
  ASSERT_TRUE(child->WaitFor(kPatience));
  ASSERT_EQ(lines.Get().size(), 2);
  EXPECT_EQ(lines.Get()[0], std::string(4096, 'x'));
  EXPECT_EQ(lines.Get()[1], "y");
}

TEST(ChildProcess, SaysWhyAProgramCannotBeStarted) {
  const auto started = ChildProcess::Start({{"/no/such/program"}, {}}, [](std::string_view) {});
  EXPECT_EQ(MessageOf(started.status()),
            "Cannot start a program: No such file or directory: /no/such/program");
}

TEST(ChildProcess, ReadsNothingAndGetsNoFileOfOurs) {
  const int file = ::open("/dev/null", O_RDONLY);  // and no O_CLOEXEC
  Lines lines;
  auto child =
      Shell(fmt::format("cat; test -e /proc/self/fd/{} || echo none; echo done", file), &lines)
          .ValueOrDie();
  ASSERT_TRUE(child->WaitFor(kPatience));
  EXPECT_EQ(lines.Get(), (std::vector<std::string>{"none", "done"}));
  ::close(file);
}

TEST(ChildProcess, StopAsksFirst) {
  Lines lines;
  auto child =
      Shell("trap 'echo asked; exit 7' TERM; echo ready; while :; do sleep 0.1; done", &lines)
          .ValueOrDie();
  ASSERT_EQ(lines.First(), "ready");
  EXPECT_FALSE(child->WaitFor(milliseconds(0)));
  EXPECT_EQ(child->end(), "");
  child->Stop(kPatience);
  EXPECT_EQ(lines.Get().back(), "asked");
  EXPECT_EQ(child->end(), "exit code 7");
  child->Stop(kPatience);  // again: nothing to do
}

TEST(ChildProcess, StopKillsWhatDoesNotListenAndWhatItStarted) {
  Lines lines;
  auto child =
      Shell("trap '' TERM; sleep 1000 & echo $!; while :; do sleep 0.1; done", &lines).ValueOrDie();
  const int64_t grandchild = std::stoll(lines.First());
  child->Stop(milliseconds(200));
  EXPECT_EQ(child->end(), "signal 9 (Killed)");
  EXPECT_TRUE(Ends(grandchild));
}

TEST(ChildProcess, WhatItLeavesBehindEndsToo) {
  Lines lines;
  auto child = Shell("sleep 1000 & echo $!", &lines).ValueOrDie();
  ASSERT_TRUE(child->WaitFor(kPatience));
  EXPECT_EQ(child->end(), "exit code 0");
  EXPECT_TRUE(Ends(std::stoll(lines.First())));
}

TEST(ChildProcess, OutlivesTheThreadThatStartedIt) {
  Lines lines;
  std::unique_ptr<ChildProcess> child;
  std::thread([&] { child = *Shell("sleep 1000", &lines); }).join();
  EXPECT_FALSE(child->WaitFor(milliseconds(300)));
}

TEST(RunProgram, KeepsOutputAndErrorsApart) {
  const std::string script = "head -c 100000 /dev/zero | tr '\\0' x; echo err >&2; exit 4";
  const ProgramOutput output = RunProgram({{"/bin/sh", "-c", script}, {"PATH=/usr/bin:/bin"}},
                                          arrow::StopToken::Unstoppable())
                                   .ValueOrDie();
  EXPECT_EQ(output.output, std::string(100000, 'x'));
  EXPECT_EQ(output.error, "err\n");
  EXPECT_EQ(output.end, "exit code 4");
  EXPECT_FALSE(output.succeeded());
}

TEST(RunProgram, IsEndedByAStop) {
  arrow::StopSource source;
  source.RequestStop();
  const auto run = RunProgram({{"/bin/sleep", "1000"}, {}}, source.token());
  EXPECT_EQ(KindOf(run.status()), ErrorKind::kCancelled);
}

TEST(RunProgram, ItLooksUpNothingInTheCurrentFolder) {
  Program program{{"/bin/sh", "-c", "echo $PATH"}, {"PATH=:/usr/bin:.:bin:/bin:"}};
  const auto run = RunProgram(std::move(program), arrow::StopToken::Unstoppable());
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->output, "/usr/bin:/bin\n");
}

TEST(FindProgram, LooksThroughPath) {
  EXPECT_TRUE(FindProgram("sh").ends_with("/sh"));
  EXPECT_EQ(FindProgram("/bin/sh"), "/bin/sh");
  EXPECT_EQ(FindProgram("no-such-program"), "");
  EXPECT_EQ(FindProgram("/no/such/program"), "");
  EXPECT_EQ(FindProgram("/bin"), "");
}

TEST(FindProgram, NeverLooksInTheCurrentFolder) {
  const std::string path = EnvironmentVariable("PATH");
  const std::filesystem::path current = std::filesystem::current_path();
  std::filesystem::current_path("/bin");
  for (const char* folders : {"", ".", ":", "..//bin:.", "bin:./", "nowhere::"}) {
    ::setenv("PATH", folders, 1);
    EXPECT_EQ(FindProgram("sh"), "") << folders;
  }
  ::setenv("PATH", ".::/bin", 1);
  EXPECT_EQ(FindProgram("sh"), "/bin/sh");
  EXPECT_EQ(FindProgram("./sh"), "");
  std::filesystem::current_path(current);
  ::setenv("PATH", path.c_str(), 1);
}

TEST(ChildProcess, DiesWithThisProcess) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    Lines lines;
    const auto child = *Shell("trap '' TERM HUP INT; while :; do sleep 0.1; done", &lines);
    const int64_t id = child->id();
    if (::write(pipe[1], &id, sizeof(id)) < 0) ::_exit(1);
    ::pause();
  }
  int64_t child = 0;
  ASSERT_EQ(::read(pipe[0], &child, sizeof(child)), static_cast<ssize_t>(sizeof(child)));
  EXPECT_NE(ProcessStart(child), 0);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(Ends(child));
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace
}  // namespace tarn
