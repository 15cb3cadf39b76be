#include "local/scan/scan_item.h"

namespace tarn::local {
namespace {

// Small files that share an item: so many, or so many bytes.
constexpr size_t kFilesPerItem = 512;
constexpr int64_t kSmallFilesBytes = 1 << 20;

constexpr int64_t kHeadBytes = 64 << 10;
constexpr int64_t kHeadBytesMax = 64 << 20;

// Whether `line` is one JSON object from its first byte to its last, as far as braces and quotes
// tell.
bool IsWholeObject(std::string_view line) {
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())))
    line.remove_suffix(1);
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())))
    line.remove_prefix(1);
  if (!line.starts_with('{') || !line.ends_with('}')) return false;
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0 && i + 1 < line.size()) return false;
    }
  }
  return depth == 0 && !in_string;
}

// The first line that is not blank; nothing when it does not end within `text`.
std::optional<std::string_view> FirstLine(std::string_view text) {
  while (true) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
    text.remove_prefix(end + 1);
  }
}

Result<json::Framing> FramingOfLargeFile(pipeline::RecordFormat format,
                                         const storage::ObjectInfo& file,
                                         storage::Storage* storage) {
  if (format != pipeline::RecordFormat::kAuto) return FramingOf(format, "", false);
  for (int64_t length = kHeadBytes;; length *= 8) {
    ARROW_ASSIGN_OR_RAISE(auto head, storage->ReadRange(file, 0, length));
    std::string_view text(*head);
    const bool is_whole = head->size() >= file.size_bytes;
    if (FirstLine(text).has_value() || is_whole || length >= kHeadBytesMax) {
      return FramingOf(format, text, is_whole);
    }
  }
}

}  // namespace

json::Framing FramingOf(pipeline::RecordFormat format, std::string_view head, bool is_whole) {
  if (format == pipeline::RecordFormat::kNdjson) return json::Framing::kLines;
  if (format == pipeline::RecordFormat::kJson) return json::Framing::kValues;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
  std::optional<std::string_view> line = FirstLine(head);
  if (!line.has_value() && is_whole) line = head;
  return line.has_value() && IsWholeObject(*line) ? json::Framing::kLines : json::Framing::kValues;
}

Result<std::vector<ScanItem>> CutIntoItems(int source, pipeline::RecordFormat format,
                                           std::vector<storage::ObjectInfo> files,
                                           storage::Storage* storage) {
  std::vector<ScanItem> items;
  auto add = [&]() -> ScanItem& {
    items.push_back({source, static_cast<int64_t>(items.size()), {}});
    return items.back();
  };
  int64_t gathered_bytes = 0;
  bool gathering = false;
  for (storage::ObjectInfo& file : files) {
    if (file.size_bytes > kScanBlockBytes) {
      gathering = false;
      ARROW_ASSIGN_OR_RAISE(json::Framing framing, FramingOfLargeFile(format, file, storage));
      const bool cut = framing == json::Framing::kLines;
      const int64_t step = cut ? kScanBlockBytes : file.size_bytes;
      for (int64_t begin = 0; begin < file.size_bytes; begin += step) {
        ScanItem& item = add();
        item.files = {file};
        item.begin = begin;
        if (cut) item.end = std::min(begin + step, file.size_bytes);
      }
      continue;
    }
    const bool full = gathered_bytes + file.size_bytes > kSmallFilesBytes;
    if (!gathering || full || items.back().files.size() >= kFilesPerItem) {
      add();
      gathering = true;
      gathered_bytes = 0;
    }
    gathered_bytes += file.size_bytes;
    items.back().files.push_back(std::move(file));
  }
  return items;
}

}  // namespace tarn::local
