#include "s3/concurrency_limit.h"

#include <algorithm>

namespace tarn::s3 {
namespace {

// After so many answers the fastest one is forgotten: routes and servers change.
constexpr int kWindow = 4096;

}  // namespace

void ConcurrencyLimit::OnAnswer(Seconds latency, int num_in_flight) {
  const double seconds = std::max(latency.count(), 1e-6);
  fastest_next_s_ = num_in_window_ == 0 ? seconds : std::min(fastest_next_s_, seconds);
  fastest_s_ = fastest_s_ == 0 ? seconds : std::min(fastest_s_, seconds);
  if (++num_in_window_ == kWindow) {
    fastest_s_ = fastest_next_s_;
    num_in_window_ = 0;
  }
  num_until_next_overload_ = std::max(num_until_next_overload_ - 1, 0);
  sum_s_ += seconds;
  // One adjustment for about every round of requests.
  if (++num_answers_ >= std::max(limit() / 2, 4)) Adjust(num_in_flight);
}

void ConcurrencyLimit::Adjust(int num_in_flight) {
  const double mean_s = sum_s_ / num_answers_;
  sum_s_ = 0;
  num_answers_ = 0;
  const double num_queued = limit_ * (1 - fastest_s_ / mean_s);
  const double tolerated = 4 + limit_ / 4;
  if (num_queued > 2 * tolerated) {
    limit_ -= std::max(1.0, limit_ / 16);
  } else if (num_queued < tolerated && num_in_flight * 2 > limit()) {
    limit_ += std::max(1.0, limit_ / 4);
  }
  limit_ = std::clamp(limit_, kLimitMin, kLimitMax);
}

void ConcurrencyLimit::OnOverload() {
  if (num_until_next_overload_ > 0) return;
  num_until_next_overload_ = limit();
  limit_ = std::max(limit_ / 2, kLimitMin);
}

}  // namespace tarn::s3
