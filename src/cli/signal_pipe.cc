#include "cli/signal_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

namespace tarn::cli {
namespace {

std::atomic<int> pipe_to_write{-1};

// Only what is safe in a signal handler.
void WriteToPipe(int signal_number) {
  const int error = errno;
  const char byte = static_cast<char>(signal_number);
  [[maybe_unused]] const ssize_t written = write(pipe_to_write, &byte, 1);
  errno = error;
}

void DoNothing(int /*signal_number*/) {}

// Unless the signal is ignored, which children are told to do.
struct sigaction Replace(int signal_number, void (*handler)(int)) {
  struct sigaction before {};
  sigaction(signal_number, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return before;
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(signal_number, &action, nullptr);
  return before;
}

}  // namespace

Result<std::unique_ptr<SignalPipe>> SignalPipe::Make() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    return MakeError(ErrorKind::kFailed, "no pipe could be made for signals");
  }
  return std::unique_ptr<SignalPipe>(
      new SignalPipe(FileDescriptor(ends[0]), FileDescriptor(ends[1])));
}

SignalPipe::SignalPipe(FileDescriptor read_end, FileDescriptor write_end)
    : read_end_(std::move(read_end)),
      write_end_(std::move(write_end)),
      interrupt_before_(Replace(SIGINT, DoNothing)) {}

SignalPipe::~SignalPipe() { sigaction(SIGINT, &interrupt_before_, nullptr); }

void SignalPipe::Open() {
  pipe_to_write = write_end_.number();
  for (size_t i = 0; i < kSignals.size(); ++i) before_[i] = Replace(kSignals[i], WriteToPipe);
}

void SignalPipe::Close() {
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  while (Take() != 0) {
  }
}

int SignalPipe::Take() {
  char byte = 0;
  return read(descriptor(), &byte, 1) == 1 ? byte : 0;
}

void SignalPipe::StopProcess() {
  const struct sigaction taken = Replace(SIGTSTP, SIG_DFL);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &taken, nullptr);
}

}  // namespace tarn::cli
