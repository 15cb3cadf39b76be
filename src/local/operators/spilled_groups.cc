#include "local/operators/spilled_groups.h"

#include <utility>

#include "local/spill/order_key.h"

namespace tarn::local {

Status SpilledGroups::Process(std::vector<SpilledPart> parts) {
  return ProcessParts(std::move(parts), context_.poll,
                      [this](const SpilledPart& part) { return ProcessPart(part); });
}

// Where a function fails, the part is processed again with its rows as they came, batch by batch,
// to find out in which of these it is.
Result<SpilledGroups::Parts> SpilledGroups::ProcessPart(const SpilledPart& part) {
  CallError error;
  ARROW_ASSIGN_OR_RAISE(Parts left, ProcessPart(part, /*by_batch=*/false, &error));
  if (!error.ok() && error.batch != CallError::kAtEnd) {
    error = CallError();
    ARROW_ASSIGN_OR_RAISE(left, ProcessPart(part, /*by_batch=*/true, &error));
  }
  error_.Add(std::move(error));
  return left;
}

Result<SpilledGroups::Parts> SpilledGroups::ProcessPart(const SpilledPart& part, bool by_batch,
                                                        CallError* error) {
  ARROW_ASSIGN_OR_RAISE(const auto groups, AggregateGroups::Make(context_, aggregate_, part.level));
  std::vector<int64_t> first;    // by group: number of its first row
  std::vector<int64_t> batches;  // by call of Consume: the first row's
  for (size_t i = 0; i < part.rows.num_batches() && error->ok(); ++i) {
    ARROW_RETURN_NOT_OK(context_.poll());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr read, part.rows.Read(i));
    for (const BatchPtr& batch : by_batch ? SliceByBatch(read) : std::vector<BatchPtr>{read}) {
      batches.push_back(BatchAt(*batch, 0));
      ARROW_ASSIGN_OR_RAISE(*error, Consume(batch, groups.get(), &first));
      if (!error->ok()) break;
    }
    grant_.Set(groups->num_bytes() + static_cast<int64_t>(first.capacity() * sizeof(int64_t)));
    if (grant_.has_to_shrink()) groups->Freeze();
  }
  CallError rest = groups->ConsumeRest();
  if (!rest.ok()) rest.batch = batches[rest.batch];
  error->Add(std::move(rest));
  if (error->ok()) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr finished, groups->Finish(schema_, error));
    if (finished != nullptr) ARROW_RETURN_NOT_OK(output_.Add(finished, first));
  }
  Result<Parts> left = groups->TakeSpilled();
  grant_.Set(0);
  return left;
}

Result<CallError> SpilledGroups::Consume(const BatchPtr& batch, AggregateGroups* groups,
                                         std::vector<int64_t>* first) const {
  ARROW_ASSIGN_OR_RAISE(AggregateInput input, exprs_.Evaluate(WithoutOrderKey(batch)));
  ARROW_ASSIGN_OR_RAISE(const auto numbers, groups->Number(input, [&] { return batch; }));
  AddFirstNumbers(*batch, *numbers, first);
  ARROW_ASSIGN_OR_RAISE(const auto rows, groups->RowsOf(std::move(input), numbers));
  return groups->Consume(rows, BatchAt(*batch, 0));
}

}  // namespace tarn::local
