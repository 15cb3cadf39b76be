#include "system/machine.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

namespace tarn {

namespace {

// The least limit in `file` of the folder and those above it, up to `root`. Inside a container the
// group's path may be one that only the machine sees: the root is then the container's own.
int64_t LeastLimit(const std::string& root, std::string group, const char* file) {
  int64_t least = 0;
  while (true) {
    // A file that holds no number sets no limit.
    int64_t limit = 0;
    if (std::ifstream(root + group + "/" + file) >> limit && limit > 0) {
      least = least == 0 ? limit : std::min(least, limit);
    }
    if (group.empty()) return least;
    group.resize(group.find_last_of('/'));
  }
}

}  // namespace

int64_t MemoryLimit(std::string_view groups, const std::string& root) {
  int64_t least = 0;
  std::istringstream lines{std::string(groups)};
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    std::string group = line.substr(second + 1);
    if (!group.starts_with('/')) continue;
    if (group == "/") group.clear();
    int64_t limit = 0;
    if (controllers == ",,") {
      limit = LeastLimit(root, group, "memory.max");
    } else if (controllers.find(",memory,") != std::string::npos) {
      limit = LeastLimit(root + "/memory", group, "memory.limit_in_bytes");
    }
    if (limit > 0) least = least == 0 ? limit : std::min(least, limit);
  }
  return least;
}

Machine ThisMachine() {
  Machine machine;
  machine.num_cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  machine.memory_bytes = int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
  std::ostringstream groups;
  groups << std::ifstream("/proc/self/cgroup").rdbuf();
  const int64_t limit = MemoryLimit(groups.str(), "/sys/fs/cgroup");
  if (limit > 0) machine.memory_bytes = std::min(machine.memory_bytes, limit);
  return machine;
}

}  // namespace tarn
