#include "spark/launch/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <future>
#include <mutex>
#include <thread>

#include "spark/launch/line_splitter.h"

namespace tarn::spark {
namespace {

constexpr int kPollMs = 100;

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// What the new process is before it is the program. Other threads are gone there and may have held
// any lock: only async-signal-safe calls, no allocation.
[[noreturn]] void BecomeProgram(char* const* arguments, char* const* environment, int output,
                                int error_pipe, pid_t parent) {
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
  ::dup2(output, STDERR_FILENO);
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

// Its thread starts the program, reads what it writes, and waits for its end: the kernel kills a
// child when the thread that made it ends, so that thread has to live as long.
class RunningChild : public ChildProcess {
 public:
  RunningChild(Program program, std::function<void(std::string_view)> on_line)
      : program_(std::move(program)), lines_(std::move(on_line)) {}

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
    int output[2], error[2];
    if (::pipe2(output, O_CLOEXEC) != 0) return Failed(errno);
    if (::pipe2(error, O_CLOEXEC) != 0) {
      const int reason = errno;
      ::close(output[0]);
      ::close(output[1]);
      return Failed(reason);
    }
    const std::vector<char*> arguments = Pointers(program_.arguments);
    const std::vector<char*> environment = Pointers(program_.environment);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
      BecomeProgram(arguments.data(), environment.data(), output[1], error[1], parent);
    }
    int reason = child < 0 ? errno : 0;
    ::close(output[1]);
    ::close(error[1]);
    // Closed by a successful exec, so that the group exists and the program runs from here on.
    if (child > 0 && ::read(error[0], &reason, sizeof(reason)) > 0) ::waitpid(child, nullptr, 0);
    ::close(error[0]);
    if (reason == 0) {
      id_ = child;
      output_ = output[0];
      return Status::OK();
    }
    ::close(output[0]);
    return Failed(reason);
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
    lines_.Finish();
    if (output_ >= 0) ::close(output_);
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
    pollfd poll = {.fd = output_, .events = POLLIN, .revents = 0};  // a negative fd only waits
    if (::poll(&poll, 1, time_ms) <= 0) return false;
    char bytes[4096];
    const ssize_t num_bytes = ::read(output_, bytes, sizeof(bytes));
    if (num_bytes > 0) {
      lines_.Add({bytes, static_cast<size_t>(num_bytes)});
      return true;
    }
    ::close(output_);
    output_ = -1;
    return false;
  }

  void Signal(int number) {
    std::lock_guard lock(mutex_);
    if (!has_ended_) ::kill(-id_, number);
  }

  const Program program_;
  LineSplitter lines_;
  std::thread thread_;
  pid_t id_ = 0;
  int output_ = -1;
  mutable std::mutex mutex_;
  mutable std::condition_variable ended_;
  bool has_ended_ = false;
  std::string end_;
};

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    Program program, std::function<void(std::string_view)> on_line) {
  auto child = std::make_unique<RunningChild>(std::move(program), std::move(on_line));
  ARROW_RETURN_NOT_OK(child->Begin());
  return child;
}

}  // namespace tarn::spark
