#pragma once

#include <arrow/util/cancel.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "sync/sync_plan.h"

namespace tarn::sync {

/// \brief How far the copying is. Threads: written by those that copy, read by any.
struct CopyProgress {
  std::atomic<int64_t> num_files = 0;  ///< copied whole
  std::atomic<int64_t> num_bytes = 0;  ///< copied, those of files under way included
};

/// \brief Copy files, many at once. Each is seen at its place when it is complete, and not before.
///
/// Large ones go in parts; memory is bounded whatever their sizes. What is between S3 and S3 passes
/// through this machine.
/// \param[out] progress may be read meanwhile
/// \return the first error, or Cancelled when `stop` was; what is copied by then stays
Status CopyFiles(storage::Storages* storages, const std::vector<FileCopy>& copies,
                 const arrow::StopToken& stop, CopyProgress* progress);

}  // namespace tarn::sync
