#pragma once

#include "local/operators/gather.h"
#include "local/operators/operator.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The input's rows in their order, each with its place (from 1) within its partition.
///
/// Rows with equal keys are numbered in the input's order.
class RowNumberOperator : public Operator {
 public:
  RowNumberOperator(SchemaPtr schema, OperatorPtr input, plan::RowNumber row_number)
      : Operator(std::move(schema)), input_(std::move(input)), row_number_(std::move(row_number)) {}
  Result<BatchPtr> Next() override;

 private:
  Result<BatchPtr> Numbered();
  Result<std::vector<int32_t>> NumbersOf(const arrow::RecordBatch& rows);

  OperatorPtr input_;  // null once numbered
  const plan::RowNumber row_number_;
  Slicer output_;
};

}  // namespace tarn::local
