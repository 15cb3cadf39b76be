#include "lake/s3_uploads.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "lake/s3_objects.h"
#include "s3/many_calls.h"
#include "s3/part_stream.h"

namespace tarn::lake {
namespace {

constexpr size_t kPublishesInFlight = 1024;
constexpr int64_t kLargeObjects = 4;  // that are written at once, more or less

}  // namespace

// With 512 MiB, the defaults stay.
UploadLimits UploadLimits::Within(int64_t num_bytes) const {
  UploadLimits within = *this;
  within.held_bytes = std::min(held_bytes, num_bytes / 2);
  within.small_in_flight_bytes = std::min(small_in_flight_bytes, num_bytes / 8);
  const auto parts = static_cast<size_t>(num_bytes / 4 / kLargeObjects / part_bytes);
  within.parts_in_flight = std::clamp<size_t>(parts, 1, std::max<size_t>(1, parts_in_flight));
  return within;
}

std::shared_ptr<S3Uploads::Object> S3Uploads::AddObject(std::string key) {
  auto object = std::make_shared<Object>();
  object->upload = std::make_shared<s3::PartedUpload>(client_, std::move(key), limits_.part_bytes);
  std::lock_guard lock(mutex_);
  return objects_.emplace_back(std::move(object));
}

std::shared_ptr<arrow::io::OutputStream> S3Uploads::NewObject(std::string key) {
  auto object = AddObject(std::move(key));
  return std::make_shared<s3::PartStream>(
      object->upload, limits_.parts_in_flight,
      [uploads = shared_from_this(), object](std::shared_ptr<arrow::Buffer> rest) {
        return uploads->Complete(object.get(), std::move(rest));
      });
}

void S3Uploads::NewCopy(const std::string& source_key, int64_t size_bytes, std::string key) {
  const auto object = AddObject(std::move(key));
  if (size_bytes == 0) object->bytes = arrow::Buffer::FromString("");  // an upload has a part
  for (int64_t offset = 0; offset < size_bytes; offset += limits_.copied_part_bytes) {
    object->upload->SendCopy(source_key, offset,
                             std::min(limits_.copied_part_bytes, size_bytes - offset));
  }
  object->size_bytes = size_bytes;
  object->is_complete = true;
}

Status S3Uploads::Complete(Object* object, std::shared_ptr<arrow::Buffer> rest) {
  object->size_bytes = object->upload->size_bytes() + rest->size();
  if (object->upload->has_begun()) {
    if (rest->size() > 0) object->upload->Send(std::move(rest));
    ARROW_RETURN_NOT_OK(object->upload->Wait());
    object->is_complete = true;
    return Status::OK();
  }
  object->bytes = std::move(rest);
  object->is_complete = true;
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
  object->upload->Send(std::move(object->bytes));
  small_in_flight_.emplace_back(object->upload->last_part(), num_bytes);
  small_in_flight_bytes_ += num_bytes;
  return Status::OK();
}

Status S3Uploads::WaitForParts() {
  for (const auto& object : objects_) {
    if (object->is_complete) ARROW_RETURN_NOT_OK(object->upload->Wait());
  }
  return Status::OK();
}

arrow::Future<> S3Uploads::PublishObject(Object* object) {
  if (object->bytes == nullptr) return object->upload->Complete();
  auto put = client_->Put(object->upload->key(), std::move(object->bytes));
  return put.Then([](const std::string&) { return Status::OK(); });
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

std::unordered_map<std::string, int64_t> S3Uploads::sizes() const {
  std::unordered_map<std::string, int64_t> sizes;
  for (const auto& object : objects_) {
    if (object->is_complete) sizes.emplace(object->upload->key(), object->size_bytes);
  }
  return sizes;
}

Status S3Uploads::DropAllBut(const std::vector<std::string>& keys) {
  const std::unordered_set<std::string_view> kept(keys.begin(), keys.end());
  std::vector<s3::ListedUpload> uploads;
  std::erase_if(objects_, [&](const std::shared_ptr<Object>& object) {
    if (kept.contains(object->upload->key())) return false;
    if (object->bytes != nullptr) held_bytes_ -= object->bytes->size();
    object->bytes.reset();
    if (auto unfinished = object->upload->Unfinished()) uploads.push_back(*std::move(unfinished));
    return true;
  });
  return AbortUploads(client_.get(), uploads);
}

}  // namespace tarn::lake
