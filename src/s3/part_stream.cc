#include "s3/part_stream.h"

#include <algorithm>
#include <utility>

namespace tarn::s3 {

PartStream::PartStream(std::shared_ptr<PartedUpload> upload, size_t parts_in_flight, Finish finish)
    : upload_(std::move(upload)), parts_in_flight_(parts_in_flight), finish_(std::move(finish)) {
  set_mode(arrow::io::FileMode::WRITE);
}

Status PartStream::Write(const void* data, int64_t num_bytes) {
  if (closed_) return Status::Invalid("Write after Close of an object");
  const auto* bytes = static_cast<const uint8_t*>(data);
  position_ += num_bytes;
  while (num_bytes > 0) {
    const int64_t part_bytes = upload_->part_bytes();
    const int64_t taken = std::min(num_bytes, part_bytes - gathered_.length());
    ARROW_RETURN_NOT_OK(gathered_.Append(bytes, taken));
    bytes += taken;
    num_bytes -= taken;
    if (gathered_.length() < part_bytes) continue;
    ARROW_ASSIGN_OR_RAISE(auto part, gathered_.Finish());
    upload_->Send(std::move(part));
    ARROW_RETURN_NOT_OK(upload_->Wait(parts_in_flight_));
  }
  return Status::OK();
}

Status PartStream::Close() {
  if (closed_) return Status::OK();
  closed_ = true;
  ARROW_ASSIGN_OR_RAISE(auto rest, gathered_.Finish(/*shrink_to_fit=*/true));
  return finish_(std::move(rest));
}

Status PartStream::Abort() {
  closed_ = true;
  gathered_.Reset();
  return Status::OK();
}

}  // namespace tarn::s3
