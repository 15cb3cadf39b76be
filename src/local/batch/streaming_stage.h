#pragma once

#include "local/batch/stage.h"

namespace tarn::local {

/// \brief An operator that makes something of each batch by itself: pieces keep their numbers.
///
/// Threads: as PieceSink; many batches are processed at once.
class StreamingStage : public PieceSink {
 public:
  StreamingStage(StageContext context, PieceSinkPtr next)
      : context_(std::move(context)), output_(context_.meter, std::move(next)) {}

  void SetNumPieces(int64_t num_pieces) override { output_.SetNumPieces(num_pieces); }
  void Push(int64_t number, Result<BatchPtr> part) override;
  void Complete(int64_t number) override { output_.Complete(number); }
  bool IsClosed() const override { return output_.IsClosed(); }

 protected:
  /// Takes the next part of what a batch becomes. An error ends the processing of the batch.
  using Emit = std::function<Status(BatchPtr batch)>;

  /// \brief What `batch`, which is not empty, becomes: nothing, or some batches.
  virtual Status Process(const BatchPtr& batch, const Emit& emit) const = 0;

  const StageContext& context() const { return context_; }
  const StageOutput& output() const { return output_; }

 private:
  const StageContext context_;
  const StageOutput output_;
};

}  // namespace tarn::local
