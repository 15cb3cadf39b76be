#pragma once

#include <atomic>
#include <mutex>

#include "local/batch/piece_sink.h"

namespace tarn::local {

/// \brief Stands for a sink that is chosen later, before the first part.
///
/// Threads: as PieceSink.
class LateSink : public PieceSink {
 public:
  /// \param[in] output of the sink that will be chosen, asked whether it is closed until then
  explicit LateSink(PieceSinkPtr output) : output_(std::move(output)) {}

  /// \brief Called once, before the first part.
  void Choose(PieceSinkPtr sink) {
    std::unique_lock lock(mutex_);
    chosen_ = std::move(sink);
    sink_ = chosen_.get();
    const int64_t num_pieces = num_pieces_;
    lock.unlock();
    if (num_pieces >= 0) chosen_->SetNumPieces(num_pieces);
  }

  void SetNumPieces(int64_t num_pieces) override {
    std::unique_lock lock(mutex_);
    num_pieces_ = num_pieces;
    PieceSink* const sink = sink_;
    lock.unlock();
    if (sink != nullptr) sink->SetNumPieces(num_pieces);
  }
  void Push(int64_t number, Result<BatchPtr> part) override {
    chosen_->Push(number, std::move(part));
  }
  void Complete(int64_t number) override { chosen_->Complete(number); }
  bool IsClosed() const override {
    const PieceSink* const sink = sink_;
    return sink == nullptr ? output_->IsClosed() : sink->IsClosed();
  }

 private:
  const PieceSinkPtr output_;
  PieceSinkPtr chosen_;
  std::atomic<PieceSink*> sink_ = nullptr;  // chosen_, for any thread

  std::mutex mutex_;         // of choosing, and of what follows
  int64_t num_pieces_ = -1;  // -1: not known yet
};

}  // namespace tarn::local
