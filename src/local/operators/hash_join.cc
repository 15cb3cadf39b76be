#include "local/operators/hash_join.h"

#include <utility>

#include "local/operators/join_probe.h"
#include "local/operators/spilled_probe.h"

namespace tarn::local {

Result<BuildRows> JoinBuildStage::Prepare(const BatchPtr& batch) const {
  ARROW_ASSIGN_OR_RAISE(EncodedKeys keys, EncodeKeys(spec_->right_keys, *batch));
  return BuildRows{batch, std::move(keys)};
}

void JoinBuildStage::NoteNulls(const BuildRows& rows) {
  if (rows.batch->num_rows() > 0) null_matches_.of_nulls = true;
  if (rows.keys.columns()[0]->null_count() > 0) null_matches_.of_all = true;
}

// Without keys and conditions, a left row would have all right rows for matches. That there is none
// does not make several right ones.
Status JoinBuildStage::CheckSingleRow() const {
  const bool is_asked = spec_->kind == plan::Join::Kind::kLeftSingle && spec_->right_keys.empty() &&
                        !spec_->residual.has_value();
  if (!is_asked) return Status::OK();
  const int64_t num_rows = spilled_ != nullptr ? spilled_->num_rows() : build_->rows()->num_rows();
  return num_rows > 1 ? TooManyRows(*spec_) : Status::OK();
}

Status JoinBuildStage::Consume(BuildRows rows) {
  if (spec_->null_aware) NoteNulls(rows);
  if (spilled_ != nullptr) return spilled_->Add(rows.batch, spilled_->Of(rows.keys));
  ARROW_RETURN_NOT_OK(build_->Add(std::move(rows.batch), rows.keys));
  return build_->has_to_shrink() ? Spill() : Status::OK();
}

// From here on all rows go to disk.
Status JoinBuildStage::Spill() {
  spilled_ = std::make_unique<JoinPartitions>(spec_->right_schema, spec_->null_safe,
                                              spec_->keeps_right, context());
  std::vector<BatchPtr> batches = std::move(*build_).TakeBatches();
  build_ = nullptr;
  for (BatchPtr& batch : batches) {
    ARROW_RETURN_NOT_OK(context().poll());
    ARROW_ASSIGN_OR_RAISE(const EncodedKeys keys, EncodeKeys(spec_->right_keys, *batch));
    ARROW_RETURN_NOT_OK(spilled_->Add(std::exchange(batch, nullptr), spilled_->Of(keys)));
  }
  return Status::OK();
}

void JoinBuildStage::Finish(Status status) {
  left_->Choose(MakeProbe(std::move(status)));
  gate_->Open();
}

PieceSinkPtr JoinBuildStage::MakeProbe(Status status) {
  if (status.ok()) {
    status = CatchOutOfMemory([&] {
      return spilled_ != nullptr ? spilled_->Flush()
                                 : build_->Finish(spec_->held_right, context().poll);
    });
  }
  if (status.ok()) status = CheckSingleRow();
  if (status.ok() && spilled_ != nullptr) {
    return std::make_shared<SpilledProbeStage>(context(), spec_, std::move(spilled_), null_matches_,
                                               next_);
  }
  spilled_ = nullptr;
  auto build = std::exchange(build_, nullptr);
  if (status.ok()) {
    return std::make_shared<JoinProbeStage>(context(), spec_, std::move(build), null_matches_,
                                            next_);
  }
  return std::make_shared<JoinProbeStage>(context(), spec_, std::move(status), null_matches_,
                                          next_);
}

Result<HashJoin> HashJoin::Make(const StageContext& context, const SchemaPtr& left_schema,
                                const SchemaPtr& right_schema, const std::vector<int>& columns,
                                const plan::Join& join, const ExprContext& expr_context,
                                PieceSinkPtr next) {
  auto spec =
      std::make_shared<const JoinSpec>(left_schema, right_schema, columns, join, expr_context);
  ARROW_ASSIGN_OR_RAISE(auto build, BuildSide::Make(right_schema, spec->key_types, context.memory));
  auto left = std::make_shared<LateSink>(next);
  auto gate = std::make_shared<Gate>(context, left);
  auto right = std::make_shared<JoinBuildStage>(context, std::move(spec), std::move(build),
                                                std::move(left), gate, std::move(next));
  return HashJoin{std::move(gate), std::move(right)};
}

}  // namespace tarn::local
