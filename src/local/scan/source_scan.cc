#include "local/scan/source_scan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <future>

namespace tarn::local {
namespace {

constexpr int64_t kEventIntervalMs = 50;

}  // namespace

SourceScan::SourceScan(const plan::Plan& plan, std::vector<BatchStream*> streams, CpuSlots* slots,
                       RunControl* control, run::Observer* observer)
    : plan_(plan),
      streams_(std::move(streams)),
      slots_(slots),
      control_(control),
      observer_(observer),
      progress_(plan.sources.size()) {}

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
    progress_[source].num_items = static_cast<int64_t>(results[source]->size());
    streams_[source]->Finish(progress_[source].num_items);
    std::move(results[source]->begin(), results[source]->end(), std::back_inserter(items_));
  }
  return Status::OK();
}

Result<std::vector<ScanItem>> SourceScan::ListSource(int source) {
  const pipeline::Source& described = *plan_.sources[source].source;
  Progress& progress = progress_[source];
  std::vector<storage::ObjectInfo> files;
  for (const std::string& path : described.paths) {
    ARROW_ASSIGN_OR_RAISE(progress.storage, storage::Storage::For(path));
    ARROW_ASSIGN_OR_RAISE(auto found, progress.storage->List(path));
    std::move(found.begin(), found.end(), std::back_inserter(files));
  }
  if (files.empty()) {
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("source {}: no file matches: {}\n  hint: check lake.input and "
                                 "source.{}.path, or name the files with --set",
                                 described.name, fmt::join(described.paths, ", "), described.name));
  }
  int64_t num_bytes = 0;
  for (const storage::ObjectInfo& file : files) num_bytes += file.size_bytes;
  progress.num_bytes = num_bytes;
  Emit(run::SourceListed{described.name, static_cast<int64_t>(files.size()), num_bytes});
  return CutIntoItems(source, described.format, std::move(files), progress.storage.get());
}

void SourceScan::Start(int num_threads) {
  const auto wanted = std::min<size_t>(static_cast<size_t>(num_threads), items_.size());
  for (size_t i = 0; i < wanted; ++i) threads_.emplace_back([this] { Work(); });
}

void SourceScan::Join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void SourceScan::Work() {
  std::vector<std::unique_ptr<ItemScanner>> scanners(plan_.sources.size());
  while (!abandoned_ && !control_->stop().IsStopRequested()) {
    const size_t next = next_item_++;
    if (next >= items_.size()) return;
    const ScanItem& item = items_[next];
    if (IsBeyondFailure(item)) continue;
    SlotGuard slot(slots_, CpuSlots::Priority::kProducer);
    Status status = ScanOne(item, &scanners[item.source]);
    if (!status.ok()) RecordFailure(item, std::move(status));
  }
}

Status SourceScan::ScanOne(const ScanItem& item, std::unique_ptr<ItemScanner>* scanner) {
  if (*scanner == nullptr) {
    ARROW_ASSIGN_OR_RAISE(*scanner, ItemScanner::Make(plan_.sources[item.source],
                                                      progress_[item.source].storage.get()));
  }
  ARROW_ASSIGN_OR_RAISE(ScannedItem scanned, (*scanner)->Scan(item));
  CountDone(item, scanned);
  streams_[item.source]->Publish(item.number, std::move(scanned.batches));
  return Status::OK();
}

void SourceScan::RecordFailure(const ScanItem& item, Status status) {
  std::lock_guard lock(failure_mutex_);
  const std::pair<int, int64_t> at(item.source, item.number);
  if (!failure_.ok() && failed_at_ <= at) return;
  failed_at_ = at;
  failure_ = std::move(status);
  // Parts of this run that wait for the missing batches are woken and told.
  for (BatchStream* stream : streams_) stream->Fail(0, failure_);
  control_->ReportSourceFailure();
}

bool SourceScan::IsBeyondFailure(const ScanItem& item) {
  std::lock_guard lock(failure_mutex_);
  return !failure_.ok() && failed_at_ < std::pair<int, int64_t>(item.source, item.number);
}

void SourceScan::CountDone(const ScanItem& item, const ScannedItem& scanned) {
  Progress& progress = progress_[item.source];
  // A file that was cut counts when its last part is done.
  const bool counts = item.end < 0 || item.end >= item.files[0].size_bytes;
  progress.num_files += counts ? static_cast<int64_t>(item.files.size()) : 0;
  progress.num_bytes += scanned.num_bytes;
  progress.num_records += scanned.num_records;
  progress.num_rows += scanned.num_rows;
  const bool done = ++progress.num_items_done == progress.num_items;
  const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - begin_)
                             .count();
  int64_t last_ms = progress.last_event_ms;
  const bool due = now_ms - last_ms >= kEventIntervalMs &&
                   progress.last_event_ms.compare_exchange_strong(last_ms, now_ms);
  if (!done && !due) return;
  Emit(run::SourceProgress{plan_.sources[item.source].source->name, progress.num_files,
                           progress.num_bytes, progress.num_records, progress.num_rows, done});
}

}  // namespace tarn::local
