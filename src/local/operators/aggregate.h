#pragma once

#include <memory>
#include <vector>

#include "local/aggregates/accumulator.h"
#include "local/keys/key_table.h"
#include "local/operators/blocking_operator.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief One row per distinct key, with aggregates; groups in the order in which they were first
/// seen.
class AggregateOperator : public BlockingOperator {
 public:
  AggregateOperator(SchemaPtr schema, OperatorPtr input, plan::Aggregate aggregate,
                    const ExprContext& context, Poll poll = GoOn);

 private:
  struct Call {
    std::vector<CompiledExpr> args;
    std::optional<CompiledExpr> filter;
  };

  Result<BatchPtr> Compute(Operator* input) override;
  Status Consume(const arrow::RecordBatch& batch);
  Result<GroupedRows> RowsOf(const Call& call, const arrow::RecordBatch& batch,
                             const std::shared_ptr<arrow::UInt32Array>& groups) const;

  const plan::Aggregate aggregate_;
  const std::vector<CompiledExpr> keys_;
  std::vector<Call> calls_;
  std::unique_ptr<KeyTable> groups_;
  std::vector<AccumulatorPtr> accumulators_;  // by call
};

}  // namespace tarn::local
