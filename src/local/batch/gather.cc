#include "local/batch/gather.h"

#include <arrow/array/concatenate.h>
#include <arrow/compute/api.h>

namespace tarn::local {

Result<BatchPtr> Concatenate(const SchemaPtr& schema, std::vector<BatchPtr> batches,
                             const Poll& poll) {
  if (batches.empty()) return arrow::RecordBatch::MakeEmpty(schema);
  if (batches.size() == 1) {
    return arrow::RecordBatch::Make(schema, batches[0]->num_rows(), batches[0]->columns());
  }
  int64_t num_rows = 0;
  std::vector<arrow::ArrayVector> parts(schema->num_fields());
  for (BatchPtr& batch : batches) {
    num_rows += batch->num_rows();
    for (int i = 0; i < schema->num_fields(); ++i) parts[i].push_back(batch->column(i));
    batch = nullptr;
  }
  arrow::ArrayVector columns;
  for (int i = 0; i < schema->num_fields(); ++i) {
    ARROW_RETURN_NOT_OK(poll());
    Result<std::shared_ptr<arrow::Array>> column = arrow::Concatenate(parts[i]);
    parts[i].clear();
    if (!column.ok() && column.status().IsInvalid()) {
      return Status::CapacityError(
          "One column of rows that must be in memory together exceeds 2 GiB; group, join or sort "
          "by fewer columns or split the input: ",
          schema->field(i)->name());
    }
    ARROW_RETURN_NOT_OK(column.status());
    columns.push_back(column.MoveValueUnsafe());
  }
  return arrow::RecordBatch::Make(schema, num_rows, std::move(columns));
}

Result<BatchPtr> TakeRows(const BatchPtr& batch, const std::shared_ptr<arrow::Array>& rows,
                          const Poll& poll) {
  arrow::ArrayVector columns;
  for (int i = 0; i < batch->num_columns(); ++i) {
    ARROW_RETURN_NOT_OK(poll());
    auto taken = arrow::compute::Take(*batch->column(i), *rows,
                                      arrow::compute::TakeOptions::NoBoundsCheck());
    if (taken.status().IsInvalid()) {
      return Status::CapacityError(
          "One column of rows that are emitted together exceeds 2 GiB; join by other columns, or "
          "without it: ",
          batch->schema()->field(i)->name());
    }
    ARROW_RETURN_NOT_OK(taken.status());
    columns.push_back(taken.MoveValueUnsafe());
  }
  return arrow::RecordBatch::Make(batch->schema(), rows->length(), std::move(columns));
}

}  // namespace tarn::local
