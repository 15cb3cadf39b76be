#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "base/error.h"

namespace tarn::local {

/// \brief Runs the tasks of a run on a fixed number of threads.
///
/// A task ends: it waits for no other task. What has to wait for something is put in by the task
/// that this something ends with. Threads: any.
class Scheduler {
 public:
  using Task = std::function<void()>;

  enum class Priority {
    kDeliver,  ///< works off what is in memory; first come, first served
    kScan,     ///< brings more; only where there is nothing to deliver
  };

  /// \brief Have `task` run. Before Run, or within a task.
  void Submit(Priority priority, Task task);

  /// \brief Run all tasks, and those that they submit, on `num_threads` threads, of which the
  /// caller's is one; return when none is left.
  /// \return memory that ran out where a task did not expect it, a thread that the system does not
  ///   start; then some tasks did not run
  Status Run(int num_threads);

  /// \brief Within a task of priority kScan: run what there is to deliver; then, until `may_go_on`,
  /// what there will be.
  /// \param[in] may_go_on asked every few milliseconds
  void Deliver(const std::function<bool()>& may_go_on);

 private:
  Status Work();
  void RunFirst(std::deque<Task>* tasks, std::unique_lock<std::mutex>* lock);

  std::mutex mutex_;
  std::condition_variable changed_;    // for threads without a task
  std::condition_variable delivered_;  // for those within Deliver
  std::deque<Task> deliveries_;
  std::deque<Task> scans_;
  int num_running_ = 0;  // tasks; of those within others, only these
  Status failure_;
};

}  // namespace tarn::local
