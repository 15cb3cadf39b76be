#include "local/scan/item_scanner.h"

#include <fmt/format.h>

#include "local/scan/row_filter.h"

namespace tarn::local {
namespace {

using Buffers = std::vector<std::shared_ptr<arrow::Buffer>>;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view WithoutMark(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

// Texts of values can be put end to end only when none runs into the next: each is blank, or begins
// and ends as an object does. (One that lacks a brace is then an error where the next one begins.)
bool CanBeJoined(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return true;
  return text[begin] == '{' && text[text.find_last_not_of(kSpace)] == '}';
}

// Line ends in the first `length` bytes; read in pieces, and only when there is an error to place.
Result<int64_t> CountLines(storage::Storage* storage, const storage::ObjectInfo& file,
                           int64_t length) {
  int64_t lines = 0;
  for (int64_t begin = 0; begin < length; begin += kScanBlockBytes) {
    ARROW_ASSIGN_OR_RAISE(
        const auto piece,
        storage->ReadRange(file, begin, std::min(kScanBlockBytes, length - begin)));
    const std::string_view text(*piece);
    lines += std::count(text.begin(), text.end(), '\n');
  }
  return lines;
}

Status BadRecordError(const storage::ObjectInfo& file, int64_t file_offset, int64_t lines_before,
                      const json::BadRecord& bad, size_t num_others) {
  std::string message =
      fmt::format("{}: line {}, byte {}: {}", file.path, lines_before + bad.line + 1,
                  file_offset + bad.byte_offset, bad.reason);
  if (bad.error_offset != bad.byte_offset) {
    message += fmt::format(" (at byte {})", file_offset + bad.error_offset);
  }
  if (num_others > 0) {
    message += fmt::format("; {} more bad {} in the same part", num_others,
                           num_others == 1 ? "record" : "records");
  }
  message +=
      "\n  hint: mend or remove the record, or give the column the type that its values have";
  return MakeError(ErrorKind::kBadInput, std::move(message));
}

}  // namespace

Result<std::unique_ptr<ItemScanner>> ItemScanner::Make(const plan::SourcePlan& source,
                                                       storage::Storage* storage) {
  std::unique_ptr<ItemScanner> scanner(new ItemScanner(source, storage));
  scanner->options_.schema = source.schema;
  scanner->options_.output = source.output;
  scanner->options_.datetime_formats = source.source->datetime_formats;
  if (source.filter != nullptr) {
    ARROW_ASSIGN_OR_RAISE(scanner->options_.filter, ToRowFilter(source.filter));
  }
  return scanner;
}

Result<json::Scanner*> ItemScanner::ScannerFor(json::Framing framing) {
  std::unique_ptr<json::Scanner>& scanner = scanners_[framing];
  if (scanner == nullptr) {
    json::ScanOptions options = options_;
    options.framing = framing;
    ARROW_ASSIGN_OR_RAISE(scanner, json::Scanner::Make(std::move(options)));
  }
  return scanner.get();
}

Status ItemScanner::ScanBlock(std::string_view block, json::Framing framing, ScannedItem* scanned,
                              std::vector<json::BadRecord>* bad_records) {
  ARROW_ASSIGN_OR_RAISE(json::Scanner * scanner, ScannerFor(framing));
  ARROW_ASSIGN_OR_RAISE(json::ScanResult result, scanner->Scan(block));
  *bad_records = std::move(result.bad_records);
  scanned->num_records += result.num_records;
  scanned->num_rows += result.batch->num_rows();
  scanned->batches.push_back(std::move(result.batch));
  return Status::OK();
}

Result<ScannedItem> ItemScanner::Scan(const ScanItem& item) {
  ScannedItem scanned;
  if (item.end >= 0) {
    ARROW_RETURN_NOT_OK(ScanLines(item, &scanned));
  } else {
    ARROW_RETURN_NOT_OK(ScanWholeFiles(item, &scanned));
  }
  return scanned;
}

// The lines that begin in [item.begin, item.end): what comes before the first line end belongs to
// the part before, and the last line may run on beyond the end.
Status ItemScanner::ScanLines(const ScanItem& item, ScannedItem* scanned) {
  const storage::ObjectInfo& file = item.files[0];
  const int64_t read_begin = std::max<int64_t>(item.begin - 1, 0);
  // A line's usual rest comes with the first read.
  constexpr int64_t kRestBytes = 64 << 10;
  int64_t wanted = item.end - read_begin + kRestBytes;
  std::shared_ptr<arrow::Buffer> buffer;
  std::string_view text;
  size_t begin = 0, end = 0;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(buffer, storage_->ReadRange(file, read_begin, wanted));
    text = std::string_view(*buffer);
    const bool at_file_end = buffer->size() < wanted || read_begin + wanted >= file.size_bytes;
    if (item.begin > 0) begin = std::min(text.find('\n'), text.size() - 1) + 1;
    const auto limit =
        static_cast<size_t>(std::min<int64_t>(item.end - read_begin, buffer->size()));
    if (begin >= limit) break;  // no line begins here
    // The line that holds the last byte before the limit is the last one.
    end = text.find('\n', limit - 1);
    if (end != std::string_view::npos || at_file_end) {
      end = std::min(end, text.size());
      break;
    }
    wanted *= 2;
  }
  scanned->num_bytes = item.end - item.begin;
  if (begin >= end) return Status::OK();
  std::vector<json::BadRecord> bad;
  ARROW_RETURN_NOT_OK(
      ScanBlock(text.substr(begin, end - begin), json::Framing::kLines, scanned, &bad));
  if (bad.empty()) return Status::OK();
  const int64_t block_begin = read_begin + static_cast<int64_t>(begin);
  ARROW_ASSIGN_OR_RAISE(const int64_t lines, CountLines(storage_, file, block_begin));
  return BadRecordError(file, block_begin, lines, bad[0], bad.size() - 1);
}

Status ItemScanner::ScanWholeFiles(const ScanItem& item, ScannedItem* scanned) {
  Buffers contents;
  std::vector<json::Framing> framings;
  for (const storage::ObjectInfo& file : item.files) {
    ARROW_ASSIGN_OR_RAISE(auto content, storage_->Read(file));
    scanned->num_bytes += content->size();
    framings.push_back(FramingOf(source_.source->format, std::string_view(*content), true));
    contents.push_back(std::move(content));
  }
  // Runs of files of one framing are scanned together.
  for (size_t begin = 0; begin < contents.size();) {
    std::vector<size_t> members;
    size_t next = begin;
    for (; next < contents.size() && framings[next] == framings[begin]; ++next) {
      const bool joins = framings[begin] == json::Framing::kLines ||
                         CanBeJoined(WithoutMark(std::string_view(*contents[next])));
      if (!joins && !members.empty()) break;
      members.push_back(next);
      if (!joins) {
        ++next;
        break;
      }
    }
    ARROW_RETURN_NOT_OK(ScanGathered(members, item, contents, framings[begin], scanned));
    begin = next;
  }
  return Status::OK();
}

Status ItemScanner::ScanGathered(const std::vector<size_t>& members, const ScanItem& item,
                                 const Buffers& contents, json::Framing framing,
                                 ScannedItem* scanned) {
  std::vector<json::BadRecord> bad;
  if (members.size() == 1) {
    const std::string_view text(*contents[members[0]]);
    ARROW_RETURN_NOT_OK(ScanBlock(text, framing, scanned, &bad));
    if (bad.empty()) return Status::OK();
    return BadRecordError(item.files[members[0]], 0, 0, bad[0], bad.size() - 1);
  }
  gathered_.clear();
  for (size_t member : members) {
    gathered_.append(WithoutMark(std::string_view(*contents[member])));
    gathered_.push_back('\n');
  }
  ARROW_RETURN_NOT_OK(ScanBlock(gathered_, framing, scanned, &bad));
  if (bad.empty()) return Status::OK();
  // Which file it was: the first that is bad by itself.
  for (size_t member : members) {
    ARROW_RETURN_NOT_OK(ScanGathered({member}, item, contents, framing, scanned));
  }
  return Status::UnknownError(
      "a bad record is in several files together, but in none of them alone: ", bad[0].reason);
}

}  // namespace tarn::local
