#pragma once

#include <string_view>

namespace tarn {

/// \brief Kill this process with SIGKILL here if the environment variable TARN_FAULT is `name`.
///
/// `name` is `step`, or `step:N` for the N-th time (1-based) that the step is reached. For tests of
/// crash safety: each step of a commit is named, and the test kills the run at each of them.
/// Without the variable it costs one load. Threads: any.
void FaultPoint(std::string_view name);

}  // namespace tarn
