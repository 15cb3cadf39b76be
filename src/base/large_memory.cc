#include "base/large_memory.h"

#include <arrow/result.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/sanitized.h"

namespace tarn {
namespace {

constexpr int64_t kHugePageBytes = 2 << 20;

bool IsLarge(int64_t size) { return size >= LargeMemory::kLargeBytes; }

// What is mapped for so many bytes: an eighth more at most, so that sizes that differ a little take
// each other's mappings.
int64_t MappedBytes(int64_t size) {
  const auto step = static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(size)) / 8);
  static_assert(LargeMemory::kLargeBytes / 8 % 4096 == 0, "whole pages");
  return (size + step - 1) / step * step;
}

arrow::Status OutOfMemory(int64_t size) {
  return arrow::Status::OutOfMemory("mapping memory failed, bytes: ", size);
}

}  // namespace

arrow::MemoryPool* LargeMemory::Default() {
#ifdef TARN_SANITIZED
  return arrow::default_memory_pool();
#else
  // Never destroyed: buffers may outlive whatever is.
  static auto* const memory = new LargeMemory(arrow::default_memory_pool());
  return memory;
#endif
}

arrow::Status LargeMemory::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  if (IsLarge(size)) {
    ARROW_ASSIGN_OR_RAISE(*out, Map(MappedBytes(size)));
  } else {
    ARROW_RETURN_NOT_OK(small_->Allocate(size, alignment, out));
  }
  stats_.DidAllocateBytes(size);
  return arrow::Status::OK();
}

arrow::Status LargeMemory::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                                      uint8_t** ptr) {
  if (IsLarge(old_size) && IsLarge(new_size)) {
    const int64_t old_bytes = MappedBytes(old_size);
    const int64_t new_bytes = MappedBytes(new_size);
    if (old_bytes != new_bytes) {
      void* const moved = mremap(*ptr, old_bytes, new_bytes, MREMAP_MAYMOVE);
      if (moved == MAP_FAILED) return OutOfMemory(new_size);
      *ptr = static_cast<uint8_t*>(moved);
    }
  } else if (IsLarge(old_size) || IsLarge(new_size)) {
    uint8_t* moved = nullptr;
    ARROW_RETURN_NOT_OK(Allocate(new_size, alignment, &moved));
    std::memcpy(moved, *ptr, static_cast<size_t>(std::min(old_size, new_size)));
    Free(*ptr, old_size, alignment);
    *ptr = moved;
    return arrow::Status::OK();
  } else {
    ARROW_RETURN_NOT_OK(small_->Reallocate(old_size, new_size, alignment, ptr));
  }
  stats_.DidReallocateBytes(old_size, new_size);
  return arrow::Status::OK();
}

void LargeMemory::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  if (IsLarge(size)) {
    Keep({buffer, MappedBytes(size)});
  } else {
    small_->Free(buffer, size, alignment);
  }
  stats_.DidFreeBytes(size);
}

void LargeMemory::ReleaseUnused() {
  const std::lock_guard lock(mutex_);
  for (const Mapping& mapping : kept_) munmap(mapping.begin, mapping.num_bytes);
  kept_.clear();
  num_kept_bytes_ = 0;
  small_->ReleaseUnused();
}

arrow::Result<uint8_t*> LargeMemory::Map(int64_t num_bytes) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(kept_.rbegin(), kept_.rend(), [&](const Mapping& mapping) {
      return mapping.num_bytes == num_bytes;
    });
    if (found != kept_.rend()) {
      uint8_t* const begin = found->begin;
      kept_.erase(std::next(found).base());
      num_kept_bytes_ -= num_bytes;
      return begin;
    }
  }
  void* const begin =
      mmap(nullptr, num_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (begin == MAP_FAILED) return OutOfMemory(num_bytes);
  if (num_bytes >= kHugePageBytes) madvise(begin, num_bytes, MADV_HUGEPAGE);  // or without
  return static_cast<uint8_t*>(begin);
}

void LargeMemory::Keep(Mapping mapping) {
  std::vector<Mapping> dropped;
  {
    const std::lock_guard lock(mutex_);
    kept_.push_back(mapping);
    num_kept_bytes_ += mapping.num_bytes;
    auto oldest = kept_.begin();
    for (; num_kept_bytes_ > kKeptBytesMax; ++oldest) num_kept_bytes_ -= oldest->num_bytes;
    dropped.assign(kept_.begin(), oldest);
    kept_.erase(kept_.begin(), oldest);
  }
  for (const Mapping& old : dropped) munmap(old.begin, old.num_bytes);
}

}  // namespace tarn
