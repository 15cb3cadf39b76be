#include "s3/uri.h"

#include <algorithm>
#include <charconv>

#include "base/placeholder_bucket.h"

namespace tarn::s3 {
namespace {

bool IsUnreserved(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '-' || character == '.' ||
         character == '_' || character == '~';
}

// Length of "s3://" or one of its kin at the start of `text`, 0 when there is none.
size_t SchemeLength(std::string_view text) {
  for (std::string_view scheme : {"s3://", "s3a://", "s3n://"}) {
    if (text.starts_with(scheme)) return scheme.size();
  }
  return 0;
}

// Where the bucket ends: an ARN has a slash of its own.
size_t BucketLength(std::string_view rest) {
  size_t slash = rest.find('/');
  if (rest.starts_with("arn:") && slash != std::string_view::npos)
    slash = rest.find('/', slash + 1);
  return std::min(slash, rest.size());
}

bool IsBucketName(std::string_view name) {
  if (name.starts_with("arn:")) return name.find(":accesspoint/") != std::string_view::npos;
  return name.size() >= 3 && std::all_of(name.begin(), name.end(), [](char character) {
           return IsUnreserved(character) && character != '~';
         });
}

}  // namespace

bool IsS3Uri(std::string_view text) { return SchemeLength(text) > 0; }

Result<Location> ParseUri(std::string_view uri) {
  ARROW_ASSIGN_OR_RAISE(Location location, ParseObjectUri(uri));
  const std::string_view key =
      std::string_view(location.key).substr(0, location.key.find_last_not_of('/') + 1);
  if (key.starts_with('/') || key.find("//") != std::string_view::npos) {
    return MakeError(
        ErrorKind::kBadInput,
        "S3 takes `//` for a folder without a name; write one slash: " + std::string(uri));
  }
  return location;
}

Result<Location> ParseObjectUri(std::string_view uri) {
  const size_t scheme = SchemeLength(uri);
  if (scheme == 0) {
    return MakeError(ErrorKind::kBadInput,
                     "Not an S3 URI; write s3://bucket/key: " + std::string(uri));
  }
  std::string_view rest = uri.substr(scheme);
  const size_t length = BucketLength(rest);
  Location location{std::string(rest.substr(0, length)), ""};
  if (const auto placeholder = PlaceholderBucket(uri, /*at_aws=*/false)) {
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("This is a placeholder for a bucket's name: {}; {}: {}",
                                 *placeholder, kPlaceholderBucketHint, uri));
  }
  if (!IsBucketName(location.bucket)) {
    return MakeError(ErrorKind::kBadInput,
                     "Not a bucket's name (three letters, digits, `-` or `.` at least); write "
                     "s3://bucket/key: " +
                         std::string(uri));
  }
  rest.remove_prefix(std::min(length + 1, rest.size()));
  location.key = rest;
  return location;
}

std::string ToUri(const Location& location) {
  return "s3://" + location.bucket + "/" + location.key;
}

std::string PercentEncode(std::string_view text, bool keep_slash) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (char character : text) {
    if (IsUnreserved(character) || (keep_slash && character == '/')) {
      encoded += character;
    } else {
      const auto byte = static_cast<unsigned char>(character);
      encoded.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return encoded;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    unsigned char byte = 0;
    const char* const digits = text.data() + at + 1;
    if (text[at] == '%' && at + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      decoded += static_cast<char>(byte);
      at += 2;
    } else {
      decoded += text[at];
    }
  }
  return decoded;
}

}  // namespace tarn::s3
