#pragma once

#include <vector>

#include "local/batch/operator.h"
#include "local/expr/compiled_expr.h"

namespace tarn::local {

/// \brief One output column per expression. A batch whose texts are too long together comes in
/// parts.
class ProjectOperator : public Operator {
 public:
  ProjectOperator(SchemaPtr schema, OperatorPtr input, std::vector<CompiledExpr> exprs)
      : Operator(std::move(schema)), input_(std::move(input)), exprs_(std::move(exprs)) {}
  Result<BatchPtr> Next() override;

 private:
  Result<BatchPtr> Project(const arrow::RecordBatch& batch) const;

  const OperatorPtr input_;
  const std::vector<CompiledExpr> exprs_;
  std::vector<BatchPtr> rest_;  // of the input's last batch, the next part last
};

}  // namespace tarn::local
