#include "local/scan/source_sample.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/out_of_memory.h"
#include "engine/folder_columns.h"
#include "input/text_stream.h"
#include "json/scanner.h"
#include "local/batch/batch.h"
#include "local/expr/compiled_expr.h"
#include "local/scan/file_columns.h"
#include "local/scan/item_scanner.h"
#include "local/scan/parquet_scan.h"
#include "local/scan/scan_item.h"
#include "plan/estimate_rows.h"
#include "plan/visit_exprs.h"

namespace tarn::local {
namespace {

constexpr int64_t kPlaces = 4;
constexpr int64_t kPlaceBytes = 64 << 10;
// Of what these are when they are decompressed.
constexpr int64_t kTextBytesMax = 1 << 20;

struct Place {
  const storage::ObjectInfo* file = nullptr;
  int64_t begin = 0;

  int64_t num_bytes() const { return std::min(kPlaceBytes, file->size_bytes - begin); }
  bool is_whole_file() const { return begin == 0 && num_bytes() == file->size_bytes; }
};

// Of few files, several places of each; those of a file follow each other.
std::vector<Place> PlacesIn(const std::vector<storage::ObjectInfo>& files) {
  std::vector<const storage::ObjectInfo*> filled;
  for (const storage::ObjectInfo& file : files) {
    if (file.size_bytes > 0) filled.push_back(&file);
  }
  const int64_t num_files = std::ssize(filled);
  std::vector<Place> places;
  if (num_files >= kPlaces) {
    for (int64_t i = 0; i < kPlaces; ++i) {
      places.push_back({filled[i * (num_files - 1) / (kPlaces - 1)]});
    }
    return places;
  }
  for (const storage::ObjectInfo* file : filled) {
    const int64_t num_places =
        std::clamp<int64_t>(file->size_bytes / kPlaceBytes, 1, kPlaces / num_files);
    for (int64_t i = 0; i < num_places; ++i) {
      places.push_back({file, file->size_bytes / num_places * i});
    }
  }
  return places;
}

bool ReadsTheClock(const plan::Expr& condition) {
  bool reads = false;
  plan::VisitExpr(condition, [&](const plan::Expr& expr) {
    if (expr.kind != plan::Expr::Kind::kCall) return;
    const std::string_view name = expr.function->name;
    reads = reads || name.starts_with("current_") || name == "localtimestamp" ||
            (name == "unix_timestamp" && expr.args.empty());
  });
  return reads;
}

// Rows of a source that pass its filter.
struct SampledRows {
  std::vector<int> output;  // SourcePlan::output
  ExprContext context;
  std::vector<BatchPtr> batches;

  Result<int64_t> Count(const plan::Scan& scan, const plan::ExprPtr& condition) const {
    const CompiledExpr compiled(condition, context);
    std::vector<int> columns;
    for (const int column : scan.columns) {
      const auto found = std::find(output.begin(), output.end(), column);
      columns.push_back(static_cast<int>(found - output.begin()));
    }
    int64_t num_rows = 0;
    for (const BatchPtr& batch : batches) {
      ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, batch->SelectColumns(columns));
      ARROW_ASSIGN_OR_RAISE(const BatchPtr passing, FilterRows(compiled, *rows, rows));
      num_rows += passing->num_rows();
    }
    return num_rows;
  }
};

// A plan does not depend on when it is made.
std::optional<int64_t> CountOf(const SampledRows& rows, const plan::Scan& scan,
                               const plan::ExprPtr& condition) {
  if (ReadsTheClock(*condition)) return std::nullopt;
  int64_t num_rows = 0;
  const Status status =
      CatchOutOfMemory([&] { return rows.Count(scan, condition).Value(&num_rows); });
  return status.ok() ? std::optional(num_rows) : std::nullopt;
}

// What was sampled: rows of `num_records` records, which take so many bytes.
plan::SourceSample SampleOf(SampledRows rows, int64_t num_records, double num_file_bytes) {
  plan::SourceSample sample;
  sample.num_file_bytes = std::max<int64_t>(1, std::llround(num_file_bytes));
  sample.num_records = num_records;
  for (const BatchPtr& batch : rows.batches) sample.num_rows += batch->num_rows();
  sample.count = [rows = std::move(rows)](const plan::Scan& scan, const plan::ExprPtr& condition) {
    return CountOf(rows, scan, condition);
  };
  return sample;
}

// Reads places one after the other.
class Sampler {
 public:
  Sampler(const plan::SourcePlan& source, const FileColumns& columns)
      : source_(source), columns_(columns), rows_{source.output, {}, {}} {
    rows_.context.zone = source.source->datetime_formats.zone;
  }

