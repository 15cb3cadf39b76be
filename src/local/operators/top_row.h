#pragma once

#include "local/operators/blocking_operator.h"
#include "local/operators/window_keys.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The first row of each partition; of rows with equal keys, the first of the input.
///
/// Partitions come in the order in which they were first seen.
class TopRowOperator : public BlockingOperator {
 public:
  TopRowOperator(SchemaPtr schema, OperatorPtr input, const plan::TopRow& top_row,
                 const ExprContext& context, Poll poll = GoOn)
      : BlockingOperator(std::move(schema), std::move(input), std::move(poll)),
        keys_(top_row.partition_by, top_row.order_by, context) {}

 private:
  Result<BatchPtr> Compute(Operator* input) override;

  const WindowKeys keys_;
};

}  // namespace tarn::local
