#pragma once

#include "local/operators/gather.h"
#include "local/operators/operator.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The first row of each partition; of rows with equal keys, the first of the input.
///
/// Partitions come in the order in which they were first seen.
class TopRowOperator : public Operator {
 public:
  TopRowOperator(SchemaPtr schema, OperatorPtr input, plan::TopRow top_row)
      : Operator(std::move(schema)), input_(std::move(input)), top_row_(std::move(top_row)) {}
  Result<BatchPtr> Next() override;

 private:
  Result<BatchPtr> TopRows();

  OperatorPtr input_;  // null once read
  const plan::TopRow top_row_;
  Slicer output_;
};

}  // namespace tarn::local
