#include "spark/runner/task_graph.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace tarn::spark {
namespace {

class TaskGraph {
 public:
  TaskGraph(const std::vector<Task>& tasks, size_t num_at_once_max)
      : tasks_(tasks), num_at_once_max_(num_at_once_max), states_(tasks.size(), State::kWaiting) {}

  std::optional<TaskFailure> Run(const std::function<void()>& interrupt) {
    bool is_interrupted = false;
    std::unique_lock lock(mutex_);
    for (;;) {
      BeginAll();
      if (num_running_ == 0) break;
      if (!is_interrupted && failure_.has_value() && !RunsBefore(failure_->task)) {
        is_interrupted = true;
        lock.unlock();
        interrupt();
        lock.lock();
      }
      ended_.wait(lock, [&] { return has_ended_; });
      has_ended_ = false;
    }
    lock.unlock();
    for (std::thread& thread : threads_) thread.join();
    return failure_;
  }

 private:
  enum class State { kWaiting, kRunning, kDone, kFailed };

  void BeginAll() {
    const size_t end = failure_.has_value() ? failure_->task : tasks_.size();
    for (size_t i = 0; i < end && num_running_ < num_at_once_max_; ++i) {
      if (!IsReady(i)) continue;
      states_[i] = State::kRunning;
      ++num_running_;
      threads_.emplace_back([this, i] { End(i, tasks_[i].run()); });
    }
  }

  bool IsReady(size_t task) const {
    const auto& needs = tasks_[task].needs;
    return states_[task] == State::kWaiting &&
           std::all_of(needs.begin(), needs.end(),
                       [&](size_t need) { return states_[need] == State::kDone; });
  }

  bool RunsBefore(size_t task) const {
    const auto end = states_.begin() + static_cast<std::ptrdiff_t>(task);
    return std::find(states_.begin(), end, State::kRunning) != end;
  }

  void End(size_t task, Status status) {
    std::lock_guard lock(mutex_);
    states_[task] = status.ok() ? State::kDone : State::kFailed;
    if (!status.ok() && (!failure_.has_value() || task < failure_->task)) {
      failure_ = TaskFailure{task, std::move(status)};
    }
    --num_running_;
    has_ended_ = true;
    ended_.notify_one();
  }

  const std::vector<Task>& tasks_;
  const size_t num_at_once_max_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;  // for all below
  std::condition_variable ended_;
  bool has_ended_ = false;
  size_t num_running_ = 0;
  std::vector<State> states_;
  std::optional<TaskFailure> failure_;
};

}  // namespace

std::optional<TaskFailure> RunTasks(const std::vector<Task>& tasks, size_t num_at_once_max,
                                    const std::function<void()>& interrupt) {
  return TaskGraph(tasks, num_at_once_max).Run(interrupt);
}

}  // namespace tarn::spark
