#pragma once

#include "local/operators/operator.h"
#include "plan/expr.h"

namespace tarn::local {

/// \brief Rows for which a predicate is true.
class FilterOperator : public Operator {
 public:
  FilterOperator(SchemaPtr schema, OperatorPtr input, plan::ExprPtr predicate)
      : Operator(std::move(schema)), input_(std::move(input)), predicate_(std::move(predicate)) {}
  Result<BatchPtr> Next() override;

 private:
  const OperatorPtr input_;
  const plan::ExprPtr predicate_;
};

}  // namespace tarn::local
