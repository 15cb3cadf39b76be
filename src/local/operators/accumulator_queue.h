#pragma once

#include <deque>
#include <functional>
#include <mutex>

#include "local/aggregates/accumulator.h"
#include "local/batch/stage.h"

namespace tarn::local {

/// \brief Feeds an accumulator with batches in the order in which they are added, by one task at a
/// time: several accumulators of one aggregation work beside one another.
///
/// Threads: Add and Close by one at a time; it must outlive the tasks.
class AccumulatorQueue {
 public:
  AccumulatorQueue(const StageContext& context, AccumulatorPtr accumulator)
      : context_(context), accumulator_(std::move(accumulator)) {}

  /// \brief The next batch. After an error, it is ignored.
  void Add(GroupedRows rows);

  /// \brief No more is added. Called once, last.
  /// \param[in] on_end called once, when all that was added is consumed
  void Close(std::function<void()> on_end);

  /// \brief After the end.
  Accumulator* accumulator() { return accumulator_.get(); }

  /// \brief Why a batch could not be consumed. Threads: any.
  Status status();
  /// \brief How many batches were consumed before the error.
  int64_t num_consumed();

 private:
  void Drain();

  const StageContext& context_;
  const AccumulatorPtr accumulator_;

  std::mutex mutex_;  // of all below
  std::deque<GroupedRows> waiting_;
  bool is_draining_ = false;
  std::function<void()> on_end_;
  Status status_;
  int64_t num_consumed_ = 0;
};

}  // namespace tarn::local
