#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace tarn {

/// \brief What one part of a run took.
struct Work {
  double cpu_seconds = 0;     ///< of all threads together; without what they waited for
  double serial_seconds = 0;  ///< of cpu_seconds, what one thread at a time can do
  double wall_seconds = 0;    ///< from the part's first to its last work
};

/// \brief Measures what threads compute for one part of a run, all together. What they wait for is
/// not in it, nor what they do in the scopes of other parts that are opened within its own.
///
/// Threads: any.
class SelfTime {
 public:
  /// \brief How many threads can do a piece of work.
  enum class Threads {
    kAsOuter,  ///< as many as what it is part of; without that, many
    kOne,      ///< one after the other: work in order, or under a lock
    kMany,     ///< many at once, also within something that one does
  };

  /// \brief While it lives, this thread computes for `time`.
  class Scope {
   public:
    /// \param[in] time null: nothing is measured
    explicit Scope(SelfTime* time, Threads threads = Threads::kAsOuter);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    friend class SelfTime;

    SelfTime* const time_;
    Scope* outer_ = nullptr;
    bool is_serial_ = false;
  };

  /// \brief What this thread computes for; null: nothing that is measured. For threads that help
  /// it.
  static SelfTime* Current();

  Work work() const;

 private:
  void Add(int64_t cpu_ns, bool is_serial);

  std::atomic<int64_t> cpu_ns_ = 0;
  std::atomic<int64_t> serial_ns_ = 0;
  std::atomic<int64_t> first_ns_ = std::numeric_limits<int64_t>::max();  // of a monotonic clock
  std::atomic<int64_t> last_ns_ = 0;
};

}  // namespace tarn
