#pragma once

#include "base/self_time.h"
#include "base/shared_loop.h"
#include "local/batch/scheduler.h"

namespace tarn::local {

/// \brief A loop within a task, on its thread and on those threads of the run that are free
/// meanwhile. It waits only for items that another thread is at.
/// \param[in] scheduler borrowed
/// \param[in] num_threads of the run
/// \param[in] time of the part of the run that loops; borrowed, and outlives the scheduler's tasks
ParallelLoop ScheduledLoop(Scheduler* scheduler, int num_threads, SelfTime* time);

}  // namespace tarn::local
