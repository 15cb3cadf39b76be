#include "cli/absolute_path.h"

#include <filesystem>

namespace tarn::cli {

std::string AbsolutePath(const std::string& path) {
  if (path.find("://") != std::string::npos) return path;
  std::error_code error;
  return std::filesystem::absolute(path, error).lexically_normal().string();
}

}  // namespace tarn::cli
