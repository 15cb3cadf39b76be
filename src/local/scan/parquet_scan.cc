#include "local/scan/parquet_scan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "lake/read_rows.h"
#include "local/expr/compiled_expr.h"
#include "local/scan/match_bounds.h"
#include "local/scan/source_filter.h"
#include "plan/estimate_rows.h"

namespace tarn::local {

Status ScanParquet(const FileColumns& columns, const std::shared_ptr<storage::Storage>& storage,
                   const ScanItem& item, const PartSink& sink) {
  const plan::SourcePlan& source = columns.of_records();
  const storage::ObjectInfo& file = item.files[0];
  lake::RowsWanted wanted;
  wanted.schema = source.schema;
  wanted.zone = source.source->datetime_formats.zone;
  wanted.batch_rows = kBatchRows;
  wanted.begin = item.begin;
  // A row group that claims to lie beyond the file's end is not forgotten.
  if (HasNextPart(item)) wanted.end = item.end;
  json::RowFilter row_filter;
  std::optional<CompiledExpr> filter;
  if (source.filter != nullptr) {
    filter.emplace(source.filter, ExprContext{.zone = wanted.zone});
    ARROW_ASSIGN_OR_RAISE(row_filter, ToRowFilter(source.filter));
    wanted.may_match = [&](const std::vector<lake::ColumnBounds>& bounds) {
      return MayMatch(row_filter, bounds);
    };
  }
  const auto take = [&](const BatchPtr& rows) -> Status {
    ScannedPart part;
    part.num_records = rows->num_rows();
    ARROW_ASSIGN_OR_RAISE(part.batch, rows->SelectColumns(source.output));
    if (filter) {
      ARROW_ASSIGN_OR_RAISE(part.batch, FilterRows(*filter, *rows, part.batch));
    }
    ARROW_ASSIGN_OR_RAISE(part.batch, columns.Complete(part.batch, file));
    return sink(std::move(part));
  };
  const Status read = lake::ReadRows(storage, file, wanted, take);
  if (!read.ok() && !read.IsCancelled()) return WithContext(read, "reading " + file.path);
  ARROW_RETURN_NOT_OK(read);
  ScannedPart end;
  end.num_bytes = item.end - item.begin;
  return sink(std::move(end));
}

std::optional<plan::SourceSample> SampleParquet(const plan::SourcePlan& source,
                                                const std::vector<storage::ObjectInfo>& files,
                                                storage::Storage* storage) {
  constexpr int64_t kFiles = 4;
  const int64_t num_sampled = std::min<int64_t>(kFiles, std::ssize(files));
  std::vector<storage::ObjectInfo> sampled;
  plan::SourceSample sample;
  for (int64_t i = 0; i < num_sampled; ++i) {
    sampled.push_back(files[i * std::ssize(files) / num_sampled]);
    sample.num_file_bytes += sampled.back().size_bytes;
  }
  const Result<int64_t> num_rows = lake::CountRows(storage, sampled);
  if (!num_rows.ok() || *num_rows == 0) return std::nullopt;
  sample.num_records = sample.num_rows = *num_rows;
  if (source.filter != nullptr) {
    sample.num_rows =
        std::llround(static_cast<double>(*num_rows) * plan::SelectivityOf(*source.filter));
  }
  return sample;
}

}  // namespace tarn::local
