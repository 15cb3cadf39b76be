#include "local/operators/spilled_groups.h"

#include <utility>

#include "local/spill/order_key.h"

namespace tarn::local {

Status SpilledGroups::Process(std::vector<SpilledPart> parts) {
  return ProcessParts(std::move(parts), context_.poll, &grant_,
                      [this](const SpilledPart& part) { return ProcessPart(part); });
}

// Where a function fails, the part is processed again with its rows as they came, batch by batch,
// to find out in which of these it is.
Result<std::vector<SpilledPart>> SpilledGroups::ProcessPart(const SpilledPart& part) {
  ARROW_ASSIGN_OR_RAISE(PartGroups state, ConsumePart(part, /*by_batch=*/false));
  if (!state.error.ok()) {
    state = PartGroups();
    ARROW_ASSIGN_OR_RAISE(state, ConsumePart(part, /*by_batch=*/true));
  }
  if (state.error.ok()) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr finished, state.groups->Finish(schema_, &state.error));
    if (finished != nullptr) ARROW_RETURN_NOT_OK(output_->Add(finished, state.first));
  }
  error_.Add(std::move(state.error));
  return state.groups->TakeSpilled();
}

// An error ends it; one that is sought by batch, when its batch has ended.
Result<SpilledGroups::PartGroups> SpilledGroups::ConsumePart(const SpilledPart& part,
                                                             bool by_batch) {
  PartGroups state;
  ARROW_ASSIGN_OR_RAISE(state.groups, AggregateGroups::Make(context_, aggregate_, part.level));
  std::vector<int64_t> batches;  // by call of Consume: that of the first row
  const auto has_ended = [&](const arrow::RecordBatch& rows) {
    return !state.error.ok() && (!by_batch || BatchAt(rows, 0) > state.error.batch);
  };
  for (size_t i = 0; i < part.rows.num_batches(); ++i) {
    ARROW_RETURN_NOT_OK(context_.poll());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr read, part.rows.Read(i));
    if (has_ended(*read)) break;
    for (const BatchPtr& rows : by_batch ? SliceByBatch(read) : std::vector<BatchPtr>{read}) {
      if (has_ended(*rows)) break;
      batches.push_back(BatchAt(*rows, 0));
      ARROW_RETURN_NOT_OK(Consume(rows, &state));
    }
    grant_.Set(state.num_bytes());
    if (grant_.has_to_shrink()) state.groups->Freeze();
  }
  CallError rest = state.groups->ConsumeRest();
  if (!rest.ok()) rest.batch = batches[rest.batch];
  state.error.Add(std::move(rest));
  return state;
}

Status SpilledGroups::Consume(const BatchPtr& rows, PartGroups* state) const {
  ARROW_ASSIGN_OR_RAISE(AggregateInput input, exprs_.Evaluate(WithoutOrderKey(rows)));
  ARROW_ASSIGN_OR_RAISE(const auto numbers, state->groups->Number(input, [&] { return rows; }));
  AddFirstNumbers(*rows, *numbers, &state->first);
  ARROW_ASSIGN_OR_RAISE(const auto by_call, state->groups->RowsOf(std::move(input.calls), numbers));
  state->groups->Consume(by_call, BatchAt(*rows, 0), &state->error);
  return Status::OK();
}

}  // namespace tarn::local
