#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tarn {

/// \brief What this process may use of the machine.
struct Machine {
  int num_cores = 1;         ///< at least 1
  int64_t memory_bytes = 0;  ///< of the machine, or of the container (cgroup) if that is less
};

Machine ThisMachine();

/// \brief The least limit of memory that a process's cgroup and those above it set, in bytes; 0:
/// none does.
/// \param[in] groups what /proc/self/cgroup says: "0::/a/b" for version 2 of cgroups,
///   "9:memory:/a" for version 1
/// \param[in] root where they are mounted: /sys/fs/cgroup
int64_t MemoryLimit(std::string_view groups, const std::string& root);

}  // namespace tarn
