#include "storage/no_match.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "s3/s3_error.h"
#include "s3/uri.h"
#include "storage/glob.h"
#include "storage/local_disk.h"

namespace tarn::storage {
namespace {

bool IsFolder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

// The folder that must be there for `glob` to match anything, where it is not there, or "". What
// has no wildcards may be a file as well.
std::string MissingFolder(const std::string& glob) {
  const auto path = LocalPath(glob);
  if (s3::IsS3Uri(glob) || !path.ok()) return "";
  const auto parsed = ParseGlob(*path);
  if (!parsed.ok()) return "";
  std::string missing;
  for (const GlobBranch& branch : parsed->branches) {
    if (branch.segments.empty() || IsFolder(branch.literal_prefix + "/")) return "";
    if (missing.empty()) missing = branch.literal_prefix;
  }
  return missing;
}

// Empty when one of them is there.
std::string MissingFolder(const std::vector<std::string>& globs) {
  std::string first;
  for (const std::string& glob : globs) {
    const std::string missing = MissingFolder(glob);
    if (missing.empty()) return "";
    if (first.empty()) first = missing;
  }
  return first;
}

std::string BucketsText(const std::vector<std::string>& globs) {
  std::vector<std::string> buckets;
  for (const std::string& glob : globs) {
    const auto location = s3::ParseUri(glob);
    if (!location.ok()) continue;
    if (std::find(buckets.begin(), buckets.end(), location->bucket) == buckets.end()) {
      buckets.push_back(location->bucket);
    }
  }
  return fmt::format("{}", fmt::join(buckets, " or "));
}

}  // namespace

std::optional<std::string> NoMatchText(const Result<Listing>& listing,
                                       const std::vector<std::string>& globs,
                                       const Period& period) {
  std::string reason;
  if (s3::IsNoSuchBucket(listing.status())) {
    reason = ", as there is no bucket " + BucketsText(globs);
  } else if (!listing.ok() || !listing->files.empty()) {
    return std::nullopt;
  } else if (const std::string folder = MissingFolder(globs); !folder.empty()) {
    reason = ", as there is no folder " + folder;
  }
  return fmt::format("no file matches{}{}: {}", period.is_all_time() ? "" : " from since to until",
                     reason, fmt::join(globs, ", "));
}

}  // namespace tarn::storage
