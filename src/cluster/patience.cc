#include "cluster/patience.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "cluster/aws_cli.h"

namespace tarn::cluster {
namespace {

constexpr std::chrono::milliseconds kPauseMax(10'000);
constexpr std::chrono::milliseconds kLookAtStop(50);
constexpr std::chrono::minutes kOutageMax(5);

}  // namespace

Status Patience::Pause() {
  const auto end = std::chrono::steady_clock::now() + pause_;
  while (std::chrono::steady_clock::now() < end) {
    if (stop_.IsStopRequested()) return MakeError(ErrorKind::kCancelled, "interrupted");
    std::this_thread::sleep_for(kLookAtStop);
  }
  pause_ = std::min(pause_ * 3 / 2, kPauseMax);
  return Status::OK();
}

bool Patience::IsOutage(const Status& status) {
  if (!IsTransient(status)) {
    outage_begin_.reset();
    return false;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!outage_begin_) {
    outage_begin_ = now;
    const std::string message = MessageOf(status);
    on_progress_(fmt::format("asking again for {} min: {}", kOutageMax.count(),
                             message.substr(0, message.find('\n'))));
  }
  return now - *outage_begin_ < kOutageMax;
}

}  // namespace tarn::cluster
