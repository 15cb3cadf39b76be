#include "local/batch/gate.h"

#include <utility>

#include "local/batch/encoding.h"

namespace tarn::local {
namespace {

constexpr int kReleasingMax = 16;

}  // namespace

void Gate::Push(int64_t number, Result<BatchPtr> part) {
  if (IsClosed()) return;
  const auto call = std::make_shared<Call>();
  if (part.ok()) call->num_bytes = BatchBytes(**part).ValueOr(0);
  call->part = std::move(part);
  if (Hold(number, call)) return Shrink();
  next_->Push(number, *std::move(call->part));
}

void Gate::Complete(int64_t number) {
  if (!Hold(number, std::make_shared<Call>())) next_->Complete(number);
}

// Calls for a piece stay in order: none passes those that are held.
bool Gate::Hold(int64_t number, const CallPtr& call) {
  std::lock_guard lock(mutex_);
  if (is_open_ && !held_.contains(number)) return false;
  held_[number].push_back(call);
  if (call->num_bytes > 0) in_memory_.push_back(call);
  ChangeBytes(call->num_bytes);
  return true;
}

// Writes batches to disk while the gate holds too many. Other threads do the same with others.
void Gate::Shrink() {
  while (const std::optional<Written> written = NextToWrite()) {
    const SelfTime::Scope scope(context_.meter->time());
    Result<SpilledBatch> spilled =
        CatchingOutOfMemory([&] { return context_.spill->Write(*written->batch); });
    std::lock_guard lock(mutex_);
    Call* const call = written->call.get();
    if (call->num_bytes == 0) continue;  // it was released meanwhile
    ChangeBytes(-std::exchange(call->num_bytes, 0));
    if (spilled.ok()) {
      call->part.reset();
      call->schema = written->batch->schema();
      call->spilled = *std::move(spilled);
    } else {
      call->part = spilled.status();
    }
  }
}

// The batch stays where it is held until it is written.
std::optional<Gate::Written> Gate::NextToWrite() {
  std::lock_guard lock(mutex_);
  while (!in_memory_.empty() && grant_.has_to_shrink() && context_.poll().ok()) {
    const CallPtr call = std::move(in_memory_.back());
    in_memory_.pop_back();
    if (call->num_bytes > 0) return Written{call, **call->part};
  }
  return std::nullopt;
}

void Gate::ChangeBytes(int64_t num_bytes) { grant_.Set(grant_.num_bytes() + num_bytes); }

void Gate::Open() {
  std::lock_guard lock(mutex_);
  is_open_ = true;
  ReleaseNext();
}

// Begin with what may pass now. Without room, one piece goes on, the first.
void Gate::ReleaseNext() {
  while (num_releasing_ == 0 || (num_releasing_ < kReleasingMax && context_.backlog->has_room())) {
    int64_t number = 0;
    if (!paused_.empty()) {
      number = *paused_.begin();
      paused_.erase(paused_.begin());
    } else if (const auto piece = held_.upper_bound(last_released_); piece != held_.end()) {
      number = last_released_ = piece->first;
    } else {
      return;
    }
    ++num_releasing_;
    context_.scheduler->Submit(Scheduler::Priority::kDeliver, [this, number] { Release(number); });
  }
}

void Gate::Release(int64_t number) {
  while (std::optional<Call> call = Take(number)) {
    if (call->schema != nullptr) {
      if (IsClosed()) continue;
      const SelfTime::Scope scope(context_.meter->time());
      call->part = CatchingOutOfMemory([&] { return call->spilled.Read(call->schema); });
      call->spilled = SpilledBatch();
    }
    if (call->part.has_value()) {
      next_->Push(number, *std::move(call->part));
    } else {
      next_->Complete(number);
    }
  }
}

// The next call that is held for the piece; nothing once it may pass by itself, or waits for room.
std::optional<Gate::Call> Gate::Take(int64_t number) {
  std::lock_guard lock(mutex_);
  const auto piece = held_.find(number);
  const bool is_done = piece->second.empty();
  if (is_done || (piece != held_.begin() && !context_.backlog->has_room())) {
    is_done ? (void)held_.erase(piece) : (void)paused_.insert(number);
    --num_releasing_;
    ReleaseNext();
    return std::nullopt;
  }
  const CallPtr call = std::move(piece->second.front());
  piece->second.pop_front();
  ChangeBytes(-call->num_bytes);
  Call taken = std::move(*call);
  call->num_bytes = 0;
  return taken;
}

}  // namespace tarn::local
