#include "sync/sync_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "s3/signature.h"
#include "s3/uri.h"
#include "storage/local_disk.h"
#include "storage/local_folder.h"

namespace tarn::sync {
namespace {

using storage::ObjectInfo;

// Larger files are copied rather than read for a comparison.
constexpr int64_t kComparedBytesMax = 64 << 20;

Status BadInput(std::string message) { return MakeError(ErrorKind::kBadInput, std::move(message)); }

// What the paths of a listing below the folder begin with.
Result<std::string> PrefixOf(const std::string& folder) {
  std::string prefix;
  if (s3::IsS3Uri(folder)) {
    ARROW_ASSIGN_OR_RAISE(const s3::Location location, s3::ParseUri(folder));
    prefix = s3::ToUri(location);
  } else {
    ARROW_ASSIGN_OR_RAISE(prefix, storage::LocalPath(folder));
  }
  while (prefix.ends_with('/')) prefix.pop_back();
  return prefix + '/';
}

Result<storage::Listing> ListFolder(storage::Storages* storages, const std::string& folder) {
  ARROW_ASSIGN_OR_RAISE(auto listing, storages->List({storage::EscapeGlob(folder) + "**"}));
  for (const ObjectInfo& file : listing.files) {
    if (!file.path.starts_with(folder)) {
      return BadInput("Not a folder; name the folder that contains it: " + file.path);
    }
  }
  return listing;
}

// A key of S3 may hold what would lead a disk out of the folder.
bool IsSafeOnDisk(std::string_view relative) {
  for (size_t begin = 0; begin <= relative.size();) {
    const size_t end = std::min(relative.find('/', begin), relative.size());
    const std::string_view segment = relative.substr(begin, end - begin);
    if (segment.empty() || segment == "." || segment == "..") return false;
    begin = end + 1;
  }
  return relative.find('\0') == std::string_view::npos;
}

std::string_view Unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.starts_with('"')) etag = etag.substr(1, etag.size() - 2);
  return etag;
}

// The ETag of an object that was put at once is its MD5, unless KMS encrypts it.
bool MayBeMd5(std::string_view etag) {
  return etag.size() == 32 && etag.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<bool> HasMd5(storage::Storage* storage, const ObjectInfo& file, std::string_view md5) {
  ARROW_ASSIGN_OR_RAISE(const auto bytes, storage->Read(file));
  return s3::Md5Hex(std::string_view(*bytes)) == md5;
}

Result<bool> IsSame(storage::Storage* storage, const ObjectInfo& from, const ObjectInfo& there) {
  if (from.size_bytes != there.size_bytes) return false;
  const std::string_view etag = Unquoted(there.etag);
  if (!etag.empty() && Unquoted(from.etag) == etag) return true;
  if (there.modified_ns >= from.modified_ns) return true;
  const bool is_local = from.etag.empty();
  if (!is_local || !MayBeMd5(etag) || from.size_bytes > kComparedBytesMax) return false;
  return HasMd5(storage, from, etag);
}

// Files would be written where a link leads, out of the destination.
Status CheckNoLinks(const std::vector<FileCopy>& copies, const std::string& destination) {
  if (s3::IsS3Uri(destination)) return Status::OK();
  const auto root = storage::LocalFolder::Open(destination);
  if (storage::IsNotFound(root.status())) return Status::OK();
  ARROW_RETURN_NOT_OK(root.status());
  std::unordered_set<std::string_view> checked;
  for (const FileCopy& copy : copies) {
    const std::string_view relative = std::string_view(copy.to).substr(destination.size());
    const size_t slash = relative.find_last_of('/');
    if (slash == std::string_view::npos || !checked.insert(relative.substr(0, slash)).second) {
      continue;
    }
    const Status found = root->OpenFolder(relative.substr(0, slash)).status();
    if (!found.ok() && !storage::IsNotFound(found)) return found;
  }
  return Status::OK();
}

}  // namespace

Result<SyncPlan> PlanSync(storage::Storages* storages, const std::string& source,
                          const std::string& destination) {
  ARROW_ASSIGN_OR_RAISE(const std::string from, PrefixOf(source));
  ARROW_ASSIGN_OR_RAISE(const std::string to, PrefixOf(destination));
  if (from.starts_with(to) || to.starts_with(from)) {
    return BadInput(fmt::format("One folder is within the other: {}, {}", source, destination));
  }
  ARROW_ASSIGN_OR_RAISE(const storage::Listing listing, ListFolder(storages, from));
  const std::vector<ObjectInfo>& files = listing.files;
  if (files.empty()) return BadInput("There are no files to copy in " + source);
  ARROW_ASSIGN_OR_RAISE(const storage::Listing there, ListFolder(storages, to));
  std::unordered_map<std::string_view, const ObjectInfo*> not_in_source;
  for (const ObjectInfo& file : there.files) {
    not_in_source.emplace(std::string_view(file.path).substr(to.size()), &file);
  }
  SyncPlan plan;
  plan.warnings = storage::WarningsOf(listing);
  // What such a link led to may be back tomorrow: its copy stays.
  for (const std::string& link : listing.dangling_links) {
    not_in_source.erase(std::string_view(link).substr(from.size()));
  }
  for (const ObjectInfo& file : files) {
    const std::string_view relative = std::string_view(file.path).substr(from.size());
    if (!s3::IsS3Uri(to) && !IsSafeOnDisk(relative)) {
      return BadInput("This name cannot be a file's on a disk: " + file.path);
    }
    if (const auto found = not_in_source.find(relative); found != not_in_source.end()) {
      ARROW_ASSIGN_OR_RAISE(const bool is_same,
                            IsSame(listing.storage.get(), file, *found->second));
      not_in_source.erase(found);
      if (is_same) {
        ++plan.num_same;
        continue;
      }
    }
    plan.num_bytes += file.size_bytes;
    plan.copies.push_back({file, to + std::string(relative)});
  }
  ARROW_RETURN_NOT_OK(CheckNoLinks(plan.copies, to));
  for (const auto& [relative, file] : not_in_source) plan.removals.push_back(file->path);
  std::sort(plan.removals.begin(), plan.removals.end());
  return plan;
}

}  // namespace tarn::sync
