#include "local/batch/streaming_stage.h"

#include "base/out_of_memory.h"

namespace tarn::local {

void StreamingStage::Push(int64_t number, Result<BatchPtr> part) {
  if (IsClosed()) return;
  const SelfTime::Scope scope(context_.meter->time());
  const auto emit = [&](BatchPtr batch) {
    output_.Push(number, std::move(batch));
    return IsClosed() ? Status::Cancelled("the consumer has closed") : Status::OK();
  };
  Status status = part.status();
  if (status.ok()) status = context_.poll();
  if (status.ok()) status = CatchOutOfMemory([&] { return Process(*part, emit); });
  if (!status.ok()) output_.Push(number, std::move(status));
}

}  // namespace tarn::local
