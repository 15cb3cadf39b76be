#pragma once

#include <atomic>
#include <cstdint>

namespace tarn::local {

/// \brief How long threads computed for one part of a run, all together. What they waited for is
/// not in it, nor what they did in the scopes of other parts that were opened within its own.
///
/// Threads: any.
class SelfTime {
 public:
  /// \brief While it lives, this thread computes for `time`.
  class Scope {
   public:
    explicit Scope(SelfTime* time);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    SelfTime* const time_;
    Scope* const outer_;
  };

  double seconds() const { return static_cast<double>(ns_) / 1e9; }

 private:
  std::atomic<int64_t> ns_ = 0;
};

}  // namespace tarn::local
