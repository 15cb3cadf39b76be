#include "local/scan/scan_item.h"

#include <fmt/format.h>

#include "input/framing.h"
#include "input/text_stream.h"

namespace tarn::local {
namespace {

// Small files that share an item: so many, or so many bytes.
constexpr size_t kFilesPerItem = 512;
constexpr int64_t kSmallFilesBytes = 1 << 20;

// Whether a file can be cut at line ends. One that is not readable as text is left to the worker,
// which knows what to do with bad files.
Result<bool> CanBeCut(const pipeline::Source& source, const storage::ObjectInfo& file,
                      storage::Storage* storage) {
  Result<input::TextFile> opened =
      input::OpenText(input::OpenStoredBytes(storage, file), file.path);
  if (KindOf(opened.status()) == ErrorKind::kBadInput) return false;
  ARROW_RETURN_NOT_OK(opened.status());
  if (!opened->is_plain()) return false;
  ARROW_ASSIGN_OR_RAISE(const input::TextHead head, input::PeekHead(opened->text.get()));
  ARROW_ASSIGN_OR_RAISE(const json::Framing framing,
                        FramingIn(source, head.text, head.is_whole, file.path));
  return framing == json::Framing::kLines;
}

}  // namespace

LineRange LinesRange(const ScanItem& item) {
  // A line's usual rest comes with the first read.
  constexpr int64_t kRestBytes = 64 << 10;
  const int64_t begin = std::max<int64_t>(item.begin - 1, 0);
  return {begin, item.end - begin + kRestBytes};
}

bool HasNextPart(const ScanItem& item) {
  const bool is_part = item.kind == ScanItem::Kind::kLines || item.kind == ScanItem::Kind::kParquet;
  return is_part && item.end < item.files[0].size_bytes;
}

Result<json::Framing> FramingIn(const pipeline::Source& source, std::string_view head,
                                bool is_whole, const std::string& path) {
  if (source.format != pipeline::RecordFormat::kNdjson ||
      !input::IsCertainlyNotLines(head, is_whole)) {
    return input::FramingOf(source.format, head, is_whole);
  }
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("source {}: not one record a line, as format = \"ndjson\" says: {}",
                               source.name, path),
                   fmt::format("remove format from [source.{}], or make it \"json\"", source.name));
}

Result<std::vector<ScanItem>> CutIntoItems(int index, const pipeline::Source& source,
                                           std::vector<storage::ObjectInfo> files,
                                           storage::Storage* storage) {
  std::vector<ScanItem> items;
  auto add = [&](ScanItem::Kind kind) -> ScanItem& {
    ScanItem& item = items.emplace_back();
    item.source = index;
    item.number = static_cast<int64_t>(items.size()) - 1;
    item.kind = kind;
    return item;
  };
  // An empty file is one part: it is no Parquet file.
  auto cut = [&](ScanItem::Kind kind, const storage::ObjectInfo& file, int64_t part_bytes) {
    int64_t begin = 0;
    do {
      ScanItem& item = add(kind);
      item.files = {file};
      item.begin = begin;
      item.end = std::min(begin + part_bytes, file.size_bytes);
      begin = item.end;
    } while (begin < file.size_bytes);
  };
  int64_t gathered_bytes = 0;
  bool gathering = false;
  for (storage::ObjectInfo& file : files) {
    if (source.format == pipeline::RecordFormat::kParquet) {
      cut(ScanItem::Kind::kParquet, file, kParquetPartBytes);
      continue;
    }
    if (file.size_bytes > kScanBlockBytes) {
      gathering = false;
      ARROW_ASSIGN_OR_RAISE(const bool has_lines, CanBeCut(source, file, storage));
      if (!has_lines) {
        add(ScanItem::Kind::kStream).files = {std::move(file)};
        continue;
      }
      cut(ScanItem::Kind::kLines, file, kScanBlockBytes);
      continue;
    }
    const bool full = gathered_bytes + file.size_bytes > kSmallFilesBytes;
    if (!gathering || full || items.back().files.size() >= kFilesPerItem) {
      add(ScanItem::Kind::kWholeFiles);
      gathering = true;
      gathered_bytes = 0;
    }
    gathered_bytes += file.size_bytes;
    items.back().files.push_back(std::move(file));
  }
  return items;
}

}  // namespace tarn::local
