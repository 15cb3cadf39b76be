#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "local/batch/stage.h"
#include "local/expr/compiled_expr.h"
#include "local/operators/batch_probe.h"
#include "local/operators/build_side.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The left input of a join, whose rows are paired with those of the right one.
///
/// Pieces keep their numbers; after them comes one of the right rows that matched nothing, for
/// RIGHT and FULL.
class JoinProbeStage : public PieceSink {
 public:
  JoinProbeStage(StageContext context, SchemaPtr schema, SchemaPtr left_schema,
                 const plan::Join& join, const ExprContext& expr_context, PieceSinkPtr next);

  /// \brief The right input, or why there is none. Called once, before the first part.
  void SetBuild(Result<std::unique_ptr<BuildSide>> build);

  void SetNumPieces(int64_t num_pieces) override;
  void Push(int64_t number, Result<BatchPtr> part) override;
  void Complete(int64_t number) override;
  bool IsClosed() const override { return output_.IsClosed(); }

 private:
  Status Process(int64_t number, const BatchPtr& batch);
  void FinishIfComplete(std::unique_lock<std::mutex>* lock);
  Status PushUnmatchedRight(int64_t number);

  const StageContext context_;
  const SchemaPtr left_schema_;
  const std::vector<bool> null_safe_;
  const bool keeps_right_;
  const std::vector<CompiledExpr> left_keys_;
  std::optional<CompiledExpr> residual_;
  const StageOutput output_;

  BatchProbe::Join join_;
  std::unique_ptr<BuildSide> build_;  // freed when the left input is done
  Status build_status_;
  std::vector<std::atomic<bool>> right_matched_;  // for RIGHT and FULL

  std::mutex mutex_;         // of all below
  int64_t num_pieces_ = -1;  // -1: not known yet
  int64_t num_complete_ = 0;
  bool has_build_ = false;  // or the error in its place
};

}  // namespace tarn::local
