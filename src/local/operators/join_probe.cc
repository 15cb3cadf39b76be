#include "local/operators/join_probe.h"

#include "base/out_of_memory.h"
#include "local/operators/batch_probe.h"

namespace tarn::local {

JoinProbeStage::JoinProbeStage(StageContext context, JoinSpecPtr spec,
                               Result<std::unique_ptr<BuildSide>> build, NullMatches null_matches,
                               PieceSinkPtr next)
    : context_(std::move(context)),
      spec_(std::move(spec)),
      output_(context_.meter, std::move(next)),
      build_status_(build.status()) {
  if (!build.ok()) return;
  build_ = *std::move(build);
  join_ = {spec_.get(), build_.get(), spec_->keeps_left, nullptr, null_matches};
  if (spec_->keeps_right) {
    right_matched_ = std::vector<std::atomic<bool>>(build_->rows()->num_rows());
    join_.on_match = [this](int64_t row) {
      right_matched_[row].store(true, std::memory_order_relaxed);
    };
  }
}

void JoinProbeStage::SetNumPieces(int64_t num_pieces) {
  output_.SetNumPieces(num_pieces + 1);
  std::unique_lock lock(mutex_);
  num_pieces_ = num_pieces;
  FinishIfComplete(&lock);
}

void JoinProbeStage::Push(int64_t number, Result<BatchPtr> part) {
  if (IsClosed()) return;
  const SelfTime::Scope scope(context_.meter->time());
  Status status = build_status_.ok() ? part.status() : build_status_;
  if (status.ok()) status = CatchOutOfMemory([&] { return Process(number, *part); });
  if (!status.ok()) output_.Push(number, std::move(status));
}

Status JoinProbeStage::Process(int64_t number, const BatchPtr& batch) {
  ARROW_ASSIGN_OR_RAISE(BatchProbe probe, BatchProbe::Make(join_, batch));
  while (!probe.is_done() && !IsClosed()) {
    // Of a batch, none of very many pairs may pass.
    ARROW_RETURN_NOT_OK(context_.poll());
    ARROW_ASSIGN_OR_RAISE(BatchPtr rows, NextRows(&probe, batch));
    if (rows != nullptr) output_.Push(number, std::move(rows));
  }
  return probe.error();
}

// Null when there are none among those that come next.
Result<BatchPtr> JoinProbeStage::NextRows(BatchProbe* probe, const BatchPtr& batch) const {
  if (spec_->is_right_existence) {
    ARROW_RETURN_NOT_OK(probe->TellNext());
    return nullptr;
  }
  if (!spec_->is_existence) return probe->Next();
  ARROW_ASSIGN_OR_RAISE(const BatchProbe::Matches matches, probe->NextMatches());
  std::vector<int64_t> numbers;
  ARROW_ASSIGN_OR_RAISE(BatchPtr rows, RowsOfMatches(*spec_, batch, matches, &numbers));
  return numbers.empty() ? nullptr : std::move(rows);
}

void JoinProbeStage::Complete(int64_t number) {
  output_.Complete(number);
  std::unique_lock lock(mutex_);
  ++num_complete_;
  FinishIfComplete(&lock);
}

// When all rows of the left side are done, those of the right one that matched nothing are known.
void JoinProbeStage::FinishIfComplete(std::unique_lock<std::mutex>* lock) {
  if (num_complete_ != num_pieces_) return;
  lock->unlock();
  const SelfTime::Scope scope(context_.meter->time(), SelfTime::Threads::kOne);
  Status status = build_status_;
  if (status.ok() && spec_->keeps_right) {
    status = CatchOutOfMemory([&] { return PushUnmatchedRight(num_pieces_); });
  }
  if (!status.ok()) output_.Push(num_pieces_, std::move(status));
  output_.Complete(num_pieces_);
  build_ = nullptr;
}

Status JoinProbeStage::PushUnmatchedRight(int64_t number) {
  const auto num_rows = static_cast<int64_t>(right_matched_.size());
  for (int64_t next = 0; next < num_rows && !IsClosed();) {
    ARROW_RETURN_NOT_OK(context_.poll());
    std::vector<int64_t> rows;
    for (; next < num_rows && static_cast<int64_t>(rows.size()) < kBatchRows; ++next) {
      const bool matched = right_matched_[next].load(std::memory_order_relaxed);
      if (IsPutOutLast(*spec_, matched)) rows.push_back(next);
    }
    ARROW_ASSIGN_OR_RAISE(BatchPtr unmatched, UnmatchedRight(*spec_, *build_, std::move(rows)));
    output_.Push(number, std::move(unmatched));
  }
  return Status::OK();
}

}  // namespace tarn::local
