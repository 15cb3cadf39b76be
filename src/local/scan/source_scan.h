#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/self_time.h"
#include "engine/estimate.h"
#include "engine/increment.h"
#include "lake/lake.h"
#include "lake/read_cache.h"
#include "local/batch/backlog.h"
#include "local/batch/metrics.h"
#include "local/batch/piece_sink.h"
#include "local/batch/run_control.h"
#include "local/batch/scheduler.h"
#include "local/scan/file_columns.h"
#include "local/scan/item_reads.h"
#include "local/scan/item_scanner.h"
#include "local/scan/scan_item.h"
#include "local/scan/source_audit.h"
#include "plan/plan.h"
#include "run/events.h"

namespace tarn::local {

/// \brief Reads every source of a plan once, in parallel, and pushes its batches into one sink per
/// source. A piece is an item.
///
/// It runs ahead of the order of rows as far as the backlog has room: else only the first of the
/// items under way goes on, which alone makes room. When that does not, as the rows that are waited
/// for are in another source, all go on.
/// Order of calls: List, Start; when the scheduler has run all tasks, Finish.
class SourceScan {
 public:
  struct Options {
    const plan::Plan* plan = nullptr;
    storage::Storages* storages = nullptr;
    Scheduler* scheduler = nullptr;            ///< of the run
    Backlog* backlog = nullptr;                ///< of the run
    RunControl* control = nullptr;             ///< of the run
    lake::Transaction* transaction = nullptr;  ///< null: bad records are not kept
    /// Read again what the lake has in quarantine of files that are gone.
    bool retry_quarantine = false;      ///< needs the transaction
    run::Observer* observer = nullptr;  ///< may be null
    bool measures = false;              ///< SourceMetrics::work
    std::function<void(const std::string& warning)> warn = [](const std::string&) {};
    const engine::Increment* increment = nullptr;  ///< as engine::RunContext
    /// By source, what List would find; null: it is looked for.
    const std::vector<storage::Listing>* listings = nullptr;
  };

  /// \param[in] options all pointers are borrowed
  explicit SourceScan(Options options);

  /// \brief Find the sources' files, all sources at once.
  /// \return kBadInput for a source whose globs match no file.
  Status List();

  /// \brief Sizes of the sources, in the plan's order; after List.
  std::vector<engine::InputSize> sizes() const;

  /// \brief Samples of those sources of which the plan joins rows; after List, once.
  engine::SourceSamples TakeSamples();

  /// \brief Submit the tasks that scan: up to `num_threads` at once.
  /// \param[in] sinks one per source of the plan
  void Start(std::vector<PieceSinkPtr> sinks, int num_threads);

  /// \brief No reader is left: stop early.
  void Abandon() { abandoned_ = true; }

  /// \brief What reading each source took. Call after the run.
  std::vector<SourceMetrics> metrics() const;

  /// \brief The first error by source and place in it. Call after the run.
  const Status& status() const { return failure_; }

  /// \brief Judge the sources as a whole and close their quarantines. Call after the run.
  /// \param[in] is_whole all was read that was asked for; else the quarantines get what was judged
  /// before an error
  Status Finish(bool is_whole);

 private:
  struct Progress {
    std::vector<std::string> warnings;  // of its listing
    std::shared_ptr<storage::Storage> storage;
    std::optional<FileColumns> file_columns;  // after its listing
    lake::ReadCache parquet_cache{MayUseDictionaries()};
    std::mutex audit_mutex;
    std::unique_ptr<SourceAudit> audit;
    engine::InputSize size;
    std::optional<plan::SourceSample> sample;
    int64_t num_items = 0;
    std::atomic<int64_t> num_items_done = 0;
    std::atomic<int64_t> num_files = 0;
    std::atomic<int64_t> num_bytes = 0;
    std::atomic<int64_t> num_records = 0;
    std::atomic<int64_t> num_rows = 0;
    std::atomic<int64_t> last_event_ms = 0;
    SelfTime time;
  };

  Result<std::vector<ScanItem>> ListSource(int source, bool has_sample);
  Status AddQuarantined(int source, const std::vector<storage::ObjectInfo>& files,
                        std::vector<ScanItem>* items);
  void SubmitNext();
  void ScanNext();
  // Deliver what there is, and wait while the scan may not run ahead: beside item `index`, or, when
  // it is nothing, by another item.
  void Deliver(std::optional<size_t> index);
  bool MayRunAhead(std::optional<size_t> index);
  void EndItem(size_t index, std::unique_ptr<ItemScanner> scanner);
  bool IsWanted(const ScanItem& item);
  Status ScanOne(size_t index, const ItemScanner::Reads& reads,
                 std::unique_ptr<ItemScanner>* scanner);
  Status TakePart(size_t index, ScannedPart part);
  void FinishItem(const ScanItem& item);
  // Pass something to a source's audit; an error that it returns is recorded as the failure.
  template <class Tell>
  void Audit(int source, Tell tell);
  void RecordFailure(int source, int64_t item, Status status);
  void Count(int source, const ScannedPart& part);
  SelfTime* TimeOf(int source) { return options_.measures ? &progress_[source].time : nullptr; }
  void EmitProgress(int source, bool done);
  void Emit(const run::Event& event) const {
    if (options_.observer != nullptr) options_.observer->OnEvent(event);
  }

  const Options options_;
  const plan::Plan& plan_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();

  std::vector<Progress> progress_;   // by source
  std::vector<PieceSinkPtr> sinks_;  // by source
  std::vector<ScanItem> items_;      // in the order in which they are taken
  std::unique_ptr<ItemReads> reads_;
  std::atomic<bool> abandoned_ = false;
  bool read_ahead_ = false;

  std::mutex items_mutex_;  // of all that follow, but for the failure
  size_t next_item_ = 0;
  int64_t num_removed_ = 0;       // from the backlog, when the first item last ended
  bool first_makes_room_ = true;  // whether it removed something
  std::set<size_t> under_way_;    // items
  // By source, those that no item uses: they get faster with what they saw.
  std::vector<std::vector<std::unique_ptr<ItemScanner>>> idle_scanners_;

  std::mutex failure_mutex_;
  Status failure_;
  std::pair<int, int64_t> failed_at_;  // source and item of failure_
};

}  // namespace tarn::local
