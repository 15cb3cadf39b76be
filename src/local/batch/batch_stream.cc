#include "local/batch/batch_stream.h"

#include <arrow/util/byte_size.h>

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

BatchStream::BatchStream(int num_readers, CpuSlots* slots, arrow::StopToken stop,
                         int64_t queued_bytes_max)
    : slots_(slots),
      stop_(std::move(stop)),
      queued_bytes_max_(queued_bytes_max),
      positions_(num_readers, 0),
      is_starving_(num_readers, false) {}

void BatchStream::Publish(int64_t number, std::vector<BatchPtr> batches) {
  std::lock_guard lock(mutex_);
  for (BatchPtr& batch : batches) {
    early_bytes_ += arrow::util::TotalBufferSize(*batch);
    early_.Add(number, std::move(batch));
  }
  early_.Complete(number);
  AdmitReady();
  changed_.notify_all();
}

void BatchStream::PublishPart(int64_t number, BatchPtr batch) {
  std::unique_lock lock(mutex_);
  early_bytes_ += arrow::util::TotalBufferSize(*batch);
  early_.Add(number, std::move(batch));
  AdmitReady();
  changed_.notify_all();
  auto may_go_on = [&] { return MayGoOn(number); };
  if (may_go_on()) return;
  slots_->Release();
  ++num_producers_waiting_;
  while (!changed_.wait_for(lock, kStopInterval, may_go_on)) {
  }
  --num_producers_waiting_;
  lock.unlock();
  slots_->Acquire(CpuSlots::Priority::kProducer);
}

bool BatchStream::MayGoOn(int64_t number) const {
  if (failed_piece_ >= 0 || all_closed_ || stop_.IsStopRequested()) return true;
  const bool is_next = number == early_.next();
  if (!is_next && early_.num_waiting(number) >= kEarlyBatchesMax) return false;
  // The next piece alone can make room for what comes after it.
  const int64_t num_bytes = queued_bytes_ + (is_next ? 0 : early_bytes_);
  return num_bytes < queued_bytes_max_ || slots_->num_starving() > 0;
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
    SetStarving(reader, true);
    if (num_producers_waiting_ > 0) changed_.notify_all();
    slots_->Release();
    while (!changed_.wait_for(lock, kStopInterval, is_ready)) {
    }
    SetStarving(reader, false);
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

void BatchStream::SetStarving(int reader, bool is_starving) {
  if (is_starving_[reader] == is_starving) return;
  is_starving_[reader] = is_starving;
  slots_->AddStarving(is_starving ? 1 : -1);
}

void BatchStream::AdmitReady() {
  while (std::optional<BatchPtr> batch = early_.Take()) {
    const int64_t num_bytes = arrow::util::TotalBufferSize(**batch);
    early_bytes_ -= num_bytes;
    if ((*batch)->num_rows() == 0) continue;
    queued_bytes_ += num_bytes;
    batches_.push_back(*std::move(batch));
    for (size_t reader = 0; reader < positions_.size(); ++reader) {
      SetStarving(static_cast<int>(reader), false);
    }
  }
  DropTaken();
}

void BatchStream::DropTaken() {
  const int64_t slowest = *std::min_element(positions_.begin(), positions_.end());
  all_closed_ = slowest == kClosed;
  while (!batches_.empty() && first_batch_ < slowest) {
    queued_bytes_ -= arrow::util::TotalBufferSize(*batches_.front());
    batches_.pop_front();
    ++first_batch_;
  }
  if (num_producers_waiting_ > 0) changed_.notify_all();
}

bool BatchStream::IsAtEnd() const { return num_pieces_ >= 0 && early_.next() >= num_pieces_; }

}  // namespace tarn::local
