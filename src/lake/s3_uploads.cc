#include "lake/s3_uploads.h"

#include <arrow/buffer_builder.h>

#include <algorithm>

#include "lake/s3_objects.h"
#include "s3/many_calls.h"

namespace tarn::lake {
namespace {

constexpr size_t kPublishesInFlight = 1024;

// Parts grow with their number, as there may be 10,000 at most: a single file of 300 GB.
int64_t PartBytes(int64_t first_bytes, size_t number) {
  constexpr size_t kPartsOfOneSize = 2500;
  return first_bytes << (number / kPartsOfOneSize);
}

}  // namespace

class ObjectStream : public arrow::io::OutputStream {
 public:
  ObjectStream(std::shared_ptr<S3Uploads> uploads, std::shared_ptr<S3Uploads::Object> object)
      : uploads_(std::move(uploads)), object_(std::move(object)) {
    set_mode(arrow::io::FileMode::WRITE);
  }

  Status Write(const void* data, int64_t num_bytes) override {
    if (closed_) return Status::Invalid("Write after Close of an object");
    const auto* bytes = static_cast<const uint8_t*>(data);
    position_ += num_bytes;
    while (num_bytes > 0) {
      const int64_t part_bytes = PartBytes(uploads_->limits_.part_bytes, object_->parts.size());
      const int64_t taken = std::min(num_bytes, part_bytes - gathered_.length());
      ARROW_RETURN_NOT_OK(gathered_.Append(bytes, taken));
      bytes += taken;
      num_bytes -= taken;
      if (gathered_.length() == part_bytes) ARROW_RETURN_NOT_OK(SendPart());
    }
    return Status::OK();
  }
  using arrow::io::OutputStream::Write;

  Status Close() override {
    if (closed_) return Status::OK();
    closed_ = true;
    if (!object_->upload_id.is_valid()) {
      ARROW_ASSIGN_OR_RAISE(object_->bytes, gathered_.Finish(/*shrink_to_fit=*/true));
    } else if (gathered_.length() > 0) {
      ARROW_RETURN_NOT_OK(SendPart());
    }
    for (const auto& part : object_->parts) ARROW_RETURN_NOT_OK(part.status());
    return uploads_->Complete(object_.get());
  }

  // Unlike the base class's, does not keep what is not complete.
  Status Abort() override {
    closed_ = true;
    gathered_.Reset();
    return Status::OK();
  }

  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

 private:
  Status SendPart() {
    if (!object_->upload_id.is_valid()) uploads_->BeginUpload(object_.get());
    ARROW_ASSIGN_OR_RAISE(auto bytes, gathered_.Finish());
    uploads_->SendPart(object_.get(), std::move(bytes));
    const size_t num_parts = object_->parts.size();
    const size_t in_flight = uploads_->limits_.parts_in_flight;
    return num_parts > in_flight ? object_->parts[num_parts - in_flight - 1].status()
                                 : Status::OK();
  }

  const std::shared_ptr<S3Uploads> uploads_;
  const std::shared_ptr<S3Uploads::Object> object_;
  arrow::BufferBuilder gathered_;
  int64_t position_ = 0;
  bool closed_ = false;
};

std::shared_ptr<arrow::io::OutputStream> S3Uploads::NewObject(std::string key) {
  auto object = std::make_shared<Object>();
  object->key = std::move(key);
  std::lock_guard lock(mutex_);
  objects_.push_back(object);
  return std::make_shared<ObjectStream>(shared_from_this(), std::move(object));
}

void S3Uploads::SendPart(Object* object, std::shared_ptr<arrow::Buffer> bytes) {
  const int number = static_cast<int>(object->parts.size()) + 1;
  object->parts.push_back(object->upload_id.Then(
      [client = client_, key = object->key, number, bytes](const std::string& upload_id) {
        return client->UploadPart(key, upload_id, number, bytes);
      }));
}

Status S3Uploads::Complete(Object* object) {
  object->is_complete = true;
  if (object->bytes == nullptr) return Status::OK();
  {
    std::lock_guard lock(mutex_);
    if (held_bytes_ + object->bytes->size() <= limits_.held_bytes) {
      held_bytes_ += object->bytes->size();
      return Status::OK();
    }
  }
  return SendSmall(object);
}

Status S3Uploads::SendSmall(Object* object) {
  const int64_t num_bytes = object->bytes->size();
  std::lock_guard lock(mutex_);  // the others wait as well: they have as little room
  while (!small_in_flight_.empty() &&
         small_in_flight_bytes_ + num_bytes > limits_.small_in_flight_bytes) {
    const auto [sent, sent_bytes] = std::move(small_in_flight_.front());
    small_in_flight_.pop_front();
    small_in_flight_bytes_ -= sent_bytes;
    ARROW_RETURN_NOT_OK(sent.status());
  }
  BeginUpload(object);
  SendPart(object, std::move(object->bytes));
  small_in_flight_.emplace_back(object->parts.front(), num_bytes);
  small_in_flight_bytes_ += num_bytes;
  return Status::OK();
}

Status S3Uploads::WaitForParts() {
  for (const auto& object : objects_) {
    if (!object->is_complete) continue;
    for (const auto& part : object->parts) ARROW_RETURN_NOT_OK(part.status());
  }
  return Status::OK();
}

arrow::Future<> S3Uploads::PublishObject(Object* object) {
  if (object->bytes != nullptr) {
    auto put = client_->Put(object->key, std::move(object->bytes));
    return put.Then([](const std::string&) { return Status::OK(); });
  }
  std::vector<std::string> etags;
  for (const auto& part : object->parts) {
    ARROW_ASSIGN_OR_RAISE(std::string etag, part.result());
    etags.push_back(std::move(etag));
  }
  ARROW_ASSIGN_OR_RAISE(const std::string upload_id, object->upload_id.result());
  return client_->CompleteUpload(object->key, upload_id, etags);
}

Status S3Uploads::Publish(const std::function<Status()>& before_each) {
  s3::CallWindow calls(kPublishesInFlight);
  Status status;
  for (const auto& object : objects_) {
    if (!object->is_complete) continue;
    status = before_each();
    if (!status.ok() || !calls.status().ok()) break;
    calls.Add(PublishObject(object.get()));
  }
  const Status finished = calls.Finish();  // also of those that an error did not stop
  return status.ok() ? finished : status;
}

Status S3Uploads::Drop() {
  std::vector<s3::ListedUpload> uploads;
  for (const auto& object : objects_) {
    object->bytes.reset();
    if (!object->upload_id.is_valid()) continue;
    // A part that arrives after the abort might stay for good.
    for (const auto& part : object->parts) part.Wait();
    const auto& upload_id = object->upload_id.result();
    // Without an answer it may be there all the same: recovery finds it.
    if (upload_id.ok()) uploads.push_back({object->key, *upload_id, 0});
  }
  objects_.clear();
  held_bytes_ = 0;
  return AbortUploads(client_.get(), uploads);
}

}  // namespace tarn::lake
