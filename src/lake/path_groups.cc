#include "lake/path_groups.h"

#include <string_view>

#include "base/parallel_for.h"
#include "system/machine.h"

namespace tarn::lake {
namespace {

constexpr size_t kPathsMin = 512;  // of a group that is worth a thread

std::string_view FirstFolder(std::string_view path) { return path.substr(0, path.find('/')); }

}  // namespace

std::vector<std::span<const std::string>> GroupPaths(std::span<const std::string> paths) {
  std::vector<std::span<const std::string>> groups;
  for (size_t begin = 0; begin < paths.size();) {
    size_t end = begin + 1;
    while (end < paths.size() &&
           (end - begin < kPathsMin || FirstFolder(paths[end]) == FirstFolder(paths[end - 1]))) {
      ++end;
    }
    groups.push_back(paths.subspan(begin, end - begin));
    begin = end;
  }
  return groups;
}

Status ForEachGroup(std::span<const std::string> paths,
                    const std::function<Status(std::span<const std::string> group)>& task) {
  const auto groups = GroupPaths(paths);
  return ParallelFor(static_cast<int64_t>(groups.size()), ThisMachine().num_cores,
                     [&](int64_t group, int) { return task(groups[static_cast<size_t>(group)]); });
}

}  // namespace tarn::lake
