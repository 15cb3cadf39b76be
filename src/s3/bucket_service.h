#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "s3/service_call.h"
#include "s3/settings.h"

namespace tarn::s3 {

/// \brief Whether the name is a directory bucket's, whose keys are listed in no order.
bool IsDirectoryBucket(const std::string& bucket);

/// \brief Where a bucket answers: AWS's hosts by region and kind of bucket, or another endpoint.
/// Threads: any.
class BucketService : public Service {
 public:
  BucketService(std::string bucket, const BucketSettings& settings);

  std::string UrlOf(const std::string& key) const override;
  std::string NameOf(const std::string& key) const override;
  SigningScope scope() const override;
  bool MoveTo(const std::string& region) override;
  std::chrono::seconds retry_for() const override {
    return settings_.retry_for.value_or(kRetryFor);
  }

 private:
  /// The host and, where the bucket is not in it, the path that it begins with.
  std::string BaseUrl() const;

  const std::string bucket_;
  const BucketSettings& settings_;
  mutable std::mutex mutex_;
  std::string region_;
  std::string base_url_;
};

}  // namespace tarn::s3
