#pragma once

#include <arrow/buffer.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "s3/http_loop.h"

namespace tarn::s3 {

/// \brief An object or a range of its bytes, with its metadata.
struct ObjectData {
  std::shared_ptr<arrow::Buffer> bytes;  ///< the requested ones; empty for HeadObject
  std::string etag;                      ///< as the service writes it, quotes included
  int64_t size_bytes = 0;                ///< of the whole object
  int64_t modified_s = 0;                ///< since the epoch
  int64_t server_time_s = 0;             ///< when the server answered; 0 when it did not say
};

/// \brief Bytes of an object in a row.
struct ByteRange {
  int64_t offset = 0;
  int64_t length = 0;
};

/// \brief What GetObject was asked for.
struct WantedObject {
  std::optional<ByteRange> range;  ///< none: the whole object
  std::string etag;                ///< "": not known
  int64_t size_bytes = -1;         ///< of the whole object; -1: not known
};

/// \brief What GetObject returned, if it is what was asked for: each byte of it, of the object that
/// it was asked of, and reported as that. A range that ends with the object may be shorter; a whole
/// object that is the range by chance is fine.
/// \param[in] response of status 2xx
/// \return IOError that says what is wrong
Result<ObjectData> ReadObjectAnswer(const HttpResponse& response, const WantedObject& wanted);

/// \brief What HeadObject returned. \return as ReadObjectAnswer
Result<ObjectData> ReadHeadAnswer(const HttpResponse& response);

/// \brief The ETag of what was written. \return IOError when none is returned
Result<std::string> ReadWriteAnswer(const HttpResponse& response);

/// \brief Whether the answer has no body, as those of deletions. \return IOError when it has
Status CheckNoBody(const HttpResponse& response);

/// \brief Seconds since the epoch of an HTTP date, 0 when it is none.
int64_t ParseHttpDate(std::string_view text);

/// \brief Whether two ETags are the same, with or without their quotes.
bool IsSameEtag(std::string_view left, std::string_view right);

}  // namespace tarn::s3
