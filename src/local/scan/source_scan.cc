#include "local/scan/source_scan.h"

#include <fmt/format.h>

#include <cmath>
#include <future>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

#include "base/out_of_memory.h"
#include "engine/list_source.h"
#include "lake/quarantine.h"
#include "local/batch/cpu_clock.h"
#include "storage/stoppable_storage.h"

namespace tarn::local {
namespace {

constexpr int64_t kEventIntervalMs = 50;

}  // namespace

SourceScan::SourceScan(Options options)
    : options_(std::move(options)), plan_(*options_.plan), progress_(plan_.sources.size()) {
  for (size_t source = 0; source < progress_.size(); ++source) {
    progress_[source].audit =
        std::make_unique<SourceAudit>(*plan_.sources[source].source, options_.transaction);
  }
}

Status SourceScan::List() {
  const int num_sources = static_cast<int>(plan_.sources.size());
  std::vector<std::future<Result<std::vector<ScanItem>>>> listings;
  for (int source = 0; source < num_sources; ++source) {
    listings.push_back(
        std::async(std::launch::async, [this, source] { return ListSource(source); }));
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
    options_.streams[source]->Finish(progress_[source].num_items);
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
                       static_cast<double>(progress.cpu_ns) / 1e9});
  }
  return metrics;
}

Result<std::vector<ScanItem>> SourceScan::ListSource(int source) {
  const pipeline::Source& described = *plan_.sources[source].source;
  Progress& progress = progress_[source];
  const arrow::StopToken& stop = options_.control->stop();
  ARROW_ASSIGN_OR_RAISE(storage::Listing listing,
                        engine::ListSource(options_.storages, described, stop));
  progress.storage = storage::StoppableReads(std::move(listing.storage), stop);
  progress.warnings = storage::WarningsOf(listing);
  const std::vector<storage::ObjectInfo>& files = listing.files;
  progress.size = engine::SizeOf(listing);
  progress.num_bytes = progress.size.num_bytes;
  Emit(run::SourceListed{described.name, progress.size.num_files, progress.size.num_bytes});
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

void SourceScan::Start(int num_threads) {
  read_ahead_ = num_threads > 1;
  std::vector<storage::Storage*> storages;
  for (const Progress& progress : progress_) storages.push_back(progress.storage.get());
  reads_ = std::make_unique<ItemReads>(&items_, std::move(storages));
  const auto wanted = std::min<size_t>(static_cast<size_t>(num_threads), items_.size());
  for (size_t i = 0; i < wanted; ++i) threads_.emplace_back([this] { Work(); });
}

void SourceScan::Join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void SourceScan::Work() {
  std::vector<std::unique_ptr<ItemScanner>> scanners(plan_.sources.size());
  while (!abandoned_ && !options_.control->stop().IsStopRequested()) {
    const size_t next = next_item_++;
    if (next >= items_.size()) return;
    const ScanItem& item = items_[next];
    if (IsBeyondFailure(item)) continue;
    const std::vector<storage::BufferFuture> reads = reads_->Take(next);
    SlotGuard slot(options_.slots, CpuSlots::Priority::kProducer);
    const double begin = ThreadCpuSeconds();
    Status status = CatchOutOfMemory([&] { return ScanOne(item, reads, &scanners[item.source]); });
    progress_[item.source].cpu_ns += std::llround((ThreadCpuSeconds() - begin) * 1e9);
    if (status.ok()) {
      FinishItem(item);
    } else if (!status.IsCancelled()) {
      RecordFailure(item.source, item.number, std::move(status));
    }
  }
}

Status SourceScan::ScanOne(const ScanItem& item, const ItemScanner::Reads& reads,
                           std::unique_ptr<ItemScanner>* scanner) {
  if (*scanner == nullptr) {
    ARROW_ASSIGN_OR_RAISE(*scanner,
                          ItemScanner::Make(plan_.sources[item.source],
                                            progress_[item.source].storage.get(), read_ahead_));
  }
  return (*scanner)->Scan(item, reads,
                          [&](ScannedPart part) { return TakePart(item, std::move(part)); });
}

Status SourceScan::TakePart(const ScanItem& item, ScannedPart part) {
  Count(item.source, part);
  if (part.batch != nullptr) {
    options_.streams[item.source]->PublishPart(item.number, std::move(part.batch));
  }
  Audit(item.source, [&](SourceAudit* audit) { return audit->Add(item, std::move(part)); });
  if (abandoned_ || IsBeyondFailure(item)) return Status::Cancelled("the consumer has closed");
  return options_.control->stop().Poll();
}

void SourceScan::FinishItem(const ScanItem& item) {
  Progress& progress = progress_[item.source];
  options_.streams[item.source]->Publish(item.number, {});
  Audit(item.source, [&](SourceAudit* audit) { return audit->FinishItem(item); });
  // A file that was cut counts when its last part is done.
  const bool counts = item.kind != ScanItem::Kind::kLines || item.end >= item.files[0].size_bytes;
  progress.num_files += counts ? static_cast<int64_t>(item.files.size()) : 0;
  if (++progress.num_items_done == progress.num_items) EmitProgress(item.source, /*done=*/true);
}

template <class Tell>
void SourceScan::Audit(int source, Tell tell) {
  Progress& progress = progress_[source];
  std::lock_guard lock(progress.audit_mutex);
  Status status = tell(progress.audit.get());
  if (!status.ok()) RecordFailure(source, progress.audit->current_item(), std::move(status));
}

Status SourceScan::Finish(bool is_whole) {
  Status first;
  for (size_t i = 0; i < progress_.size(); ++i) {
    const pipeline::Source& source = *plan_.sources[i].source;
    SourceAudit& audit = *progress_[i].audit;
    Status judged = is_whole ? audit.Finish() : audit.Close();
    if (first.ok()) first = std::move(judged);
    const bool is_kept = source.on_bad_record == pipeline::OnBadRecord::kQuarantine;
    run::SourceAudited audited{source.name, audit.num_bad(), is_kept, audit.new_fields(),
                               audit.has_more_new_fields()};
    // Where a LIMIT ended the run early, the rest may have them.
    if (progress_[i].num_items_done == progress_[i].num_items) {
      audited.missing_fields = audit.missing_fields();
    }
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
  // Parts of this run that wait for the missing batches are woken and get the error.
  for (BatchStream* stream : options_.streams) stream->Fail(0, failure_);
  options_.control->ReportSourceFailure();
}

bool SourceScan::IsBeyondFailure(const ScanItem& item) {
  std::lock_guard lock(failure_mutex_);
  return !failure_.ok() && failed_at_ < std::pair<int, int64_t>(item.source, item.number);
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
