#pragma once

#include "local/batch/streaming_stage.h"
#include "local/expr/compiled_expr.h"

namespace tarn::local {

/// \brief Rows for which a predicate is true.
class FilterStage : public StreamingStage {
 public:
  FilterStage(StageContext context, CompiledExpr predicate, PieceSinkPtr next)
      : StreamingStage(std::move(context), std::move(next)), predicate_(std::move(predicate)) {}

 protected:
  Status Process(const BatchPtr& batch, const Emit& emit) const override;

 private:
  const CompiledExpr predicate_;
};

}  // namespace tarn::local
