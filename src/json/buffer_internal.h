#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

#include "base/error.h"

namespace tarn::json {

/// \brief Bytes that grow by doubling. The first allocation is as large as the last result was.
class GrowingBuffer {
 public:
  explicit GrowingBuffer(arrow::MemoryPool* pool) : pool_(pool) {}

  uint8_t* data() const { return data_; }

  /// \brief Make room for `num_bytes` in all; content is kept.
  Status Reserve(int64_t num_bytes) {
    return num_bytes <= capacity_ ? Status::OK() : Grow(num_bytes);
  }

  /// \brief Hand out the first `num_bytes` and start anew.
  Result<std::shared_ptr<arrow::Buffer>> Finish(int64_t num_bytes) {
    ARROW_RETURN_NOT_OK(Reserve(num_bytes));
    const bool wasteful = num_bytes < capacity_ / 4 * 3;
    if (buffer_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(buffer_, arrow::AllocateResizableBuffer(0, pool_));
    }
    ARROW_RETURN_NOT_OK(buffer_->Resize(num_bytes, wasteful));
    buffer_->ZeroPadding();
    expected_bytes_ = num_bytes + num_bytes / 16;
    capacity_ = 0;
    data_ = nullptr;
    return std::shared_ptr<arrow::Buffer>(std::move(buffer_));
  }

 private:
  Status Grow(int64_t num_bytes) {
    constexpr int64_t kFirstBytes = 4096;
    const int64_t capacity =
        std::max({num_bytes, capacity_ * 2, capacity_ == 0 ? expected_bytes_ : 0, kFirstBytes});
    if (buffer_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(buffer_, arrow::AllocateResizableBuffer(capacity, pool_));
    } else {
      ARROW_RETURN_NOT_OK(buffer_->Resize(capacity, /*shrink_to_fit=*/false));
    }
    capacity_ = buffer_->size();
    data_ = buffer_->mutable_data();
    return Status::OK();
  }

  arrow::MemoryPool* pool_;
  std::unique_ptr<arrow::ResizableBuffer> buffer_;
  uint8_t* data_ = nullptr;
  int64_t capacity_ = 0;
  int64_t expected_bytes_ = 0;
};

/// \brief The validity of a column's rows. Rows are valid unless said otherwise, which costs
/// nothing.
class Validity {
 public:
  explicit Validity(arrow::MemoryPool* pool) : bits_(pool) {}

  Status Reserve(int64_t num_rows) {
    const int64_t num_bytes = arrow::bit_util::BytesForBits(num_rows);
    if (num_bytes <= num_bytes_set_) return Status::OK();
    const int64_t reserved = std::max(num_bytes, num_bytes_set_ * 2);
    ARROW_RETURN_NOT_OK(bits_.Reserve(reserved));
    std::memset(bits_.data() + num_bytes_set_, 0xFF, reserved - num_bytes_set_);
    num_bytes_set_ = reserved;
    return Status::OK();
  }

  void SetNull(int64_t row) {
    bits_.data()[row >> 3] &= static_cast<uint8_t>(~(1u << (row & 7)));
    ++null_count_;
  }

  /// \brief Forget the nulls of rows [begin, end).
  void Rewind(int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      uint8_t& byte = bits_.data()[row >> 3];
      const auto bit = static_cast<uint8_t>(1u << (row & 7));
      null_count_ -= (byte & bit) == 0;
      byte |= bit;
    }
  }

  bool IsNull(int64_t row) const { return (bits_.data()[row >> 3] >> (row & 7) & 1) == 0; }

  int64_t null_count() const { return null_count_; }

  /// \brief The bitmap, null when no row is null.
  Result<std::shared_ptr<arrow::Buffer>> Finish(int64_t num_rows) {
    std::shared_ptr<arrow::Buffer> bits;
    if (null_count_ > 0) {
      ARROW_ASSIGN_OR_RAISE(bits, bits_.Finish(arrow::bit_util::BytesForBits(num_rows)));
      num_bytes_set_ = 0;
    } else if (num_bytes_set_ > 0) {
      std::memset(bits_.data(), 0xFF, num_bytes_set_);
    }
    null_count_ = 0;
    return bits;
  }

 private:
  GrowingBuffer bits_;
  int64_t num_bytes_set_ = 0;
  int64_t null_count_ = 0;
};

}  // namespace tarn::json
