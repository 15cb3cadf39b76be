#pragma once

#include <atomic>
#include <memory>

#include "local/batch/in_order_stage.h"
#include "local/operators/aggregate_groups.h"
#include "local/operators/aggregate_input.h"
#include "local/operators/partitioned_groups.h"
#include "local/operators/spilled_groups.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief A batch on its way into an aggregation.
struct AggregateRows {
  AggregateInput input;                                   ///< empty where `partitioned` is not
  std::shared_ptr<const PartitionedInput> partitioned{};  ///< null: not divided
};

/// \brief One row per distinct key, with aggregates; groups in the order in which they were first
/// seen.
///
/// Threads work beside one another on groups divided by hash (PartitionedGroups). Few groups, which
/// can not be divided, are numbered in the order of rows; then each function has a queue of its
/// own. Where memory ends, the groups that are there stay, and the rows of others go to disk.
class AggregateStage : public InOrderStage<AggregateRows> {
 public:
  static Result<std::shared_ptr<AggregateStage>> Make(StageContext context, SchemaPtr schema,
                                                      const plan::Aggregate& aggregate,
                                                      const ExprContext& expr_context,
                                                      PieceSinkPtr next);

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<AggregateRows> Prepare(const BatchPtr& batch) const override;
  Status Consume(AggregateRows rows) override;
  void Finish(Status status) override;
  void WorkBeside() override { partitions_->Work(); }

 private:
  AggregateStage(StageContext context, SchemaPtr schema, const plan::Aggregate& aggregate,
                 const ExprContext& expr_context, PieceSinkPtr next);

  /// How the groups are worked on.
  enum class Mode {
    kUnknown,      ///< there was no batch yet
    kTogether,     ///< groups_
    kPartitioned,  ///< partitions_
  };

  Result<bool> HaveFewGroups(const EncodedKeys& keys) const;
  Status ConsumeTogether(AggregateInput input);
  void FinishOutput();
  void PushGroups(CallError error);
  void PushSpilled(CallError error);
  Status ProcessSpilled(CallError error, NumberedRuns* runs);

  const SchemaPtr schema_;
  const plan::Aggregate aggregate_;
  const AggregateExprs exprs_;
  const StageOutput output_;
  std::atomic<Mode> mode_ = Mode::kUnknown;
  std::unique_ptr<AggregateGroups> groups_;
  const std::unique_ptr<PartitionedGroups> partitions_;
  MemoryGrant grant_;  // of groups_
  int64_t num_batches_ = 0;
  Status input_status_;  // once the input has ended
};

}  // namespace tarn::local
