#include "local/operators/spilled_probe.h"

#include "local/operators/spilled_join.h"

namespace tarn::local {

SpilledProbeStage::SpilledProbeStage(StageContext context, JoinSpecPtr spec,
                                     std::unique_ptr<JoinPartitions> right,
                                     NullMatches null_matches, PieceSinkPtr next)
    : InOrderStage(std::move(context)),
      spec_(std::move(spec)),
      output_(this->context().meter, std::move(next)),
      left_(spec_->left_schema, spec_->null_safe, spec_->keeps_left, this->context()),
      right_(std::move(right)),
      null_matches_(null_matches) {
  for (int i = 0; i < SpilledPartitions::kNumPartitions; ++i) {
    is_needed_.push_back(spec_->keeps_left || right_->partition(i).num_rows() > 0);
  }
}

Result<SpilledProbeRows> SpilledProbeStage::Prepare(const BatchPtr& batch) const {
  ARROW_ASSIGN_OR_RAISE(const EncodedKeys keys, EncodeKeys(spec_->left_keys, *batch));
  std::vector<int8_t> partitions = left_.Of(keys);
  for (int8_t& partition : partitions) {
    if (partition != SpilledPartitions::kNone && !is_needed_[partition]) {
      partition = SpilledPartitions::kNone;
    }
  }
  return SpilledProbeRows{batch, std::move(partitions)};
}

Status SpilledProbeStage::Consume(SpilledProbeRows rows) {
  return left_.Add(rows.batch, rows.partitions);
}

void SpilledProbeStage::Finish(Status status) {
  SpilledJoin join(spec_, null_matches_, context(), [this] { return PollOpen(); });
  const Status joined = CatchOutOfMemory([&]() -> Status {
    ARROW_RETURN_NOT_OK(left_.Flush());
    return join.Run(&left_, right_.get(), std::move(status));
  });
  if (!joined.ok()) return output_.End(joined);
  output_.PushStream(context(), [&] { return join.Next(); });
}

// When nobody takes the output there is no reason to go on.
Status SpilledProbeStage::PollOpen() const {
  return output_.IsClosed() ? Status::Cancelled("the output is closed") : context().poll();
}

}  // namespace tarn::local
