#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/period.h"
#include "s3/buckets.h"
#include "storage/storage.h"

namespace tarn::storage {

/// \brief The storages that one session reads and writes: this machine's disks, and the buckets
/// that its settings open.
///
/// Outlives what it gives. Threads: any number at once.
class Storages {
 public:
  /// \brief S3 as the environment says.
  Storages() : Storages(std::make_shared<s3::Buckets>()) {}
  explicit Storages(std::shared_ptr<s3::Buckets> buckets);

  /// \brief The storage that serves `path_or_uri`: a local disk for an absolute path or file://, a
  /// bucket for s3://, which is opened when it is first used.
  /// \return kBadInput for a scheme that is not supported, with those that are.
  Result<std::shared_ptr<Storage>> For(const std::string& path_or_uri);

  /// \brief List several globs of one storage, as Storage::List.
  Result<Listing> List(const std::vector<std::string>& globs, const Period& period = {});

  s3::Buckets* buckets() { return buckets_.get(); }

 private:
  const std::shared_ptr<s3::Buckets> buckets_;
  const std::shared_ptr<Storage> disk_;
  const std::shared_ptr<Storage> s3_;
};

}  // namespace tarn::storage
