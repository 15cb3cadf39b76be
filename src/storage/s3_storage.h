#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "s3/buckets.h"
#include "storage/storage.h"

namespace tarn::storage {

/// \brief Objects in S3 buckets, by `s3://bucket/key`. See Storage for the contract.
///
/// One request reads an object or a range of it. Files are written whole when they are closed.
class S3Storage : public Storage {
 public:
  explicit S3Storage(std::shared_ptr<s3::Buckets> buckets) : buckets_(std::move(buckets)) {}

  Result<std::vector<ObjectInfo>> List(const std::string& glob, const Period& period = {},
                                       std::vector<std::string>* dangling_links = nullptr) override;
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectInfo& object) override;
  Result<std::shared_ptr<arrow::Buffer>> ReadRange(const ObjectInfo& object, int64_t offset,
                                                   int64_t length) override;
  bool is_remote() const override { return true; }
  BufferFuture ReadAsync(const ObjectInfo& object) override;
  BufferFuture ReadRangeAsync(const ObjectInfo& object, int64_t offset, int64_t length) override;
  Result<std::shared_ptr<arrow::io::OutputStream>> Create(const std::string& path) override;
  Status Delete(const std::vector<std::string>& paths) override;

 private:
  const std::shared_ptr<s3::Buckets> buckets_;
};

}  // namespace tarn::storage
