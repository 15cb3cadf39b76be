#include "sync/copy.h"

#include <arrow/util/future.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "s3/buckets.h"
#include "s3/result_of.h"
#include "s3/uri.h"

namespace tarn::sync {
namespace {

using storage::ObjectInfo;

constexpr size_t kFilesAtOnce = 32;
constexpr int64_t kPartBytes = 8 << 20;
// S3 takes so many parts of an object.
constexpr int64_t kPartsMax = 10'000;

// An object with the parts that were sent so far; dropped unless it is completed.
class PartedObject {
 public:
  static Result<std::unique_ptr<PartedObject>> Begin(const std::string& uri) {
    ARROW_ASSIGN_OR_RAISE(s3::Location location, s3::ParseUri(uri));
    ARROW_ASSIGN_OR_RAISE(auto client, s3::OpenBucket(location.bucket));
    ARROW_ASSIGN_OR_RAISE(std::string id, s3::ResultOf(client->CreateUpload(location.key)));
    return std::unique_ptr<PartedObject>(
        new PartedObject(std::move(client), std::move(location.key), std::move(id)));
  }

  ~PartedObject() {
    if (!is_complete_) client_->AbortUpload(key_, id_).Wait();
  }

  Status Send(std::shared_ptr<arrow::Buffer> bytes) {
    const int number = static_cast<int>(etags_.size()) + 1;
    ARROW_ASSIGN_OR_RAISE(std::string etag,
                          s3::ResultOf(client_->UploadPart(key_, id_, number, std::move(bytes))));
    etags_.push_back(std::move(etag));
    return Status::OK();
  }

  Status Complete() {
    ARROW_RETURN_NOT_OK(client_->CompleteUpload(key_, id_, etags_).status());
    is_complete_ = true;
    return Status::OK();
  }

 private:
  PartedObject(std::shared_ptr<s3::Client> client, std::string key, std::string id)
      : client_(std::move(client)), key_(std::move(key)), id_(std::move(id)) {}

  const std::shared_ptr<s3::Client> client_;
  const std::string key_;
  const std::string id_;
  std::vector<std::string> etags_;
  bool is_complete_ = false;
};

class Copier {
 public:
  Copier(const std::vector<FileCopy>& copies, const arrow::StopToken& stop, CopyProgress* progress)
      : copies_(copies), stop_(stop), progress_(progress) {}

  Status Run() {
    std::vector<std::thread> workers;
    const size_t num_workers = std::min(kFilesAtOnce, copies_.size());
    for (size_t i = 0; i < num_workers; ++i) workers.emplace_back([this] { Work(); });
    for (std::thread& worker : workers) worker.join();
    return status_;
  }

 private:
  void Work() {
    for (;;) {
      const size_t i = next_++;
      if (i >= copies_.size() || has_failed_) return;
      Status status = Copy(copies_[i]);
      if (status.ok()) {
        ++progress_->num_files;
        continue;
      }
      std::lock_guard lock(mutex_);
      if (status_.ok()) status_ = std::move(status);
      has_failed_ = true;
    }
  }

  Status Copy(const FileCopy& copy) {
    const ObjectInfo& from = copy.from;
    ARROW_ASSIGN_OR_RAISE(auto source, storage::Storage::For(from.path));
    if (s3::IsS3Uri(copy.to) && from.size_bytes > kPartBytes) {
      ARROW_ASSIGN_OR_RAISE(auto object, PartedObject::Begin(copy.to));
      ARROW_RETURN_NOT_OK(ReadParts(source.get(), from, [&](std::shared_ptr<arrow::Buffer> part) {
        return object->Send(std::move(part));
      }));
      return object->Complete();
    }
    ARROW_ASSIGN_OR_RAISE(auto destination, storage::Storage::For(copy.to));
    ARROW_ASSIGN_OR_RAISE(auto stream, destination->Create(copy.to));
    ARROW_RETURN_NOT_OK(
        ReadParts(source.get(), from,
                  [&](const std::shared_ptr<arrow::Buffer>& part) { return stream->Write(part); }));
    return stream->Close();
  }

  template <typename Take>
  Status ReadParts(storage::Storage* source, const ObjectInfo& from, Take take) {
    const int64_t part_bytes = std::max(kPartBytes, from.size_bytes / kPartsMax + 1);
    for (int64_t offset = 0; offset < from.size_bytes; offset += part_bytes) {
      ARROW_RETURN_NOT_OK(stop_.Poll());
      const int64_t length = std::min(part_bytes, from.size_bytes - offset);
      ARROW_ASSIGN_OR_RAISE(auto part, source->ReadRange(from, offset, length));
      if (part->size() != length) {
        return Status::IOError("The file became shorter while it was copied: ", from.path);
      }
      ARROW_RETURN_NOT_OK(take(std::move(part)));
      progress_->num_bytes += length;
    }
    return stop_.Poll();
  }

  const std::vector<FileCopy>& copies_;
  const arrow::StopToken stop_;
  CopyProgress* const progress_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;
  Status status_;
};

}  // namespace

Status CopyFiles(const std::vector<FileCopy>& copies, const arrow::StopToken& stop,
                 CopyProgress* progress) {
  return Copier(copies, stop, progress).Run();
}

}  // namespace tarn::sync
