#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/operators/batch_probe.h"
#include "local/operators/join_partitions.h"
#include "local/operators/join_spec.h"

namespace tarn::local {

/// \brief A batch of a join's left side, and where its rows go.
struct SpilledProbeRows {
  BatchPtr batch;
  std::vector<int8_t> partitions;
};

/// \brief The left input of a join whose right one is on disk: goes to disk as well; then both are
/// joined.
class SpilledProbeStage : public InOrderStage<SpilledProbeRows> {
 public:
  /// \param[in] right the right input, flushed
  /// \param[in] null_matches of a null-aware join
  SpilledProbeStage(StageContext context, JoinSpecPtr spec, std::unique_ptr<JoinPartitions> right,
                    NullMatches null_matches, PieceSinkPtr next);

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<SpilledProbeRows> Prepare(const BatchPtr& batch) const override;
  Status Consume(SpilledProbeRows rows) override;
  void Finish(Status status) override;

 private:
  Status PollOpen() const;

  const JoinSpecPtr spec_;
  const StageOutput output_;
  JoinPartitions left_;
  const std::unique_ptr<JoinPartitions> right_;
  const NullMatches null_matches_;
  std::vector<bool> is_needed_;  // by partition: whether left rows there are
};

}  // namespace tarn::local
