#pragma once

#include <memory>
#include <vector>

#include "local/batch/gate.h"
#include "local/batch/in_order_stage.h"
#include "local/operators/build_side.h"
#include "local/operators/join_probe.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief A batch of a join's right side.
struct BuildRows {
  BatchPtr batch;
  EncodedKeys keys;
};

/// \brief Takes the right input of a join; then the left one may pass.
class JoinBuildStage : public InOrderStage<BuildRows> {
 public:
  JoinBuildStage(StageContext context, std::vector<CompiledExpr> keys,
                 std::unique_ptr<BuildSide> build, std::shared_ptr<JoinProbeStage> probe,
                 std::shared_ptr<Gate> gate)
      : InOrderStage(std::move(context)),
        keys_(std::move(keys)),
        build_(std::move(build)),
        probe_(std::move(probe)),
        gate_(std::move(gate)) {}

  bool IsClosed() const override { return InOrderStage::IsClosed() || probe_->IsClosed(); }

 protected:
  Result<BuildRows> Prepare(const BatchPtr& batch) const override;
  Status Consume(BuildRows rows) override;
  void Finish(Status status) override;

 private:
  const std::vector<CompiledExpr> keys_;
  std::unique_ptr<BuildSide> build_;
  const std::shared_ptr<JoinProbeStage> probe_;
  const std::shared_ptr<Gate> gate_;
};

/// \brief Pairs of rows with equal keys; without keys, all pairs.
///
/// Holds the right input in memory and streams the left one. Order: the left input's; for one left
/// row the right input's; then, for RIGHT and FULL, right rows that matched nothing.
struct HashJoin {
  PieceSinkPtr left;   ///< where the left input goes
  PieceSinkPtr right;  ///< where the right input goes

  /// \param[in] schema of the output; left_schema and right_schema of the inputs
  static Result<HashJoin> Make(const StageContext& context, SchemaPtr schema,
                               const SchemaPtr& left_schema, const SchemaPtr& right_schema,
                               const plan::Join& join, const ExprContext& expr_context,
                               PieceSinkPtr next);
};

}  // namespace tarn::local
