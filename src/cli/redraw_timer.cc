#include "cli/redraw_timer.h"

#include <chrono>
#include <utility>

namespace tarn::cli {

RedrawTimer::RedrawTimer(std::function<void()> draw)
    : thread_([this, draw = std::move(draw)] {
        constexpr std::chrono::milliseconds kInterval(100);
        std::unique_lock lock(mutex_);
        while (!is_over_changed_.wait_for(lock, kInterval, [this] { return is_over_; })) draw();
      }) {}

RedrawTimer::~RedrawTimer() {
  {
    std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  is_over_changed_.notify_all();
  thread_.join();
}

}  // namespace tarn::cli
