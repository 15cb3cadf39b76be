#pragma once

#include <memory>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/keys/best_rows.h"
#include "local/operators/window_keys.h"
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
/// Partitions come in the order in which they were first seen.
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
  TopRowStage(StageContext context, SchemaPtr schema, const plan::TopRow& top_row,
              const ExprContext& expr_context, PieceSinkPtr next)
      : InOrderStage(std::move(context)),
        keys_(top_row.partition_by, top_row.order_by, expr_context),
        output_(this->context().meter, std::move(next)),
        best_(std::make_unique<BestRows>(std::move(schema), BestRows::Ties::kFirst,
                                         this->context().poll)) {}

  const WindowKeys keys_;
  const StageOutput output_;
  std::unique_ptr<KeyTable> partitions_;
  std::unique_ptr<BestRows> best_;
  bool has_rows_ = false;
};

}  // namespace tarn::local
