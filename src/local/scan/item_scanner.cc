#include "local/scan/item_scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/large_memory.h"
#include "base/units.h"
#include "input/framing.h"
#include "input/read_ahead.h"
#include "input/utf16_text.h"
#include "local/scan/csv_scanner.h"
#include "local/scan/source_filter.h"
#include "pipeline/rescued_column.h"

namespace tarn::local {
namespace {

// What is kept of a record that is too long.
constexpr size_t kLongRecordBytesKept = 1000;

int64_t CountLines(std::string_view text) { return std::count(text.begin(), text.end(), '\n'); }

// Say that a text ends where it should not. What is cut off there is the record that suffers.
void AddDamage(const std::string& damage, const std::string& path, int64_t text_bytes,
               int64_t num_lines, ScannedPart* part) {
  if (damage.empty()) return;
  if (!part->bad_records.empty()) {
    lake::QuarantinedRecord& last = part->bad_records.back();
    const int64_t end = last.byte_offset + static_cast<int64_t>(last.bytes.size());
    if (last.path == path && end == text_bytes) {
      last.reason = damage;
      return;
    }
  }
  ++part->num_records;
  part->bad_records.push_back({path, num_lines + 1, text_bytes, damage, ""});
}

}  // namespace

bool MayUseDictionaries() {
  const char* const text = std::getenv("TARN_DICTIONARIES");
  return text == nullptr || std::string_view(text) != "off";
}

Result<json::ScanOptions> ScanOptionsOf(const plan::SourcePlan& source) {
  json::ScanOptions options;
  options.schema = source.schema;
  options.output = source.output;
  options.find_new_keys = source.source->on_new_field != pipeline::OnNewField::kIgnore;
  options.known_fields = pipeline::SchemaOfFiles(*source.source)->fields();
  options.rescues = source.source->on_bad_type == pipeline::OnBadType::kRescue;
  if (options.rescues) {
    options.rescued_field = source.schema->GetFieldIndex(pipeline::kRescuedColumn);
  }
  options.record_bytes_max = source.source->record_bytes_max;
  options.datetime_formats = source.source->datetime_formats;
  if (source.filter != nullptr) {
    ARROW_ASSIGN_OR_RAISE(options.filter, ToRowFilter(source.filter));
  }
  return options;
}

Result<std::unique_ptr<json::Scanner>> MakeScanner(const FileColumns& columns,
                                                   json::ScanOptions options,
                                                   arrow::MemoryPool* pool) {
  if (columns.of_records().source->format == pipeline::RecordFormat::kCsv) {
    return MakeCsvScanner(columns, pool);
  }
  return json::Scanner::Make(std::move(options), pool);
}

Result<std::unique_ptr<ItemScanner>> ItemScanner::Make(const FileColumns& columns,
                                                       storage::Storage* storage, bool read_ahead) {
  std::unique_ptr<ItemScanner> scanner(new ItemScanner(columns, storage, read_ahead));
  ARROW_ASSIGN_OR_RAISE(scanner->options_, ScanOptionsOf(columns.of_records()));
  scanner->options_.dictionaries = MayUseDictionaries();
  scanner->options_.locate_records = !columns.empty() && !columns.needs_one_file();
  return scanner;
}

Result<json::Scanner*> ItemScanner::ScannerFor(json::Framing framing) {
  std::unique_ptr<json::Scanner>& scanner = scanners_[framing];
  if (scanner == nullptr) {
    json::ScanOptions options = options_;
    options.framing = framing;
    ARROW_ASSIGN_OR_RAISE(scanner,
                          MakeScanner(columns_, std::move(options), LargeMemory::Default()));
  }
  return scanner.get();
}

Status ItemScanner::Scan(const ScanItem& item, const Reads& reads, const PartSink& sink) {
  switch (item.kind) {
    case ScanItem::Kind::kWholeFiles:
      return ScanWholeFiles(item, reads, sink);
    case ScanItem::Kind::kLines:
      return ScanLines(item, reads, sink);
    case ScanItem::Kind::kStream:
      return ScanStream(item.files[0], sink);
    case ScanItem::Kind::kRecords:
      return ScanRecords(item, sink);
    case ScanItem::Kind::kParquet:
      break;  // is no text
  }
  return Status::UnknownError("no such kind of item");
}

// The lines that begin in [item.begin, item.end): what comes before the first line end belongs to
// the part before, and the last line may run on beyond the end. A last line that is too long is not
// read to its end, which is another item's.
Status ItemScanner::ScanLines(const ScanItem& item, const Reads& reads, const PartSink& sink) {
  const storage::ObjectInfo& file = item.files[0];
  auto [read_begin, wanted] = LinesRange(item);
  std::shared_ptr<arrow::Buffer> buffer;
  std::string_view text;
  size_t begin = 0, end = 0;
  std::string_view long_line;
  while (true) {
    if (buffer == nullptr && !reads.empty()) {
      ARROW_ASSIGN_OR_RAISE(buffer, reads[0].result());
    } else {
      ARROW_ASSIGN_OR_RAISE(buffer, storage_->ReadRange(file, read_begin, wanted));
    }
    text = std::string_view(*buffer);
    const bool at_file_end = buffer->size() < wanted || read_begin + wanted >= file.size_bytes;
    if (item.begin > 0) begin = std::min(text.find('\n'), text.size() - 1) + 1;
    const auto limit =
        static_cast<size_t>(std::min<int64_t>(item.end - read_begin, buffer->size()));
    if (begin >= limit) break;  // no line begins here
    // The line that holds the last byte before the limit is the last one.
    end = text.find('\n', limit - 1);
    if (end != std::string_view::npos || at_file_end) {
      end = std::min(end, text.size() - 1) + 1;
      break;
    }
    end = begin + json::LastLineEnd(text.substr(begin, limit - begin));
    if (static_cast<int64_t>(text.size() - end) > source().record_bytes_max) {
      long_line = text.substr(end);
      break;
    }
    wanted *= 2;
  }
  ScannedPart part;
  part.num_bytes = item.end - item.begin;
  const auto origin_at = [&, text_begin = read_begin](size_t offset) {
    return Origin{file, text_begin + static_cast<int64_t>(offset), part.num_lines, ""};
  };
  if (begin < end) {
    const json::Block block{text.substr(begin, end - begin), item.begin == 0, true};
    ARROW_RETURN_NOT_OK(
        ScanBlocks(json::Framing::kLines, std::span(&block, 1), {origin_at(begin)}, &part)
            .status());
  }
  if (!long_line.empty()) {
    AddLongRecord(long_line, origin_at(end), &part);
    ++part.num_lines;
  }
  return sink(std::move(part));
}

// Scan blocks into a part that has nothing yet but its bytes.
Result<json::ScanResult> ItemScanner::ScanBlocks(json::Framing framing,
                                                 std::span<const json::Block> blocks,
                                                 const std::vector<Origin>& origins,
                                                 ScannedPart* part) {
  ARROW_ASSIGN_OR_RAISE(json::Scanner * scanner, ScannerFor(framing));
  Result<json::ScanResult> scanned = scanner->Scan(blocks);
  if (KindOf(scanned.status()) == ErrorKind::kBadInput) {
    // Scanned by itself, the block that it is of says so.
    size_t at = 0;
    while (at + 1 < blocks.size() && scanner->Scan(blocks.subspan(at, 1)).ok()) ++at;
    return WithContext(scanned.status(), origins[at].file.path);
  }
  ARROW_ASSIGN_OR_RAISE(json::ScanResult result, std::move(scanned));
  ARROW_ASSIGN_OR_RAISE(part->batch, Complete(result, origins));
  part->num_records = result.num_records;
  part->num_rescued = result.num_rescued;
  part->num_lines = result.num_lines;
  auto bad = result.bad_records.begin();
  for (size_t i = 0; i < blocks.size(); ++i) {
    const std::string_view text = blocks[i].text;
    const Origin& origin = origins[i];
    for (; bad != result.bad_records.end() && bad->block == static_cast<int>(i); ++bad) {
      std::string reason = bad->reason;
      if (bad->error_offset != bad->byte_offset) {
        reason += fmt::format(" (at byte {})", origin.byte_offset + bad->error_offset);
      }
      const std::string_view bytes = text.substr(bad->byte_offset, bad->num_bytes);
      part->bad_records.push_back(
          {origin.file.path, origin.lines_before + bad->line + 1,
           origin.byte_offset + bad->byte_offset, bad->is_too_long ? TooLong() : std::move(reason),
           std::string(bad->is_too_long ? bytes.substr(0, kLongRecordBytesKept) : bytes)});
    }
    if (origin.damage.empty()) continue;
    AddDamage(origin.damage, origin.file.path, origin.byte_offset + std::ssize(text),
              origin.lines_before + CountLines(text), part);
  }
  part->met_fields = std::move(result.met_keys);
  for (json::NewKey& key : result.new_keys) {
    const Origin& origin = origins[key.block];
    part->new_fields.push_back({std::move(key.key), key.num_records, origin.file.path,
                                origin.lines_before + key.line + 1, std::move(key.example)});
  }
  return result;
}

Result<BatchPtr> ItemScanner::Complete(const json::ScanResult& result,
                                       const std::vector<Origin>& origins) const {
  if (origins.size() == 1 || !options_.locate_records) {
    return columns_.Complete(result.batch, origins[0].file);
  }
  std::vector<std::string_view> paths;
  for (const json::RecordExtent& record : result.records) {
    paths.push_back(origins[record.block].file.path);
  }
  return columns_.Complete(result.batch, paths);
}

void ItemScanner::AddLongRecord(std::string_view text, const Origin& origin,
                                ScannedPart* part) const {
  const size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  ++part->num_records;
  part->bad_records.push_back({origin.file.path,
                               origin.lines_before + CountLines(text.substr(0, begin)) + 1,
                               origin.byte_offset + static_cast<int64_t>(begin), TooLong(),
                               std::string(text.substr(begin, kLongRecordBytesKept))});
}

std::string ItemScanner::TooLong() const {
  return fmt::format("the record is longer than max_record_size = {}; its first bytes are kept",
                     FormatBytes(source().record_bytes_max));
}

Status ItemScanner::ScanStream(const storage::ObjectInfo& file, const PartSink& sink) {
  Result<input::TextFile> text = input::OpenText(input::OpenStoredBytes(storage_, file), file.path);
  if (KindOf(text.status()) == ErrorKind::kBadInput) {
    ScannedPart part;
    part.num_bytes = file.size_bytes;
    AddDamage(MessageOf(text.status()), file.path, 0, 0, &part);
    return sink(std::move(part));
  }
  ARROW_RETURN_NOT_OK(text.status());
  if (read_ahead_) {
    text->text = std::make_unique<input::PeekableStream>(input::ReadAhead(std::move(text->text)));
  }
  return ScanText(file, std::move(*text), sink);
}

Status ItemScanner::ScanText(const storage::ObjectInfo& file, input::TextFile text,
                             const PartSink& sink) {
  ARROW_ASSIGN_OR_RAISE(const input::TextHead head, input::PeekHead(text.text.get()));
  ARROW_ASSIGN_OR_RAISE(const json::Framing framing,
                        FramingIn(source(), head.text, head.is_whole, file.path));
  const bool lines = framing == json::Framing::kLines;
  input::BlockReader reader(text.text.get(), lines, kScanBlockBytes, source().record_bytes_max);
  input::TextBlock block;
  int64_t left = 0, lines_before = 0, num_file_bytes = 0;
  while (true) {
    ScannedPart part;
    ARROW_ASSIGN_OR_RAISE(const bool more, reader.Next(left, &block));
    if (!more) return Status::OK();
    const bool ends_file = block.block.ends_file;
    const Origin origin{file, block.byte_offset, lines_before,
                        ends_file ? text.text->damage() : ""};
    json::ScanResult result;
    if (block.long_record == input::TextBlock::LongRecord::kNo) {
      ARROW_ASSIGN_OR_RAISE(result,
                            ScanBlocks(framing, std::span(&block.block, 1), {origin}, &part));
    } else {
      part.num_lines = CountLines(block.block.text);
      if (block.long_record == input::TextBlock::LongRecord::kBegin) {
        AddLongRecord(block.block.text, origin, &part);
      }
    }
    left = result.num_bytes_left;
    const std::string_view read = block.block.text.substr(0, block.block.text.size() - left);
    lines_before += lines ? part.num_lines : CountLines(read);
    const bool is_last = ends_file || result.lost_track;
    if (result.lost_track && !ends_file) {
      part.bad_records.back().reason += "; the rest of the file is not read";
    }
    const int64_t position = is_last ? file.size_bytes : text.text->num_file_bytes();
    part.num_bytes = position - std::exchange(num_file_bytes, position);
    ARROW_RETURN_NOT_OK(sink(std::move(part)));
    if (is_last) return Status::OK();
  }
}

Status ItemScanner::ScanWholeFiles(const ScanItem& item, const Reads& reads, const PartSink& sink) {
  for (size_t i = 0; i < item.files.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto content,
                          reads.empty() ? storage_->Read(item.files[i]) : reads[i].result());
    ARROW_RETURN_NOT_OK(AddFile(item.files[i], std::move(content), sink));
  }
  return FlushTexts(sink);
}

