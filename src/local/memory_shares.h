#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "pipeline/pipeline.h"

namespace tarn::local {

/// \brief How the memory of a run is shared out, in bytes.
struct MemoryShares {
  int64_t operators = 0;           ///< held by operators and checks until their input ends
  int64_t backlog = 0;             ///< of batches that wait for their turn
  int64_t gathered_per_table = 0;  ///< rows of a table that wait to be written by partition
};

/// \brief What the run's limits say, or three quarters of this machine's memory.
int64_t MemoryOf(const pipeline::RunLimits& limits);

/// \param[in] memory_bytes of the process
/// \param[in] num_gathering tables that are written by partition or in an order
MemoryShares ShareMemory(int64_t memory_bytes, int num_gathering);

/// \brief Where the run writes what memory does not hold: as the limits say, else TMPDIR, else
/// /var/tmp.
/// \return kFailed for a folder of the limits that is none or cannot be written to
Result<std::string> SpillFolderOf(const pipeline::RunLimits& limits);

}  // namespace tarn::local
