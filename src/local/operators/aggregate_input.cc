#include "local/operators/aggregate_input.h"

#include <arrow/compute/api.h>

#include "local/batch/encoding.h"

namespace tarn::local {
namespace {

Result<BatchPtr> KeepRows(const BatchPtr& batch, const arrow::BooleanArray& keep) {
  if (keep.true_count() == batch->num_rows()) return batch;
  arrow::ArrayVector columns;
  for (const auto& column : batch->columns()) {
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum kept, arrow::compute::Filter(column, keep));
    columns.push_back(kept.make_array());
  }
  return arrow::RecordBatch::Make(batch->schema(), keep.true_count(), std::move(columns));
}

}  // namespace

AggregateExprs::AggregateExprs(const plan::Aggregate& aggregate, const ExprContext& context)
    : keys_(CompileAll(aggregate.keys, context)) {
  for (const plan::AggregateCall& call : aggregate.calls) {
    Call& compiled = calls_.emplace_back();
    compiled.args = CompileAll(call.args, context);
    if (call.filter != nullptr) compiled.filter.emplace(call.filter, context);
  }
}

Result<AggregateInput> AggregateExprs::Evaluate(const BatchPtr& batch) const {
  AggregateInput input;
  input.batch = batch;
  ARROW_ASSIGN_OR_RAISE(input.keys, EncodeKeys(keys_, *batch));
  for (const Call& call : calls_) {
    ARROW_ASSIGN_OR_RAISE(auto evaluated, Evaluate(call, batch));
    input.calls.push_back(std::move(evaluated));
  }
  return input;
}

// The arguments of rows that the filter drops are not evaluated: they may be errors.
Result<AggregateInput::Call> AggregateExprs::Evaluate(const Call& call, const BatchPtr& batch) {
  AggregateInput::Call evaluated;
  BatchPtr kept = batch;
  if (call.filter.has_value()) {
    ARROW_ASSIGN_OR_RAISE(const auto keep, call.filter->Evaluate(*batch));
    evaluated.keep = std::static_pointer_cast<arrow::BooleanArray>(keep);
    ARROW_ASSIGN_OR_RAISE(kept, KeepRows(batch, *evaluated.keep));
  }
  ARROW_ASSIGN_OR_RAISE(evaluated.args, EvaluateAll(call.args, *kept));
  // min_by and max_by compare the last one.
  if (evaluated.args.size() > 1) {
    ARROW_ASSIGN_OR_RAISE(evaluated.args.back(), Flatten(evaluated.args.back()));
  }
  return evaluated;
}

}  // namespace tarn::local
