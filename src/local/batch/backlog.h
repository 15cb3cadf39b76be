#pragma once

#include <atomic>
#include <cstdint>

namespace tarn::local {

/// \brief What a run has computed ahead of the order of rows, and holds in memory until its turn
/// comes: it bounds how far the scan may run ahead. Threads: any.
class Backlog {
 public:
  static constexpr int64_t kBytesMax = 256 << 20;

  explicit Backlog(int64_t bytes_max = kBytesMax) : bytes_max_(bytes_max) {}

  void Add(int64_t num_bytes) { num_bytes_ += num_bytes; }
  void Remove(int64_t num_bytes) {
    num_bytes_ -= num_bytes;
    ++num_removed_;
  }
  /// \brief How often something was removed.
  int64_t num_removed() const { return num_removed_; }
  bool has_room() const { return num_bytes_ < bytes_max_; }

  /// \brief A thread begins (1) or ends (-1) to work some of it off.
  void AddDraining(int change) { num_draining_ += change; }
  bool is_draining() const { return num_draining_ > 0; }

 private:
  const int64_t bytes_max_;
  std::atomic<int64_t> num_bytes_ = 0;
  std::atomic<int64_t> num_removed_ = 0;
  std::atomic<int> num_draining_ = 0;
};

}  // namespace tarn::local
