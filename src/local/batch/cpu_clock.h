#pragma once

#include <time.h>

namespace tarn::local {

/// \brief How long this thread has computed: what it waited for is not in it.
inline double ThreadCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace tarn::local
