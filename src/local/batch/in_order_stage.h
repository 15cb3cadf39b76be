#pragma once

#include <atomic>
#include <mutex>
#include <utility>

#include "base/in_order.h"
#include "base/out_of_memory.h"
#include "local/batch/encoding.h"
#include "local/batch/stage.h"

namespace tarn::local {

/// \brief An operator that takes its input in the order of rows.
///
/// What can be done with each batch by itself is done by the thread that brings it, many at once
/// (Prepare); the rest in order, one batch after the other (Consume), by whichever thread brings
/// the next batch: the others leave theirs and go on. Threads: as PieceSink. \tparam Prepared what
/// a batch becomes on its way.
template <class Prepared>
class InOrderStage : public PieceSink {
 public:
  explicit InOrderStage(StageContext context) : context_(std::move(context)) {}

  void SetNumPieces(int64_t num_pieces) final {
    std::unique_lock lock(mutex_);
    num_pieces_ = num_pieces;
    Drain(&lock);
    lock.unlock();
    WorkBeside();
  }

  void Push(int64_t number, Result<BatchPtr> part) final {
    if (IsClosed()) return;
    Entry entry{PrepareOrFail(part), 0};
    if (part.ok()) entry.num_bytes = BatchBytes(**part).ValueOr(0);
    std::unique_lock lock(mutex_);
    context_.backlog->Add(entry.num_bytes);
    entries_.Add(number, std::move(entry));
    Drain(&lock);
    lock.unlock();
    WorkBeside();
  }

  void Complete(int64_t number) final {
    std::unique_lock lock(mutex_);
    entries_.Complete(number);
    Drain(&lock);
    lock.unlock();
    WorkBeside();
  }

  bool IsClosed() const override { return is_closed_; }

 protected:
  /// \brief What can be done with a batch, which is not empty, without those before it. Threads:
  /// any number at once.
  virtual Result<Prepared> Prepare(const BatchPtr& batch) const = 0;

  /// \brief The next batch in order. Threads: one at a time; not after an error or Finish.
  virtual Status Consume(Prepared batch) = 0;

  /// \brief Called once: after the last batch, after Close, or with the first error in the order of
  /// rows. Threads: not beside Consume; perhaps beside Prepare, whose result is then not used.
  virtual void Finish(Status status) = 0;

  /// \brief What Consume and Finish left to do that needs no order, called after them by each
  /// thread that brings something. Threads: any number at once.
  virtual void WorkBeside() {}

  /// \brief Take no more batches. Within Consume, where Finish follows, or before the first call.
  void Close() { is_closed_ = true; }

  /// \brief Finish now if Close was called before the first batch.
  void FinishIfClosed() {
    std::unique_lock lock(mutex_);
    if (is_closed_) Drain(&lock);
  }

  const StageContext& context() const { return context_; }

 private:
  struct Entry {
    Result<Prepared> batch;
    int64_t num_bytes = 0;
  };

  Result<Prepared> PrepareOrFail(const Result<BatchPtr>& part) const {
    ARROW_RETURN_NOT_OK(part.status());
    ARROW_RETURN_NOT_OK(context_.poll());
    const SelfTime::Scope scope(context_.meter->time());
    return CatchingOutOfMemory([&] { return Prepare(*part); });
  }

  // Whoever finds that nobody does it consumes what is there in order.
  void Drain(std::unique_lock<std::mutex>* lock) {
    if (is_draining_ || is_finished_) return DropIfFinished();
    is_draining_ = true;
    context_.backlog->AddDraining(1);
    Status status;
    while (status.ok() && !is_closed_) {
      std::optional<Entry> entry = entries_.Take();
      if (!entry.has_value()) break;
      lock->unlock();
      status = ConsumeOrFail(std::move(entry->batch));
      context_.backlog->Remove(entry->num_bytes);
      lock->lock();
    }
    const bool is_at_end = num_pieces_ >= 0 && entries_.next() >= num_pieces_;
    if (is_at_end || is_closed_ || !status.ok()) {
      is_finished_ = true;
      is_closed_ = true;
      lock->unlock();
      // Nothing that waits is worked off from here on: the scan need not stand still for it.
      context_.backlog->AddDraining(-1);
      {
        const SelfTime::Scope scope(context_.meter->time(), SelfTime::Threads::kOne);
        Finish(std::move(status));
      }
      lock->lock();
    } else {
      context_.backlog->AddDraining(-1);
    }
    is_draining_ = false;
    DropIfFinished();
  }

  Status ConsumeOrFail(Result<Prepared> batch) {
    ARROW_RETURN_NOT_OK(batch.status());
    ARROW_RETURN_NOT_OK(context_.poll());
    const SelfTime::Scope scope(context_.meter->time(), SelfTime::Threads::kOne);
    return CatchOutOfMemory([&] { return Consume(*std::move(batch)); });
  }

  // What comes when all is done.
  void DropIfFinished() {
    if (!is_finished_) return;
    while (std::optional<Entry> entry = entries_.TakeAny()) {
      context_.backlog->Remove(entry->num_bytes);
    }
  }

  const StageContext context_;
  std::atomic<bool> is_closed_ = false;

  std::mutex mutex_;  // of all below
  InOrder<Entry> entries_;
  int64_t num_pieces_ = -1;  // -1: not known yet
  bool is_draining_ = false;
  bool is_finished_ = false;
};

}  // namespace tarn::local
