#pragma once

#include <string>

namespace tarn::pipeline {

/// \brief Whether `path` begins with a scheme, as in `s3://`.
bool IsUri(const std::string& path);

/// \brief `path` as it is when it is a URI, else absolute and without `.`, `..` and `//`, relative
/// paths being joined to `base`: an absolute path or a URI.
std::string ResolvePath(const std::string& base, const std::string& path);

}  // namespace tarn::pipeline
