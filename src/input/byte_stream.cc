#include "input/byte_stream.h"

#include <algorithm>
#include <cstring>
#include <deque>

namespace tarn::input {
namespace {

constexpr int64_t kPeekBytes = 64 << 10;

// A remote file, some ranges of which are always on their way.
class RemoteBytes final : public ByteStream {
 public:
  RemoteBytes(storage::Storage* storage, storage::ObjectInfo file)
      : storage_(storage), file_(std::move(file)) {}

  Result<int64_t> Read(int64_t capacity, uint8_t* out) override {
    int64_t length = 0;
    while (length < capacity && position_ < file_.size_bytes) {
      StartRanges();
      ARROW_ASSIGN_OR_RAISE(const auto range, ranges_.front().result());
      const int64_t step = std::min(capacity - length, range->size() - used_);
      if (step <= 0)
        return Status::IOError("The object is shorter than it was listed: ", file_.path);
      std::memcpy(out + length, range->data() + used_, step);
      length += step;
      position_ += step;
      used_ += step;
      if (used_ < kRangeBytes && position_ < file_.size_bytes) continue;
      ranges_.pop_front();
      used_ = 0;
    }
    return length;
  }

  int64_t num_file_bytes() const override { return position_; }

 private:
  static constexpr int64_t kRangeBytes = 4 << 20;
  static constexpr size_t kRangesAhead = 4;

  // The first alone: often only a file's beginning is looked at.
  void StartRanges() {
    const size_t wanted = position_ == 0 ? 1 : kRangesAhead;
    for (; ranges_.size() < wanted && next_ < file_.size_bytes; next_ += kRangeBytes) {
      ranges_.push_back(storage_->ReadRangeAsync(file_, next_, kRangeBytes));
    }
  }

  storage::Storage* const storage_;
  const storage::ObjectInfo file_;
  int64_t position_ = 0;
  int64_t next_ = 0;  // where the next range begins
  std::deque<storage::BufferFuture> ranges_;
  int64_t used_ = 0;  // of the first range
};

class StoredBytes final : public ByteStream {
 public:
  StoredBytes(storage::Storage* storage, storage::ObjectInfo file)
      : storage_(storage), file_(std::move(file)) {}

  Result<int64_t> Read(int64_t capacity, uint8_t* out) override {
    ARROW_ASSIGN_OR_RAISE(const auto bytes, storage_->ReadRange(file_, position_, capacity));
    std::memcpy(out, bytes->data(), bytes->size());
    position_ += bytes->size();
    return bytes->size();
  }

  int64_t num_file_bytes() const override { return position_; }

 private:
  storage::Storage* const storage_;
  const storage::ObjectInfo file_;
  int64_t position_ = 0;
};

class BufferBytes final : public ByteStream {
 public:
  explicit BufferBytes(std::shared_ptr<arrow::Buffer> buffer) : buffer_(std::move(buffer)) {}

  Result<int64_t> Read(int64_t capacity, uint8_t* out) override {
    const int64_t length = std::min(capacity, buffer_->size() - position_);
    if (length > 0) std::memcpy(out, buffer_->data() + position_, length);
    position_ += length;
    return length;
  }

  int64_t num_file_bytes() const override { return position_; }

 private:
  const std::shared_ptr<arrow::Buffer> buffer_;
  int64_t position_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> OpenStoredBytes(storage::Storage* storage, storage::ObjectInfo file) {
  if (storage->is_remote()) return std::make_unique<RemoteBytes>(storage, std::move(file));
  return std::make_unique<StoredBytes>(storage, std::move(file));
}

std::unique_ptr<ByteStream> OpenBuffer(std::shared_ptr<arrow::Buffer> buffer) {
  return std::make_unique<BufferBytes>(std::move(buffer));
}

Result<std::string_view> PeekableStream::Peek(int64_t num_bytes) {
  ahead_.erase(0, ahead_begin_);
  ahead_begin_ = 0;
  // Most files are small: what is wanted at most is not made room for at once.
  for (bool at_end = false; !at_end && static_cast<int64_t>(ahead_.size()) < num_bytes;) {
    const auto known = static_cast<int64_t>(ahead_.size());
    const int64_t step = std::min(num_bytes - known, std::max(kPeekBytes, known));
    ahead_.resize(known + step);
    ARROW_ASSIGN_OR_RAISE(const int64_t more,
                          stream_->Read(step, reinterpret_cast<uint8_t*>(ahead_.data()) + known));
    ahead_.resize(known + more);
    at_end = more < step;
  }
  return std::string_view(ahead_).substr(0, num_bytes);
}

Result<int64_t> PeekableStream::Read(int64_t capacity, uint8_t* out) {
  const auto known = static_cast<int64_t>(ahead_.size() - ahead_begin_);
  const int64_t length = std::min(capacity, known);
  if (length > 0) std::memcpy(out, ahead_.data() + ahead_begin_, length);
  ahead_begin_ += length;
  if (length == capacity) return length;
  ahead_ = std::string();
  ahead_begin_ = 0;
  ARROW_ASSIGN_OR_RAISE(const int64_t more, stream_->Read(capacity - length, out + length));
  return length + more;
}

}  // namespace tarn::input
