#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

#include "base/error.h"

namespace tarn {

/// \brief Runs a task once for each item, on whatever threads come to work on it.
using ParallelLoop =
    std::function<Status(int64_t num_items, const std::function<Status(int64_t item)>& task)>;

/// \brief A loop that several threads work on, each with the next item that nobody has begun.
///
/// Items are begun in order; after a failure no other is begun. Threads: any.
class SharedLoop {
 public:
  /// \param[in] task takes the item and the number of its thread, as Work was given it; borrowed
  /// until End
  SharedLoop(int64_t num_items, const std::function<Status(int64_t item, int thread)>* task)
      : num_items_(num_items), task_(task), failed_item_(num_items) {}

  /// \brief Work until no item is left. After End there is none.
  void Work(int thread);

  /// \brief Count a failure as that of an item before all others.
  void Fail(Status status);

  /// \brief Nobody begins to work from now on; wait for those who do.
  /// \return the error of the lowest item that failed; memory that runs out is one as well
  Status End();

 private:
  void WorkOnItems(std::unique_lock<std::mutex>* lock, int thread);
  void FailItem(int64_t item, Status status);

  const int64_t num_items_;
  const std::function<Status(int64_t, int)>* const task_;

  std::mutex mutex_;  // of all below
  std::condition_variable left_;
  int64_t next_item_ = 0;
  int num_working_ = 0;
  bool has_ended_ = false;
  int64_t failed_item_;
  Status failure_;
};

}  // namespace tarn
