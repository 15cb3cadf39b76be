#include "local/batch/gate.h"

namespace tarn::local {

void Gate::Push(int64_t number, Result<BatchPtr> part) {
  if (IsClosed()) return;
  Call call(std::move(part));
  if (!Hold(number, &call)) next_->Push(number, *std::move(call));
}

void Gate::Complete(int64_t number) {
  Call call;
  if (!Hold(number, &call)) next_->Complete(number);
}

// Calls for a piece stay in order: none passes those that are held.
bool Gate::Hold(int64_t number, Call* call) {
  std::lock_guard lock(mutex_);
  if (is_open_ && !held_.contains(number)) return false;
  held_[number].push_back(std::move(*call));
  return true;
}

void Gate::Open() {
  std::lock_guard lock(mutex_);
  is_open_ = true;
  for (const auto& [number, calls] : held_) {
    scheduler_->Submit(Scheduler::Priority::kDeliver, [this, number = number] { Release(number); });
  }
}

void Gate::Release(int64_t number) {
  while (true) {
    Call call;
    {
      std::lock_guard lock(mutex_);
      const auto piece = held_.find(number);
      if (piece->second.empty()) {
        held_.erase(piece);
        return;
      }
      call = std::move(piece->second.front());
      piece->second.pop_front();
    }
    if (call.has_value()) {
      next_->Push(number, *std::move(call));
    } else {
      next_->Complete(number);
    }
  }
}

}  // namespace tarn::local
