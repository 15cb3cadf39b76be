#include "local/batch/gather.h"

#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/chunked_array.h>
#include <arrow/compute/api.h>
#include <arrow/type_traits.h>

#include "local/batch/dictionary_union.h"
#include "local/batch/encoding.h"
#include "rows/take_rows.h"

namespace tarn::local {
namespace {

// What was taken, or the error of a column that is too large.
Result<std::shared_ptr<arrow::Array>> Taken(Result<std::shared_ptr<arrow::Array>> taken,
                                            const arrow::Field& column) {
  if (taken.status().IsInvalid()) {
    return Status::CapacityError(
        "One column of rows that are emitted together exceeds 2 GiB; join by other columns, or "
        "without it: ",
        column.name());
  }
  return taken;
}

// Of chunks with one dictionary.
arrow::ArrayVector AllCodesOf(const arrow::ArrayVector& chunks) {
  arrow::ArrayVector codes;
  for (const auto& chunk : chunks) codes.push_back(CodesOf(*chunk));
  return codes;
}

Result<std::shared_ptr<arrow::Array>> ConcatenateChunks(arrow::ArrayVector chunks) {
  ARROW_ASSIGN_OR_RAISE(chunks, Unify(std::move(chunks)));
  if (!IsDictionary(*chunks[0])) return arrow::Concatenate(chunks);
  ARROW_ASSIGN_OR_RAISE(const auto codes, arrow::Concatenate(AllCodesOf(chunks)));
  return WithCodes(*chunks[0], codes);
}

}  // namespace

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
    Result<std::shared_ptr<arrow::Array>> column = ConcatenateChunks(std::move(parts[i]));
    if (column.status().IsInvalid() || column.status().IsCapacityError()) {
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
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(),
                          Taken(arrow::compute::Take(*batch->column(i), *rows,
                                                     arrow::compute::TakeOptions::NoBoundsCheck()),
                                *batch->schema()->field(i)));
  }
  return arrow::RecordBatch::Make(batch->schema(), rows->length(), std::move(columns));
}

Result<std::shared_ptr<arrow::Array>> TakeFromChunks(const arrow::Field& column,
                                                     arrow::ArrayVector chunks,
                                                     const std::vector<uint64_t>& rows) {
  // What the number after the last row stands for.
  ARROW_ASSIGN_OR_RAISE(chunks.emplace_back(), arrow::MakeArrayOfNull(column.type(), 1));
  if (arrow::is_nested(column.type()->id())) {
    ARROW_ASSIGN_OR_RAISE(const auto all, Taken(arrow::Concatenate(chunks), column));
    const arrow::UInt64Array numbers(static_cast<int64_t>(rows.size()), arrow::Buffer::Wrap(rows));
    return Taken(arrow::compute::Take(*all, numbers, arrow::compute::TakeOptions::NoBoundsCheck()),
                 column);
  }
  const std::vector<RowPlace> places = ChunkIndex(chunks).Find(rows);
  ARROW_ASSIGN_OR_RAISE(chunks, Unify(std::move(chunks)));
  if (IsDictionary(*chunks[0])) {
    const arrow::ChunkedArray codes(AllCodesOf(chunks), arrow::int32());
    ARROW_ASSIGN_OR_RAISE(const auto taken, tarn::TakeRows(codes, places));
    return WithCodes(*chunks[0], taken);
  }
  return Taken(tarn::TakeRows(arrow::ChunkedArray(std::move(chunks), column.type()), places),
               column);
}

}  // namespace tarn::local
