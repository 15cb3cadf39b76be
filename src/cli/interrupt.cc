#include "cli/interrupt.h"

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

}  // namespace

InterruptGuard::InterruptGuard(Second second) {
  static_assert(std::atomic<arrow::StopSource*>::is_always_lock_free);
  if (outermost_source != nullptr) return;
  outermost_source = &source_;
  second_waits = second == Second::kWaits;
  source_to_stop = &source_;
  for (int signal_number : kSignals) Handle(signal_number, OnSignal);
  Handle(SIGPIPE, SIG_IGN);
  // A terminal that is closed; nohup's programs go on.
  struct sigaction action {};
  sigaction(SIGHUP, nullptr, &action);
  if (second == Second::kWaits && action.sa_handler != SIG_IGN) Handle(SIGHUP, OnSignal);
}

InterruptGuard::~InterruptGuard() {
  if (outermost_source != &source_) return;
  for (const auto& [signal_number, action] : before_) sigaction(signal_number, &action, nullptr);
  source_to_stop = nullptr;
  outermost_source = nullptr;
}

void InterruptGuard::Handle(int signal_number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  // Reads and writes go on: a stop is asked for between them, not in their midst.
  action.sa_flags = SA_RESTART;
  before_.emplace_back();
  before_.back().first = signal_number;
  sigaction(signal_number, &action, &before_.back().second);
}

arrow::StopToken InterruptGuard::token() { return outermost_source->token(); }

}  // namespace tarn::cli
