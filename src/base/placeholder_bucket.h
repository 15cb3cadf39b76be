#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tarn {

/// \brief The bucket of an S3 URI, when it only stands for one, as in documentation:
/// `s3://BUCKET/raw`, `s3://<bucket>/raw`, `s3://your-bucket/raw`.
/// \param[in] uri any text; what is no URI of S3 has no bucket
/// \param[in] at_aws there, names such as `my-bucket` are other people's buckets. On a service of
/// one's own they may be real
std::optional<std::string> PlaceholderBucket(std::string_view uri, bool at_aws);

/// \brief What to write in its place.
inline constexpr char kPlaceholderBucketHint[] =
    "write the name of your bucket; `aws s3 ls` lists them";

}  // namespace tarn