// Plain text is scanned where it lies. What has to be decompressed is, as far as it fits a block.
Status ItemScanner::AddFile(const storage::ObjectInfo& file, std::shared_ptr<arrow::Buffer> content,
                            const PartSink& sink) {
  const int64_t num_file_bytes = content->size();
  const std::string_view head = std::string_view(*content).substr(0, input::kMagicBytes);
  const Result<input::Compression> compression = input::DetectCompression(head, file.path);
  if (!compression.ok()) {
    return AddText(
        {&file, arrow::Buffer::FromString(""), MessageOf(compression.status()), num_file_bytes},
        sink);
  }
  if (*compression == input::Compression::kNone && !input::BeginsWithUtf16Mark(head)) {
    return AddText({&file, std::move(content), "", num_file_bytes}, sink);
  }
  ARROW_ASSIGN_OR_RAISE(input::TextFile text,
                        input::OpenText(input::OpenBuffer(std::move(content)), file.path));
  ARROW_ASSIGN_OR_RAISE(const std::string_view start, text.text->Peek(kScanBlockBytes));
  if (static_cast<int64_t>(start.size()) == kScanBlockBytes) {
    ARROW_RETURN_NOT_OK(FlushTexts(sink));
    return ScanText(file, std::move(text), sink);
  }
  return AddText(
      {&file, arrow::Buffer::FromString(std::string(start)), text.text->damage(), num_file_bytes},
      sink);
}

