#include "spark/engine/runner_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "system/file_descriptor.h"

extern char** environ;

namespace tarn::spark {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kName[] = "tarn-spark";
constexpr int kPollMs = 50;
constexpr std::chrono::seconds kEndsWithin(30);

Status PipeError(int error) {
  return Status::IOError("Cannot start ", kName, ": ", std::strerror(error));
}

struct Pipe {
  FileDescriptor read_end;
  FileDescriptor write_end;

  static Result<Pipe> Make() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return PipeError(errno);
    return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
  }
};

// A socket, as writing to a pipe without a reader would end this program.
Result<Pipe> MakeInput() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return PipeError(errno);
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// Success when the program has ended already: its exit status says why.
Status SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written < 0 && (errno == EPIPE || errno == ECONNRESET)) return Status::OK();
    if (written < 0 && errno != EINTR) return PipeError(errno);
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return Status::OK();
}

class Runner : public RunnerProcess {
 public:
  Runner(pid_t id, FileDescriptor input, FileDescriptor output)
      : id_(id), input_(std::move(input)), output_(std::move(output)) {}

  ~Runner() override {
    input_ = FileDescriptor(-1);
    WaitForEnd();
  }

  Status Send(const Job& job) { return SendAll(input_.number(), ToJson(job) + "\n"); }

  Result<std::optional<Message>> Next(const arrow::StopToken& stop) override {
    size_t end = std::string::npos;
    const auto has_line = [&] { return (end = read_.find('\n')) != std::string::npos; };
    if (!ReadUntil(has_line, stop)) return std::nullopt;
    ARROW_ASSIGN_OR_RAISE(Message message, MessageFromJson(read_.substr(0, end)));
    read_.erase(0, end + 1);
    if (auto* rows = std::get_if<TableRows>(&message)) {
      const auto num_bytes = static_cast<size_t>(rows->num_bytes);
      if (!ReadUntil([&] { return read_.size() >= num_bytes; }, stop)) return std::nullopt;
      rows->stream = read_.substr(0, num_bytes);
      read_.erase(0, num_bytes);
    }
    return message;
  }

  std::string WaitForEnd() override {
    if (!end_.empty()) return end_;
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    end_ = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                               : fmt::format("exit code {}", WEXITSTATUS(status));
    return end_;
  }

 private:
  // Read what the program says until `is_enough`. Whether it said so much before its end.
  template <class IsEnough>
  bool ReadUntil(IsEnough&& is_enough, const arrow::StopToken& stop) {
    while (!is_enough()) {
      if (stop.IsStopRequested() && !stop_begin_) {
        stop_begin_ = Clock::now();
        input_ = FileDescriptor(-1);
      }
      if (stop_begin_ && Clock::now() - *stop_begin_ > kEndsWithin) ::kill(id_, SIGKILL);
      pollfd ready{output_.number(), POLLIN, 0};
      if (::poll(&ready, 1, kPollMs) <= 0) continue;
      char bytes[1 << 16];
      const ssize_t num_read = ::read(output_.number(), bytes, sizeof(bytes));
      if (num_read == 0) return false;
      if (num_read > 0) read_.append(bytes, static_cast<size_t>(num_read));
    }
    return true;
  }

  const pid_t id_;
  FileDescriptor input_;
  FileDescriptor output_;
  std::string read_;
  std::optional<Clock::time_point> stop_begin_;
  std::string end_;  // "" while it runs
};

}  // namespace

std::string FindRunner() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "";
  const auto runner = self.parent_path() / kName;
  return ::access(runner.c_str(), X_OK) == 0 ? runner.string() : "";
}

Result<std::unique_ptr<RunnerProcess>> RunnerProcess::Start(const std::string& program,
                                                            const Job& job) {
  ARROW_ASSIGN_OR_RAISE(Pipe input, MakeInput());
  ARROW_ASSIGN_OR_RAISE(Pipe output, Pipe::Make());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.read_end.number(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write_end.number(), STDOUT_FILENO);
  std::string name = kName;
  char* arguments[] = {name.data(), nullptr};
  pid_t id = 0;
  const int error = ::posix_spawn(&id, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return PipeError(error);
  auto runner =
      std::make_unique<Runner>(id, std::move(input.write_end), std::move(output.read_end));
  input.read_end = FileDescriptor(-1);
  output.write_end = FileDescriptor(-1);
  ARROW_RETURN_NOT_OK(runner->Send(job));
  return runner;
}

}  // namespace tarn::spark
