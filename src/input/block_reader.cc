#include "input/block_reader.h"

#include <algorithm>
#include <cstring>

namespace tarn::input {

using LongRecord = TextBlock::LongRecord;

Result<bool> BlockReader::Next(int64_t num_bytes_left, TextBlock* block) {
  if (done_) return false;
  const bool begins_file = buffer_ == nullptr;
  const int64_t byte_offset =
      last_.byte_offset + static_cast<int64_t>(last_.block.text.size()) - num_bytes_left;
  const bool follows_record = last_.long_record != LongRecord::kNo;
  const std::shared_ptr<arrow::Buffer> before = buffer_;  // holds `carried`
  const std::string_view carried =
      begins_file ? ""
                  : std::string_view(*before).substr(before->size() - num_rest_ - num_bytes_left);
  last_.long_record = LongRecord::kNo;
  if (in_long_record_) {
    ARROW_RETURN_NOT_OK(ReadLongRecord(carried));
  } else if (num_bytes_left > record_bytes_max_) {
    last_.block.text = carried;
    num_rest_ = 0;
    last_.long_record = LongRecord::kBegin;
  } else {
    ARROW_RETURN_NOT_OK(ReadText(carried));
  }
  if (last_.long_record == LongRecord::kBegin) {
    in_long_record_ = true;
    long_record_end_ = {};
    if (!lines_) long_record_end_.Find(last_.block.text);
  }
  // What follows a long record is a text of its own, be it empty.
  done_ = text_ended_ && last_.long_record == LongRecord::kNo;
  last_.buffer = buffer_;
  last_.byte_offset = byte_offset;
  last_.block.begins_file = begins_file;
  last_.block.ends_file = done_;
  last_.block.follows_record = follows_record;
  *block = last_;
  return true;
}

Status BlockReader::ReadText(std::string_view carried) {
  ARROW_RETURN_NOT_OK(ReadAfter(carried, NumBytesToRead(std::ssize(carried))));
  size_t end = static_cast<size_t>(buffer_->size());
  while (lines_ && !text_ended_) {
    const size_t lines_end = json::LastLineEnd(std::string_view(*buffer_));
    if (lines_end > 0) {
      end = lines_end;
      break;
    }
    if (buffer_->size() > record_bytes_max_) {
      last_.long_record = LongRecord::kBegin;
      break;
    }
    const std::shared_ptr<arrow::Buffer> shorter = buffer_;
    ARROW_RETURN_NOT_OK(ReadAfter(std::string_view(*shorter), NumBytesToRead(shorter->size())));
    end = static_cast<size_t>(buffer_->size());
  }
  const std::string_view all(*buffer_);
  last_.block.text = all.substr(0, end);
  num_rest_ = std::ssize(all) - static_cast<int64_t>(end);
  return Status::OK();
}

Status BlockReader::ReadLongRecord(std::string_view carried) {
  ARROW_RETURN_NOT_OK(ReadAfter(carried, block_bytes_));
  const std::string_view all(*buffer_);
  const size_t end = lines_ ? all.find('\n') : long_record_end_.Find(all);
  last_.long_record = LongRecord::kRest;
  in_long_record_ = end == std::string_view::npos && !text_ended_;
  last_.block.text = all.substr(0, end);
  num_rest_ = std::ssize(all) - std::ssize(last_.block.text);
  return Status::OK();
}

// For a record that did not fit as much again, so that each byte is copied a few times at most; but
// not much more than shows that it is too long.
int64_t BlockReader::NumBytesToRead(int64_t num_carried) const {
  return std::max(block_bytes_, std::min(num_carried, record_bytes_max_ + 1 - num_carried));
}

Status BlockReader::ReadAfter(std::string_view carried, int64_t num_bytes) {
  const auto begin = static_cast<int64_t>(carried.size());
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(begin + num_bytes));
  if (begin > 0) std::memcpy(buffer->mutable_data(), carried.data(), carried.size());
  int64_t got = 0;
  if (!text_ended_) {
    ARROW_ASSIGN_OR_RAISE(got, text_->Read(num_bytes, buffer->mutable_data() + begin));
  }
  text_ended_ = got < num_bytes;
  ARROW_RETURN_NOT_OK(buffer->Resize(begin + got, /*shrink_to_fit=*/false));
  buffer_ = std::move(buffer);
  return Status::OK();
}

}  // namespace tarn::input
