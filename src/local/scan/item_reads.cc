#include "local/scan/item_reads.h"

namespace tarn::local {
namespace {

constexpr int64_t kBytesAheadMax = 64 << 20;
constexpr size_t kItemsAheadMax = 32;

int64_t BytesOf(const ScanItem& item) {
  if (item.kind == ScanItem::Kind::kLines) return LinesRange(item).length;
  int64_t num_bytes = 0;
  for (const storage::ObjectInfo& file : item.files) num_bytes += file.size_bytes;
  return num_bytes;
}

bool IsReadAhead(const ScanItem& item) {
  return item.kind == ScanItem::Kind::kLines || item.kind == ScanItem::Kind::kWholeFiles;
}

}  // namespace

std::vector<storage::BufferFuture> ItemReads::Take(size_t index) {
  std::vector<storage::BufferFuture> reads;
  {
    std::lock_guard lock(mutex_);
    StartAhead(index);
    reads = std::exchange(started_[index], {});
    if (!reads.empty()) bytes_ahead_ -= BytesOf(items_[index]);
  }
  for (const storage::BufferFuture& read : reads) read.Wait();
  return reads;
}

// Begin with all items up to `index`, and those after it as far as there is room.
void ItemReads::StartAhead(size_t index) {
  for (; num_started_ < items_.size(); ++num_started_) {
    const bool is_ahead = num_started_ > index;
    if (is_ahead && (bytes_ahead_ > kBytesAheadMax || num_started_ > index + kItemsAheadMax))
      return;
    const ScanItem& item = items_[num_started_];
    if (!storages_[item.source]->is_remote() || !IsReadAhead(item)) continue;
    started_[num_started_] = Start(item);
    bytes_ahead_ += BytesOf(item);
  }
}

std::vector<storage::BufferFuture> ItemReads::Start(const ScanItem& item) const {
  storage::Storage* const storage = storages_[item.source];
  std::vector<storage::BufferFuture> reads;
  if (item.kind == ScanItem::Kind::kLines) {
    const LineRange range = LinesRange(item);
    reads.push_back(storage->ReadRangeAsync(item.files[0], range.begin, range.length));
    return reads;
  }
  for (const storage::ObjectInfo& file : item.files) reads.push_back(storage->ReadAsync(file));
  return reads;
}

}  // namespace tarn::local
