#pragma once

#include <arrow/util/cancel.h>

namespace tarn::cli {

/// \brief While it lives, SIGINT and SIGTERM ask for a stop instead of ending the process; a second
/// one ends it at once. At most one at a time. SIGPIPE is ignored meanwhile: a run does not die
/// because nobody reads its progress any more.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// \brief Stopped by the signal. Valid while the guard lives.
  arrow::StopToken token();

 private:
  arrow::StopSource source_;
};

/// \brief What an interrupted command returns: kCancelled, "interrupted; tables are as they were".
arrow::Status InterruptedError();

}  // namespace tarn::cli
