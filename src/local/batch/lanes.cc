#include "local/batch/lanes.h"

#include <algorithm>
#include <utility>

#include "base/out_of_memory.h"

namespace tarn::local {

std::shared_ptr<Lanes> Lanes::Make(StageContext context, int num_lanes) {
  return std::shared_ptr<Lanes>(new Lanes(std::move(context), num_lanes));
}

void Lanes::Run(const StageContext& context, std::span<const int> lanes, const Task& task,
                std::function<void(Status)> on_end) {
  const int num_lanes = lanes.empty() ? 0 : *std::max_element(lanes.begin(), lanes.end()) + 1;
  const std::shared_ptr<Lanes> made = Make(context, num_lanes);
  for (const int lane : lanes) made->Add(std::span(&lane, 1), 0, task);
  // Whoever works on them keeps them.
  made->Close([lanes = made.get(), on_end = std::move(on_end)] { on_end(lanes->status()); });
  made->Work();
}

void Lanes::Add(std::span<const int> lanes, int64_t num_bytes, Task task) {
  if (lanes.empty()) return;
  std::unique_lock lock(mutex_);
  const int64_t number = num_added_++;
  if (!failure_.ok()) return;
  const auto item = std::make_shared<Item>(Item{number, num_bytes, std::move(task), lanes.size()});
  context_.backlog->Add(num_bytes);
  ++num_open_;
  for (const int lane : lanes) {
    lanes_[lane].items.push_back(item);
    if (!std::exchange(lanes_[lane].is_taken, true)) ready_.push_back(lane);
  }
  CallHelp();
}

// One more thread, which calls another when there is enough for it.
void Lanes::CallHelp() {
  if (has_helper_ || ready_.size() < 2) return;
  has_helper_ = true;
  context_.scheduler->Submit(Scheduler::Priority::kDeliver, [lanes = shared_from_this()] {
    {
      std::lock_guard lock(lanes->mutex_);
      lanes->has_helper_ = false;
      lanes->CallHelp();
    }
    lanes->Work();
  });
}

void Lanes::Close(std::function<void()> on_end) {
  {
    std::lock_guard lock(mutex_);
    if (num_open_ > 0) {
      on_end_ = std::move(on_end);
      return;
    }
  }
  on_end();
}

void Lanes::Work() {
  std::unique_lock lock(mutex_);
  if (ready_.empty()) return;
  context_.backlog->AddDraining(1);
  while (!ready_.empty()) {
    const int lane = ready_.front();
    ready_.pop_front();
    WorkIn(lane, &lock);
  }
  lock.unlock();
  context_.backlog->AddDraining(-1);
}

void Lanes::WorkIn(int lane, std::unique_lock<std::mutex>* lock) {
  Lane& taken = lanes_[lane];
  while (!taken.items.empty()) {
    const std::shared_ptr<Item> item = std::move(taken.items.front());
    taken.items.pop_front();
    const bool goes_by = item->number > failed_item_;
    lock->unlock();
    Status status = goes_by ? Status::OK() : Do(*item, lane);
    lock->lock();
    Finish(item, lane, std::move(status));
    if (num_open_ > 0) continue;
    const std::function<void()> on_end = std::exchange(on_end_, nullptr);
    if (!on_end) continue;
    lock->unlock();
    on_end();
    lock->lock();
  }
  taken.is_taken = false;
}

Status Lanes::Do(const Item& item, int lane) const {
  const SelfTime::Scope scope(context_.meter->time(), lanes_.size() == 1
                                                          ? SelfTime::Threads::kOne
                                                          : SelfTime::Threads::kMany);
  return CatchOutOfMemory([&] { return item.task(lane); });
}

void Lanes::Finish(const std::shared_ptr<Item>& item, int lane, Status status) {
  const bool is_first = std::pair(item->number, lane) < std::pair(failed_item_, failed_lane_);
  if (!status.ok() && is_first) {
    failed_item_ = item->number;
    failed_lane_ = lane;
    failure_ = std::move(status);
  }
  if (--item->num_left > 0) return;
  item->task = nullptr;  // what it holds may be large
  --num_open_;
  context_.backlog->Remove(item->num_bytes);
}

Status Lanes::status() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace tarn::local
