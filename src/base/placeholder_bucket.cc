#include "base/placeholder_bucket.h"

#include <algorithm>
#include <array>

namespace tarn {
namespace {

// Of AWS's documentation, and of everyone's.
constexpr std::array<std::string_view, 10> kAtAws = {
    "my-bucket",        "mybucket",    "your-bucket",    "yourbucket",   "my-bucket-name",
    "your-bucket-name", "bucket-name", "example-bucket", "my-s3-bucket", "amzn-s3-demo-bucket"};

// "BUCKET", "LOG-BUCKET", "YOUR_BUCKET_NAME". Old buckets may have capital letters, beside others.
bool IsInCapitals(std::string_view bucket) {
  return bucket.find("BUCKET") != std::string_view::npos &&
         std::none_of(bucket.begin(), bucket.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// "<bucket>", "{bucket}", "[bucket]", "$BUCKET", "...", "…": characters that no bucket has.
bool IsMarked(std::string_view bucket) {
  return bucket.find_first_of("<>{}[]$") != std::string_view::npos ||
         bucket.find("...") != std::string_view::npos || bucket.find("…") != std::string_view::npos;
}

}  // namespace

std::optional<std::string> PlaceholderBucket(std::string_view uri, bool at_aws) {
  for (const std::string_view scheme : {"s3://", "s3a://", "s3n://"}) {
    if (!uri.starts_with(scheme)) continue;
    const std::string_view rest = uri.substr(scheme.size());
    const std::string_view bucket = rest.substr(0, rest.find('/'));
    const bool is_known = std::find(kAtAws.begin(), kAtAws.end(), bucket) != kAtAws.end();
    if (IsInCapitals(bucket) || IsMarked(bucket) || (at_aws && is_known)) {
      return std::string(bucket);
    }
  }
  return std::nullopt;
}

}  // namespace tarn
