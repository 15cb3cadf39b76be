#include "local/aggregates/accumulator.h"

#include <arrow/compute/api.h>

#include "local/aggregates/accumulators_internal.h"
#include "pipeline/pipeline.h"
#include "plan/functions.h"

namespace tarn::local {
namespace {

using MakeFunction = Result<AccumulatorPtr> (*)(const plan::AggregateCall& call);

template <auto kMake, Extremum kExtremum>
Result<AccumulatorPtr> Of(const plan::AggregateCall& call) {
  return kMake(call, kExtremum);
}

const std::map<const plan::Function*, MakeFunction>& Makers() {
  static const auto* kMakers = [] {
    auto* makers = new std::map<const plan::Function*, MakeFunction>();
    const std::initializer_list<std::pair<std::string_view, MakeFunction>> kByName = {
        {"any_value", MakeAnyValue},
        {"avg", MakeAverage},
        {"bool_and", MakeBoolAnd},
        {"bool_or", MakeBoolOr},
        {"count", MakeCount},
        {"count_if", MakeCountIf},
        {"max", Of<MakeExtreme, Extremum::kGreatest>},
        {"max_by", Of<MakeBestBy, Extremum::kGreatest>},
        {"min", Of<MakeExtreme, Extremum::kLeast>},
        {"min_by", Of<MakeBestBy, Extremum::kLeast>},
        {"sum", MakeSum},
    };
    for (const auto& [name, make] : kByName) makers->emplace(plan::FindFunction(name), make);
    return makers;
  }();
  return *kMakers;
}

}  // namespace

bool Accumulator::Knows(const plan::Function& function) { return Makers().contains(&function); }

Result<AccumulatorPtr> Accumulator::Make(const plan::AggregateCall& call,
                                         const AccumulatorContext& context) {
  const auto found = Makers().find(call.function);
  if (found == Makers().end()) {
    return Status::NotImplemented("This engine has no such aggregate function: ",
                                  call.function->name);
  }
  ARROW_ASSIGN_OR_RAISE(AccumulatorPtr accumulator, found->second(call));
  if (!call.distinct) return accumulator;
  return MakeDistinct(call, std::move(accumulator), context);
}

Status AggregateOverflow(const plan::AggregateCall& call) {
  const std::string message =
      fmt::format("{} exceeds the range of {}", call.function->name, pipeline::DdlOf(*call.type));
  const std::string hint = "cast its argument to DOUBLE or to a wider DECIMAL";
  if (call.args.empty() || call.args[0]->at.text == nullptr) {
    return MakeError(ErrorKind::kBadInput, message + "; " + hint);
  }
  return MakeError({sql::MakeDiagnostic(call.args[0]->at, message, hint)});
}

Result<GroupedRows> SelectRows(const GroupedRows& rows, const arrow::BooleanArray& keep) {
  if (keep.true_count() == rows.num_rows()) return rows;
  const auto select = [&](const arrow::Array& array) -> Result<std::shared_ptr<arrow::Array>> {
    ARROW_ASSIGN_OR_RAISE(arrow::Datum selected, arrow::compute::Filter(array, keep));
    return selected.make_array();
  };
  GroupedRows selected;
  selected.num_groups = rows.num_groups;
  for (const auto& arg : rows.args) {
    ARROW_ASSIGN_OR_RAISE(auto column, select(*arg));
    selected.args.push_back(std::move(column));
  }
  ARROW_ASSIGN_OR_RAISE(auto groups, select(*rows.groups));
  selected.groups = std::static_pointer_cast<arrow::UInt32Array>(groups);
  return selected;
}

}  // namespace tarn::local
