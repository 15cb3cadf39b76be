#pragma once

#include <cstdint>
#include <string>

namespace tarn {

/// \brief This machine's name, "unknown" when it has none.
std::string HostName();

/// \brief When a process of this machine started, in clock ticks since the machine did: with its
/// number, this distinguishes it from all others.
/// \return 0 when it is not there, or ended and its parent did not take notice yet
int64_t ProcessStart(int64_t process_id);

/// \brief What a process took so far.
struct ProcessUsage {
  double user_seconds = 0;        ///< of CPU, all threads together
  double kernel_seconds = 0;      ///< of CPU within the system's calls and page faults
  int64_t peak_memory_bytes = 0;  ///< the most that was resident
};

ProcessUsage UsageOfThisProcess();

}  // namespace tarn
