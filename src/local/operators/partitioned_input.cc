#include "local/operators/partitioned_input.h"

#include <arrow/compute/api.h>

#include <utility>

namespace tarn::local {
namespace {

Result<std::shared_ptr<arrow::Array>> Take(const arrow::Array& values,
                                           const std::vector<int64_t>& rows) {
  const arrow::Int64Array indices(static_cast<int64_t>(rows.size()), arrow::Buffer::Wrap(rows));
  return arrow::compute::Take(values, indices, arrow::compute::TakeOptions::NoBoundsCheck());
}

}  // namespace

Result<std::shared_ptr<const PartitionedInput>> PartitionedInput::Make(AggregateInput input) {
  auto made = std::make_shared<PartitionedInput>();
  made->batch_ = std::move(input.batch);
  made->keys_ = std::move(input.keys);
  made->partitions_ = KeyPartitions(made->keys_);
  Spread spread;
  for (AggregateInput::Call& call : input.calls) {
    ARROW_RETURN_NOT_OK(made->SpreadCall(std::move(call), &spread));
  }
  return made;
}

// Functions of the same column share it.
Status PartitionedInput::SpreadCall(AggregateInput::Call call, Spread* spread) {
  Call& made = calls_.emplace_back();
  if (call.keep != nullptr) {
    const std::vector<int64_t> kept = SpreadKept(*call.keep, &made);
    ARROW_ASSIGN_OR_RAISE(auto keep, Take(*call.keep, partitions_.rows()));
    made.input.keep = std::static_pointer_cast<arrow::BooleanArray>(keep);
    for (const auto& arg : call.args) {
      ARROW_ASSIGN_OR_RAISE(made.input.args.emplace_back(), Take(*arg, kept));
    }
    return Status::OK();
  }
  for (int i = 0; i <= KeyPartitions::kNumPartitions; ++i) made.begins[i] = partitions_.begin(i);
  for (const auto& arg : call.args) {
    std::shared_ptr<arrow::Array>& taken = (*spread)[arg];
    if (taken == nullptr) {
      ARROW_ASSIGN_OR_RAISE(taken, Take(*arg, partitions_.rows()));
    }
    made.input.args.push_back(taken);
  }
  return Status::OK();
}

// The rows that count, by partition, as they are numbered among the rows that count.
std::vector<int64_t> PartitionedInput::SpreadKept(const arrow::BooleanArray& keep,
                                                  Call* call) const {
  const auto is_kept = [&keep](int64_t row) { return keep.IsValid(row) && keep.Value(row); };
  std::vector<int64_t> numbers(static_cast<size_t>(keep.length()));
  int64_t num_kept = 0;
  for (int64_t row = 0; row < keep.length(); ++row) {
    numbers[row] = num_kept;
    num_kept += is_kept(row) ? 1 : 0;
  }
  std::vector<int64_t> kept;
  kept.reserve(static_cast<size_t>(num_kept));
  for (int i = 0; i < KeyPartitions::kNumPartitions; ++i) {
    for (const int64_t row : partitions_.rows(i)) {
      if (is_kept(row)) kept.push_back(numbers[row]);
    }
    call->begins[i + 1] = static_cast<int64_t>(kept.size());
  }
  return kept;
}

std::vector<AggregateInput::Call> PartitionedInput::CallsOf(int partition) const {
  const int64_t begin = partitions_.begin(partition);
  const int64_t num_rows = partitions_.begin(partition + 1) - begin;
  std::vector<AggregateInput::Call> calls;
  for (const Call& all : calls_) {
    AggregateInput::Call& call = calls.emplace_back();
    const int64_t kept_begin = all.begins[partition];
    for (const auto& arg : all.input.args) {
      call.args.push_back(arg->Slice(kept_begin, all.begins[partition + 1] - kept_begin));
    }
    if (all.input.keep == nullptr) continue;
    call.keep =
        std::static_pointer_cast<arrow::BooleanArray>(all.input.keep->Slice(begin, num_rows));
  }
  return calls;
}

}  // namespace tarn::local
