#pragma once

#include <string>

namespace tarn::pipeline {

/// \brief Whether `path` begins with a scheme, as in `s3://`.
bool IsUri(const std::string& path);

/// \brief `path` as it is when it is a URI, else absolute and without `.`, `..` and `//`, relative
/// paths being joined to `base`: an absolute path or a URI.
std::string ResolvePath(const std::string& base, const std::string& path);

/// \brief Whether a symbolic link in `path`, which lies in `folder`, leads out of it; both are on a
/// disk. A folder that is itself a link is the one that it leads to.
bool LinkLeavesFolder(const std::string& folder, const std::string& path);

}  // namespace tarn::pipeline
