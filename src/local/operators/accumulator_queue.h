#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>

#include "local/aggregates/accumulator.h"
#include "local/batch/stage.h"

namespace tarn::local {

/// \brief Feeds an accumulator with batches in the order in which they are added, by one task at a
/// time: several accumulators of one aggregation work beside one another.
///
/// What waits is counted in the backlog, so that the scan waits for it; above kWaitingBytesMax, Add
/// consumes it as well, as what is added may come from elsewhere.
/// Threads: Add and Close by one at a time; it must outlive the tasks.
class AccumulatorQueue {
 public:
  static constexpr int64_t kWaitingBytesMax = 8 << 20;

  AccumulatorQueue(const StageContext& context, AccumulatorPtr accumulator)
      : context_(context), accumulator_(std::move(accumulator)) {}

  /// \brief The next batch. After an error, it is ignored.
  void Add(GroupedRows rows);

  /// \brief No more is added. Called once, last.
  /// \param[in] on_end called once, when all that was added is consumed
  void Close(std::function<void()> on_end);

  /// \brief Instead of Add: consume a batch at once, by this thread.
  Status Consume(const GroupedRows& rows);

  /// \brief After the end.
  Accumulator* accumulator() { return accumulator_.get(); }

  /// \brief Bytes that the accumulator holds, about. Threads: any.
  int64_t num_bytes() const { return num_bytes_; }

  /// \brief Why a batch could not be consumed. Threads: any.
  Status status();
  /// \brief How many batches were consumed before the error.
  int64_t num_consumed();

 private:
  struct Waiting {
    GroupedRows rows;
    int64_t num_bytes = 0;
  };

  void Drain();
  void ConsumeNext();

  const StageContext& context_;
  const AccumulatorPtr accumulator_;
  std::atomic<int64_t> num_bytes_ = 0;  // of accumulator_, after the last batch

  std::mutex consume_mutex_;  // of the accumulator, and of taking what it consumes next

  std::mutex mutex_;  // of all below; locked within the other one
  std::deque<Waiting> waiting_;
  int64_t waiting_bytes_ = 0;
  bool is_draining_ = false;
  std::function<void()> on_end_;
  Status status_;
  int64_t num_consumed_ = 0;
};

}  // namespace tarn::local
