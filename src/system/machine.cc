#include "system/machine.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace tarn {

Machine ThisMachine() {
  Machine machine;
  machine.num_cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  machine.memory_bytes = int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
  // A container sees its own limit here, by version 2 of cgroups, or by version 1. A file that
  // holds no number sets no limit.
  for (const char* path :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    int64_t limit = 0;
    if (std::ifstream(path) >> limit && limit > 0) {
      machine.memory_bytes = std::min(machine.memory_bytes, limit);
    }
  }
  return machine;
}

}  // namespace tarn
