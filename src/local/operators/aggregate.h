#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/keys/key_table.h"
#include "local/operators/accumulator_queue.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief What an aggregation reads of one batch.
struct AggregateInput {
  /// Of one aggregate function.
  struct Call {
    arrow::ArrayVector args;                    ///< of the rows that count
    std::shared_ptr<arrow::BooleanArray> keep;  ///< the rows that count; null: all
  };

  EncodedKeys keys;
  std::vector<Call> calls;
};

/// \brief One row per distinct key, with aggregates; groups in the order in which they were first
/// seen.
///
/// Groups are numbered in the order of rows; then each function has a queue of its own.
class AggregateStage : public InOrderStage<AggregateInput> {
 public:
  static Result<std::shared_ptr<AggregateStage>> Make(StageContext context, SchemaPtr schema,
                                                      const plan::Aggregate& aggregate,
                                                      const ExprContext& expr_context,
                                                      PieceSinkPtr next);

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<AggregateInput> Prepare(const BatchPtr& batch) const override;
  Status Consume(AggregateInput input) override;
  void Finish(Status status) override;

 private:
  struct Call {
    std::vector<CompiledExpr> args;
    std::optional<CompiledExpr> filter;
  };

  AggregateStage(StageContext context, SchemaPtr schema, const plan::Aggregate& aggregate,
                 const ExprContext& expr_context, PieceSinkPtr next);

  Result<AggregateInput::Call> Evaluate(const Call& call, const BatchPtr& batch) const;
  void FinishOutput();
  Status FirstError();
  Result<BatchPtr> Aggregated();

  const SchemaPtr schema_;
  const plan::Aggregate aggregate_;
  const std::vector<CompiledExpr> keys_;
  std::vector<Call> calls_;
  const StageOutput output_;
  std::unique_ptr<KeyTable> groups_;
  std::vector<std::unique_ptr<AccumulatorQueue>> accumulators_;  // by call
  Status input_status_;                                          // once the input has ended
  std::atomic<size_t> num_open_ =
      0;  // of the input and the accumulators, those that have not ended
};

}  // namespace tarn::local
