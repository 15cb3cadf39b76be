#include "spark/connect/retry_policy.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace tarn::connect {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How late a stop may be noticed.
constexpr milliseconds kSleepStep{10};

class SystemSleeper : public Sleeper {
 public:
  Status Sleep(int64_t duration_ms, const arrow::StopToken& stop) override {
    const auto end = steady_clock::now() + milliseconds(duration_ms);
    while (true) {
      ARROW_RETURN_NOT_OK(stop.Poll());
      const auto now = steady_clock::now();
      if (now >= end) return Status::OK();
      std::this_thread::sleep_for(std::min<steady_clock::duration>(end - now, kSleepStep));
    }
  }
};

double RandomUpTo(double limit) {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, limit)(generator);
}

}  // namespace

Sleeper* Sleeper::System() {
  static SystemSleeper sleeper;
  return &sleeper;
}

std::optional<int64_t> Backoff::Next(std::optional<int64_t> server_pause_ms) {
  if (num_retries_ == policy_.retries_max) return std::nullopt;
  ++num_retries_;
  double pause_ms = pause_ms_;
  pause_ms_ = std::min(pause_ms_ * policy_.multiplier, static_cast<double>(policy_.pause_max_ms));
  if (server_pause_ms) {
    pause_ms = std::max(
        pause_ms, static_cast<double>(std::min(*server_pause_ms, policy_.server_pause_max_ms)));
  }
  if (pause_ms >= static_cast<double>(policy_.jitter_from_ms)) {
    pause_ms += RandomUpTo(static_cast<double>(policy_.jitter_max_ms));
  }
  const auto elapsed = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin_);
  const auto pause = static_cast<int64_t>(pause_ms);
  if (policy_.duration_max_ms - elapsed.count() < pause) return std::nullopt;
  return pause;
}

void Backoff::Reset() {
  begin_ = steady_clock::now();
  num_retries_ = 0;
  pause_ms_ = static_cast<double>(policy_.initial_pause_ms);
}

}  // namespace tarn::connect
