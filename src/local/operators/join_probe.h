#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "local/batch/stage.h"
#include "local/operators/batch_probe.h"
#include "local/operators/build_side.h"
#include "local/operators/join_spec.h"

namespace tarn::local {

/// \brief The left input of a join, whose rows are paired with those of the right one, which are
/// in memory.
///
/// Pieces keep their numbers; after them comes one of the right rows that matched nothing, for
/// RIGHT and FULL.
class JoinProbeStage : public PieceSink {
 public:
  /// \param[in] build the right input, or why there is none
  /// \param[in] null_matches of a null-aware join
  JoinProbeStage(StageContext context, JoinSpecPtr spec, Result<std::unique_ptr<BuildSide>> build,
                 NullMatches null_matches, PieceSinkPtr next);

  void SetNumPieces(int64_t num_pieces) override;
  void Push(int64_t number, Result<BatchPtr> part) override;
  void Complete(int64_t number) override;
  bool IsClosed() const override { return output_.IsClosed(); }

 private:
  Status Process(int64_t number, const BatchPtr& batch);
  Result<BatchPtr> NextRows(BatchProbe* probe, const BatchPtr& batch) const;
  void FinishIfComplete(std::unique_lock<std::mutex>* lock);
  Status PushUnmatchedRight(int64_t number);

  const StageContext context_;
  const JoinSpecPtr spec_;
  const StageOutput output_;

  const Status build_status_;
  std::unique_ptr<BuildSide> build_;  // freed when the left input is done
  BatchProbe::Join join_;
  std::vector<std::atomic<bool>> right_matched_;  // for RIGHT and FULL

  std::mutex mutex_;         // of all below
  int64_t num_pieces_ = -1;  // -1: not known yet
  int64_t num_complete_ = 0;
};

}  // namespace tarn::local
