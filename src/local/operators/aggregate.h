#pragma once

#include <memory>

#include "local/batch/in_order_stage.h"
#include "local/operators/aggregate_groups.h"
#include "local/operators/aggregate_input.h"
#include "local/operators/spilled_groups.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief One row per distinct key, with aggregates; groups in the order in which they were first
/// seen.
///
/// Groups are numbered in the order of rows; then each function has a queue of its own. Where
/// memory ends, the groups that are there stay, and the rows of others go to disk.
class AggregateStage : public InOrderStage<AggregateInput> {
 public:
  static Result<std::shared_ptr<AggregateStage>> Make(StageContext context, SchemaPtr schema,
                                                      const plan::Aggregate& aggregate,
                                                      const ExprContext& expr_context,
                                                      PieceSinkPtr next);

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<AggregateInput> Prepare(const BatchPtr& batch) const override {
    return exprs_.Evaluate(batch);
  }
  Status Consume(AggregateInput input) override;
  void Finish(Status status) override;

 private:
  AggregateStage(StageContext context, SchemaPtr schema, const plan::Aggregate& aggregate,
                 const ExprContext& expr_context, PieceSinkPtr next);

  void FinishOutput();
  void PushGroups(CallError error);
  void PushSpilled(CallError error);
  Status ProcessSpilled(CallError error, SpilledGroups* spilled);

  const SchemaPtr schema_;
  const plan::Aggregate aggregate_;
  const AggregateExprs exprs_;
  const StageOutput output_;
  std::unique_ptr<AggregateGroups> groups_;
  MemoryGrant grant_;  // of groups_
  int64_t num_batches_ = 0;
  Status input_status_;  // once the input has ended
};

}  // namespace tarn::local
