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

  explicit MemoryBudget(int64_t bytes_max = kNoLimit) : MemoryBudget(bytes_max, nullptr) {}

  /// \brief What is held by some of the parts, counted by itself as well: their grants are as those
  /// of `whole`.
  /// \param[in] whole borrowed; null: without a limit
  static MemoryBudget PartOf(MemoryBudget* whole) {
    return MemoryBudget(whole == nullptr ? kNoLimit : whole->bytes_max(), whole);
  }

  int64_t bytes_max() const { return bytes_max_; }
  /// \brief Held by all parts that are counted here.
  int64_t num_bytes() const { return num_bytes_; }
  /// \brief The most that they held at once.
  int64_t peak_bytes() const { return peak_bytes_; }

 private:
  friend class MemoryGrant;

  MemoryBudget(int64_t bytes_max, MemoryBudget* whole) : bytes_max_(bytes_max), whole_(whole) {}

  void Change(int64_t bytes, int holders);
  bool MustShrink(int64_t num_bytes) const;  // whether who holds so much is asked to

  const int64_t bytes_max_;
  MemoryBudget* const whole_;  // null: this is it
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

  /// \brief Whether all parts together hold too much, and this one a large enough share of it that
  /// it should write some to disk.
  bool has_to_shrink() const;

 private:
  MemoryBudget* const budget_;
  int64_t num_bytes_ = 0;
};

}  // namespace tarn
