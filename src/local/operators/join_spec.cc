#include "local/operators/join_spec.h"

#include <utility>

#include "local/keys/key_table.h"

namespace tarn::local {
namespace {

std::optional<CompiledExpr> CompileResidual(const plan::Join& join, const ExprContext& context) {
  if (join.residual == nullptr) return std::nullopt;
  return std::optional<CompiledExpr>(std::in_place, join.residual, context);
}

}  // namespace

JoinSpec::JoinSpec(SchemaPtr output, SchemaPtr left, SchemaPtr right, const plan::Join& join,
                   const ExprContext& context)
    : schema(std::move(output)),
      left_schema(std::move(left)),
      right_schema(std::move(right)),
      left_keys(CompileAll(join.left_keys, context)),
      right_keys(CompileAll(join.right_keys, context)),
      key_types(TypesOf(join.right_keys)),
      null_safe(join.null_safe),
      residual(CompileResidual(join, context)),
      keeps_left(join.keeps_left()),
      keeps_right(join.keeps_right()) {}

}  // namespace tarn::local
