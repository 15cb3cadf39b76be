#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn::s3 {

/// \brief What an S3 URI names: a bucket, or an object or prefix in one.
struct Location {
  std::string bucket;  ///< name, or an access point's ARN
  std::string key;     ///< may be empty
};

/// \brief Whether `text` begins with s3://, s3a:// or s3n://.
bool IsS3Uri(std::string_view text);

/// \brief Take `s3://bucket/key` apart; `s3a://` and `s3n://` mean the same.
///
/// The key is taken literally: S3's URIs decode no %XX. The bucket may be a directory bucket's name
/// (`name--usw2-az1--x-s3`), an access point's alias, or
/// `arn:aws:s3:region:account:accesspoint/name`.
/// \return kBadInput for another scheme, a bucket that cannot exist, or `//` before the key's end
Result<Location> ParseUri(std::string_view uri);

/// \brief As ParseUri, of the URI that ToUri made of an object's key: that may have any slashes.
Result<Location> ParseObjectUri(std::string_view uri);

/// \brief `s3://bucket/key`.
std::string ToUri(const Location& location);

/// \brief `text` as it stands in a URL: all but letters, digits and `-._~` as %XX.
/// \param[in] keep_slash leave `/` as it is
std::string PercentEncode(std::string_view text, bool keep_slash);

/// \brief The text that PercentEncode was given. `+` stands for itself.
std::string PercentDecode(std::string_view text);

}  // namespace tarn::s3
