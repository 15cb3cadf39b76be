#include "local/memory_shares.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "lake/lake.h"
#include "local/batch/backlog.h"
#include "system/environment_variables.h"
#include "system/machine.h"

namespace tarn::local {
namespace {

// The program itself, the scan's buffers and what the allocator keeps.
constexpr int64_t kProcessBytes = 100 << 20;
constexpr int64_t kGatheredBytesMin = 1 << 20;
constexpr int64_t kRowGroupBytesMin = 1 << 20;
constexpr int64_t kBacklogBytesMin = 1 << 20;

}  // namespace

int64_t MemoryOf(const pipeline::RunLimits& limits) {
  return limits.memory_bytes > 0 ? limits.memory_bytes : ThisMachine().memory_bytes / 4 * 3;
}

MemoryShares ShareMemory(int64_t memory_bytes, const WrittenTables& tables) {
  const int64_t there = std::max<int64_t>(0, memory_bytes - kProcessBytes);
  MemoryShares shares;
  // What is gathered is held once more, in part, while it is encoded.
  shares.gathered_per_table = std::clamp(there / 4 / std::max(1, tables.num_gathering) / 2,
                                         kGatheredBytesMin, lake::TableSpec().gathered_bytes_max);
  shares.backlog = std::clamp(there / 8, kBacklogBytesMin, Backlog::kBytesMax);
  shares.operators = there / 2;
  shares.row_group_per_table =
      std::max(shares.operators / 2 / std::max(1, tables.num_streaming), kRowGroupBytesMin);
  shares.uploads = there / 8;
  return shares;
}

Result<std::string> SpillFolderOf(const pipeline::RunLimits& limits) {
  if (!limits.spill_dir.empty()) {
    if (::access(limits.spill_dir.c_str(), W_OK | X_OK) == 0) return limits.spill_dir;
    return MakeError(ErrorKind::kFailed,
                     "run.spill_dir is no folder that this user may write to: " + limits.spill_dir +
                         ": " + std::generic_category().message(errno));
  }
  const std::string temporary = EnvironmentVariable("TMPDIR");
  if (!temporary.empty()) return temporary;
  return ::access("/var/tmp", W_OK | X_OK) == 0 ? "/var/tmp" : "/tmp";
}

}  // namespace tarn::local
