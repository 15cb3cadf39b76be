#include "local/operators/hash_join.h"

#include <utility>

#include "local/operators/join_probe.h"

namespace tarn::local {

Result<BuildRows> JoinBuildStage::Prepare(const BatchPtr& batch) const {
  ARROW_ASSIGN_OR_RAISE(EncodedKeys keys, EncodeKeys(spec_->right_keys, *batch));
  return BuildRows{batch, std::move(keys)};
}

Status JoinBuildStage::Consume(BuildRows rows) {
  return build_->Add(std::move(rows.batch), rows.keys);
}

void JoinBuildStage::Finish(Status status) {
  left_->Choose(MakeProbe(std::move(status)));
  gate_->Open();
}

PieceSinkPtr JoinBuildStage::MakeProbe(Status status) {
  if (status.ok()) status = CatchOutOfMemory([&] { return build_->Finish(context().poll); });
  auto build = std::exchange(build_, nullptr);
  if (status.ok()) {
    return std::make_shared<JoinProbeStage>(context(), spec_, std::move(build), next_);
  }
  return std::make_shared<JoinProbeStage>(context(), spec_, std::move(status), next_);
}

Result<HashJoin> HashJoin::Make(const StageContext& context, SchemaPtr schema,
                                const SchemaPtr& left_schema, const SchemaPtr& right_schema,
                                const plan::Join& join, const ExprContext& expr_context,
                                PieceSinkPtr next) {
  auto spec = std::make_shared<const JoinSpec>(std::move(schema), left_schema, right_schema, join,
                                               expr_context);
  ARROW_ASSIGN_OR_RAISE(auto build, BuildSide::Make(right_schema, spec->key_types));
  auto left = std::make_shared<LateSink>(next);
  auto gate = std::make_shared<Gate>(context, left);
  auto right = std::make_shared<JoinBuildStage>(context, std::move(spec), std::move(build),
                                                std::move(left), gate, std::move(next));
  return HashJoin{std::move(gate), std::move(right)};
}

}  // namespace tarn::local
