#include "storage/s3_storage.h"

#include <utility>

#include "s3/many_calls.h"
#include "s3/part_stream.h"
#include "s3/parted_upload.h"
#include "s3/told_keys.h"
#include "s3/uri.h"
#include "storage/glob.h"
#include "storage/s3_listing.h"

namespace tarn::storage {
namespace {

struct OpenedObject {
  std::shared_ptr<s3::Client> client;
  std::string key;
};

Result<OpenedObject> Open(s3::Buckets* buckets, const std::string& uri) {
  ARROW_ASSIGN_OR_RAISE(s3::Location location, s3::ParseObjectUri(uri));
  ARROW_ASSIGN_OR_RAISE(auto client, buckets->Open(location.bucket));
  return OpenedObject{std::move(client), std::move(location.key)};
}

// The bytes, or in plain words that the object is not the one that was listed.
BufferFuture BytesOf(const arrow::Future<s3::ObjectData>& data, const std::string& uri) {
  return data.Then(
      [](const s3::ObjectData& object) { return object.bytes; },
      [uri](const Status& status) -> Result<std::shared_ptr<arrow::Buffer>> {
        if (!s3::IsPreconditionFailed(status)) return status;
        return Status::IOError(
            "The object has changed since it was listed; run again when it is no longer written: ",
            uri);
      });
}

constexpr int64_t kPartBytes = 8 << 20;
constexpr size_t kPartsInFlight = 3;

// An object that is sent as it grows; dropped unless it is finished.
class NewObject {
 public:
  explicit NewObject(OpenedObject object)
      : client_(std::move(object.client)),
        upload_(std::make_shared<s3::PartedUpload>(client_, std::move(object.key), kPartBytes)) {}

  ~NewObject() {
    if (is_done_) return;
    if (const auto left = upload_->Unfinished()) {
      client_->AbortUpload(left->key, left->upload_id).Wait();
    }
  }

  const std::shared_ptr<s3::PartedUpload>& upload() { return upload_; }

  Status Finish(std::shared_ptr<arrow::Buffer> rest) {
    if (!upload_->has_begun()) return client_->Put(upload_->key(), std::move(rest)).status();
    if (rest->size() > 0) upload_->Send(std::move(rest));
    ARROW_RETURN_NOT_OK(upload_->Wait());
    ARROW_RETURN_NOT_OK(upload_->Complete().status());
    is_done_ = true;
    return Status::OK();
  }

 private:
  const std::shared_ptr<s3::Client> client_;
  const std::shared_ptr<s3::PartedUpload> upload_;
  bool is_done_ = false;
};

}  // namespace

Result<std::vector<ObjectInfo>> S3Storage::List(const std::string& glob, const Period& period,
                                                std::vector<std::string>* /*dangling_links*/) {
  ARROW_ASSIGN_OR_RAISE(const OpenedObject opened, Open(buckets_.get(), glob));
  ARROW_ASSIGN_OR_RAISE(const Glob parsed, ParseGlob(opened.key, period));
  return ListS3(opened.client.get(), parsed);
}

Result<std::shared_ptr<arrow::Buffer>> S3Storage::Read(const ObjectInfo& object) {
  return ReadAsync(object).result();
}

Result<std::shared_ptr<arrow::Buffer>> S3Storage::ReadRange(const ObjectInfo& object,
                                                            int64_t offset, int64_t length) {
  return ReadRangeAsync(object, offset, length).result();
}

BufferFuture S3Storage::ReadAsync(const ObjectInfo& object) {
  const Result<OpenedObject> opened = Open(buckets_.get(), object.path);
  if (!opened.ok()) return opened.status();
  return BytesOf(opened->client->Get(opened->key, object.etag, object.size_bytes), object.path);
}

BufferFuture S3Storage::ReadRangeAsync(const ObjectInfo& object, int64_t offset, int64_t length) {
  const int64_t wanted = std::min(length, object.size_bytes - offset);
  // S3 refuses a range behind the object's end.
  if (wanted <= 0) return arrow::Buffer::FromString("");
  const Result<OpenedObject> opened = Open(buckets_.get(), object.path);
  if (!opened.ok()) return opened.status();
  return BytesOf(
      opened->client->GetRange(opened->key, offset, wanted, object.etag, object.size_bytes),
      object.path);
}

Result<std::shared_ptr<arrow::io::OutputStream>> S3Storage::Create(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(OpenedObject opened, Open(buckets_.get(), path));
  auto object = std::make_shared<NewObject>(std::move(opened));
  return std::make_shared<s3::PartStream>(
      object->upload(), kPartsInFlight,
      [object](std::shared_ptr<arrow::Buffer> rest) { return object->Finish(std::move(rest)); });
}

Status S3Storage::Delete(const std::vector<std::string>& paths) {
  std::shared_ptr<s3::Client> client;
  std::vector<std::string> keys;
  for (const std::string& path : paths) {
    ARROW_ASSIGN_OR_RAISE(OpenedObject opened, Open(buckets_.get(), path));
    client = std::move(opened.client);
    keys.push_back(std::move(opened.key));
  }
  ARROW_RETURN_NOT_OK(s3::CheckKeysAreTold(client.get(), keys));
  return s3::DeleteObjects(client.get(), keys);
}

}  // namespace tarn::storage
