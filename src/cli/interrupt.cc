#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "base/error.h"

namespace tarn::cli {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

std::atomic<arrow::StopSource*> source_to_stop{nullptr};
std::atomic<bool> second_waits{false};
arrow::StopSource* outermost_source = nullptr;  // of the guard that handles the signals

// Only what is safe in a signal handler: atomics, RequestStopFromSignal and _exit.
void OnSignal(int signal_number) {
  arrow::StopSource* source = source_to_stop.exchange(nullptr);
  if (source == nullptr && second_waits) return;
  if (source == nullptr) _exit(130);
  source->RequestStopFromSignal(signal_number);
}

void SetHandler(int signal_number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  // Reads and writes go on: a stop is asked for between them, not in their midst.
  action.sa_flags = SA_RESTART;
  sigaction(signal_number, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard(Second second) {
  static_assert(std::atomic<arrow::StopSource*>::is_always_lock_free);
  if (outermost_source != nullptr) return;
  outermost_source = &source_;
  second_waits = second == Second::kWaits;
  source_to_stop = &source_;
  for (int signal_number : kSignals) SetHandler(signal_number, OnSignal);
  SetHandler(SIGPIPE, SIG_IGN);
  // A terminal that is closed; nohup's programs go on.
  struct sigaction action {};
  sigaction(SIGHUP, nullptr, &action);
  handles_hangup_ = second == Second::kWaits && action.sa_handler != SIG_IGN;
  if (handles_hangup_) SetHandler(SIGHUP, OnSignal);
}

InterruptGuard::~InterruptGuard() {
  if (outermost_source != &source_) return;
  for (int signal_number : kSignals) SetHandler(signal_number, SIG_DFL);
  SetHandler(SIGPIPE, SIG_DFL);
  if (handles_hangup_) SetHandler(SIGHUP, SIG_DFL);
  source_to_stop = nullptr;
  outermost_source = nullptr;
}

arrow::StopToken InterruptGuard::token() { return outermost_source->token(); }

}  // namespace tarn::cli
