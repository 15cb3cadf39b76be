#pragma once

#include <vector>

#include "local/batch/streaming_stage.h"
#include "local/expr/compiled_expr.h"

namespace tarn::local {

/// \brief One output column per expression. A batch whose texts are too long together comes in
/// parts.
class ProjectStage : public StreamingStage {
 public:
  /// \param[in] schema of the output
  ProjectStage(StageContext context, SchemaPtr schema, std::vector<CompiledExpr> exprs,
               PieceSinkPtr next)
      : StreamingStage(std::move(context), std::move(next)),
        schema_(std::move(schema)),
        exprs_(std::move(exprs)) {}

 protected:
  Status Process(const BatchPtr& batch, const Emit& emit) const override;

 private:
  Result<BatchPtr> Project(const arrow::RecordBatch& batch) const;

  const SchemaPtr schema_;
  const std::vector<CompiledExpr> exprs_;
};

}  // namespace tarn::local
