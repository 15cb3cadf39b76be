#include "local/scan/source_scan.h"

#include <fmt/format.h>

#include <cmath>
#include <future>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

#include "base/out_of_memory.h"
#include "engine/folder_columns.h"
#include "engine/list_source.h"
#include "lake/quarantine.h"
#include "local/scan/parquet_scan.h"
#include "local/scan/source_sample.h"
#include "storage/stoppable_storage.h"

namespace tarn::local {
namespace {

constexpr int64_t kEventIntervalMs = 50;

}  // namespace

SourceScan::SourceScan(Options options)
    : options_(std::move(options)), plan_(*options_.plan), progress_(plan_.sources.size()) {
  for (size_t source = 0; source < progress_.size(); ++source) {
    const pipeline::Source& described = *plan_.sources[source].source;
    const bool is_kept = engine::KeepsBadRecords(options_.increment, described.name);
    progress_[source].audit =
        std::make_unique<SourceAudit>(described, is_kept ? options_.transaction : nullptr,
                                      engine::ConsumedBefore(options_.increment, described.name));
  }
}

Status SourceScan::List() {
  const int num_sources = static_cast<int>(plan_.sources.size());
  const std::vector<bool> have_samples = plan::SourcesOfJoins(plan_);
  std::vector<std::future<Result<std::vector<ScanItem>>>> listings;
  for (int source = 0; source < num_sources; ++source) {
    listings.push_back(std::async(
        std::launch::async, [&, source] { return ListSource(source, have_samples[source]); }));
  }
  std::vector<Result<std::vector<ScanItem>>> results;
  for (auto& listing : listings) results.push_back(listing.get());
  std::vector<std::pair<int64_t, int>> order;  // small sources first: they are what joins wait for
  for (int source = 0; source < num_sources; ++source) {
    ARROW_RETURN_NOT_OK(results[source].status());
    order.emplace_back(progress_[source].num_bytes.exchange(0), source);
  }
  std::sort(order.begin(), order.end());
  for (const auto& [num_bytes, source] : order) {
    for (const std::string& warning : progress_[source].warnings) options_.warn(warning);
    progress_[source].num_items = static_cast<int64_t>(results[source]->size());
    std::move(results[source]->begin(), results[source]->end(), std::back_inserter(items_));
  }
  return Status::OK();
}

std::vector<engine::InputSize> SourceScan::sizes() const {
  std::vector<engine::InputSize> sizes;
  for (const Progress& progress : progress_) sizes.push_back(progress.size);
  return sizes;
}

std::vector<SourceMetrics> SourceScan::metrics() const {
  std::vector<SourceMetrics> metrics;
  for (const Progress& progress : progress_) {
    metrics.push_back({static_cast<int>(metrics.size()), progress.num_records, progress.num_bytes,
                       progress.time.work()});
  }
  return metrics;
}

engine::SourceSamples SourceScan::TakeSamples() {
  engine::SourceSamples samples;
  for (Progress& progress : progress_) samples.push_back(std::exchange(progress.sample, {}));
  return samples;
}

Result<std::vector<ScanItem>> SourceScan::ListSource(int source, bool has_sample) {
  const SelfTime::Scope scope(TimeOf(source), SelfTime::Threads::kOne);
  const pipeline::Source& described = *plan_.sources[source].source;
  Progress& progress = progress_[source];
  const arrow::StopToken& stop = options_.control->stop();
  storage::Listing listing;
  if (options_.listings != nullptr) {
    listing = (*options_.listings)[source];
  } else {
    ARROW_ASSIGN_OR_RAISE(
        listing, engine::ListSource(options_.storages, described, stop, options_.increment));
  }
  progress.storage = storage::StoppableReads(std::move(listing.storage), stop);
  progress.warnings = storage::WarningsOf(listing);
  const std::vector<storage::ObjectInfo>& files = listing.files;
  progress.size = engine::SizeOf(listing);
  progress.num_bytes = progress.size.num_bytes;
  Emit(run::SourceListed{described.name, progress.size.num_files, progress.size.num_bytes});
  std::vector<int> of_folders;
  if (described.format != pipeline::RecordFormat::kParquet) {
    ARROW_ASSIGN_OR_RAISE(of_folders, engine::FolderColumns(described, files));
  }
  progress.file_columns.emplace(plan_.sources[source], of_folders);
  progress.audit->SetFolderColumns(engine::NamesOfColumns(described, of_folders));
  if (has_sample) {
    progress.sample = SampleSource(plan_.sources[source], files, progress.storage);
  }
  ARROW_ASSIGN_OR_RAISE(auto items, CutIntoItems(source, described, files, progress.storage.get()));
  if (options_.retry_quarantine) ARROW_RETURN_NOT_OK(AddQuarantined(source, files, &items));
  return items;
}

// What is in quarantine of files that are there is read with the files. The rest has no other copy:
// it is read again, and stays.
Status SourceScan::AddQuarantined(int source, const std::vector<storage::ObjectInfo>& files,
                                  std::vector<ScanItem>* items) {
  std::unordered_set<std::string> paths;
  for (const storage::ObjectInfo& file : files) paths.insert(file.path);
  ARROW_ASSIGN_OR_RAISE(const auto quarantine,
                        options_.transaction->ListQuarantine(plan_.sources[source].source->name));
  ScanItem item;
  item.source = source;
  item.number = static_cast<int64_t>(items->size());
  item.kind = ScanItem::Kind::kRecords;
  // Several runs may have met the same record. One whose place Spark did not report is known by its
  // bytes, and by how many of these the run met before.
  std::set<std::tuple<std::string, int64_t, std::string, int>> met;
  for (const lake::QuarantinedSource& kept : quarantine) {
    ARROW_ASSIGN_OR_RAISE(const auto storage, options_.storages->For(kept.folder));
    auto records = lake::ReadQuarantine(storage, kept, kept.num_records);
    if (!records.ok()) {
      if (KindOf(records.status()) == ErrorKind::kCancelled) return records.status();
      progress_[source].warnings.push_back(
          fmt::format("what run {} has in quarantine cannot be read and stays there: {}",
                      kept.run_id, MessageOf(records.status())));
      continue;
    }
    options_.transaction->ClearQuarantine(kept);
    std::map<std::pair<std::string, std::string>, int> num_alike;
    for (lake::QuarantinedRecord& record : *records) {
      if (paths.contains(record.path)) continue;
      const std::string bytes = record.has_place() ? "" : record.bytes;
      const int number = record.has_place() ? 0 : num_alike[{record.path, bytes}]++;
      if (!met.emplace(record.path, record.byte_offset, bytes, number).second) continue;
      item.records.push_back(std::move(record));
    }
  }
  if (item.records.empty()) return Status::OK();
  ARROW_RETURN_NOT_OK(progress_[source].audit->Keep(item.records));
  items->push_back(std::move(item));
  return Status::OK();
}

void SourceScan::Start(std::vector<PieceSinkPtr> sinks, int num_threads) {
  sinks_ = std::move(sinks);
  read_ahead_ = num_threads > 1;
  idle_scanners_.resize(plan_.sources.size());
  std::vector<storage::Storage*> storages;
  for (size_t source = 0; source < progress_.size(); ++source) {
    storages.push_back(progress_[source].storage.get());
    options_.scheduler->Submit(Scheduler::Priority::kDeliver, [this, source] {
      sinks_[source]->SetNumPieces(progress_[source].num_items);
    });
  }
  reads_ = std::make_unique<ItemReads>(&items_, std::move(storages));
  const auto wanted = std::min<size_t>(static_cast<size_t>(num_threads), items_.size());
  for (size_t i = 0; i < wanted; ++i) SubmitNext();
}

void SourceScan::SubmitNext() {
  options_.scheduler->Submit(Scheduler::Priority::kScan, [this] { ScanNext(); });
}

void SourceScan::ScanNext() {
  Deliver(std::nullopt);
  if (options_.control->stop().IsStopRequested()) return;
  std::unique_lock lock(items_mutex_);
  if (next_item_ >= items_.size()) return;
  const size_t index = next_item_++;
  const ScanItem& item = items_[index];
  under_way_.insert(index);
  std::vector<std::unique_ptr<ItemScanner>>& idle = idle_scanners_[item.source];
  std::unique_ptr<ItemScanner> scanner;
  if (!idle.empty()) {
    scanner = std::move(idle.back());
    idle.pop_back();
  }
  lock.unlock();
  if (IsWanted(item)) {
    Status status = CatchOutOfMemory([&] {
      const std::vector<storage::BufferFuture> reads = reads_->Take(index);
      const SelfTime::Scope scope(TimeOf(item.source));
      return ScanOne(index, reads, &scanner);
    });
    if (status.ok()) {
      FinishItem(item);
    } else if (!status.IsCancelled()) {
      RecordFailure(item.source, item.number, std::move(status));
    }
  }
  EndItem(index, std::move(scanner));
  SubmitNext();
}

void SourceScan::EndItem(size_t index, std::unique_ptr<ItemScanner> scanner) {
  std::lock_guard lock(items_mutex_);
  if (scanner != nullptr) idle_scanners_[items_[index].source].push_back(std::move(scanner));
  if (index == *under_way_.begin()) {
    first_makes_room_ = options_.backlog->num_removed() != num_removed_;
    num_removed_ = options_.backlog->num_removed();
  }
  under_way_.erase(index);
}

Status SourceScan::ScanOne(size_t index, const ItemScanner::Reads& reads,
                           std::unique_ptr<ItemScanner>* scanner) {
  const ScanItem& item = items_[index];
  const PartSink sink = [&](ScannedPart part) { return TakePart(index, std::move(part)); };
  if (item.kind == ScanItem::Kind::kParquet) {
    Progress& progress = progress_[item.source];
    return ScanParquet(*progress.file_columns, progress.storage, item, &progress.parquet_cache,
                       sink);
  }
  if (*scanner == nullptr) {
    ARROW_ASSIGN_OR_RAISE(*scanner,
                          ItemScanner::Make(*progress_[item.source].file_columns,
                                            progress_[item.source].storage.get(), read_ahead_));
  }
  const Status status = (*scanner)->Scan(item, reads, sink);
  // It may hold part of the item.
  if (!status.ok()) *scanner = nullptr;
  return status;
}

void SourceScan::Deliver(std::optional<size_t> index) {
  options_.scheduler->Deliver([&] { return MayRunAhead(index); });
}

bool SourceScan::MayRunAhead(std::optional<size_t> index) {
  if (options_.backlog->has_room() || abandoned_) return true;
  if (options_.control->stop().IsStopRequested()) return true;
  std::lock_guard lock(items_mutex_);
  if (options_.backlog->is_draining()) return false;
  if (!first_makes_room_ || under_way_.empty()) return true;
  return index.has_value() && *under_way_.begin() == *index;
}

Status SourceScan::TakePart(size_t index, ScannedPart part) {
  const ScanItem& item = items_[index];
  Count(item.source, part);
  const int64_t num_rows = part.batch == nullptr ? 0 : part.batch->num_rows();
  for (int64_t row = 0; row < num_rows; row += kBatchRows) {
    sinks_[item.source]->Push(item.number, part.batch->Slice(row, kBatchRows));
  }
  part.batch = nullptr;
  Audit(item.source, [&](SourceAudit* audit) { return audit->Add(item, std::move(part)); });
  if (!IsWanted(item)) return Status::Cancelled("the consumer has closed");
  Deliver(index);
  return options_.control->stop().Poll();
}

void SourceScan::FinishItem(const ScanItem& item) {
  Progress& progress = progress_[item.source];
  sinks_[item.source]->Complete(item.number);
  Audit(item.source, [&](SourceAudit* audit) { return audit->FinishItem(item); });
  // A file that was cut counts when its last part is done.
  progress.num_files += HasNextPart(item) ? 0 : static_cast<int64_t>(item.files.size());
  if (++progress.num_items_done == progress.num_items) EmitProgress(item.source, /*done=*/true);
}

template <class Tell>
void SourceScan::Audit(int source, Tell tell) {
  Progress& progress = progress_[source];
  std::lock_guard lock(progress.audit_mutex);
  const SelfTime::Scope scope(TimeOf(source), SelfTime::Threads::kOne);
  Status status = tell(progress.audit.get());
  if (!status.ok()) RecordFailure(source, progress.audit->current_item(), std::move(status));
}

Status SourceScan::Finish(bool is_whole) {
  Status first;
  for (size_t i = 0; i < progress_.size(); ++i) {
    const pipeline::Source& source = *plan_.sources[i].source;
    SourceAudit& audit = *progress_[i].audit;
    const SelfTime::Scope scope(TimeOf(static_cast<int>(i)), SelfTime::Threads::kOne);
    Status judged = is_whole ? audit.Finish() : audit.Close();
    if (first.ok()) first = std::move(judged);
    const bool is_kept = source.on_bad_record == pipeline::OnBadRecord::kQuarantine;
    run::SourceAudited audited{source.name, audit.num_bad(), is_kept, audit.new_fields(),
                               audit.has_more_new_fields()};
    // Where a LIMIT ended the run early, the rest may have them, and so may older files.
    const bool is_all = progress_[i].num_items_done == progress_[i].num_items &&
                        !engine::ReadsNewFilesOnly(options_.increment, source.name);
    if (is_all) {
      audited.missing_fields = audit.missing_fields();
    }
    audited.num_rescued_values = audit.num_rescued();
    Emit(std::move(audited));
  }
  return first;
}

void SourceScan::RecordFailure(int source, int64_t item, Status status) {
  std::lock_guard lock(failure_mutex_);
  const std::pair<int, int64_t> at(source, item);
  if (!failure_.ok() && failed_at_ <= at) return;
  failed_at_ = at;
  failure_ = std::move(status);
  options_.control->ReportSourceFailure();
}

// After a failure, items before it are still read: they may have an earlier one.
bool SourceScan::IsWanted(const ScanItem& item) {
  std::lock_guard lock(failure_mutex_);
  if (failure_.ok()) return !abandoned_;
  return std::pair<int, int64_t>(item.source, item.number) <= failed_at_;
}

void SourceScan::Count(int source, const ScannedPart& part) {
  Progress& progress = progress_[source];
  progress.num_bytes += part.num_bytes;
  progress.num_records += part.num_records;
  if (part.batch != nullptr) progress.num_rows += part.batch->num_rows();
  const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - begin_)
                             .count();
  int64_t last_ms = progress.last_event_ms;
  const bool due = now_ms - last_ms >= kEventIntervalMs &&
                   progress.last_event_ms.compare_exchange_strong(last_ms, now_ms);
  if (due) EmitProgress(source, /*done=*/false);
}

void SourceScan::EmitProgress(int source, bool done) {
  const Progress& progress = progress_[source];
  Emit(run::SourceProgress{plan_.sources[source].source->name, progress.num_files,
                           progress.num_bytes, progress.num_records, progress.num_rows, done});
}

}  // namespace tarn::local
