#include "s3/parted_etag.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

#include "s3/signature.h"

namespace tarn::s3 {
namespace {

constexpr size_t kMd5Digits = 32;

// The 16 bytes that the digits mean, "" when they are no such digits.
std::string BytesOf(std::string_view digits) {
  if (digits.size() != kMd5Digits) return "";
  std::string bytes;
  for (size_t at = 0; at < kMd5Digits; at += 2) {
    uint8_t byte = 0;
    const char* const end = digits.data() + at + 2;
    if (std::from_chars(digits.data() + at, end, byte, 16).ptr != end) return "";
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace

std::optional<std::string> PartedEtag(const std::vector<std::string>& etags) {
  std::string bytes;
  for (std::string_view etag : etags) {
    if (etag.starts_with('"')) etag.remove_prefix(1);
    if (etag.ends_with('"')) etag.remove_suffix(1);
    const std::string part = BytesOf(etag);
    if (part.empty()) return std::nullopt;
    bytes += part;
  }
  return fmt::format("\"{}-{}\"", Md5Hex(bytes), etags.size());
}

}  // namespace tarn::s3
