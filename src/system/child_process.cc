#include "system/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <future>
#include <mutex>
#include <sstream>
#include <thread>

#include "base/line_splitter.h"
#include "system/environment_variables.h"

namespace tarn {
namespace {

constexpr int kPollMs = 100;
constexpr std::chrono::milliseconds kLook(100);
constexpr std::chrono::milliseconds kGrace(2000);

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Those of a PATH's folders that are absolute: an empty or relative one means what happens to lie
// in the current folder.
std::vector<std::string> AbsoluteFolders(const std::string& path) {
  std::vector<std::string> folders;
  std::istringstream elements(path);
  for (std::string folder; std::getline(elements, folder, ':');) {
    if (folder.starts_with('/')) folders.push_back(folder);
  }
  return folders;
}

// The program looks up others, as spark-submit does java.
Program WithAbsolutePath(Program program) {
  constexpr std::string_view kName = "PATH=";
  for (std::string& variable : program.environment) {
    if (!variable.starts_with(kName)) continue;
    variable =
        fmt::format("{}{}", kName, fmt::join(AbsoluteFolders(variable.substr(kName.size())), ":"));
  }
  return program;
}

// What the new process is before it is the program. Other threads are gone there and may have held
// any lock: only async-signal-safe calls, no allocation.
[[noreturn]] void BecomeProgram(char* const* arguments, char* const* environment, int output,
                                int error_output, int error_pipe, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before the kernel knew what to do then
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = ::open("/dev/null", O_RDONLY);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(error_output, STDERR_FILENO);
  // Sockets and files that libraries opened without O_CLOEXEC.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execve(arguments[0], arguments, environment);
  const int error = errno;
  if (::write(error_pipe, &error, sizeof(error)) < 0) ::_exit(126);
  ::_exit(127);
}

std::string EndText(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const char* name = ::sigdescr_np(number);
    return fmt::format("signal {} ({})", number, name == nullptr ? "unknown" : name);
  }
  return fmt::format("exit code {}", WEXITSTATUS(status));
}

using Handler = std::function<void(std::string_view bytes)>;

// What a child writes to a pipe, and who takes it.
struct Stream {
  Handler take;
  int read_end = -1;   // negative when nothing more comes
  int write_end = -1;  // the child's

  void Close() {
    if (read_end >= 0) ::close(read_end);
    if (write_end >= 0) ::close(write_end);
    read_end = write_end = -1;
  }
};

// Its thread starts the program, reads what it writes, and waits for its end: the kernel kills a
// child when the thread that made it ends, so that thread has to live as long.
class RunningChild : public ChildProcess {
 public:
  /// \param[in] take_error takes what is written to standard error; none: `take_output` does
  RunningChild(Program program, Handler take_output, Handler take_error,
               std::function<void()> on_end)
      : program_(WithAbsolutePath(std::move(program))), on_end_(std::move(on_end)) {
    streams_.push_back({std::move(take_output)});
    if (take_error) streams_.push_back({std::move(take_error)});
  }

  ~RunningChild() override {
    Stop(std::chrono::milliseconds(0));
    if (thread_.joinable()) thread_.join();
  }

  Status Begin() {
    std::promise<Status> started;
    std::future<Status> status = started.get_future();
    thread_ = std::thread([this, started = std::move(started)]() mutable {
      const Status forked = Fork();
      started.set_value(forked);
      if (forked.ok()) SeeToEnd();
    });
    return status.get();
  }

  pid_t id() const override { return id_; }

  bool WaitFor(std::chrono::milliseconds time) const override {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, time, [this] { return has_ended_; });
  }

  std::string end() const override {
    std::lock_guard lock(mutex_);
    return end_;
  }

