#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace tarn {

/// Bytes of a file of settings or SQL; larger ones are something else, named by mistake.
constexpr int64_t kTextFileBytesMax = 16'000'000;

/// \brief All of a file of settings or SQL. Only regular files are read: a pipe would be waited
/// for. \return kBadInput with the reason, without the path: it is missing, a folder, a device, too
/// large
Result<std::string> ReadTextFile(const std::string& path);

/// \brief Whether a symbolic link in `path`, which lies in `folder`, leads out of it. A folder that
/// is itself a link is the one that it leads to.
bool LinkLeavesFolder(const std::string& folder, const std::string& path);

/// \brief As ReadTextFile; kBadInput also when the file is a link out of the folder it lies in.
/// Errors quote settings, and somebody else may have filled the folder.
Result<std::string> ReadTextFileOfFolder(const std::string& path);

/// \brief kBadInput when a text of that many bytes is too large.
Status CheckTextSize(int64_t num_bytes);

}  // namespace tarn
