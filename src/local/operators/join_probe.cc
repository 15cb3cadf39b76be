#include "local/operators/join_probe.h"

#include "base/out_of_memory.h"
#include "local/operators/batch_probe.h"

namespace tarn::local {

JoinProbeStage::JoinProbeStage(StageContext context, SchemaPtr schema, SchemaPtr left_schema,
                               const plan::Join& join, const ExprContext& expr_context,
                               PieceSinkPtr next)
    : context_(std::move(context)),
      left_schema_(std::move(left_schema)),
      null_safe_(join.null_safe),
      keeps_right_(join.kind == plan::Join::Kind::kRight || join.kind == plan::Join::Kind::kFull),
      left_keys_(CompileAll(join.left_keys, expr_context)),
      output_(context_.meter, std::move(next)) {
  using Kind = plan::Join::Kind;
  join_.schema = std::move(schema);
  join_.keeps_left = join.kind == Kind::kLeft || join.kind == Kind::kFull;
  if (join.residual != nullptr) {
    residual_.emplace(join.residual, expr_context);
    join_.residual = &*residual_;
  }
}

void JoinProbeStage::SetBuild(Result<std::unique_ptr<BuildSide>> build) {
  build_status_ = build.status();
  if (build.ok()) {
    build_ = *std::move(build);
    join_.build = build_.get();
    if (keeps_right_) {
      right_matched_ = std::vector<std::atomic<bool>>(build_->rows()->num_rows());
      join_.on_match = [this](int64_t row) {
        right_matched_[row].store(true, std::memory_order_relaxed);
      };
    }
  }
  std::unique_lock lock(mutex_);
  has_build_ = true;
  FinishIfComplete(&lock);
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
  ARROW_ASSIGN_OR_RAISE(const EncodedKeys keys, EncodeKeys(left_keys_, *batch));
  ARROW_ASSIGN_OR_RAISE(auto matches, build_->Find(keys, null_safe_));
  BatchProbe probe(join_, batch, std::move(matches));
  while (!probe.is_done() && !IsClosed()) {
    // Of a batch, none of very many pairs may pass.
    ARROW_RETURN_NOT_OK(context_.poll());
    ARROW_ASSIGN_OR_RAISE(BatchPtr rows, probe.Next());
    if (rows != nullptr) output_.Push(number, std::move(rows));
  }
  return Status::OK();
}

void JoinProbeStage::Complete(int64_t number) {
  output_.Complete(number);
  std::unique_lock lock(mutex_);
  ++num_complete_;
  FinishIfComplete(&lock);
}

// When all rows of the left side are done, those of the right one that matched nothing are known.
void JoinProbeStage::FinishIfComplete(std::unique_lock<std::mutex>* lock) {
  if (!has_build_ || num_complete_ != num_pieces_) return;
  lock->unlock();
  const SelfTime::Scope scope(context_.meter->time());
  Status status = build_status_;
  if (status.ok() && keeps_right_) {
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
      if (!right_matched_[next].load(std::memory_order_relaxed)) rows.push_back(next);
    }
    const auto count = static_cast<int64_t>(rows.size());
    ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, NullColumns(*left_schema_, count));
    ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector right, GatherRight(*build_, std::move(rows)));
    columns.insert(columns.end(), right.begin(), right.end());
    output_.Push(number, arrow::RecordBatch::Make(join_.schema, count, std::move(columns)));
  }
  return Status::OK();
}

}  // namespace tarn::local
