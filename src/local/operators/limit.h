#pragma once

#include "local/batch/in_order_stage.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief Rows of its input that follow each other; it closes the input once it has them. One piece
/// of output.
class LimitStage : public InOrderStage<BatchPtr> {
 public:
  LimitStage(StageContext context, const plan::Limit& limit, PieceSinkPtr next)
      : InOrderStage(std::move(context)),
        output_(this->context().meter, std::move(next)),
        num_to_skip_(limit.offset),
        num_rows_left_(limit.num_rows) {
    if (num_rows_left_ == 0) Close();
  }

  /// \brief Say how many pieces there are, and end when no row is wanted. Called once.
  void Start();

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<BatchPtr> Prepare(const BatchPtr& batch) const override { return batch; }
  Status Consume(BatchPtr batch) override;
  void Finish(Status status) override;

 private:
  const StageOutput output_;
  int64_t num_to_skip_;
  int64_t num_rows_left_;
};

}  // namespace tarn::local
