#pragma once

#include <memory>
#include <vector>

#include "local/batch/gate.h"
#include "local/batch/in_order_stage.h"
#include "local/operators/batch_probe.h"
#include "local/operators/build_side.h"
#include "local/operators/join_partitions.h"
#include "local/operators/join_spec.h"
#include "local/operators/late_sink.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief A batch of a join's right side.
struct BuildRows {
  BatchPtr batch;
  EncodedKeys keys;
};

/// \brief Takes the right input of a join, into memory, or onto disk when it is too much; then the
/// left one may pass, to a JoinProbeStage or a SpilledProbeStage.
class JoinBuildStage : public InOrderStage<BuildRows> {
 public:
  /// \param[in] left where the left input goes when it has passed `gate`
  /// \param[in] next where the output goes
  JoinBuildStage(StageContext context, JoinSpecPtr spec, std::unique_ptr<BuildSide> build,
                 std::shared_ptr<LateSink> left, std::shared_ptr<Gate> gate, PieceSinkPtr next)
      : InOrderStage(std::move(context)),
        spec_(std::move(spec)),
        build_(std::move(build)),
        left_(std::move(left)),
        gate_(std::move(gate)),
        next_(std::move(next)) {}

  bool IsClosed() const override { return InOrderStage::IsClosed() || next_->IsClosed(); }

 protected:
  Result<BuildRows> Prepare(const BatchPtr& batch) const override;
  Status Consume(BuildRows rows) override;
  void Finish(Status status) override;

 private:
  void NoteNulls(const BuildRows& rows);
  Status CheckSingleRow() const;
  Status Spill();
  PieceSinkPtr MakeProbe(Status status);

  const JoinSpecPtr spec_;
  std::unique_ptr<BuildSide> build_;         // null once the rows are spilled
  std::unique_ptr<JoinPartitions> spilled_;  // null before
  NullMatches null_matches_;                 // by the rows so far
  const std::shared_ptr<LateSink> left_;
  const std::shared_ptr<Gate> gate_;
  const PieceSinkPtr next_;
};

/// \brief Pairs of rows with equal keys; without keys, all pairs.
///
/// Holds the right input in memory and streams the left one; where the right one does not fit, both
/// go to disk, and the output too. Order: the left input's; for one left row the right input's;
/// then, for RIGHT and FULL, right rows that matched nothing.
struct HashJoin {
  PieceSinkPtr left;   ///< where the left input goes
  PieceSinkPtr right;  ///< where the right input goes

  /// \param[in] left_schema, right_schema of the inputs
  /// \param[in] columns of left ++ right that the output has, ascending
  static Result<HashJoin> Make(const StageContext& context, const SchemaPtr& left_schema,
                               const SchemaPtr& right_schema, const std::vector<int>& columns,
                               const plan::Join& join, const ExprContext& expr_context,
                               PieceSinkPtr next);
};

}  // namespace tarn::local
