#pragma once

#include <arrow/buffer.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"

namespace tarn::storage {

/// \brief Memory for large reads that is used again once a buffer is freed.
///
/// Memory that is new for each read costs more than the read: the kernel clears every page of it.
/// Threads: any number at once; buffers may outlive this.
class ReadBuffers : public std::enable_shared_from_this<ReadBuffers> {
 public:
  /// What is worth keeping: less is malloc's to keep.
  static constexpr int64_t kLengthMin = 1 << 20;
  /// Kept while not in use.
  static constexpr size_t kFreeMax = 8;

  static std::shared_ptr<ReadBuffers> Make() {
    return std::shared_ptr<ReadBuffers>(new ReadBuffers());
  }

  /// \brief A buffer of `length` bytes, not initialised. \return OutOfMemory
  Result<std::shared_ptr<arrow::Buffer>> Allocate(int64_t length);

 private:
  class Lent;

  ReadBuffers() = default;
  void Return(std::unique_ptr<arrow::ResizableBuffer> memory);

  std::mutex mutex_;
  std::vector<std::unique_ptr<arrow::ResizableBuffer>> free_;  // the one used last is last
};

}  // namespace tarn::storage
