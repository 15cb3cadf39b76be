#pragma once

#include <arrow/util/cancel.h>
#include <signal.h>

#include <utility>
#include <vector>

namespace tarn::cli {

/// \brief While it lives, SIGINT and SIGTERM ask for a stop instead of ending the process; a second
/// one ends it at once, unless the guard was made with kWaits. SIGPIPE is ignored meanwhile: a run
/// does not die because its progress is no longer read. Afterwards the signals do again what they
/// did. A guard within the life of another one is that one.
class InterruptGuard {
 public:
  /// What a second signal does. kWaits is for what must be put in order before the process ends; a
  /// closed terminal (SIGHUP) asks for a stop too then.
  enum class Second { kEnds, kWaits };

  explicit InterruptGuard(Second second = Second::kEnds);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// \brief Stopped by the signal. Valid while the outermost guard lives.
  arrow::StopToken token();

 private:
  void Handle(int signal_number, void (*handler)(int));

  arrow::StopSource source_;
  std::vector<std::pair<int, struct sigaction>> before_;  // what each signal did
};

}  // namespace tarn::cli
