#pragma once

#include <memory>
#include <vector>

#include "local/aggregates/accumulator.h"
#include "local/batch/gather.h"
#include "local/batch/operator.h"
#include "local/keys/key_table.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief One row per distinct key, with aggregates; groups in the order in which they were first
/// seen.
class AggregateOperator : public Operator {
 public:
  AggregateOperator(SchemaPtr schema, OperatorPtr input, plan::Aggregate aggregate,
                    const ExprContext& context, Poll poll = GoOn);
  Result<BatchPtr> Next() override;

 private:
  struct Call {
    std::vector<CompiledExpr> args;
    std::optional<CompiledExpr> filter;
  };

  Result<BatchPtr> Aggregated();
  Status Consume(const arrow::RecordBatch& batch);
  Result<GroupedRows> RowsOf(const Call& call, const arrow::RecordBatch& batch,
                             const std::shared_ptr<arrow::UInt32Array>& groups) const;

  OperatorPtr input_;  // null once read
  const plan::Aggregate aggregate_;
  const Poll poll_;
  const std::vector<CompiledExpr> keys_;
  std::vector<Call> calls_;
  std::unique_ptr<KeyTable> groups_;
  std::vector<AccumulatorPtr> accumulators_;  // by call
  Slicer output_;
};

}  // namespace tarn::local
