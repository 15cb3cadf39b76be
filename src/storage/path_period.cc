#include "storage/path_period.h"

#include "storage/glob.h"
#include "storage/glob_matcher.h"

namespace tarn::storage {
namespace {

// What comes before a bucket's name is the same for path and glob.
std::string_view WithoutScheme(std::string_view path) {
  constexpr std::string_view kScheme = "://";
  const size_t scheme = path.find(kScheme);
  return scheme == std::string_view::npos ? path : path.substr(scheme + kScheme.size() - 1);
}

bool BranchMatches(const GlobBranch& branch, const Period& period, std::string_view path) {
  if (!path.starts_with(branch.literal_prefix)) return false;
  path.remove_prefix(branch.literal_prefix.size());
  if (branch.segments.empty()) return path.empty();
  return path.starts_with('/') && GlobMatcher(branch, period).Matches(path.substr(1));
}

}  // namespace

Result<bool> IsOfPeriod(std::string_view path, const std::vector<std::string>& globs,
                        const Period& period) {
  for (const std::string& pattern : globs) {
    ARROW_ASSIGN_OR_RAISE(const Glob glob, ParseGlob(WithoutScheme(pattern), period));
    for (const GlobBranch& branch : glob.branches) {
      if (BranchMatches(branch, period, WithoutScheme(path))) return true;
    }
  }
  return false;
}

}  // namespace tarn::storage
