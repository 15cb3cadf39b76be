#pragma once

#include <vector>

#include "local/operators/operator.h"
#include "plan/expr.h"

namespace tarn::local {

/// \brief One output column per expression.
class ProjectOperator : public Operator {
 public:
  ProjectOperator(SchemaPtr schema, OperatorPtr input, std::vector<plan::ExprPtr> exprs)
      : Operator(std::move(schema)), input_(std::move(input)), exprs_(std::move(exprs)) {}
  Result<BatchPtr> Next() override;

 private:
  const OperatorPtr input_;
  const std::vector<plan::ExprPtr> exprs_;
};

}  // namespace tarn::local
