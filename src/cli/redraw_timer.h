#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tarn::cli {

/// \brief Calls a function ten times a second, on a thread of its own, until this object goes.
class RedrawTimer {
 public:
  explicit RedrawTimer(std::function<void()> draw);
  ~RedrawTimer();

 private:
  std::mutex mutex_;
  std::condition_variable is_over_changed_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace tarn::cli
