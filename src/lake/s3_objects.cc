#include "lake/s3_objects.h"

#include <algorithm>

#include "s3/listing_bounds.h"
#include "s3/many_calls.h"
#include "s3/result_of.h"
#include "s3/s3_error.h"

namespace tarn::lake {
namespace {

constexpr size_t kAbortsInFlight = 1024;

}  // namespace

arrow::Future<std::string> PutIf(s3::Client* client, const std::string& key, std::string content,
                                 s3::Condition condition) {
  const auto bytes = arrow::Buffer::FromString(std::move(content));
  return client->Put(key, bytes, std::move(condition))
      .Then([](const std::string& etag) { return arrow::Future<std::string>::MakeFinished(etag); },
            [client, key, bytes](const Status& status) -> arrow::Future<std::string> {
              if (!IsChanged(status)) return status;
              return client->Get(key).Then(
                  [bytes, status](const s3::ObjectData& object) -> Result<std::string> {
                    if (object.bytes->Equals(*bytes)) return object.etag;
                    return status;
                  },
                  [status](const Status&) -> Result<std::string> { return status; });
            });
}

bool IsChanged(const Status& status) {
  return s3::IsPreconditionFailed(status) || s3::IsNotFound(status);
}

bool IsNotImplemented(const Status& status) { return s3::CodeOf(status) == "NotImplemented"; }

Status VisitPages(s3::Client* client, const std::string& prefix, const std::string& delimiter,
                  const std::function<Result<bool>(const s3::ListPage& page)>& visit) {
  std::string token, last;
  s3::ListingBounds bounds;
  do {
    ARROW_ASSIGN_OR_RAISE(const s3::ListPage page,
                          s3::ResultOf(client->List(prefix, delimiter, token, last)));
    ARROW_RETURN_NOT_OK(bounds.Count(page));
    if (!page.objects.empty()) last = std::max(last, page.objects.back().key);
    if (!page.prefixes.empty()) last = std::max(last, page.prefixes.back());
    ARROW_ASSIGN_OR_RAISE(const bool go_on, visit(page));
    if (!go_on) break;
    token = page.next_token;
  } while (!token.empty());
  return Status::OK();
}

Result<std::vector<std::string>> ListKeys(s3::Client* client, const std::string& prefix) {
  std::vector<std::string> keys;
  ARROW_RETURN_NOT_OK(VisitPages(client, prefix, "", [&](const s3::ListPage& page) -> Result<bool> {
    for (const s3::ListedObject& object : page.objects) keys.push_back(object.key);
    return true;
  }));
  return keys;
}

Result<std::vector<s3::ListedUpload>> ListUploads(s3::Client* client, const std::string& prefix) {
  std::vector<s3::ListedUpload> uploads;
  s3::UploadPage page;
  s3::ListingBounds bounds;
  do {
    const s3::UploadPage* after = page.next_key.empty() ? nullptr : &page;
    ARROW_ASSIGN_OR_RAISE(page, s3::ResultOf(client->ListUploads(prefix, after)));
    ARROW_RETURN_NOT_OK(bounds.Count(page));
    std::move(page.uploads.begin(), page.uploads.end(), std::back_inserter(uploads));
  } while (!page.next_key.empty());
  return uploads;
}

Status AbortUploads(s3::Client* client, const std::vector<s3::ListedUpload>& uploads) {
  s3::CallWindow calls(kAbortsInFlight);
  for (const s3::ListedUpload& upload : uploads) {
    calls.Add(client->AbortUpload(upload.key, upload.upload_id));
  }
  return calls.Finish();
}

}  // namespace tarn::lake
