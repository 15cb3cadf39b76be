#include "storage/read_buffers.h"

#include <utility>

namespace tarn::storage {

class ReadBuffers::Lent : public arrow::MutableBuffer {
 public:
  Lent(std::unique_ptr<arrow::ResizableBuffer> memory, int64_t length,
       std::shared_ptr<ReadBuffers> owner)
      : MutableBuffer(memory->mutable_data(), length),
        memory_(std::move(memory)),
        owner_(std::move(owner)) {}
  ~Lent() override { owner_->Return(std::move(memory_)); }

 private:
  std::unique_ptr<arrow::ResizableBuffer> memory_;
  const std::shared_ptr<ReadBuffers> owner_;
};

Result<std::shared_ptr<arrow::Buffer>> ReadBuffers::Allocate(int64_t length) {
  if (length < kLengthMin) {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(length));
    return buffer;
  }
  std::unique_ptr<arrow::ResizableBuffer> memory;
  {
    std::lock_guard lock(mutex_);
    auto best = free_.end();  // the smallest that fits
    for (auto it = free_.begin(); it != free_.end(); ++it) {
      if ((*it)->size() < length) continue;
      if (best == free_.end() || (*it)->size() <= (*best)->size()) best = it;
    }
    if (best != free_.end()) {
      memory = std::move(*best);
      free_.erase(best);
    }
  }
  if (memory == nullptr) {
    // Parts of a file differ by the length of a line.
    const int64_t rounded = (length + kLengthMin - 1) / kLengthMin * kLengthMin;
    ARROW_ASSIGN_OR_RAISE(memory, arrow::AllocateResizableBuffer(rounded));
  }
  return std::make_shared<Lent>(std::move(memory), length, shared_from_this());
}

void ReadBuffers::Return(std::unique_ptr<arrow::ResizableBuffer> memory) {
  std::unique_ptr<arrow::ResizableBuffer> oldest;
  std::lock_guard lock(mutex_);
  free_.push_back(std::move(memory));
  if (free_.size() <= kFreeMax) return;
  oldest = std::move(free_.front());
  free_.erase(free_.begin());
}

}  // namespace tarn::storage
