#pragma once

#include <arrow/util/cancel.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/error.h"

namespace tarn::connect {

/// \brief How often a call that failed for a passing reason is tried again, and after which pauses.
struct RetryPolicy {
  int retries_max = 15;  ///< after the first attempt; counted anew after each success
  /// \brief No attempt begins later than so long after the first one.
  int64_t duration_max_ms = std::numeric_limits<int64_t>::max();
  int64_t initial_pause_ms = 50;  ///< before the first retry
  double multiplier = 4;          ///< each pause is so many times the one before …
  int64_t pause_max_ms = 60'000;  ///< … up to this
  /// \brief Added to pauses that have reached jitter_from_ms: a random time of up to this, so that
  /// many clients do not come back at once.
  int64_t jitter_max_ms = 500;
  int64_t jitter_from_ms = 2'000;
  /// \brief A server may ask for a longer pause (google.rpc.RetryInfo): heeded up to this.
  int64_t server_pause_max_ms = 600'000;
};

/// \brief What waits between attempts. Tests put their own in place.
/// Threads: any number at once.
class Sleeper {
 public:
  virtual ~Sleeper() = default;

  /// \brief Return after `duration_ms`, or at once with Cancelled when `stop` is requested.
  virtual Status Sleep(int64_t duration_ms, const arrow::StopToken& stop) = 0;

  /// \brief The one that really waits. It lives as long as the program.
  static Sleeper* System();
};

/// \brief The pauses of one call under a policy. Threads: one.
class Backoff {
 public:
  explicit Backoff(const RetryPolicy& policy) : policy_(policy) { Reset(); }

  /// \brief The pause before the next attempt in milliseconds; nullopt when there is to be none.
  /// \param[in] server_pause_ms that the server asked for
  std::optional<int64_t> Next(std::optional<int64_t> server_pause_ms = std::nullopt);

  /// \brief Begin anew, after a success.
  void Reset();

 private:
  RetryPolicy policy_;
  std::chrono::steady_clock::time_point begin_;
  int num_retries_ = 0;
  double pause_ms_ = 0;
};

}  // namespace tarn::connect