  void Stop(std::chrono::milliseconds grace) override {
    if (grace.count() > 0) {
      Signal(SIGTERM);
      if (WaitFor(grace)) return;
    }
    Signal(SIGKILL);
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return has_ended_; });
  }

 private:
  Status Fork() {
    int error[2];
    if (::pipe2(error, O_CLOEXEC) != 0) return Failed(errno);
    int reason = OpenStreams();
    if (reason == 0) {
      const std::vector<char*> arguments = Pointers(program_.arguments);
      const std::vector<char*> environment = Pointers(program_.environment);
      const pid_t parent = ::getpid();
      id_ = ::fork();
      if (id_ == 0) {
        BecomeProgram(arguments.data(), environment.data(), streams_.front().write_end,
                      streams_.back().write_end, error[1], parent);
      }
      reason = id_ < 0 ? errno : 0;
    }
    ::close(error[1]);
    for (Stream& stream : streams_) {
      if (stream.write_end >= 0) ::close(std::exchange(stream.write_end, -1));
    }
    // Closed by a successful exec, so that the group exists and the program runs from here on.
    if (id_ > 0 && ::read(error[0], &reason, sizeof(reason)) > 0) ::waitpid(id_, nullptr, 0);
    ::close(error[0]);
    if (reason == 0) return Status::OK();
    for (Stream& stream : streams_) stream.Close();
    return Failed(reason);
  }

  int OpenStreams() {
    for (Stream& stream : streams_) {
      int ends[2];
      if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
      stream.read_end = ends[0];
      stream.write_end = ends[1];
    }
    return 0;
  }

  Status Failed(int reason) {
    has_ended_ = true;  // for Stop
    return MakeError(ErrorKind::kFailed, fmt::format("Cannot start a program: {}: {}",
                                                     std::strerror(reason), program_.arguments[0]));
  }

  void SeeToEnd() {
    while (!HasExited()) ReadFor(kPollMs);
    // While its exit code is not taken, its number is no other process's: neither is the group's.
    ::kill(-id_, SIGKILL);
    while (ReadFor(0)) continue;
    if (on_end_) on_end_();
    for (Stream& stream : streams_) stream.Close();
    std::lock_guard lock(mutex_);
    int status = 0;
    ::waitpid(id_, &status, 0);
    end_ = EndText(status);
    has_ended_ = true;
    ended_.notify_all();
  }

  bool HasExited() const {
    siginfo_t info = {};
    return ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
  }

  // Hand on what was written, waiting for it up to `time_ms`; false when there was nothing.
  bool ReadFor(int time_ms) {
    pollfd polls[2] = {};
    for (size_t i = 0; i < streams_.size(); ++i) {
      polls[i] = {.fd = streams_[i].read_end, .events = POLLIN, .revents = 0};  // < 0: only waits
    }
    if (::poll(polls, streams_.size(), time_ms) <= 0) return false;
    bool has_read = false;
    for (size_t i = 0; i < streams_.size(); ++i) {
      if (polls[i].revents != 0) has_read |= Read(&streams_[i]);
    }
    return has_read;
  }

  static bool Read(Stream* stream) {
    char bytes[4096];
    const ssize_t num_bytes = ::read(stream->read_end, bytes, sizeof(bytes));
    if (num_bytes > 0) {
      stream->take({bytes, static_cast<size_t>(num_bytes)});
      return true;
    }
    stream->Close();
    return false;
  }

  void Signal(int number) {
    std::lock_guard lock(mutex_);
    if (!has_ended_) ::kill(-id_, number);
  }

  const Program program_;
  const std::function<void()> on_end_;  // after the last byte
  std::vector<Stream> streams_;         // standard output, and standard error if it is not the same
  std::thread thread_;
  pid_t id_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable ended_;
  bool has_ended_ = false;
  std::string end_;
};

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    Program program, std::function<void(std::string_view)> on_line) {
  const auto lines = std::make_shared<LineSplitter>(std::move(on_line));
  auto child = std::make_unique<RunningChild>(
      std::move(program), [lines](std::string_view bytes) { lines->Add(bytes); }, Handler(),
      [lines] { lines->Finish(); });
  ARROW_RETURN_NOT_OK(child->Begin());
  return child;
}

Result<ProgramOutput> RunProgram(Program program, const arrow::StopToken& stop,
                                 const ProgramLimits& limits) {
  ProgramOutput output;
  std::atomic<bool> is_too_much = false;
  const auto keep = [&](std::string* text, std::string_view bytes) {
    const bool has_room = static_cast<int64_t>(text->size() + bytes.size()) <= limits.output_bytes;
    if (has_room) *text += bytes;
    if (!has_room) is_too_much = true;
  };
  RunningChild child(
      std::move(program), [&](std::string_view bytes) { keep(&output.output, bytes); },
      [&](std::string_view bytes) { keep(&output.error, bytes); }, nullptr);
  ARROW_RETURN_NOT_OK(child.Begin());
  const auto begin = std::chrono::steady_clock::now();
  while (!child.WaitFor(kLook)) {
    const bool is_late = std::chrono::steady_clock::now() - begin >= limits.time;
    if (!is_late && !is_too_much && !stop.IsStopRequested()) continue;
    child.Stop(kGrace);
    if (stop.IsStopRequested()) return MakeError(ErrorKind::kCancelled, "interrupted");
    if (is_too_much) break;
    return MakeError(ErrorKind::kFailed, fmt::format("it was terminated after {} s",
                                                     limits.time / std::chrono::seconds(1)));
  }
  if (is_too_much) {
    return MakeError(ErrorKind::kFailed,
                     fmt::format("it wrote more than {} bytes", limits.output_bytes));
  }
  output.end = child.end();
  return output;
}

std::string FindProgram(const std::string& name) {
  std::vector<std::string> files;
  if (name.find('/') != std::string::npos) {
    files.push_back(name);
  } else {
    for (const std::string& folder : AbsoluteFolders(EnvironmentVariable("PATH"))) {
      files.push_back(fmt::format("{}/{}", folder, name));
    }
  }
  for (const std::string& file : files) {
    std::error_code ignored;
    if (file.starts_with('/') && ::access(file.c_str(), X_OK) == 0 &&
        std::filesystem::is_regular_file(file, ignored)) {
      return file;
    }
  }
  return "";
}

}  // namespace tarn
