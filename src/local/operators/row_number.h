#pragma once

#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/operators/window_keys.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The input's rows in their order, each with its place (from 1) within its partition.
///
/// Rows with equal keys are numbered in the input's order.
class RowNumberStage : public InOrderStage<BatchPtr> {
 public:
  /// \param[in] schema of the output: the input's columns and the number
  RowNumberStage(StageContext context, SchemaPtr schema, const plan::RowNumber& row_number,
                 const ExprContext& expr_context, PieceSinkPtr next)
      : InOrderStage(std::move(context)),
        schema_(std::move(schema)),
        keys_(row_number.partition_by, row_number.order_by, expr_context),
        output_(this->context().meter, std::move(next)) {}

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<BatchPtr> Prepare(const BatchPtr& batch) const override { return batch; }
  Status Consume(BatchPtr batch) override;
  void Finish(Status status) override;

 private:
  Result<BatchPtr> Numbered();
  Result<std::vector<int32_t>> NumbersOf(const BatchPtr& rows);

  const SchemaPtr schema_;
  const WindowKeys keys_;
  const StageOutput output_;
  std::vector<BatchPtr> batches_;
};

}  // namespace tarn::local
