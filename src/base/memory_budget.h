#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace tarn {

/// \brief How much memory the parts of a run may hold together. Threads: any.
///
/// What a part holds is told by its MemoryGrant. Nothing is refused: a part that is asked to shrink
/// writes what it holds to disk at its next turn, so that the sum passes the limit by what comes in
/// one turn.
class MemoryBudget {
 public:
  static constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

  explicit MemoryBudget(int64_t bytes_max = kNoLimit) : bytes_max_(bytes_max) {}

  int64_t bytes_max() const { return bytes_max_; }
  /// \brief Held by all parts.
  int64_t num_bytes() const { return num_bytes_; }
  /// \brief The most that they held at once.
  int64_t peak_bytes() const { return peak_bytes_; }

 private:
  friend class MemoryGrant;

  void Change(int64_t bytes, int holders);

  const int64_t bytes_max_;
  std::atomic<int64_t> num_bytes_ = 0;
  std::atomic<int64_t> peak_bytes_ = 0;
  std::atomic<int> num_holders_ = 0;  // that hold something
};

/// \brief What one part of a run holds. Threads: one at a time.
class MemoryGrant {
 public:
  /// \param[in] budget borrowed; null: without a limit
  explicit MemoryGrant(MemoryBudget* budget) : budget_(budget) {}
  ~MemoryGrant() { Set(0); }
  MemoryGrant(const MemoryGrant&) = delete;
  MemoryGrant& operator=(const MemoryGrant&) = delete;

  /// \brief The part holds this much from now on.
  void Set(int64_t num_bytes);
  int64_t num_bytes() const { return num_bytes_; }
  /// \brief The most that it held at once.
  int64_t peak_bytes() const { return peak_bytes_; }

  /// \brief Whether all parts together hold too much, and this one a large enough share of it that
  /// it should write some to disk.
  bool has_to_shrink() const;

 private:
  MemoryBudget* const budget_;
  int64_t num_bytes_ = 0;
  int64_t peak_bytes_ = 0;
};

}  // namespace tarn
