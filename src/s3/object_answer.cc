#include "s3/object_answer.h"

#include <algorithm>
#include <ctime>
#include <string_view>

#include "base/parse_number.h"

namespace tarn::s3 {
namespace {

std::optional<int64_t> ParseCount(std::string_view text) {
  const std::optional<int64_t> count = ParseNumber<int64_t>(text);
  return count && *count >= 0 ? count : std::nullopt;
}

// "bytes 5-9/100": which bytes of how many.
struct ContentRange {
  ByteRange bytes;
  int64_t size_bytes = 0;
};

std::optional<ContentRange> ParseContentRange(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  const size_t dash = text.find('-'), slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) {
    return std::nullopt;
  }
  const auto first = ParseCount(text.substr(0, dash));
  const auto last = ParseCount(text.substr(dash + 1, slash - dash - 1));
  const auto size = ParseCount(text.substr(slash + 1));
  if (!first || !last || !size || *last < *first || *size <= *last) return std::nullopt;
  return ContentRange{{*first, *last - *first + 1}, *size};
}

std::string_view WithoutQuotes(std::string_view etag) {
  const bool has_quotes = etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"');
  return has_quotes ? etag.substr(1, etag.size() - 2) : etag;
}

Result<ObjectData> ReadHeaders(const HttpResponse& response) {
  ObjectData object{response.body, std::string(response.header("etag"))};
  if (object.etag.empty()) return Status::IOError("it lacks the object's ETag");
  object.modified_s = ParseHttpDate(response.header("last-modified"));
  object.server_time_s = ParseHttpDate(response.header("date"));
  return object;
}

// Which bytes came, and of how many.
Result<ContentRange> ReadRange(const HttpResponse& response, const WantedObject& wanted) {
  const int64_t num_bytes = response.body->size();
  if (response.status != 206) {
    // Without its length, a whole object cannot be distinguished from one that was cut.
    const auto length = ParseCount(response.header("content-length"));
    if (!length && wanted.size_bytes < 0) {
      return Status::IOError("it lacks the object's size");
    }
    return ContentRange{{0, num_bytes}, length.value_or(num_bytes)};
  }
  const auto range = ParseContentRange(response.header("content-range"));
  if (!wanted.range || !range)
    return Status::IOError("it has no byte range, or one that was not requested");
  if (range->bytes.length != num_bytes) {
    return Status::IOError("it has ", num_bytes, " bytes, and reports ", range->bytes.length);
  }
  return *range;
}

}  // namespace

Result<ObjectData> ReadObjectAnswer(const HttpResponse& response, const WantedObject& wanted) {
  ARROW_ASSIGN_OR_RAISE(ObjectData object, ReadHeaders(response));
  ARROW_ASSIGN_OR_RAISE(const ContentRange came, ReadRange(response, wanted));
  object.size_bytes = came.size_bytes;
  if (!wanted.etag.empty() && !IsSameEtag(object.etag, wanted.etag)) {
    return Status::IOError("it is of the ETag ", object.etag, ", not ", wanted.etag);
  }
  if (wanted.size_bytes >= 0 && object.size_bytes != wanted.size_bytes) {
    return Status::IOError("it is of an object of ", object.size_bytes, " bytes, not ",
                           wanted.size_bytes);
  }
  ByteRange expected = wanted.range.value_or(ByteRange{0, object.size_bytes});
  expected.length = std::min(expected.length, object.size_bytes - expected.offset);
  if (came.bytes.offset != expected.offset || came.bytes.length != expected.length) {
    return Status::IOError("it has ", came.bytes.length, " bytes from ", came.bytes.offset,
                           " on, not ", expected.length, " from ", expected.offset);
  }
  return object;
}

Result<ObjectData> ReadHeadAnswer(const HttpResponse& response) {
  ARROW_ASSIGN_OR_RAISE(ObjectData object, ReadHeaders(response));
  const auto length = ParseCount(response.header("content-length"));
  if (!length) return Status::IOError("it lacks the object's size");
  object.size_bytes = *length;
  return object;
}

Result<std::string> ReadWriteAnswer(const HttpResponse& response) {
  ARROW_RETURN_NOT_OK(CheckNoBody(response));
  std::string etag(response.header("etag"));
  if (etag.empty()) return Status::IOError("it lacks the ETag of what was written");
  return etag;
}

Status CheckNoBody(const HttpResponse& response) {
  const std::string_view body(*response.body);
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return Status::OK();
  return Status::IOError("it has a body");
}

int64_t ParseHttpDate(std::string_view text) {
  std::tm time{};
  const std::string copy(text);
  const char* const end = ::strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S", &time);
  return end == nullptr ? 0 : ::timegm(&time);
}

bool IsSameEtag(std::string_view left, std::string_view right) {
  return WithoutQuotes(left) == WithoutQuotes(right);
}

}  // namespace tarn::s3
