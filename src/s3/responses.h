#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "s3/s3_error.h"

/// The XML of S3's answers.
namespace tarn::s3 {

/// \brief An object as ListObjectsV2 returns it.
struct ListedObject {
  std::string key;
  int64_t size_bytes = 0;
  int64_t modified_ns = 0;  ///< since the epoch
  std::string etag;         ///< with its quotes
};

/// \brief One answer of ListObjectsV2.
struct ListPage {
  std::vector<ListedObject> objects;  ///< by key
  std::vector<std::string> prefixes;  ///< what the delimiter cut off, with the delimiter; sorted
  std::string next_token;             ///< "" on the last page
};

/// \brief An upload that was begun and not completed.
struct ListedUpload {
  std::string key;
  std::string upload_id;
  int64_t started_ns = 0;  ///< since the epoch
};

/// \brief One answer of ListMultipartUploads.
struct UploadPage {
  std::vector<ListedUpload> uploads;  ///< by key
  std::string next_key;               ///< where the next page begins; "" on the last one
  std::string next_upload_id;         ///< and with which upload of that key
};

// Each takes a document with the root element that its call has, whatever stands before it, and
// nothing else: IOError when it is another one, or lacks what the call is for.

/// Names are decoded where the answer says that they are encoded.
Result<ListPage> ParseListPage(std::string_view xml);
Result<UploadPage> ParseUploadPage(std::string_view xml);
Result<std::string> ParseUploadId(std::string_view xml);

/// \brief Whether it is the answer of CompleteMultipartUpload.
Status ParseCompletedUpload(std::string_view xml);

/// \brief The ETag of a part that UploadPartCopy made.
Result<std::string> ParseCopiedPart(std::string_view xml);

/// \brief What DeleteObjects did with each key.
struct DeleteOutcome {
  std::vector<std::string> deleted;                          ///< also those that were not there
  std::vector<std::pair<std::string, ServiceError>> errors;  ///< keys that stay, and why
};
Result<DeleteOutcome> ParseDeleteOutcome(std::string_view xml);

/// \brief The error that an answer holds. Answers of 200 may hold one too.
/// \return no code when there is none
ServiceError ParseError(std::string_view xml);

/// \brief Credentials that AssumeRole gave, and until when.
struct AssumedCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
  int64_t expires_ns = 0;  ///< since the epoch
};
Result<AssumedCredentials> ParseAssumedCredentials(std::string_view xml);

/// \brief Whether the body of DeleteObjects can name `key`: XML carries neither all characters nor
/// bytes that are not UTF-8.
bool FitsDeleteBody(std::string_view key);

/// \brief The body of DeleteObjects.
std::string DeleteBody(const std::vector<std::string>& keys);

/// \brief The body of CompleteMultipartUpload.
std::string CompleteBody(const std::vector<std::string>& etags);

}  // namespace tarn::s3
