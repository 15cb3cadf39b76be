#include "s3/bucket_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "s3/uri.h"

namespace tarn::s3 {
namespace {

constexpr std::string_view kDirectoryBucketSuffix = "--x-s3";

// arn:aws:s3:region:account:resource. The resource may hold colons.
std::array<std::string, 6> SplitArn(std::string_view arn) {
  std::array<std::string, 6> parts;
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    const size_t end = std::min(arn.find(':'), arn.size());
    parts[i] = arn.substr(0, end);
    arn.remove_prefix(std::min(end + 1, arn.size()));
  }
  parts.back() = arn;
  return parts;
}

bool IsArn(const std::string& bucket) { return bucket.starts_with("arn:"); }

// "usw2-az1" of "name--usw2-az1--x-s3".
std::string ZoneOf(const std::string& bucket) {
  const std::string rest = bucket.substr(0, bucket.size() - kDirectoryBucketSuffix.size());
  const size_t zone = rest.rfind("--");
  return zone == std::string::npos ? "" : rest.substr(zone + 2);
}

}  // namespace

bool IsDirectoryBucket(const std::string& bucket) {
  return bucket.ends_with(kDirectoryBucketSuffix);
}

BucketService::BucketService(std::string bucket, const BucketSettings& settings)
    : bucket_(std::move(bucket)), settings_(settings), region_(settings.region) {
  if (IsArn(bucket_)) region_ = SplitArn(bucket_)[3];
  // The region that knows all buckets; it reports where others are.
  if (region_.empty()) region_ = "us-east-1";
  base_url_ = BaseUrl();
}

std::string BucketService::BaseUrl() const {
  if (!settings_.endpoint.empty()) {
    std::string endpoint = settings_.endpoint;
    if (endpoint.find("://") == std::string::npos) endpoint = "https://" + endpoint;
    while (endpoint.ends_with('/')) endpoint.pop_back();
    if (settings_.path_style.value_or(false)) return endpoint + "/" + bucket_;
    return endpoint.insert(endpoint.find("://") + 3, bucket_ + ".");
  }
  const std::string_view domain = DomainOf(region_);
  if (IsArn(bucket_)) {
    const auto parts = SplitArn(bucket_);
    const std::string name = parts[5].substr(parts[5].find_first_of(":/") + 1);
    return fmt::format("https://{}-{}.s3-accesspoint.{}.{}", name, parts[4], region_, domain);
  }
  if (IsDirectoryBucket(bucket_)) {
    return fmt::format("https://{}.s3express-{}.{}.{}", bucket_, ZoneOf(bucket_), region_, domain);
  }
  // A bucket with dots is no host that the certificate covers.
  if (settings_.path_style.value_or(false) || bucket_.find('.') != std::string::npos) {
    return fmt::format("https://s3.{}.{}/{}", region_, domain, bucket_);
  }
  return fmt::format("https://{}.s3.{}.{}", bucket_, region_, domain);
}

std::string BucketService::UrlOf(const std::string& key) const {
  std::lock_guard lock(mutex_);
  return base_url_ + "/" + PercentEncode(key, /*keep_slash=*/true);
}

std::string BucketService::NameOf(const std::string& key) const { return ToUri({bucket_, key}); }

SigningScope BucketService::scope() const {
  std::lock_guard lock(mutex_);
  return {region_, IsDirectoryBucket(bucket_) ? "s3express" : "s3"};
}

bool BucketService::MoveTo(const std::string& region) {
  std::lock_guard lock(mutex_);
  if (region == region_) return false;
  region_ = region;
  base_url_ = BaseUrl();
  return true;
}

}  // namespace tarn::s3
