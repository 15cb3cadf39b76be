#include "local/scan/parquet_scan.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/out_of_memory.h"
#include "lake/read_rows.h"
#include "local/expr/compiled_expr.h"
#include "local/scan/item_scanner.h"
#include "local/scan/match_bounds.h"
#include "local/scan/source_filter.h"

namespace tarn::local {
namespace {

constexpr int64_t kSampledFiles = 4;
constexpr int64_t kSampledRows = 4096;  // of each of as many places

// Gets how many records were read, and those of them that pass the filter.
using TakePassing = std::function<Status(int64_t num_records, BatchPtr passing)>;

// What to read of a file's bytes from `begin` to `end`.
lake::RowsWanted WantedOf(const FileColumns& columns, int64_t begin, int64_t end,
                          lake::ReadCache* cache) {
  lake::RowsWanted wanted;
  wanted.schema = columns.of_records().schema;
  wanted.zone = columns.of_records().source->datetime_formats.zone;
  wanted.batch_rows = kBatchRows;
  wanted.begin = begin;
  wanted.end = end;
  wanted.cache = cache;
  return wanted;
}

Status ReadPassing(const FileColumns& columns, const std::shared_ptr<storage::Storage>& storage,
                   const storage::ObjectInfo& file, const lake::RowsWanted& wanted,
                   const TakePassing& take) {
  const plan::SourcePlan& source = columns.of_records();
  std::optional<CompiledExpr> filter;
  if (source.filter != nullptr) filter.emplace(source.filter, ExprContext{.zone = wanted.zone});
  return lake::ReadRows(storage, file, wanted, [&](const BatchPtr& rows) -> Status {
    ARROW_ASSIGN_OR_RAISE(BatchPtr passing, rows->SelectColumns(source.output));
    if (filter) {
      ARROW_ASSIGN_OR_RAISE(passing, FilterRows(*filter, *rows, passing));
    }
    ARROW_ASSIGN_OR_RAISE(passing, columns.Complete(passing, file));
    return take(rows->num_rows(), std::move(passing));
  });
}

// A part of a file, from which the first records are read.
struct SampledPart {
  const storage::ObjectInfo* file = nullptr;
  int64_t begin = 0;
  int64_t end = 0;
};

// Of few files, several parts of each.
std::vector<SampledPart> PartsToSample(const std::vector<storage::ObjectInfo>& files) {
  std::vector<SampledPart> parts;
  const int64_t num_files = std::min(kSampledFiles, std::ssize(files));
  for (int64_t i = 0; i < num_files; ++i) {
    const storage::ObjectInfo& file = files[i * std::ssize(files) / num_files];
    const int64_t num_parts = kSampledFiles / num_files;
    for (int64_t part = 0; part < num_parts; ++part) {
      parts.push_back(
          {&file, file.size_bytes * part / num_parts, file.size_bytes * (part + 1) / num_parts});
    }
  }
  return parts;
}

void ReadSample(const FileColumns& columns, const std::vector<storage::ObjectInfo>& files,
                const std::shared_ptr<storage::Storage>& storage, ParquetSample* sample) {
  lake::ReadCache cache(/*has_codes=*/false);
  for (const SampledPart& part : PartsToSample(files)) {
    // Bounds of row groups would leave out those where none passes.
    lake::RowsWanted wanted = WantedOf(columns, part.begin, part.end, &cache);
    wanted.batch_rows = kSampledRows;
    wanted.reads_few = true;
    const auto take = [&](int64_t num_records, BatchPtr passing) {
      sample->num_read += num_records;
      sample->passing.push_back(std::move(passing));
      return Status::Cancelled("these are enough");
    };
    // What cannot be read is left out: who reads it all will say.
    static_cast<void>(
        CatchOutOfMemory([&] { return ReadPassing(columns, storage, *part.file, wanted, take); }));
  }
}

}  // namespace

Status ScanParquet(const FileColumns& columns, const std::shared_ptr<storage::Storage>& storage,
                   const ScanItem& item, lake::ReadCache* cache, const PartSink& sink) {
  const plan::SourcePlan& source = columns.of_records();
  const storage::ObjectInfo& file = item.files[0];
  // A row group that claims to lie beyond the file's end is not forgotten.
  const int64_t end = HasNextPart(item) ? item.end : std::numeric_limits<int64_t>::max();
  lake::RowsWanted wanted = WantedOf(columns, item.begin, end, cache);
  json::RowFilter row_filter;
  if (source.filter != nullptr) {
    ARROW_ASSIGN_OR_RAISE(row_filter, ToRowFilter(source.filter));
    wanted.may_match = [&](const std::vector<lake::ColumnBounds>& bounds) {
      return MayMatch(row_filter, bounds);
    };
  }
  const auto take = [&](int64_t num_records, BatchPtr passing) {
    ScannedPart part;
    part.num_records = num_records;
    part.batch = std::move(passing);
    return sink(std::move(part));
  };
  const Status read = ReadPassing(columns, storage, file, wanted, take);
  if (!read.ok() && !read.IsCancelled()) return WithContext(read, "reading " + file.path);
  ARROW_RETURN_NOT_OK(read);
  ScannedPart last;
  last.num_bytes = item.end - item.begin;
  return sink(std::move(last));
}

std::optional<ParquetSample> SampleParquet(const FileColumns& columns,
                                           const std::vector<storage::ObjectInfo>& files,
                                           const std::shared_ptr<storage::Storage>& storage) {
  const int64_t num_sampled = std::min<int64_t>(kSampledFiles, std::ssize(files));
  std::vector<storage::ObjectInfo> sampled;
  ParquetSample sample;
  for (int64_t i = 0; i < num_sampled; ++i) {
    sampled.push_back(files[i * std::ssize(files) / num_sampled]);
    sample.num_file_bytes += sampled.back().size_bytes;
  }
  const Result<int64_t> num_records = lake::CountRows(storage.get(), sampled);
  if (!num_records.ok() || *num_records == 0) return std::nullopt;
  sample.num_records = *num_records;
  if (!storage->is_remote()) ReadSample(columns, files, storage, &sample);
  return sample;
}

}  // namespace tarn::local
