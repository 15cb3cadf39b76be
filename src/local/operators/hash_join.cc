#include "local/operators/hash_join.h"

namespace tarn::local {

Result<BuildRows> JoinBuildStage::Prepare(const BatchPtr& batch) const {
  ARROW_ASSIGN_OR_RAISE(EncodedKeys keys, EncodeKeys(keys_, *batch));
  return BuildRows{batch, std::move(keys)};
}

Status JoinBuildStage::Consume(BuildRows rows) {
  return build_->Add(std::move(rows.batch), rows.keys);
}

void JoinBuildStage::Finish(Status status) {
  if (status.ok()) status = CatchOutOfMemory([&] { return build_->Finish(context().poll); });
  if (status.ok()) {
    probe_->SetBuild(std::move(build_));
  } else {
    probe_->SetBuild(std::move(status));
  }
  build_ = nullptr;
  gate_->Open();
}

Result<HashJoin> HashJoin::Make(const StageContext& context, SchemaPtr schema,
                                const SchemaPtr& left_schema, const SchemaPtr& right_schema,
                                const plan::Join& join, const ExprContext& expr_context,
                                PieceSinkPtr next) {
  ARROW_ASSIGN_OR_RAISE(auto build, BuildSide::Make(right_schema, TypesOf(join.right_keys)));
  auto probe = std::make_shared<JoinProbeStage>(context, std::move(schema), left_schema, join,
                                                expr_context, std::move(next));
  auto gate = std::make_shared<Gate>(context, probe);
  auto right = std::make_shared<JoinBuildStage>(context, CompileAll(join.right_keys, expr_context),
                                                std::move(build), std::move(probe), gate);
  return HashJoin{std::move(gate), std::move(right)};
}

}  // namespace tarn::local
