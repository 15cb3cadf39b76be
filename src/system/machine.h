#pragma once

#include <cstdint>

namespace tarn {

/// \brief What this process may use of the machine.
struct Machine {
  int num_cores = 1;         ///< at least 1
  int64_t memory_bytes = 0;  ///< of the machine, or of the container (cgroup) if that is less
};

Machine ThisMachine();

}  // namespace tarn
