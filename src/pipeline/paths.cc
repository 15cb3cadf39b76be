#include <algorithm>
#include <cctype>
#include <filesystem>

#include "pipeline/paths_internal.h"

namespace tarn::pipeline {

bool IsUri(const std::string& path) {
  const size_t scheme_size = path.find("://");
  if (scheme_size == std::string::npos || scheme_size == 0) return false;
  return std::isalpha(static_cast<unsigned char>(path[0])) &&
         std::all_of(path.begin(), path.begin() + scheme_size, [](unsigned char c) {
           return std::isalnum(c) || c == '+' || c == '-' || c == '.';
         });
}

std::string ResolvePath(const std::string& base, const std::string& path) {
  if (IsUri(path)) return path;
  if (IsUri(base) && !path.starts_with('/')) {
    const std::string relative = std::filesystem::path(path).lexically_normal();
    if (relative.starts_with("..")) {
      const size_t scheme_size = base.find("://") + 3;
      const std::filesystem::path below =
          std::filesystem::path(base.substr(scheme_size)) / relative;
      return base.substr(0, scheme_size) + below.lexically_normal().string();
    }
    return base.ends_with('/') ? base + relative : base + "/" + relative;
  }
  // An absolute `path` replaces `base`.
  std::string resolved = (std::filesystem::path(base) / path).lexically_normal().string();
  if (resolved.size() > 1 && resolved.ends_with('/')) resolved.pop_back();
  return resolved;
}

}  // namespace tarn::pipeline
