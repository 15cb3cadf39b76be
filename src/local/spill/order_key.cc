#include "local/spill/order_key.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/builder_binary.h>
#include <arrow/util/endian.h>

#include <cstring>
#include <numeric>
#include <utility>

#include "local/batch/gather.h"

namespace tarn::local {

SchemaPtr WithOrderKey(const SchemaPtr& schema) {
  arrow::FieldVector fields = schema->fields();
  fields.push_back(arrow::field("", arrow::binary(), /*nullable=*/false));
  return arrow::schema(std::move(fields));
}

BatchPtr AddOrderKey(const BatchPtr& batch, std::shared_ptr<arrow::Array> keys) {
  arrow::ArrayVector columns = batch->columns();
  columns.push_back(std::move(keys));
  return arrow::RecordBatch::Make(WithOrderKey(batch->schema()), batch->num_rows(),
                                  std::move(columns));
}

BatchPtr WithoutOrderKey(const BatchPtr& batch) {
  arrow::FieldVector fields = batch->schema()->fields();
  arrow::ArrayVector columns = batch->columns();
  fields.pop_back();
  columns.pop_back();
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch->num_rows(),
                                  std::move(columns));
}

Result<std::shared_ptr<arrow::Array>> OrderKeysOf(const RowKeys& keys,
                                                  std::span<const int64_t> rows) {
  arrow::BinaryBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(static_cast<int64_t>(rows.size())));
  for (const int64_t row : rows) ARROW_RETURN_NOT_OK(builder.Append(keys.row(row)));
  return builder.Finish();
}

Result<std::shared_ptr<arrow::Array>> OrderKeysOf(std::span<const int64_t> numbers) {
  const auto num_rows = static_cast<int64_t>(numbers.size());
  arrow::BinaryBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(num_rows));
  ARROW_RETURN_NOT_OK(builder.ReserveData(num_rows * static_cast<int64_t>(sizeof(int64_t))));
  for (const int64_t number : numbers) {
    const int64_t bytes = arrow::bit_util::ToBigEndian(number);
    builder.UnsafeAppend(reinterpret_cast<const uint8_t*>(&bytes), sizeof(bytes));
  }
  return builder.Finish();
}

int64_t NumberOf(std::string_view order_key) {
  int64_t bytes = 0;
  std::memcpy(&bytes, order_key.data(), sizeof(bytes));
  return arrow::bit_util::FromBigEndian(bytes);
}

Result<std::shared_ptr<arrow::Array>> OrderKeysOfBatch(int64_t number, int64_t num_rows) {
  std::vector<int64_t> numbers(static_cast<size_t>(num_rows));
  std::iota(numbers.begin(), numbers.end(), NumberOfRow(number, 0));
  return OrderKeysOf(numbers);
}

Result<BatchPtr> TakeNumbered(const BatchPtr& batch, std::vector<int64_t> rows,
                              std::span<const int64_t> numbers) {
  ARROW_ASSIGN_OR_RAISE(auto keys, OrderKeysOf(numbers));
  const auto num_rows = static_cast<int64_t>(rows.size());
  const auto indices =
      std::make_shared<arrow::Int64Array>(num_rows, arrow::Buffer::FromVector(std::move(rows)));
  ARROW_ASSIGN_OR_RAISE(const BatchPtr taken, TakeRows(batch, indices));
  return AddOrderKey(taken, std::move(keys));
}

std::string_view OrderKeyAt(const arrow::RecordBatch& batch, int64_t row) {
  const auto& keys = static_cast<const arrow::BinaryArray&>(*batch.column(batch.num_columns() - 1));
  return keys.GetView(row);
}

int64_t NumberAt(const arrow::RecordBatch& batch, int64_t row) {
  return NumberOf(OrderKeyAt(batch, row));
}

int64_t BatchAt(const arrow::RecordBatch& batch, int64_t row) {
  return NumberAt(batch, row) / NumberOfRow(1, 0);
}

std::vector<BatchPtr> SliceByBatch(const BatchPtr& batch) {
  std::vector<BatchPtr> slices;
  for (int64_t begin = 0, end = 0; begin < batch->num_rows(); begin = end) {
    const int64_t number = BatchAt(*batch, begin);
    end = begin + 1;
    while (end < batch->num_rows() && BatchAt(*batch, end) == number) ++end;
    slices.push_back(batch->Slice(begin, end - begin));
  }
  return slices;
}

}  // namespace tarn::local
