#pragma once

#include <cstdint>
#include <functional>

#include "base/error.h"
#include "base/shared_loop.h"

namespace tarn {

/// \brief Run `task` once for each item 0 … num_items - 1, on up to `num_threads` threads, of which
/// the caller's is one.
///
/// Items are begun in order. After a failure no other is begun; those that run are waited for. With
/// as many threads as items, all run beside one another. What they compute counts for the scope of
/// SelfTime that the caller is in.
/// \param[in] task takes the item and the number of its thread, 0 … num_threads - 1, as an index of
///   what is one thread's own. Threads: called by any of them.
/// \return the error of the lowest item that failed; memory that runs out, and a thread that the
///   system does not start, are errors as well
Status ParallelFor(int64_t num_items, int num_threads,
                   const std::function<Status(int64_t item, int thread)>& task);

/// \brief A loop on up to `num_threads` threads of its own, of which the caller's is one.
ParallelLoop LoopOnThreads(int num_threads);

}  // namespace tarn
