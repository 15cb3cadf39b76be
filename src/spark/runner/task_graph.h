#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "base/error.h"

namespace tarn::spark {

/// \brief A step of a job.
struct Task {
  std::vector<size_t> needs;    ///< numbers of earlier tasks that must have gone well
  std::function<Status()> run;  ///< called on a thread of its own
};

struct TaskFailure {
  size_t task = 0;  ///< its number
  Status status;    ///< that `run` returned
};

/// \brief Run tasks, several at once, each as soon as those that it needs are done.
///
/// A failure is the same whichever task ends first: tasks are numbered in their order, and when one
/// fails, those before it are still run, those after it are not begun.
/// \param[in] interrupt called once, when nothing is left to do but to end the tasks after the one
///   that failed; they should return soon
/// \return the failure with the lowest number; nothing when all went well. No task runs any more.
std::optional<TaskFailure> RunTasks(const std::vector<Task>& tasks, size_t num_at_once_max,
                                    const std::function<void()>& interrupt);

}  // namespace tarn::spark
