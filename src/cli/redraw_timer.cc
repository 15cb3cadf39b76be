#include "cli/redraw_timer.h"

#include <utility>

namespace tarn::cli {

RedrawTimer::RedrawTimer(std::chrono::milliseconds interval, std::function<void()> draw)
    : thread_([this, interval, draw = std::move(draw)] {
        std::unique_lock lock(mutex_);
        while (!is_over_changed_.wait_for(lock, interval, [this] { return is_over_; })) draw();
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
