#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tarn::cli {

/// \brief Of what is redrawn in place.
inline constexpr std::chrono::milliseconds kRedrawInterval(100);

/// \brief Calls a function again and again, on a thread of its own, until this object goes.
class RedrawTimer {
 public:
  RedrawTimer(std::chrono::milliseconds interval, std::function<void()> draw);
  ~RedrawTimer();

 private:
  std::mutex mutex_;
  std::condition_variable is_over_changed_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace tarn::cli