// Texts of one framing are scanned together, but for those with columns of their own file.
Status ItemScanner::AddText(Text text, const PartSink& sink) {
  ARROW_ASSIGN_OR_RAISE(const json::Framing framing,
                        FramingIn(source(), std::string_view(*text.buffer),
                                  /*is_whole=*/text.damage.empty(), text.file->path));
  const bool is_next_file = !texts_.empty() && columns_.needs_one_file();
  if (is_next_file || framing != texts_framing_ || texts_bytes_ > kScanBlockBytes) {
    ARROW_RETURN_NOT_OK(FlushTexts(sink));
  }
  texts_framing_ = framing;
  texts_bytes_ += text.buffer->size();
  texts_.push_back(std::move(text));
  return Status::OK();
}

Status ItemScanner::FlushTexts(const PartSink& sink) {
  const std::vector<Text> texts = std::exchange(texts_, {});
  texts_bytes_ = 0;
  if (texts.empty()) return Status::OK();
  std::vector<json::Block> blocks;
  std::vector<Origin> origins;
  ScannedPart part;
  for (const Text& text : texts) {
    blocks.push_back({std::string_view(*text.buffer)});
    origins.push_back({*text.file, 0, 0, text.damage});
    part.num_bytes += text.num_file_bytes;
  }
  ARROW_RETURN_NOT_OK(ScanBlocks(texts_framing_, blocks, origins, &part).status());
  return sink(std::move(part));
}

