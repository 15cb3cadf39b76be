#include "local/operators/row_number.h"

#include "local/batch/gather.h"
#include "rows/row_sort.h"

namespace tarn::local {

Status RowNumberStage::Consume(BatchPtr batch) {
  batches_.push_back(std::move(batch));
  return Status::OK();
}

void RowNumberStage::Finish(Status status) {
  if (!status.ok()) return output_.End(status);
  output_.PushSliced(context(), CatchingOutOfMemory([&] { return Numbered(); }));
}

Result<BatchPtr> RowNumberStage::Numbered() {
  const SchemaPtr input =
      arrow::schema(arrow::FieldVector(schema_->fields().begin(), schema_->fields().end() - 1));
  ARROW_ASSIGN_OR_RAISE(const BatchPtr rows,
                        Concatenate(input, std::exchange(batches_, {}), context().poll));
  std::vector<int32_t> numbers;
  if (rows->num_rows() > 0) {
    ARROW_ASSIGN_OR_RAISE(numbers, NumbersOf(rows));
  }
  arrow::ArrayVector columns = rows->columns();
  columns.push_back(std::make_shared<arrow::Int32Array>(
      rows->num_rows(), arrow::Buffer::FromVector(std::move(numbers))));
  return arrow::RecordBatch::Make(schema_, rows->num_rows(), std::move(columns));
}

Result<std::vector<int32_t>> RowNumberStage::NumbersOf(const BatchPtr& rows) {
  ARROW_ASSIGN_OR_RAISE(auto partitions, KeyTable::Make(keys_.partition_types));
  ARROW_ASSIGN_OR_RAISE(const std::vector<uint32_t> partition_of,
                        partitions->InsertAll(keys_.partition_by, rows, context().poll));
  ARROW_ASSIGN_OR_RAISE(const RowKeys sort_keys, keys_.order_by.Encode(*rows, context().poll));
  ARROW_ASSIGN_OR_RAISE(const std::vector<int64_t> order, SortRows(sort_keys, context().poll));
  std::vector<int32_t> counts(partitions->num_keys(), 0);
  std::vector<int32_t> numbers(rows->num_rows());
  for (int64_t row : order) numbers[row] = ++counts[partition_of[row]];
  return numbers;
}

}  // namespace tarn::local
