#include "local/operators/accumulator_queue.h"

#include <utility>

#include "base/out_of_memory.h"
#include "local/batch/encoding.h"

namespace tarn::local {
namespace {

int64_t BytesOf(const GroupedRows& rows) {
  int64_t num_bytes = ColumnBytes(*rows.groups).ValueOr(0);
  for (const auto& column : rows.args) {
    num_bytes += ColumnBytes(*column).ValueOr(0);
  }
  return num_bytes;
}

}  // namespace

void AccumulatorQueue::Add(GroupedRows rows) {
  const int64_t num_bytes = BytesOf(rows);
  std::unique_lock lock(mutex_);
  if (!status_.ok()) return;
  waiting_.push_back({std::move(rows), num_bytes});
  waiting_bytes_ += num_bytes;
  context_.backlog->Add(num_bytes);
  if (!std::exchange(is_draining_, true)) {
    context_.backlog->AddDraining(1);
    context_.scheduler->Submit(Scheduler::Priority::kDeliver, [this] { Drain(); });
  }
  while (waiting_bytes_ > kWaitingBytesMax) {
    lock.unlock();
    ConsumeNext();
    lock.lock();
  }
}

void AccumulatorQueue::Close(std::function<void()> on_end) {
  {
    std::lock_guard lock(mutex_);
    if (is_draining_) {
      on_end_ = std::move(on_end);
      return;
    }
  }
  on_end();
}

void AccumulatorQueue::Drain() {
  const SelfTime::Scope scope(context_.meter->time(), SelfTime::Threads::kOne);
  std::unique_lock lock(mutex_);
  while (!waiting_.empty()) {
    lock.unlock();
    ConsumeNext();
    lock.lock();
  }
  is_draining_ = false;
  context_.backlog->AddDraining(-1);
  const std::function<void()> on_end = std::exchange(on_end_, nullptr);
  lock.unlock();
  if (on_end) on_end();
}

// Another thread may be at it: then the one after is next.
void AccumulatorQueue::ConsumeNext() {
  std::lock_guard consuming(consume_mutex_);
  std::unique_lock lock(mutex_);
  if (waiting_.empty()) return;
  const Waiting next = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= next.num_bytes;
  lock.unlock();
  Status status = CatchOutOfMemory([&] { return Consume(next.rows); });
  context_.backlog->Remove(next.num_bytes);
  lock.lock();
  if (status.ok()) {
    ++num_consumed_;
    return;
  }
  status_ = std::move(status);
  context_.backlog->Remove(std::exchange(waiting_bytes_, 0));
  waiting_.clear();
}

Status AccumulatorQueue::Consume(const GroupedRows& rows) {
  ARROW_RETURN_NOT_OK(accumulator_->Consume(rows));
  num_bytes_ = accumulator_->num_bytes();
  return Status::OK();
}

Status AccumulatorQueue::status() {
  std::lock_guard lock(mutex_);
  return status_;
}

int64_t AccumulatorQueue::num_consumed() {
  std::lock_guard lock(mutex_);
  return num_consumed_;
}

}  // namespace tarn::local
