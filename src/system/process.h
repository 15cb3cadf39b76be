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

}  // namespace tarn
