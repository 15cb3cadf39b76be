#pragma once

#include <string>

namespace tarn::cli {

/// \brief A path of the command line, which is relative to the current folder; URIs as they are.
std::string AbsolutePath(const std::string& path);

}  // namespace tarn::cli
