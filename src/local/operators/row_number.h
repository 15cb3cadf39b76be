#pragma once

#include "local/operators/blocking_operator.h"
#include "local/operators/window_keys.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The input's rows in their order, each with its place (from 1) within its partition.
///
/// Rows with equal keys are numbered in the input's order.
class RowNumberOperator : public BlockingOperator {
 public:
  RowNumberOperator(SchemaPtr schema, OperatorPtr input, const plan::RowNumber& row_number,
                    const ExprContext& context, Poll poll = GoOn)
      : BlockingOperator(std::move(schema), std::move(input), std::move(poll)),
        keys_(row_number.partition_by, row_number.order_by, context) {}

 private:
  Result<BatchPtr> Compute(Operator* input) override;
  Result<std::vector<int32_t>> NumbersOf(const BatchPtr& rows);

  const WindowKeys keys_;
};

}  // namespace tarn::local
