#include "local/scan/parquet_scan.h"

#include <optional>

#include "lake/read_rows.h"
#include "local/expr/compiled_expr.h"

namespace tarn::local {

Status ScanParquet(const plan::SourcePlan& source, const std::shared_ptr<storage::Storage>& storage,
                   const ScanItem& item, const PartSink& sink) {
  const TimeZone* const zone = source.source->datetime_formats.zone;
  std::optional<CompiledExpr> filter;
  if (source.filter != nullptr) filter.emplace(source.filter, ExprContext{.zone = zone});
  for (const storage::ObjectInfo& file : item.files) {
    const auto take = [&](const BatchPtr& rows) -> Status {
      ScannedPart part;
      part.num_records = rows->num_rows();
      ARROW_ASSIGN_OR_RAISE(part.batch, rows->SelectColumns(source.output));
      if (filter) {
        ARROW_ASSIGN_OR_RAISE(part.batch, FilterRows(*filter, *rows, part.batch));
      }
      return sink(std::move(part));
    };
    const Status read = lake::ReadRows(storage, file, source.schema, *zone, kBatchRows, take);
    if (!read.ok() && !read.IsCancelled()) return WithContext(read, "reading " + file.path);
    ARROW_RETURN_NOT_OK(read);
    ScannedPart end;
    end.num_bytes = file.size_bytes;
    ARROW_RETURN_NOT_OK(sink(std::move(end)));
  }
  return Status::OK();
}

}  // namespace tarn::local
