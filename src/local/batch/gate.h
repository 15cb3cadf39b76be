#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "local/batch/piece_sink.h"
#include "local/batch/scheduler.h"

namespace tarn::local {

/// \brief Holds pieces until it is opened, then lets them pass, each by a task of its own.
///
/// What it holds does not count as backlog: only more input can open it.
/// Threads: as PieceSink.
class Gate : public PieceSink {
 public:
  /// \param[in] scheduler borrowed
  Gate(Scheduler* scheduler, PieceSinkPtr next) : scheduler_(scheduler), next_(std::move(next)) {}

  /// \brief Passed on at once, open or not.
  void SetNumPieces(int64_t num_pieces) override { next_->SetNumPieces(num_pieces); }
  void Push(int64_t number, Result<BatchPtr> part) override;
  void Complete(int64_t number) override;
  bool IsClosed() const override { return next_->IsClosed(); }

  /// \brief Called once.
  void Open();

 private:
  // A part, or, without one, the piece's completion.
  using Call = std::optional<Result<BatchPtr>>;

  bool Hold(int64_t number, Call* call);
  void Release(int64_t number);

  Scheduler* const scheduler_;
  const PieceSinkPtr next_;

  std::mutex mutex_;  // of all below
  bool is_open_ = false;
  std::map<int64_t, std::deque<Call>> held_;  // by piece; those being released are here to the end
};

}  // namespace tarn::local
