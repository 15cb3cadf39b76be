#include "input/block_reader.h"

#include <cstring>

namespace tarn::input {
namespace {

constexpr int64_t kRecordBytesMax = 1 << 30;

}  // namespace

Result<bool> BlockReader::Next(int64_t num_bytes_left, TextBlock* block) {
  if (done_) return false;
  const bool begins_file = last_.buffer == nullptr;
  const std::string_view text = last_.block.text;
  const int64_t byte_offset =
      last_.byte_offset + static_cast<int64_t>(text.size()) - num_bytes_left;
  const std::string_view carried = lines_ ? rest_ : text.substr(text.size() - num_bytes_left);
  // A record that did not fit: read as much again, so that each byte is copied a few times at most.
  int64_t wanted = std::max(block_bytes_, static_cast<int64_t>(carried.size()));
  ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAfter(carried, wanted));
  size_t end = static_cast<size_t>(buffer->size());
  while (lines_ && !text_ended_) {
    end = json::LastLineEnd(std::string_view(*buffer));
    if (end > 0) break;
    const std::shared_ptr<arrow::Buffer> longer = std::move(buffer);
    ARROW_ASSIGN_OR_RAISE(buffer, ReadAfter(std::string_view(*longer), longer->size()));
    end = static_cast<size_t>(buffer->size());
  }
  const std::string_view all(*buffer);
  last_.buffer = std::move(buffer);
  last_.byte_offset = byte_offset;
  last_.block = {all.substr(0, end), begins_file, text_ended_};
  rest_ = all.substr(end);
  done_ = text_ended_;
  *block = last_;
  return true;
}

Result<std::shared_ptr<arrow::ResizableBuffer>> BlockReader::ReadAfter(std::string_view carried,
                                                                       int64_t num_bytes) {
  const auto begin = static_cast<int64_t>(carried.size());
  if (begin > kRecordBytesMax) {
    return Status::CapacityError("a record is longer than 1 GiB");
  }
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(begin + num_bytes));
  if (begin > 0) std::memcpy(buffer->mutable_data(), carried.data(), carried.size());
  ARROW_ASSIGN_OR_RAISE(const int64_t got, text_->Read(num_bytes, buffer->mutable_data() + begin));
  text_ended_ = got < num_bytes;
  ARROW_RETURN_NOT_OK(buffer->Resize(begin + got, /*shrink_to_fit=*/false));
  return std::shared_ptr<arrow::ResizableBuffer>(std::move(buffer));
}

}  // namespace tarn::input
