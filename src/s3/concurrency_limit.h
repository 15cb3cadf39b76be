#pragma once

#include <chrono>
#include <cstdint>

namespace tarn::s3 {

/// \brief How many requests to have in flight, learnt from how long the answers take.
///
/// While answers take as long as the fastest ones lately, nothing queues up at the server and more
/// requests cost nothing: the limit grows, up to hundreds when the way is long. When answers take
/// longer, the difference is the time spent in a queue, and the limit shrinks until few wait there.
/// Source: the congestion control of TCP Vegas (Brakmo and Peterson, 1994).
/// Threads: one at a time.
class ConcurrencyLimit {
 public:
  using Seconds = std::chrono::duration<double>;

  int limit() const { return static_cast<int>(limit_); }

  /// \brief A small answer came.
  /// \param[in] latency from the request's last byte to the answer's first
  /// \param[in] num_in_flight requests when it came, it included
  void OnAnswer(Seconds latency, int num_in_flight);

  /// \brief The server asked to be spared, or did not answer at all.
  void OnOverload();

 private:
  static constexpr double kLimitMin = 4;
  static constexpr double kLimitMax = 256;

  void Adjust(int num_in_flight);

  double limit_ = 32;
  double fastest_s_ = 0;       // of this window and the one before
  double fastest_next_s_ = 0;  // of this window
  int num_in_window_ = 0;
  double sum_s_ = 0;  // of the answers since the last adjustment
  int num_answers_ = 0;
  int num_until_next_overload_ = 0;  // one burst of errors counts once
};

}  // namespace tarn::s3
