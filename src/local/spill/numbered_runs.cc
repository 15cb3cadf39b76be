#include "local/spill/numbered_runs.h"

#include <numeric>
#include <utility>

#include "local/spill/order_key.h"

namespace tarn::local {

Status NumberedRuns::Add(const BatchPtr& rows, std::span<const int64_t> numbers) {
  if (rows->num_rows() == 0) return Status::OK();
  SpilledRows run(WithOrderKey(schema_), store_);
  for (int64_t begin = 0; begin < rows->num_rows(); begin += kBatchRows) {
    ARROW_RETURN_NOT_OK(poll_());
    const BatchPtr some = rows->Slice(begin, kBatchRows);
    ARROW_ASSIGN_OR_RAISE(auto keys, OrderKeysOf(numbers.subspan(begin, some->num_rows())));
    ARROW_RETURN_NOT_OK(run.Append(AddOrderKey(some, std::move(keys))));
  }
  ARROW_RETURN_NOT_OK(run.Flush());
  std::lock_guard lock(mutex_);
  runs_.push_back(std::move(run));
  return Status::OK();
}

Status NumberedRuns::AddFirst(const BatchPtr& rows) {
  std::vector<int64_t> numbers(static_cast<size_t>(rows->num_rows()));
  std::iota(numbers.begin(), numbers.end(), 0);
  return Add(rows, numbers);
}

Result<BatchPtr> NumberedRuns::Next() {
  if (merge_ == nullptr) {
    ARROW_ASSIGN_OR_RAISE(merge_, SpillMerge::Make(schema_, std::move(runs_), store_, poll_));
  }
  ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, merge_->Next());
  return batch == nullptr ? nullptr : WithoutOrderKey(batch);
}

}  // namespace tarn::local