// Each record is read by itself: as a line, unless it goes over several.
Status ItemScanner::ScanRecords(const ScanItem& item, const PartSink& sink) {
  for (size_t begin = 0, end = 0; begin < item.records.size(); begin = end) {
    auto framing_of = [](const lake::QuarantinedRecord& record) {
      const bool is_line = record.bytes.find('\n') == std::string::npos;
      return is_line ? json::Framing::kLines : json::Framing::kValues;
    };
    const json::Framing framing = framing_of(item.records[begin]);
    std::vector<json::Block> blocks;
    std::vector<Origin> origins;
    const auto is_together = [&](const lake::QuarantinedRecord& record) {
      const bool is_same_file = record.path == item.records[begin].path;
      return framing_of(record) == framing && (is_same_file || !columns_.needs_one_file());
    };
    for (; end < item.records.size() && is_together(item.records[end]); ++end) {
      const lake::QuarantinedRecord& record = item.records[end];
      // Of a file of lines with a header, it is none.
      const bool begins_file = source().format != pipeline::RecordFormat::kCsv;
      blocks.push_back({record.bytes, begins_file});
      origins.push_back(
          {{record.path, storage::kUnknownSize}, record.byte_offset, record.line - 1, ""});
    }
    ScannedPart part;
    ARROW_RETURN_NOT_OK(ScanBlocks(framing, blocks, origins, &part).status());
    ARROW_RETURN_NOT_OK(sink(std::move(part)));
  }
  return Status::OK();
}

}  // namespace tarn::local
