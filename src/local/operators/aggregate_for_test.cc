#include "local/operators/aggregate_for_test.h"

#include "local/operators/aggregate.h"
#include "pipeline/ddl.h"
#include "plan/functions.h"
#include "plan/node.h"

namespace tarn::local {

plan::AggregateCall AggregateCallOf(const std::string& ddl, const std::string& function,
                                    const std::vector<std::string>& args, const std::string& type) {
  plan::AggregateCall call;
  call.function = plan::FindFunction(function);
  for (const std::string& arg : args) call.args.push_back(ColumnOf(ddl, arg));
  call.type = pipeline::ParseDdlType(type).ValueOrDie();
  return call;
}

Batches RunAggregate(const std::string& ddl, const std::vector<std::string>& keys,
                     std::vector<plan::AggregateCall> calls, const Batches& input,
                     const std::vector<int>& thread_counts) {
  plan::Aggregate aggregate;
  aggregate.calls = std::move(calls);
  std::vector<std::string> names = keys;
  for (const std::string& key : keys) aggregate.keys.push_back(ColumnOf(ddl, key));
  for (const auto& call : aggregate.calls) names.emplace_back(call.function->name);
  const SchemaPtr schema =
      plan::MakeAggregate(plan::MakeTableInput(0, input.schema), aggregate, names)->schema;
  const MakeStage make = [&](const StageContext& context,
                             PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
    ARROW_ASSIGN_OR_RAISE(auto stage, AggregateStage::Make(context, schema, aggregate,
                                                           ExprContext{}, std::move(next)));
    return std::vector<PieceSinkPtr>{std::move(stage)};
  };
  return RunStageInAnyOrder(schema, make, {input}, thread_counts);
}

}  // namespace tarn::local
