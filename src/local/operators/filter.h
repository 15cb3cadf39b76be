#pragma once

#include "local/batch/operator.h"
#include "local/expr/compiled_expr.h"

namespace tarn::local {

/// \brief Rows for which a predicate is true.
class FilterOperator : public Operator {
 public:
  FilterOperator(SchemaPtr schema, OperatorPtr input, CompiledExpr predicate)
      : Operator(std::move(schema)), input_(std::move(input)), predicate_(std::move(predicate)) {}
  Result<BatchPtr> Next() override;

 private:
  const OperatorPtr input_;
  const CompiledExpr predicate_;
};

}  // namespace tarn::local
