#include <arrow/compute/api.h>

#include "local/expr/selection_internal.h"
#include "local/kernels/spread_internal.h"

namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::RecordBatch;

Result<Mask> MaskOf(const Result<Datum>& datum) {
  ARROW_RETURN_NOT_OK(datum.status());
  return std::static_pointer_cast<arrow::BooleanArray>(datum->make_array());
}

// The rows of `mask`, with the columns that `node` reads; NULLs stand for the others.
Result<std::shared_ptr<RecordBatch>> RowsFor(const ExprNode& node, const RecordBatch& input,
                                             const Mask& mask) {
  std::vector<int> read;
  CollectColumns(*node.expr(), &read);
  const int64_t num_rows = mask->true_count();
  arrow::ArrayVector columns(input.num_columns(), std::make_shared<arrow::NullArray>(num_rows));
  for (const int i : read) {
    if (columns[i]->type_id() != arrow::Type::NA) continue;  // read twice
    ARROW_ASSIGN_OR_RAISE(const Datum chosen,
                          arrow::compute::Filter(Datum(input.column(i)), Datum(mask)));
    columns[i] = chosen.make_array();
  }
  return RecordBatch::Make(input.schema(), num_rows, std::move(columns));
}

// `values` in the rows of `mask`, in order; NULL in the others.
Result<Datum> Scatter(const std::shared_ptr<arrow::Array>& values, const Mask& mask) {
  arrow::Int32Builder positions;
  ARROW_RETURN_NOT_OK(positions.Reserve(mask->length()));
  int32_t next = 0;
  for (int64_t row = 0; row < mask->length(); ++row) {
    if (mask->Value(row)) {
      positions.UnsafeAppend(next++);
    } else {
      positions.UnsafeAppendNull();
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto indices, positions.Finish());
  return arrow::compute::Take(Datum(values), Datum(indices));
}

}  // namespace

Result<Mask> AllRows(int64_t num_rows) {
  return MaskOf(arrow::MakeArrayFromScalar(arrow::BooleanScalar(true), num_rows));
}

Result<Mask> And(const Mask& left, const Mask& right) {
  return MaskOf(arrow::compute::And(Datum(left), Datum(right)));
}

Result<Mask> AndNot(const Mask& mask, const Mask& without) {
  return MaskOf(arrow::compute::AndNot(Datum(mask), Datum(without)));
}

Result<Mask> ToMask(const Datum& condition, int64_t num_rows) {
  ARROW_ASSIGN_OR_RAISE(Datum spread, Spread(condition, num_rows));
  if (spread.null_count() > 0) {
    ARROW_ASSIGN_OR_RAISE(
        spread, arrow::compute::CallFunction(
                    "coalesce", {spread, Datum(std::make_shared<arrow::BooleanScalar>(false))}));
  }
  return MaskOf(spread);
}

Result<Mask> ValidRows(const Datum& value, int64_t num_rows) {
  ARROW_ASSIGN_OR_RAISE(const Datum valid, arrow::compute::IsValid(value));
  return ToMask(valid, num_rows);
}

Result<Datum> EvaluateWhere(const ExprNode& node, const RecordBatch& input, const Mask& mask) {
  const int64_t num_chosen = mask->true_count();
  if (num_chosen == input.num_rows() || !node.may_fail()) return node.Evaluate(input);
  if (num_chosen == 0) return Datum(arrow::MakeNullScalar(node.type()));
  ARROW_ASSIGN_OR_RAISE(const auto chosen, RowsFor(node, input, mask));
  ARROW_ASSIGN_OR_RAISE(const auto values, EvaluateToArray(node, *chosen));
  return Scatter(values, mask);
}

Result<Datum> EvaluateAtLeast(const ExprNode& node, const RecordBatch& input, const Mask& mask) {
  // A node below that does the same would make it twice at each level.
  if (!node.may_evaluate_twice()) {
    Result<Datum> all = node.Evaluate(input);
    if (all.ok()) return all;
  }
  return EvaluateWhere(node, input, mask);
}

}  // namespace tarn::local
