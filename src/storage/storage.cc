#include "storage/storage.h"

#include <fmt/format.h>

#include "s3/uri.h"
#include "storage/local_disk.h"
#include "storage/s3_storage.h"
#include "storage/uri_scheme.h"

namespace tarn::storage {

Result<std::shared_ptr<Storage>> Storage::For(const std::string& path_or_uri) {
  if (s3::IsS3Uri(path_or_uri)) {
    ARROW_RETURN_NOT_OK(s3::ParseObjectUri(path_or_uri).status());
    static const std::shared_ptr<Storage> kS3 = std::make_shared<S3Storage>();
    return kS3;
  }
  ARROW_RETURN_NOT_OK(LocalPath(path_or_uri).status());
  static const std::shared_ptr<Storage> kLocalDisk = std::make_shared<LocalDisk>();
  return kLocalDisk;
}

Result<Listing> ListAll(const std::vector<std::string>& globs, const Period& period) {
  Listing listing;
  for (const std::string& glob : globs) {
    if (s3::IsS3Uri(glob)) ARROW_RETURN_NOT_OK(s3::ParseUri(glob).status());
    ARROW_ASSIGN_OR_RAISE(auto storage, Storage::For(glob));
    if (listing.storage != nullptr && listing.storage != storage) {
      return MakeError(ErrorKind::kBadInput,
                       fmt::format("Paths on this machine and in S3 together; split them into two "
                                   "sources: {}, {}",
                                   globs.front(), glob));
    }
    listing.storage = std::move(storage);
    ARROW_ASSIGN_OR_RAISE(auto found, listing.storage->List(glob, period, &listing.dangling_links));
    std::move(found.begin(), found.end(), std::back_inserter(listing.files));
  }
  return listing;
}

std::vector<std::string> WarningsOf(const Listing& listing) {
  constexpr size_t kNamedMax = 3;
  std::vector<std::string> warnings;
  for (const std::string& link : listing.dangling_links) {
    if (warnings.size() == kNamedMax) {
      warnings.push_back(fmt::format("left out {} more links that lead nowhere",
                                     listing.dangling_links.size() - kNamedMax));
      break;
    }
    warnings.push_back("left out a link that leads nowhere: " + link);
  }
  return warnings;
}

std::string JoinPath(const std::string& base, const std::string& relative) {
  if (relative.starts_with('/') || !SchemeOf(relative).empty()) return relative;
  std::string_view rest = relative;
  while (rest.starts_with("./")) rest.remove_prefix(2);
  if (rest.empty() || rest == ".") return base;
  std::string joined = base;
  if (!joined.empty() && !joined.ends_with('/')) joined += '/';
  return joined.append(rest);
}

}  // namespace tarn::storage
