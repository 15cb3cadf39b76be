#pragma once

#include <arrow/util/future.h>

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "s3/client.h"

/// What a lake asks of a bucket beyond single calls.
namespace tarn::lake {

/// \brief Put an object under a condition. Success also when the condition does not hold because an
/// attempt whose answer was lost did the work: `content` must be such that nobody else writes it.
/// \return the object's ETag
arrow::Future<std::string> PutIf(s3::Client* client, const std::string& key, std::string content,
                                 s3::Condition condition);

/// \brief Only if there is no such object.
inline s3::Condition IfAbsent() { return {"", true}; }

/// \brief Whether PutIf or DeleteIfMatch failed as the object is another one by now, or gone.
bool IsChanged(const Status& status);

/// \brief Whether the service does not know a call, or a condition of one.
bool IsNotImplemented(const Status& status);

/// \brief Call `visit` with each page of a listing until it returns false.
Status VisitPages(s3::Client* client, const std::string& prefix, const std::string& delimiter,
                  const std::function<Result<bool>(const s3::ListPage& page)>& visit);

/// \brief All keys that begin with `prefix`, in order.
Result<std::vector<std::string>> ListKeys(s3::Client* client, const std::string& prefix);

/// \brief All uploads below `prefix` that were begun and not completed.
Result<std::vector<s3::ListedUpload>> ListUploads(s3::Client* client, const std::string& prefix);

/// \brief Drop uploads, many at once. Those that are gone are fine.
Status AbortUploads(s3::Client* client, const std::vector<s3::ListedUpload>& uploads);

}  // namespace tarn::lake
