#include "storage/s3_storage.h"

#include <arrow/buffer_builder.h>
#include <fmt/format.h>

#include "s3/buckets.h"
#include "s3/many_calls.h"
#include "s3/uri.h"
#include "storage/glob.h"
#include "storage/s3_listing.h"

namespace tarn::storage {
namespace {

struct OpenedObject {
  std::shared_ptr<s3::Client> client;
  std::string key;
};

Result<OpenedObject> Open(const std::string& uri) {
  ARROW_ASSIGN_OR_RAISE(s3::Location location, s3::ParseUri(uri));
  ARROW_ASSIGN_OR_RAISE(auto client, s3::OpenBucket(location.bucket));
  return OpenedObject{std::move(client), std::move(location.key)};
}

// The bytes, or in plain words that the object is not the one that was listed.
BufferFuture BytesOf(const arrow::Future<s3::ObjectData>& data, const std::string& uri) {
  return data.Then(
      [](const s3::ObjectData& object) { return object.bytes; },
      [uri](const Status& status) -> Result<std::shared_ptr<arrow::Buffer>> {
        if (!s3::IsPreconditionFailed(status)) return status;
        return Status::IOError(
            "The object has changed since it was listed; start again when nobody writes it: ", uri);
      });
}

// An object that is sent when it is closed.
class WholeObject : public arrow::io::OutputStream {
 public:
  explicit WholeObject(OpenedObject object) : object_(std::move(object)) {
    set_mode(arrow::io::FileMode::WRITE);
  }

  Status Write(const void* data, int64_t num_bytes) override {
    return bytes_.Append(data, num_bytes);
  }
  using arrow::io::OutputStream::Write;

  Status Close() override {
    if (closed_) return Status::OK();
    closed_ = true;
    ARROW_ASSIGN_OR_RAISE(auto bytes, bytes_.Finish());
    return object_.client->Put(object_.key, std::move(bytes)).status();
  }

  Status Abort() override {
    closed_ = true;
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return bytes_.length(); }
  bool closed() const override { return closed_; }

 private:
  const OpenedObject object_;
  arrow::BufferBuilder bytes_;
  bool closed_ = false;
};

}  // namespace

Result<std::vector<ObjectInfo>> S3Storage::List(const std::string& glob, const Period& period) {
  ARROW_ASSIGN_OR_RAISE(const OpenedObject opened, Open(glob));
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
  const Result<OpenedObject> opened = Open(object.path);
  if (!opened.ok()) return opened.status();
  return BytesOf(opened->client->Get(opened->key, object.etag), object.path);
}

BufferFuture S3Storage::ReadRangeAsync(const ObjectInfo& object, int64_t offset, int64_t length) {
  const int64_t wanted = std::min(length, object.size_bytes - offset);
  // S3 refuses a range behind the object's end.
  if (wanted <= 0) return arrow::Buffer::FromString("");
  const Result<OpenedObject> opened = Open(object.path);
  if (!opened.ok()) return opened.status();
  return BytesOf(opened->client->GetRange(opened->key, offset, wanted, object.etag), object.path);
}

Result<std::shared_ptr<arrow::io::OutputStream>> S3Storage::Create(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(OpenedObject opened, Open(path));
  return std::make_shared<WholeObject>(std::move(opened));
}

Status S3Storage::Delete(const std::vector<std::string>& paths) {
  std::shared_ptr<s3::Client> client;
  std::vector<std::string> keys;
  for (const std::string& path : paths) {
    ARROW_ASSIGN_OR_RAISE(OpenedObject opened, Open(path));
    client = std::move(opened.client);
    keys.push_back(std::move(opened.key));
  }
  return s3::DeleteObjects(client.get(), keys);
}

}  // namespace tarn::storage
