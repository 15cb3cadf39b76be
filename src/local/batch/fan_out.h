#pragma once

#include <algorithm>
#include <vector>

#include "local/batch/piece_sink.h"

namespace tarn::local {

/// \brief Pushes all that comes into each of several sinks.
///
/// Threads: as PieceSink, once all sinks are added.
class FanOut : public PieceSink {
 public:
  void Add(PieceSinkPtr sink) { sinks_.push_back(std::move(sink)); }

  void SetNumPieces(int64_t num_pieces) override {
    for (const PieceSinkPtr& sink : sinks_) sink->SetNumPieces(num_pieces);
  }
  void Push(int64_t number, Result<BatchPtr> part) override {
    for (const PieceSinkPtr& sink : sinks_) sink->Push(number, part);
  }
  void Complete(int64_t number) override {
    for (const PieceSinkPtr& sink : sinks_) sink->Complete(number);
  }
  bool IsClosed() const override {
    return std::all_of(sinks_.begin(), sinks_.end(),
                       [](const PieceSinkPtr& sink) { return sink->IsClosed(); });
  }

 private:
  std::vector<PieceSinkPtr> sinks_;
};

}  // namespace tarn::local
