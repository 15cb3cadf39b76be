#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "local/batch/spill_store.h"
#include "local/batch/stage.h"

namespace tarn::local {

/// \brief Holds pieces until it is opened, then lets them pass, each by a task of its own: in their
/// order, several at once as long as the backlog has room.
///
/// What it holds does not count as backlog: only more input can open it. Where memory ends, it is
/// held on disk; what cannot be written or read back is an error in the place of its rows.
/// Threads: as PieceSink.
class Gate : public PieceSink {
 public:
  Gate(StageContext context, PieceSinkPtr next)
      : context_(std::move(context)), next_(std::move(next)), grant_(context_.memory) {}

  /// \brief Passed on at once, open or not.
  void SetNumPieces(int64_t num_pieces) override { next_->SetNumPieces(num_pieces); }
  void Push(int64_t number, Result<BatchPtr> part) override;
  void Complete(int64_t number) override;
  bool IsClosed() const override { return next_->IsClosed(); }

  /// \brief Called once.
  void Open();

 private:
  // A part, or, without one, the piece's completion.
  struct Call {
    std::optional<Result<BatchPtr>> part;
    int64_t num_bytes = 0;  // of a part that is a batch in memory, else 0
    SchemaPtr schema;       // of a part that is on disk, where `part` is null; else null
    SpilledBatch spilled;
  };
  using CallPtr = std::shared_ptr<Call>;

  struct Written {
    CallPtr call;
    BatchPtr batch;
  };

  bool Hold(int64_t number, const CallPtr& call);
  void Shrink();
  std::optional<Written> NextToWrite();
  void ChangeBytes(int64_t num_bytes);
  void ReleaseNext();
  void Release(int64_t number);
  std::optional<Call> Take(int64_t number);

  const StageContext context_;
  const PieceSinkPtr next_;

  std::mutex mutex_;  // of all below
  bool is_open_ = false;
  MemoryGrant grant_;
  std::map<int64_t, std::deque<CallPtr>> held_;  // by piece; those being released stay to the end
  int64_t last_released_ = -1;                   // the last piece whose release was begun
  std::set<int64_t> paused_;                     // of those begun, pieces that wait for room
  int num_releasing_ = 0;                        // pieces that a task is at
  std::vector<CallPtr> in_memory_;  // of held_, those that no thread writes; some are released
};

}  // namespace tarn::local
