#include "storage/storages.h"

#include <fmt/format.h>

#include <iterator>

#include "s3/uri.h"
#include "storage/local_disk.h"
#include "storage/s3_storage.h"
#include "storage/uri_scheme.h"

namespace tarn::storage {

Storages::Storages(std::shared_ptr<s3::Buckets> buckets)
    : buckets_(std::move(buckets)),
      disk_(std::make_shared<LocalDisk>()),
      s3_(std::make_shared<S3Storage>(buckets_)) {}

Result<std::shared_ptr<Storage>> Storages::For(const std::string& path_or_uri) {
  if (s3::IsS3Uri(path_or_uri)) {
    ARROW_RETURN_NOT_OK(s3::ParseObjectUri(path_or_uri).status());
    return s3_;
  }
  ARROW_RETURN_NOT_OK(LocalPath(path_or_uri).status());
  return disk_;
}

Result<Listing> Storages::List(const std::vector<std::string>& globs, const Period& period) {
  Listing listing;
  for (const std::string& glob : globs) {
    if (s3::IsS3Uri(glob)) ARROW_RETURN_NOT_OK(s3::ParseUri(glob).status());
    ARROW_ASSIGN_OR_RAISE(auto storage, For(glob));
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

}  // namespace tarn::storage
