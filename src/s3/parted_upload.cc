#include "s3/parted_upload.h"

#include <utility>

namespace tarn::s3 {

int64_t PartedUpload::part_bytes() const {
  // From 8 MiB on, a single object of 300 GB.
  constexpr size_t kPartsOfOneSize = 2500;
  return first_part_bytes_ << (parts_.size() / kPartsOfOneSize);
}

int PartedUpload::Begin() {
  if (!has_begun()) id_ = client_->CreateUpload(key_);
  return static_cast<int>(parts_.size()) + 1;
}

void PartedUpload::Send(std::shared_ptr<arrow::Buffer> part) {
  const int number = Begin();
  size_bytes_ += part->size();
  parts_.push_back(
      id_.Then([client = client_, key = key_, number, part = std::move(part)](
                   const std::string& id) { return client->UploadPart(key, id, number, part); }));
}

void PartedUpload::SendCopy(const std::string& source_key, int64_t offset, int64_t length) {
  const int number = Begin();
  size_bytes_ += length;
  parts_.push_back(id_.Then(
      [client = client_, key = key_, number, source_key, offset, length](const std::string& id) {
        return client->UploadPartCopy(key, id, number, source_key, offset, length);
      }));
}

Status PartedUpload::Wait(size_t num_in_flight_max) {
  for (size_t i = 0; i + num_in_flight_max < parts_.size(); ++i) {
    ARROW_RETURN_NOT_OK(parts_[i].status());
  }
  return Status::OK();
}

arrow::Future<> PartedUpload::Complete() {
  std::vector<std::string> etags;
  for (const auto& part : parts_) {
    ARROW_ASSIGN_OR_RAISE(std::string etag, part.result());
    etags.push_back(std::move(etag));
  }
  ARROW_ASSIGN_OR_RAISE(const std::string id, id_.result());
  return client_->CompleteUpload(key_, id, etags);
}

std::optional<ListedUpload> PartedUpload::Unfinished() const {
  if (!has_begun()) return std::nullopt;
  for (const auto& part : parts_) part.Wait();
  const auto& id = id_.result();
  if (!id.ok()) return std::nullopt;
  return ListedUpload{key_, *id, 0};
}

}  // namespace tarn::s3
