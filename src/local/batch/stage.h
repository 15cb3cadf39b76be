#pragma once

#include <functional>
#include <memory>

#include "base/memory_budget.h"
#include "base/poll.h"
#include "local/batch/backlog.h"
#include "local/batch/node_meter.h"
#include "local/batch/piece_sink.h"
#include "local/batch/scheduler.h"
#include "local/batch/spill_store.h"

namespace tarn::local {

/// \brief What an operator at work needs of the run that it is part of. All pointers are borrowed.
struct StageContext {
  Scheduler* scheduler = nullptr;
  Backlog* backlog = nullptr;
  NodeMeter* meter = nullptr;           ///< of the operator's node
  Poll poll = GoOn;                     ///< Cancelled when the table should stop. Threads: any.
  MemoryBudget* memory = nullptr;       ///< of the run; null: without a limit
  std::shared_ptr<SpillStore> spill{};  ///< of the operator; null only where memory is
};

/// \brief Where the output of an operator goes, counted on its way. Threads: as PieceSink.
class StageOutput {
 public:
  StageOutput(NodeMeter* meter, PieceSinkPtr next) : meter_(meter), next_(std::move(next)) {}

  void SetNumPieces(int64_t num_pieces) const { next_->SetNumPieces(num_pieces); }
  /// \brief An empty batch is left out.
  void Push(int64_t number, Result<BatchPtr> part) const;
  void Complete(int64_t number) const { next_->Complete(number); }
  bool IsClosed() const { return next_->IsClosed(); }

  /// \brief An output of which nothing is made but an error, or nothing at all when it is OK.
  void End(const Status& status) const;

  /// \brief An output of `num_pieces` pieces of one part, each made by a task of its own.
  /// \param[in] make the part of a piece. Threads: any number at once.
  void PushAll(const StageContext& context, int64_t num_pieces,
               std::function<Result<BatchPtr>(int64_t number)> make) const;

  /// \brief An output of one piece, whose parts are made one after the other by this thread.
  /// \param[in] next the next part; null after the last
  void PushStream(const StageContext& context, const std::function<Result<BatchPtr>()>& next) const;

  /// \brief The rows of `batch` in pieces of about kBatchRows; its error when it is one.
  void PushSliced(const StageContext& context, Result<BatchPtr> batch) const;

 private:
  NodeMeter* const meter_;
  const PieceSinkPtr next_;
};

/// \brief What `make` returns, a Result<T>; memory that runs out is an error.
template <class Make>
auto CatchingOutOfMemory(Make&& make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    return Status::OutOfMemory("an allocation failed");
  }
}

}  // namespace tarn::local
