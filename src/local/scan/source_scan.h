#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"
#include "local/batch_stream.h"
#include "local/cpu_slots.h"
#include "local/run_control.h"
#include "local/scan/item_scanner.h"
#include "local/scan/scan_item.h"
#include "plan/plan.h"
#include "run/events.h"

namespace tarn::local {

/// \brief Reads every source of a plan once, in parallel, into one stream per source.
///
/// Order of calls: List, Start, Join.
class SourceScan {
 public:
  /// \param[in] streams one per source of the plan. All pointers are borrowed; observer may be
  /// null.
  SourceScan(const plan::Plan& plan, std::vector<BatchStream*> streams, CpuSlots* slots,
             RunControl* control, run::Observer* observer);
  ~SourceScan() { Join(); }

  /// \brief Find the sources' files, all sources at once.
  /// \return kBadInput for a source whose globs match no file.
  Status List();

  /// \brief Begin to scan with `num_threads` threads.
  void Start(int num_threads);

  /// \brief Nobody reads any more: stop early.
  void Abandon() { abandoned_ = true; }

  void Join();

  /// \brief The first error by source and place in it. Call after Join.
  const Status& status() const { return failure_; }

 private:
  struct Progress {
    std::shared_ptr<storage::Storage> storage;
    int64_t num_items = 0;
    std::atomic<int64_t> num_items_done = 0;
    std::atomic<int64_t> num_files = 0;
    std::atomic<int64_t> num_bytes = 0;
    std::atomic<int64_t> num_records = 0;
    std::atomic<int64_t> num_rows = 0;
    std::atomic<int64_t> last_event_ms = 0;
  };

  Result<std::vector<ScanItem>> ListSource(int source);
  void Work();
  Status ScanOne(const ScanItem& item, std::unique_ptr<ItemScanner>* scanner);
  void RecordFailure(const ScanItem& item, Status status);
  bool IsBeyondFailure(const ScanItem& item);
  void CountDone(const ScanItem& item, const ScannedItem& scanned);
  void Emit(const run::Event& event) const {
    if (observer_ != nullptr) observer_->OnEvent(event);
  }

  const plan::Plan& plan_;
  const std::vector<BatchStream*> streams_;
  CpuSlots* const slots_;
  RunControl* const control_;
  run::Observer* const observer_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();

  std::vector<Progress> progress_;  // by source
  std::vector<ScanItem> items_;     // in the order in which they are taken
  std::atomic<size_t> next_item_ = 0;
  std::atomic<bool> abandoned_ = false;
  std::vector<std::thread> threads_;

  std::mutex failure_mutex_;
  Status failure_;
  std::pair<int, int64_t> failed_at_;  // source and item of failure_
};

}  // namespace tarn::local
