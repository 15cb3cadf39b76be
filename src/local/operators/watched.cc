#include "local/operators/watched.h"

#include <arrow/util/byte_size.h>

#include "local/batch/cpu_clock.h"

namespace tarn::local {

Result<BatchPtr> WatchedOperator::Next() {
  ARROW_RETURN_NOT_OK(poll_());
  return metrics_ == nullptr ? wrapped_->Next() : MeasuredNext();
}

Result<BatchPtr> WatchedOperator::MeasuredNext() {
  const double inputs_before = InputSeconds();
  const double begin = ThreadCpuSeconds();
  ARROW_ASSIGN_OR_RAISE(BatchPtr batch, wrapped_->Next());
  const double elapsed = ThreadCpuSeconds() - begin;
  total_seconds_ += elapsed;
  metrics_->seconds += elapsed - (InputSeconds() - inputs_before);
  if (batch != nullptr) {
    metrics_->num_rows += batch->num_rows();
    metrics_->num_bytes += arrow::util::TotalBufferSize(*batch);
  }
  return batch;
}

double WatchedOperator::InputSeconds() const {
  double seconds = 0;
  for (const WatchedOperator* input : inputs_) seconds += input->total_seconds_;
  return seconds;
}

}  // namespace tarn::local
