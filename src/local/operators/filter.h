#pragma once

#include <vector>

#include "local/batch/streaming_stage.h"
#include "local/expr/compiled_expr.h"

namespace tarn::local {

/// \brief Rows for which a predicate is true.
class FilterStage : public StreamingStage {
 public:
  /// \param[in] columns of the input that the output has
  FilterStage(StageContext context, CompiledExpr predicate, std::vector<int> columns,
              PieceSinkPtr next)
      : StreamingStage(std::move(context), std::move(next)),
        predicate_(std::move(predicate)),
        columns_(std::move(columns)) {}

 protected:
  Status Process(const BatchPtr& batch, const Emit& emit) const override;

 private:
  const CompiledExpr predicate_;
  const std::vector<int> columns_;
};

}  // namespace tarn::local