  Status Read(const Place& place, const Result<std::shared_ptr<arrow::Buffer>>& read) {
    if (place.begin == 0) has_lines_ = false;
    ARROW_ASSIGN_OR_RAISE(const auto bytes, read);
    if (place.begin > 0) return ReadLines(place, std::string_view(*bytes));
    ARROW_ASSIGN_OR_RAISE(const input::TextFile opened,
                          input::OpenText(input::OpenBuffer(bytes), place.file->path));
    ARROW_ASSIGN_OR_RAISE(std::string_view text, opened.text->Peek(kTextBytesMax));
    const bool is_whole = place.is_whole_file() && std::ssize(text) < kTextBytesMax;
    ARROW_ASSIGN_OR_RAISE(framing_, FramingIn(*source_.source, text, is_whole, place.file->path));
    const bool are_lines = framing_ == json::Framing::kLines;
    has_lines_ = are_lines && opened.is_plain();
    if (are_lines && !is_whole) text = text.substr(0, json::LastLineEnd(text));
    const double file_bytes_of_text = opened.is_plain() ? 1
                                                        : static_cast<double>(bytes->size()) /
                                                              std::max<double>(1, std::ssize(text));
    return Scan({text, true, is_whole || are_lines}, file_bytes_of_text, *place.file);
  }

  std::optional<plan::SourceSample> Finish() && {
    if (num_records_ == 0) return std::nullopt;
    return SampleOf(std::move(rows_), num_records_, num_file_bytes_);
  }

 private:
  // Whole lines in the midst of a file whose beginning was read.
  Status ReadLines(const Place& place, std::string_view text) {
    if (!has_lines_) return Status::OK();
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (place.begin + place.num_bytes() < place.file->size_bytes) {
      text = text.substr(0, json::LastLineEnd(text));
    }
    return Scan({text, false, true}, /*file_bytes_of_text=*/1, *place.file);
  }

  Status Scan(const json::Block& block, double file_bytes_of_text,
              const storage::ObjectInfo& file) {
    if (block.text.empty()) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(json::ScanOptions options, ScanOptionsOf(columns_.of_records()));
    options.find_new_keys = false;
    options.framing = framing_;
    ARROW_ASSIGN_OR_RAISE(const auto scanner, MakeScanner(columns_, std::move(options)));
    ARROW_ASSIGN_OR_RAISE(const json::ScanResult result, scanner->Scan(std::span(&block, 1)));
    if (result.num_records == 0) return Status::OK();
    num_records_ += result.num_records;
    num_file_bytes_ +=
        file_bytes_of_text * static_cast<double>(std::ssize(block.text) - result.num_bytes_left);
    ARROW_ASSIGN_OR_RAISE(rows_.batches.emplace_back(), columns_.Complete(result.batch, file));
    return Status::OK();
  }

  const plan::SourcePlan& source_;
  const FileColumns& columns_;
  // Of the file that was begun last.
  json::Framing framing_ = json::Framing::kLines;
  bool has_lines_ = false;  // plain text of one record a line

  SampledRows rows_;
  int64_t num_records_ = 0;
  double num_file_bytes_ = 0;
};

// Where no records were read, how many pass the filter is estimated.
std::optional<plan::SourceSample> SampleOfParquet(
    const plan::SourcePlan& source, const std::vector<storage::ObjectInfo>& files,
    const std::shared_ptr<storage::Storage>& storage) {
  const FileColumns columns(source, {});
  std::optional<ParquetSample> read = SampleParquet(columns, files, storage);
  if (!read) return std::nullopt;
  const double bytes_of_record =
      static_cast<double>(read->num_file_bytes) / static_cast<double>(read->num_records);
  if (read->num_read > 0) {
    SampledRows rows{source.output, {}, std::move(read->passing)};
    rows.context.zone = source.source->datetime_formats.zone;
    return SampleOf(std::move(rows), read->num_read,
                    bytes_of_record * static_cast<double>(read->num_read));
  }
  plan::SourceSample sample;
  sample.num_file_bytes = std::max<int64_t>(1, read->num_file_bytes);
  sample.num_records = read->num_records;
  const double share = source.filter == nullptr ? 1 : plan::SelectivityOf(*source.filter);
  sample.num_rows = std::llround(static_cast<double>(read->num_records) * share);
  return sample;
}

}  // namespace

std::optional<plan::SourceSample> SampleSource(const plan::SourcePlan& source,
                                               const std::vector<storage::ObjectInfo>& files,
                                               const std::shared_ptr<storage::Storage>& storage) {
  if (source.source->format == pipeline::RecordFormat::kParquet) {
    return SampleOfParquet(source, files, storage);
  }
  const Result<std::vector<int>> of_folders = engine::FolderColumns(*source.source, files);
  if (!of_folders.ok()) return std::nullopt;  // the scan reports it
  const FileColumns columns(source, *of_folders);
  const std::vector<Place> places = PlacesIn(files);
  std::vector<storage::BufferFuture> reads;
  for (const Place& place : places) {
    reads.push_back(storage->ReadRangeAsync(*place.file, place.begin, place.num_bytes()));
  }
  Sampler sampler(source, columns);
  for (size_t i = 0; i < places.size(); ++i) {
    // What cannot be read is left out.
    static_cast<void>(CatchOutOfMemory([&] { return sampler.Read(places[i], reads[i].result()); }));
  }
  return std::move(sampler).Finish();
}

}  // namespace tarn::local
