#include "cli/watch_pauses.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tarn::cli {
namespace {

using std::chrono::milliseconds;

constexpr int kDoublingsMax = 4;
constexpr std::chrono::hours kLongest(1);

}  // namespace

WatchPauses::WatchPauses(std::chrono::seconds interval, std::function<double()> chance)
    : interval_(interval), chance_(std::move(chance)) {}

milliseconds WatchPauses::ShareOf(milliseconds pause) const {
  const auto whole = static_cast<double>(pause.count());
  return milliseconds(std::llround(whole * (0.5 + chance_() / 2)));
}

milliseconds WatchPauses::After(const Status& status) {
  if (status.ok()) {
    num_failures_ = 0;
    return interval_;
  }
  if (KindOf(status) == ErrorKind::kConflict) return ShareOf(interval_);
  num_failures_ = std::min(num_failures_ + 1, kDoublingsMax);
  const milliseconds longest = std::max<milliseconds>(interval_, kLongest);
  return ShareOf(std::min(interval_ * (1 << num_failures_), longest));
}

}  // namespace tarn::cli
