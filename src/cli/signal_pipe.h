#pragma once

#include <signal.h>

#include <array>
#include <memory>

#include "base/error.h"
#include "system/file_descriptor.h"

namespace tarn::cli {

/// \brief While it is open, the signals that concern who reads from a terminal come through a pipe,
/// so that they can be waited for beside what is typed, whichever thread gets them. While it is
/// closed, SIGINT does nothing and the others do what they did. Signals that are ignored stay so.
/// One at a time.
class SignalPipe {
 public:
  static Result<std::unique_ptr<SignalPipe>> Make();
  ~SignalPipe();
  SignalPipe(const SignalPipe&) = delete;
  SignalPipe& operator=(const SignalPipe&) = delete;

  /// \brief Take SIGINT, SIGTERM, SIGHUP, SIGTSTP and SIGWINCH.
  void Open();

  /// \brief What came and was not taken is dropped.
  void Close();

  /// \brief Readable when there is a signal.
  int descriptor() const { return read_end_.number(); }

  /// \brief The next signal that came; 0 when there is none.
  int Take();

  /// \brief Stop the process as SIGTSTP does; returns when it goes on.
  void StopProcess();

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH};

  SignalPipe(FileDescriptor read_end, FileDescriptor write_end);

  const FileDescriptor read_end_;
  const FileDescriptor write_end_;
  struct sigaction interrupt_before_ {};
  std::array<struct sigaction, kSignals.size()> before_{};  // while it is open
};

}  // namespace tarn::cli
