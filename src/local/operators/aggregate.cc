#include "local/operators/aggregate.h"

namespace tarn::local {
AggregateOperator::AggregateOperator(SchemaPtr schema, OperatorPtr input, plan::Aggregate aggregate,
                                     const ExprContext& context, Poll poll)
    : BlockingOperator(std::move(schema), std::move(input), std::move(poll)),
      aggregate_(std::move(aggregate)),
      keys_(CompileAll(aggregate_.keys, context)) {
  for (const plan::AggregateCall& call : aggregate_.calls) {
    Call& compiled = calls_.emplace_back();
    compiled.args = CompileAll(call.args, context);
    if (call.filter != nullptr) compiled.filter.emplace(call.filter, context);
  }
}

Result<BatchPtr> AggregateOperator::Compute(Operator* input) {
  ARROW_ASSIGN_OR_RAISE(groups_, KeyTable::Make(TypesOf(aggregate_.keys)));
  for (const plan::AggregateCall& call : aggregate_.calls) {
    ARROW_ASSIGN_OR_RAISE(auto accumulator, Accumulator::Make(call));
    accumulators_.push_back(std::move(accumulator));
  }
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, input->Next());
    if (batch == nullptr) break;
    ARROW_RETURN_NOT_OK(Consume(*batch));
  }
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, groups_->Keys());
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    ARROW_RETURN_NOT_OK(poll()());
    ARROW_ASSIGN_OR_RAISE(auto column, accumulators_[i]->Finish(groups_->num_keys()));
    if (!column->type()->Equals(*aggregate_.calls[i].type)) {
      return Status::TypeError(aggregate_.calls[i].function->name, " returned ", *column->type(),
                               " where the plan has ", *aggregate_.calls[i].type);
    }
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema(), groups_->num_keys(), std::move(columns));
}

Status AggregateOperator::Consume(const arrow::RecordBatch& batch) {
  ARROW_ASSIGN_OR_RAISE(const auto keys, EvaluateKeys(keys_, batch));
  ARROW_ASSIGN_OR_RAISE(const auto groups, groups_->Insert(keys, batch.num_rows()));
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const GroupedRows rows, RowsOf(calls_[i], batch, groups));
    ARROW_RETURN_NOT_OK(accumulators_[i]->Consume(rows));
  }
  return Status::OK();
}

Result<GroupedRows> AggregateOperator::RowsOf(
    const Call& call, const arrow::RecordBatch& batch,
    const std::shared_ptr<arrow::UInt32Array>& groups) const {
  GroupedRows rows;
  rows.groups = groups;
  rows.num_groups = groups_->num_keys();
  if (!call.filter.has_value()) {
    ARROW_ASSIGN_OR_RAISE(rows.args, EvaluateAll(call.args, batch));
    return rows;
  }
  // The arguments of rows that the filter drops are not evaluated: they may be errors.
  rows.args = batch.columns();
  ARROW_ASSIGN_OR_RAISE(const auto keep, call.filter->Evaluate(batch));
  ARROW_ASSIGN_OR_RAISE(rows, SelectRows(rows, static_cast<const arrow::BooleanArray&>(*keep)));
  const BatchPtr kept = arrow::RecordBatch::Make(batch.schema(), rows.num_rows(), rows.args);
  ARROW_ASSIGN_OR_RAISE(rows.args, EvaluateAll(call.args, *kept));
  return rows;
}

}  // namespace tarn::local
