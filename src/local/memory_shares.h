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
  /// A row group of a table whose rows are written as they come: out of the operators' share, of
  /// which such tables take no more than half. Depends on nothing that differs from run to run.
  int64_t row_group_per_table = 0;
  int64_t uploads = 0;  ///< files that wait for the commit, and parts that are sent
};

/// \brief How many tables of a run are written.
struct WrittenTables {
  int num_gathering = 0;  ///< by partition or in an order
  int num_streaming = 0;  ///< as their rows come
};

/// \brief What the run's limits say, or three quarters of this machine's memory.
int64_t MemoryOf(const pipeline::RunLimits& limits);

/// \param[in] memory_bytes of the process
MemoryShares ShareMemory(int64_t memory_bytes, const WrittenTables& tables);

/// \brief Where the run writes what memory does not hold: as the limits say, else TMPDIR, else
/// /var/tmp.
/// \return kFailed for a folder of the limits that is none or cannot be written to
Result<std::string> SpillFolderOf(const pipeline::RunLimits& limits);

}  // namespace tarn::local
