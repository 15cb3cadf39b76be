#pragma once

#include <memory>
#include <vector>

#include "base/poll.h"
#include "local/batch/stage.h"
#include "local/operators/batch_probe.h"
#include "local/operators/build_side.h"
#include "local/operators/join_partitions.h"
#include "local/operators/join_spec.h"
#include "local/spill/order_key.h"
#include "local/spill/spill_merge.h"

namespace tarn::local {

/// \brief Joins two inputs that are on disk, one partition after the other.
///
/// Of a partition's right rows as many are in memory at a time as may be, a chunk; all its left
/// rows are read for each. The output of a chunk is a run in the order of left rows, and the runs
/// of all are merged, those of earlier chunks first where left rows are the same.
/// Order of calls: Run, then Next. Threads: one.
class SpilledJoin {
 public:
  /// \param[in] null_matches of a null-aware join
  /// \param[in] context kept
  /// \param[in] poll asked between batches, in place of the context's
  SpilledJoin(JoinSpecPtr spec, NullMatches null_matches, const StageContext& context, Poll poll)
      : spec_(std::move(spec)),
        null_matches_(null_matches),
        store_(context.spill),
        memory_(context.memory),
        poll_(std::move(poll)) {}

  /// \param[in] left, right flushed; their rows are given up
  /// \param[in] left_status an error after the last left row
  Status Run(JoinPartitions* left, JoinPartitions* right, Status left_status);

  /// \brief The next rows of the output; null after the last. The first error in the order of left
  /// rows comes after the output of those before.
  Result<BatchPtr> Next();

 private:
  /// Right rows of a partition that are in memory.
  struct Chunk {
    std::unique_ptr<BuildSide> rows;
    std::vector<int64_t> numbers;        // in the right input, where it keeps rows without a match
    std::vector<bool> matched;           // then, too
    std::unique_ptr<MemoryGrant> grant;  // of both
  };
  /// Left rows of a partition.
  struct LeftRows {
    SpilledRows rows;
    // Those that did, where rows without a match count and there are several chunks; else empty.
    std::vector<bool> matched;
  };

  Status JoinPartition(SpilledRows left, SpilledRows right);
  Result<Chunk> ReadChunk(SpilledRows* right, size_t* next_batch) const;
  Status ProbeChunk(Chunk* chunk, bool is_only, LeftRows* left);
  Status ProbeBatch(const BatchProbe::Join& join, const BatchPtr& batch, int64_t first_row,
                    LeftRows* left, SpilledRows* run);
  Status AddPairs(BatchProbe* probe, const BatchPtr& batch, int64_t first_row, LeftRows* left,
                  SpilledRows* run);
  Status AddMatches(BatchProbe* probe, const BatchPtr& batch, int64_t first_row, LeftRows* left,
                    SpilledRows* run);
  Status AddRowsOfMatches(const BatchPtr& batch, const BatchProbe::Matches& matches,
                          SpilledRows* run) const;
  void NoteError(const Status& error, int64_t number);
  Status AddByMatches(const LeftRows& left);
  Status AddUnmatchedLeft(const LeftRows& left);
  Status AddUnmatchedRight(const Chunk& chunk, SpilledRows* run) const;
  SpilledRows MakeRun() const { return {WithOrderKey(spec_->schema), store_.get()}; }

  const JoinSpecPtr spec_;
  const NullMatches null_matches_;
  const std::shared_ptr<SpillStore> store_;
  MemoryBudget* const memory_;
  const Poll poll_;

  std::vector<SpilledRows> runs_;             // by left row
  std::vector<SpilledRows> unmatched_right_;  // runs by right row
  std::unique_ptr<SpillMerge> merge_;         // of runs_, later of unmatched_right_
  Status error_;                              // the first in the order of left rows
  int64_t error_number_ = 0;                  // the left row that it is of, or that after the last
  bool is_left_done_ = false;                 // only right rows without a match are to come
};

}  // namespace tarn::local
