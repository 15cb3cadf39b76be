#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "storage/storages.h"

/// One folder made like another, on disks and in S3.
namespace tarn::sync {

/// \brief One file to copy.
struct FileCopy {
  storage::ObjectInfo from;  ///< as it was listed
  std::string to;            ///< path or URI
};

/// \brief What makes a folder like another one.
struct SyncPlan {
  std::vector<FileCopy> copies;       ///< in the order of the source's listing
  std::vector<std::string> removals;  ///< files that only the destination has
  int64_t num_bytes = 0;              ///< of the copies
  int64_t num_same = 0;               ///< files that are there already
  std::vector<std::string> warnings;  ///< of what the source has and is left out
};

/// \brief Compare the files below two folders, by size, and then by ETag or time: a file is the
/// same when its ETag is, or when the destination's is not older, or when its bytes are what the
/// destination's ETag says.
///
/// Names that begin with `_` or `.` are left alone, as they are wherever tarn lists files.
/// \param[in] source, destination absolute path or URI
/// \return kBadInput when the source has no files, when a folder is within the other one, when a
/// name could not be a file's on a disk, or when a link below the destination is in the way
Result<SyncPlan> PlanSync(storage::Storages* storages, const std::string& source,
                          const std::string& destination);

}  // namespace tarn::sync
