#include "local/batch/stage.h"

namespace tarn::local {

void StageOutput::Push(int64_t number, Result<BatchPtr> part) const {
  if (part.ok()) {
    if ((*part)->num_rows() == 0) return;
    meter_->CountOutput(**part);
  }
  next_->Push(number, std::move(part));
}

void StageOutput::End(const Status& status) const {
  if (status.ok()) return SetNumPieces(0);
  SetNumPieces(1);
  Push(0, status);
  Complete(0);
}

void StageOutput::PushAll(const StageContext& context, int64_t num_pieces,
                          std::function<Result<BatchPtr>(int64_t number)> make) const {
  SetNumPieces(num_pieces);
  const auto shared = std::make_shared<const decltype(make)>(std::move(make));
  for (int64_t number = 0; number < num_pieces; ++number) {
    const auto task = [this, number, shared, poll = context.poll] {
      if (!IsClosed()) {
        const SelfTime::Scope scope(meter_->time());
        const Status polled = poll();
        Push(number, polled.ok() ? CatchingOutOfMemory([&] { return (*shared)(number); })
                                 : Result<BatchPtr>(polled));
      }
      Complete(number);
    };
    // There is nothing to do beside the only one.
    if (num_pieces == 1) return task();
    context.scheduler->Submit(Scheduler::Priority::kDeliver, task);
  }
}

void StageOutput::PushStream(const StageContext& context,
                             const std::function<Result<BatchPtr>()>& next) const {
  SetNumPieces(1);
  while (!IsClosed()) {
    const Status polled = context.poll();
    Result<BatchPtr> part =
        polled.ok() ? CatchingOutOfMemory([&] { return next(); }) : Result<BatchPtr>(polled);
    const bool is_last = !part.ok() || *part == nullptr;
    if (!part.ok() || *part != nullptr) Push(0, std::move(part));
    if (is_last) break;
  }
  Complete(0);
}

void StageOutput::PushSliced(const StageContext& context, Result<BatchPtr> batch) const {
  if (!batch.ok()) return End(batch.status());
  const int64_t num_pieces = ((*batch)->num_rows() + kBatchRows - 1) / kBatchRows;
  PushAll(context, num_pieces, [rows = *std::move(batch), num_pieces](int64_t number) {
    return num_pieces == 1 ? rows : rows->Slice(number * kBatchRows, kBatchRows);
  });
}

}  // namespace tarn::local
