#pragma once

#include "local/batch/gather.h"
#include "local/batch/operator.h"
#include "local/keys/key_table.h"
#include "local/keys/sort_key.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The input's rows in their order, each with its place (from 1) within its partition.
///
/// Rows with equal keys are numbered in the input's order.
class RowNumberOperator : public Operator {
 public:
  RowNumberOperator(SchemaPtr schema, OperatorPtr input, const plan::RowNumber& row_number,
                    const ExprContext& context, Poll poll = GoOn)
      : Operator(std::move(schema)),
        input_(std::move(input)),
        partition_types_(TypesOf(row_number.partition_by)),
        partition_by_(CompileAll(row_number.partition_by, context)),
        order_by_(row_number.order_by, context),
        poll_(std::move(poll)) {}
  Result<BatchPtr> Next() override;

 private:
  Result<BatchPtr> Numbered();
  Result<std::vector<int32_t>> NumbersOf(const BatchPtr& rows);

  OperatorPtr input_;  // null once numbered
  const std::vector<std::shared_ptr<arrow::DataType>> partition_types_;
  const std::vector<CompiledExpr> partition_by_;
  const SortKeys order_by_;
  const Poll poll_;
  Slicer output_;
};

}  // namespace tarn::local
