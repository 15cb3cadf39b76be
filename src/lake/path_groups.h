#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace tarn::lake {

/// \brief Paths that follow each other, in groups for several threads: those below one folder of
/// the table are together when the paths are sorted, and a group is not small unless it is the
/// last.
std::vector<std::span<const std::string>> GroupPaths(std::span<const std::string> paths);

/// \brief Run `task` for each of GroupPaths, several at once where there are several.
/// \return the error of the first group that failed; others may have been begun
Status ForEachGroup(std::span<const std::string> paths,
                    const std::function<Status(std::span<const std::string> group)>& task);

}  // namespace tarn::lake
