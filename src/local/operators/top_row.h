#pragma once

#include <memory>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/keys/best_rows.h"
#include "local/keys/spilling_keys.h"
#include "local/operators/window_keys.h"
#include "local/spill/numbered_runs.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief A batch with the keys of its rows.
struct PartitionedRows {
  BatchPtr batch;
  EncodedKeys partition_keys;
  RowKeys sort_keys;
};

/// \brief The first row of each partition; of rows with equal keys, the first of the input.
///
/// Partitions come in the order in which they were first seen. Where memory ends, those that are
/// there stay, and the rows of others go to disk.
class TopRowStage : public InOrderStage<PartitionedRows> {
 public:
  static Result<std::shared_ptr<TopRowStage>> Make(StageContext context, SchemaPtr schema,
                                                   const plan::TopRow& top_row,
                                                   const ExprContext& expr_context,
                                                   PieceSinkPtr next);

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<PartitionedRows> Prepare(const BatchPtr& batch) const override;
  Status Consume(PartitionedRows rows) override;
  void Finish(Status status) override;

 private:
  /// The partitions that are in memory.
  struct Partitions {
    std::unique_ptr<SpillingKeys> keys;
    std::unique_ptr<BestRows> best;

    int64_t num_bytes() const { return keys->num_bytes() + best->num_bytes(); }
  };

  TopRowStage(StageContext context, SchemaPtr schema, const plan::TopRow& top_row,
              const ExprContext& expr_context, PieceSinkPtr next)
      : InOrderStage(std::move(context)),
        schema_(std::move(schema)),
        keys_(top_row.partition_by, top_row.order_by, expr_context),
        output_(this->context().meter, std::move(next)),
        grant_(this->context().memory) {}

  Result<Partitions> MakePartitions(int level) const;
  void PushSpilled();
  Status ProcessSpilled(NumberedRuns* output);
  Result<std::vector<SpilledPart>> ProcessPart(const SpilledPart& part, NumberedRuns* output);

  const SchemaPtr schema_;
  const WindowKeys keys_;
  const StageOutput output_;
  Partitions partitions_;
  MemoryGrant grant_;  // of the partitions in memory
  int64_t num_batches_ = 0;
};

}  // namespace tarn::local
