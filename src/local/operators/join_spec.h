#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "local/batch/batch.h"
#include "local/expr/compiled_expr.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief What the parts of a join at work share: its plan, compiled. Threads: any.
struct JoinSpec {
  /// \param[in] output schema of it; left and right of the inputs
  JoinSpec(SchemaPtr output, SchemaPtr left, SchemaPtr right, const plan::Join& join,
           const ExprContext& context);

  const SchemaPtr schema;                     ///< of the output
  const SchemaPtr left_schema, right_schema;  ///< of the inputs
  const std::vector<CompiledExpr> left_keys, right_keys;
  const std::vector<std::shared_ptr<arrow::DataType>> key_types;  ///< of both sides
  const std::vector<bool> null_safe;           ///< by key: whether NULL matches NULL
  const std::optional<CompiledExpr> residual;  ///< without it, equal keys are enough
  const bool keeps_left, keeps_right;          ///< rows without a match stay
};

using JoinSpecPtr = std::shared_ptr<const JoinSpec>;

}  // namespace tarn::local
