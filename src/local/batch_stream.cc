#include "local/batch_stream.h"

#include <chrono>
#include <limits>

namespace tarn::local {
namespace {

// How soon a waiting reader sees that the run was stopped.
constexpr std::chrono::milliseconds kStopInterval(50);

// Of one piece, that wait for the pieces before it.
constexpr size_t kEarlyBatchesMax = 16;

// The position of a reader that takes no more.
constexpr int64_t kClosed = std::numeric_limits<int64_t>::max();

}  // namespace

BatchStream::BatchStream(int num_readers, CpuSlots* slots, arrow::StopToken stop)
    : slots_(slots), stop_(std::move(stop)), positions_(num_readers, 0) {}

void BatchStream::Publish(int64_t number, std::vector<BatchPtr> batches) {
  std::lock_guard lock(mutex_);
  for (BatchPtr& batch : batches) early_.Add(number, std::move(batch));
  early_.Complete(number);
  AdmitReady();
  changed_.notify_all();
}

void BatchStream::PublishPart(int64_t number, BatchPtr batch) {
  std::unique_lock lock(mutex_);
  early_.Add(number, std::move(batch));
  AdmitReady();
  changed_.notify_all();
  auto may_go_on = [&] {
    return number == early_.next() || early_.num_waiting(number) < kEarlyBatchesMax ||
           failed_piece_ >= 0 || all_closed_ || stop_.IsStopRequested();
  };
  if (may_go_on()) return;
  slots_->Release();
  while (!changed_.wait_for(lock, kStopInterval, may_go_on)) {
  }
  lock.unlock();
  slots_->Acquire(CpuSlots::Priority::kProducer);
}

void BatchStream::Fail(int64_t number, Status status) {
  std::lock_guard lock(mutex_);
  if (failed_piece_ >= 0 && failed_piece_ <= number) return;
  failed_piece_ = number;
  failure_ = std::move(status);
  changed_.notify_all();
}

void BatchStream::Finish(int64_t num_pieces) {
  std::lock_guard lock(mutex_);
  num_pieces_ = num_pieces;
  changed_.notify_all();
}

Result<BatchPtr> BatchStream::Next(int reader) {
  std::unique_lock lock(mutex_);
  int64_t& position = positions_[reader];
  auto has_batch = [&] { return position < first_batch_ + static_cast<int64_t>(batches_.size()); };
  auto has_failed = [&] { return failed_piece_ >= 0 && early_.next() >= failed_piece_; };
  auto is_ready = [&] {
    return has_batch() || has_failed() || IsAtEnd() || stop_.IsStopRequested();
  };
  if (!is_ready()) {
    slots_->Release();
    while (!changed_.wait_for(lock, kStopInterval, is_ready)) {
    }
    // Never wait for a slot with the lock: those who have slots may need it.
    lock.unlock();
    slots_->Acquire(CpuSlots::Priority::kConsumer);
    lock.lock();
  }
  if (stop_.IsStopRequested()) return stop_.Poll();
  if (!has_batch()) return has_failed() ? Result<BatchPtr>(failure_) : Result<BatchPtr>(nullptr);
  BatchPtr batch = batches_[position - first_batch_];
  ++position;
  DropTaken();
  return batch;
}

void BatchStream::Close(int reader) {
  std::lock_guard lock(mutex_);
  positions_[reader] = kClosed;
  DropTaken();
  changed_.notify_all();
}

void BatchStream::AdmitReady() {
  while (std::optional<BatchPtr> batch = early_.Take()) {
    if ((*batch)->num_rows() > 0) batches_.push_back(*std::move(batch));
  }
  DropTaken();
}

void BatchStream::DropTaken() {
  const int64_t slowest = *std::min_element(positions_.begin(), positions_.end());
  all_closed_ = slowest == kClosed;
  while (!batches_.empty() && first_batch_ < slowest) {
    batches_.pop_front();
    ++first_batch_;
  }
}

bool BatchStream::IsAtEnd() const { return num_pieces_ >= 0 && early_.next() >= num_pieces_; }

}  // namespace tarn::local
