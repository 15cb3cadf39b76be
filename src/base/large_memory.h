#pragma once

#include <arrow/memory_pool.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace tarn {

/// \brief Allocates from another pool, but what is large by mappings of its own, in huge pages
/// where the system has them, and uses those that were freed last again.
///
/// What costs is that the kernel brings in page after page, cleared, when memory is used first: a
/// fifth of the CPU time of some runs. malloc gives large memory back as soon as it is freed, and a
/// batch's columns and a file's pages are asked for again and again. Threads: any.
class LargeMemory final : public arrow::MemoryPool {
 public:
  static constexpr int64_t kLargeBytes = 256 << 10;   ///< from here on
  static constexpr int64_t kKeptBytesMax = 24 << 20;  ///< of free mappings

  /// \param[in] small where what is not large comes from.
  explicit LargeMemory(arrow::MemoryPool* small) : small_(small) {}
  ~LargeMemory() override { ReleaseUnused(); }

  /// \brief The process's, on Arrow's default pool. Under sanitizers it is that pool, since they
  /// look after malloc's memory only.
  static arrow::MemoryPool* Default();

  using arrow::MemoryPool::Allocate;
  using arrow::MemoryPool::Free;
  using arrow::MemoryPool::Reallocate;
  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                           uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override;
  void ReleaseUnused() override;

  int64_t bytes_allocated() const override { return stats_.bytes_allocated(); }
  int64_t max_memory() const override { return stats_.max_memory(); }
  int64_t total_bytes_allocated() const override { return stats_.total_bytes_allocated(); }
  int64_t num_allocations() const override { return stats_.num_allocations(); }
  std::string backend_name() const override { return small_->backend_name(); }

 private:
  struct Mapping {
    uint8_t* begin;
    int64_t num_bytes;
  };

  arrow::Result<uint8_t*> Map(int64_t num_bytes);
  void Keep(Mapping mapping);

  arrow::MemoryPool* const small_;
  arrow::internal::MemoryPoolStats stats_;
  std::mutex mutex_;
  std::vector<Mapping> kept_;  // the one freed last is last
  int64_t num_kept_bytes_ = 0;
};

}  // namespace tarn
