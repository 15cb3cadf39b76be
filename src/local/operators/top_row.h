#pragma once

#include "local/batch/gather.h"
#include "local/batch/operator.h"
#include "local/keys/key_table.h"
#include "local/keys/sort_key.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The first row of each partition; of rows with equal keys, the first of the input.
///
/// Partitions come in the order in which they were first seen.
class TopRowOperator : public Operator {
 public:
  TopRowOperator(SchemaPtr schema, OperatorPtr input, const plan::TopRow& top_row,
                 const ExprContext& context, Poll poll = GoOn)
      : Operator(std::move(schema)),
        input_(std::move(input)),
        partition_types_(TypesOf(top_row.partition_by)),
        partition_by_(CompileAll(top_row.partition_by, context)),
        order_by_(top_row.order_by, context),
        poll_(std::move(poll)) {}
  Result<BatchPtr> Next() override;

 private:
  Result<BatchPtr> TopRows();

  OperatorPtr input_;  // null once read
  const std::vector<std::shared_ptr<arrow::DataType>> partition_types_;
  const std::vector<CompiledExpr> partition_by_;
  const SortKeys order_by_;
  const Poll poll_;
  Slicer output_;
};

}  // namespace tarn::local
