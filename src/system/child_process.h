#pragma once

#include <arrow/util/cancel.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn {

/// \brief A program to start, with its arguments.
struct Program {
  std::vector<std::string> arguments;  ///< the first is the program's path
  /// All of it, as NAME=VALUE. Of PATH, the program gets the absolute folders alone: what it looks
  /// up is not what happens to lie in the current folder.
  std::vector<std::string> environment;
};

/// \brief A program that runs beside this process and does not outlive it.
///
/// It leads a process group of its own, reads from /dev/null, and gets no open file of ours. When
/// this process dies, the kernel kills it; what it started in turn ends with it where it ends in
/// an orderly way or by Stop.
/// Threads: any.
class ChildProcess {
 public:
  /// \param[in] on_line called with each line (without its end, cut to 4096 bytes) that the program
  /// writes to its standard output or error, on one thread of the child's own
  /// \return kFailed when it can't be started
  static Result<std::unique_ptr<ChildProcess>> Start(
      Program program, std::function<void(std::string_view line)> on_line);

  /// \brief Kills it, unless it was stopped before.
  virtual ~ChildProcess() = default;

  virtual pid_t id() const = 0;

  /// \brief Wait until it has ended and its last line was handed on.
  /// \return whether it has, within this time
  virtual bool WaitFor(std::chrono::milliseconds time) const = 0;

  /// \brief "exit code 1", "signal 9 (Killed)"; "" while it runs.
  virtual std::string end() const = 0;

  /// \brief SIGTERM, and SIGKILL when it runs on for `grace`; then SIGKILL to what is left of its
  /// group. Returns when it is gone.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

/// \brief What a program wrote, and how it ended.
struct ProgramOutput {
  std::string output;  ///< of standard output, all of it
  std::string error;   ///< of standard error, all of it
  std::string end;     ///< "exit code 0", as ChildProcess tells it

  bool succeeded() const { return end == "exit code 0"; }
};

/// \brief What a program may take before it is ended.
struct ProgramLimits {
  std::chrono::milliseconds time = std::chrono::hours(24 * 365);  ///< from start to end
  int64_t output_bytes = std::numeric_limits<int64_t>::max();     ///< of each of its two outputs
};

/// \brief Run a program as a ChildProcess to its end.
/// \param[in] stop ends it, and the waiting
/// \return kFailed when it can't be started or goes beyond `limits` (it is ended then), kCancelled
/// by `stop`; a program that fails is no error
Result<ProgramOutput> RunProgram(Program program, const arrow::StopToken& stop,
                                 const ProgramLimits& limits = {});

/// \brief The file of a program that PATH has, "" when none; a name with a slash is a path itself.
///
/// Never one of the current folder: relative paths, and such elements of PATH, are passed over.
std::string FindProgram(const std::string& name);

}  // namespace tarn
