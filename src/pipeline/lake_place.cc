#include "pipeline/lake_place.h"

#include <cstdlib>
#include <filesystem>

#include "pipeline/paths_internal.h"

namespace tarn::pipeline {
namespace {

namespace fs = std::filesystem;

// As one text for each folder: without links, `.`, `..` and a slash at the end.
std::string Normal(const std::string& place) {
  std::string normal = place;
  for (const std::string_view disk : {"file://localhost/", "file:///"}) {
    if (normal.starts_with(disk)) normal.erase(0, disk.size() - 1);
  }
  if (!IsUri(normal)) {
    std::error_code error;
    const fs::path canonical = fs::weakly_canonical(normal, error);
    normal = error ? fs::path(normal).lexically_normal().string() : canonical.string();
  }
  while (normal.ends_with('/')) normal.pop_back();
  return normal;
}

// "s3://bucket" has nothing but the bucket.
bool IsWholeBucket(const std::string& normal) {
  return IsUri(normal) && normal.find('/', normal.find("://") + 3) == std::string::npos;
}

bool IsHomeFolder(const std::string& normal) {
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0' && normal == Normal(home)) return true;
  return normal == "/root" || normal == "/home" || fs::path(normal).parent_path() == "/home";
}

bool IsWithin(const std::string& inner, const std::string& outer) {
  return inner == outer || inner.starts_with(outer + "/");
}

}  // namespace

std::optional<PlaceProblem> CheckLakePlace(const std::string& output) {
  const std::string normal = Normal(output);
  const std::string hint = "name a folder of its own, such as \"" + normal + "/lake\"";
  if (normal.empty()) return PlaceProblem{"this is the root of the disk", hint};
  if (IsWholeBucket(normal)) return PlaceProblem{"this is a whole bucket", hint};
  if (!IsUri(normal) && IsHomeFolder(normal)) return PlaceProblem{"this is a home folder", hint};
  return std::nullopt;
}

bool FoldersOverlap(const std::string& left, const std::string& right) {
  const std::string a = Normal(left), b = Normal(right);
  return IsWithin(a, b) || IsWithin(b, a);
}

std::string FixedFolderOf(const std::string& glob) {
  const std::string fixed = glob.substr(0, glob.find_first_of("*?[{\\"));
  const size_t slash = fixed.rfind('/');
  return fixed.size() == glob.size() || slash == std::string::npos ? fixed : fixed.substr(0, slash);
}

}  // namespace tarn::pipeline
