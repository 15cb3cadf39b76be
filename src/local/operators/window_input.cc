#include "local/operators/window_input.h"

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>

#include <algorithm>
#include <utility>

#include "local/batch/encoding.h"
#include "plan/build_expr.h"

namespace tarn::local {
namespace {

bool IsNeighbour(const plan::Function& function) {
  return function.name == "lag" || function.name == "lead";
}

// Literals that say how many rows, and defaults that are constant: those are computed where a row
// needs one.
bool IsKeptOut(const plan::AggregateCall& call, size_t arg) {
  if (call.function->kind != plan::FunctionKind::kWindow) return false;
  if (call.function->name == "ntile") return true;
  if (call.function->name == "nth_value") return arg == 1;
  if (!IsNeighbour(*call.function)) return false;
  std::vector<int> columns;
  plan::CollectColumns(*call.args[arg], &columns);
  return arg == 1 || (arg == 2 && columns.empty());
}

}  // namespace

std::vector<plan::SortKey> KeysOf(const std::vector<plan::ExprPtr>& partition_by,
                                  const std::vector<plan::SortKey>& order_by) {
  std::vector<plan::SortKey> keys;
  for (const plan::ExprPtr& expr : partition_by) keys.push_back({expr});
  keys.insert(keys.end(), order_by.begin(), order_by.end());
  return keys;
}

WindowInput::WindowInput(const plan::Window& window, const SchemaPtr& input,
                         const ExprContext& context)
    : num_input_columns_(input->num_fields()),
      partition_keys_(KeysOf(window.partition_by, {}), context),
      sort_keys_(KeysOf(window.partition_by, window.order_by), context),
      fields_(input->fields()) {
  fields_.push_back(arrow::field("partition_bytes", arrow::int32(), /*nullable=*/false));
  for (const plan::WindowCall& call : window.calls) {
    Call& made = calls_.emplace_back();
    for (size_t i = 0; i < call.call.args.size(); ++i) {
      made.args.push_back(IsKeptOut(call.call, i) ? -1 : AddColumn(call.call.args[i], context));
    }
    if (call.call.filter != nullptr) made.filter = AddColumn(call.call.filter, context);
    if (call.frame.start.value != nullptr) {
      made.start = AddBound(call.frame.start, window.order_by[0], context);
    }
    if (call.frame.end.value != nullptr) {
      made.end = AddBound(call.frame.end, window.order_by[0], context);
    }
  }
  schema_ = arrow::schema(fields_);
}

int WindowInput::AddColumn(const plan::ExprPtr& expr, const ExprContext& context) {
  if (plan::IsColumn(*expr)) return expr->column;
  fields_.push_back(arrow::field("value", expr->type));
  exprs_.emplace_back(CompiledExpr(expr, context));
  return static_cast<int>(fields_.size()) - 1;
}

int WindowInput::AddBound(const plan::FrameBound& bound, const plan::SortKey& key,
                          const ExprContext& context) {
  const int column = static_cast<int>(fields_.size());
  fields_.push_back(arrow::field("bound", arrow::binary()));
  exprs_.emplace_back(std::nullopt);
  bounds_.push_back(
      {column, CompiledExpr(bound.value, context), {key.descending, key.nulls_first}});
  return column;
}

Result<SortedBatch> WindowInput::Sort(const BatchPtr& batch, const Poll& poll) const {
  ARROW_ASSIGN_OR_RAISE(RowKeys keys, sort_keys_.Encode(*batch, poll));
  ARROW_ASSIGN_OR_RAISE(const RowKeys partitions, partition_keys_.Encode(*batch, poll));
  const int64_t num_rows = batch->num_rows();
  std::vector<int32_t> partition_bytes(num_rows);
  for (int64_t row = 0; row < num_rows; ++row) {
    partition_bytes[row] = static_cast<int32_t>(partitions.row(row).size());
  }
  arrow::ArrayVector columns = batch->columns();
  columns.push_back(std::make_shared<arrow::Int32Array>(
      num_rows, arrow::Buffer::FromVector(std::move(partition_bytes))));
  auto bound = bounds_.begin();
  for (const std::optional<CompiledExpr>& expr : exprs_) {
    ARROW_RETURN_NOT_OK(poll());
    auto column = expr.has_value() ? expr->Evaluate(*batch) : Encode(*bound++, *batch);
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), std::move(column));
  }
  return SortedBatch::Make(arrow::RecordBatch::Make(schema_, num_rows, std::move(columns)),
                           std::move(keys), poll);
}

// One row after the other where some can't be computed: only those that are needed are errors.
Result<std::shared_ptr<arrow::Array>> WindowInput::Encode(const Bound& bound,
                                                          const arrow::RecordBatch& batch) const {
  const auto encode = [&](const arrow::RecordBatch& rows) -> Result<RowKeys> {
    ARROW_ASSIGN_OR_RAISE(const auto values, bound.value.Evaluate(rows));
    ARROW_ASSIGN_OR_RAISE(const auto flat, Flatten(values));
    return EncodeRowKeys({flat}, {bound.order}, rows.num_rows());
  };
  arrow::BinaryBuilder builder;
  const Result<RowKeys> all = encode(batch);
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    if (all.ok()) {
      ARROW_RETURN_NOT_OK(builder.Append(all->row(row)));
      continue;
    }
    const Result<RowKeys> one = encode(*batch.Slice(row, 1));
    ARROW_RETURN_NOT_OK(one.ok() ? builder.Append(one->row(0)) : builder.AppendNull());
  }
  return builder.Finish();
}

Status WindowInput::BoundError(const arrow::RecordBatch& batch, int column, int64_t row) const {
  const auto bound = std::find_if(bounds_.begin(), bounds_.end(),
                                  [column](const Bound& one) { return one.column == column; });
  return bound->value.Evaluate(*batch.Slice(row, 1)).status();
}

}  // namespace tarn::local
