#include "local/operators/range.h"

#include <arrow/builder.h>

#include <algorithm>

namespace tarn::local {
namespace {

// Pieces that wait for a thread at once.
constexpr int64_t kPiecesMax = 4096;

Result<BatchPtr> NumbersFrom(const SchemaPtr& schema, const plan::Range& range, int64_t first) {
  const int64_t num_rows = std::min(kBatchRows, range.num_rows - first);
  arrow::Int64Builder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(num_rows));
  // The steps of those before may pass what a number holds; the numbers themselves do not.
  const auto step = static_cast<uint64_t>(range.step);
  uint64_t value = static_cast<uint64_t>(range.start) + static_cast<uint64_t>(first) * step;
  for (int64_t i = 0; i < num_rows; ++i, value += step) {
    builder.UnsafeAppend(static_cast<int64_t>(value));
  }
  ARROW_ASSIGN_OR_RAISE(auto numbers, builder.Finish());
  return arrow::RecordBatch::Make(schema, num_rows, {std::move(numbers)});
}

}  // namespace

void PushRange(const StageContext& context, const SchemaPtr& schema, const plan::Range& range,
               const std::shared_ptr<const StageOutput>& output) {
  const int64_t num_pieces = range.num_rows / kBatchRows + (range.num_rows % kBatchRows > 0);
  if (num_pieces <= kPiecesMax) {
    // The tasks keep `output`.
    return output->PushAll(context, num_pieces, [schema, range, output](int64_t number) {
      return NumbersFrom(schema, range, number * kBatchRows);
    });
  }
  int64_t next = 0;
  output->PushStream(context, [&]() -> Result<BatchPtr> {
    if (next >= range.num_rows) return nullptr;
    Result<BatchPtr> part = NumbersFrom(schema, range, next);
    next += std::min(kBatchRows, range.num_rows - next);
    return part;
  });
}

}  // namespace tarn::local
