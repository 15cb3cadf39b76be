#include "local/batch/encoding.h"

#include <arrow/compute/api.h>
#include <arrow/util/byte_size.h>

#include <algorithm>
#include <utility>

namespace tarn::local {
namespace {

// A batch with the codes in place of columns that have a dictionary.
std::shared_ptr<arrow::RecordBatch> WithoutDictionaries(const arrow::RecordBatch& batch) {
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (const auto& column : batch.columns()) {
    columns.push_back(IsDictionary(*column) ? CodesOf(*column) : column);
    fields.push_back(arrow::field("", columns.back()->type()));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch.num_rows(),
                                  std::move(columns));
}

}  // namespace

bool IsDictionary(const arrow::Array& column) {
  return column.type_id() == arrow::Type::DICTIONARY;
}

bool HasDictionary(const arrow::RecordBatch& batch) {
  const auto& columns = batch.column_data();
  return std::any_of(columns.begin(), columns.end(), [](const auto& column) {
    return column->type->id() == arrow::Type::DICTIONARY;
  });
}

std::shared_ptr<arrow::StringArray> DictionaryOf(const arrow::Array& column) {
  return std::static_pointer_cast<arrow::StringArray>(
      static_cast<const arrow::DictionaryArray&>(column).dictionary());
}

std::shared_ptr<arrow::Int32Array> CodesOf(const arrow::Array& column) {
  return std::static_pointer_cast<arrow::Int32Array>(
      static_cast<const arrow::DictionaryArray&>(column).indices());
}

Result<std::shared_ptr<arrow::Array>> Flatten(const std::shared_ptr<arrow::Array>& column) {
  if (!IsDictionary(*column)) return column;
  Result<std::shared_ptr<arrow::Array>> flat = arrow::compute::Take(
      *DictionaryOf(*column), *CodesOf(*column), arrow::compute::TakeOptions::NoBoundsCheck());
  if (flat.status().IsInvalid()) return Status::CapacityError("A column's text exceeds 2 GiB");
  return flat;
}

Result<arrow::ArrayVector> FlattenAll(arrow::ArrayVector columns) {
  for (auto& column : columns) {
    ARROW_ASSIGN_OR_RAISE(column, Flatten(column));
  }
  return columns;
}

Result<BatchPtr> FlattenBatch(const BatchPtr& batch) {
  if (!HasDictionary(*batch)) return batch;
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, FlattenAll(batch->columns()));
  return arrow::RecordBatch::Make(batch->schema(), batch->num_rows(), std::move(columns));
}

std::shared_ptr<arrow::Array> WithCodes(const arrow::Array& column,
                                        const std::shared_ptr<arrow::Array>& codes) {
  return std::make_shared<arrow::DictionaryArray>(column.type(), codes, DictionaryOf(column));
}

Result<int64_t> ColumnBytes(const arrow::Array& column) {
  return arrow::util::ReferencedBufferSize(IsDictionary(column) ? *CodesOf(column) : column);
}

Result<int64_t> BatchBytes(const arrow::RecordBatch& batch) {
  return arrow::util::ReferencedBufferSize(HasDictionary(batch) ? *WithoutDictionaries(batch)
                                                                : batch);
}

}  // namespace tarn::local
