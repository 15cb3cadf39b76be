#include "local/aggregates/accumulator.h"

#include <arrow/compute/api.h>

#include "local/aggregates/accumulators_internal.h"
#include "pipeline/pipeline.h"

namespace tarn::local {
namespace {

using MakeFunction = Result<AccumulatorPtr> (*)(const plan::AggregateCall& call);

const std::map<std::string, MakeFunction>& Functions() {
  static const std::map<std::string, MakeFunction> kFunctions = {
      {"any_value", MakeAnyValue}, {"avg", MakeAverage},   {"bool_and", MakeBoolAnd},
      {"bool_or", MakeBoolOr},     {"count", MakeCount},   {"count_if", MakeCount},
      {"max", MakeExtreme},        {"max_by", MakeBestBy}, {"min", MakeExtreme},
      {"min_by", MakeBestBy},      {"sum", MakeSum},
  };
  return kFunctions;
}

}  // namespace

Result<AccumulatorPtr> Accumulator::Make(const plan::AggregateCall& call) {
  const auto found = Functions().find(call.function);
  if (found == Functions().end()) {
    return Status::NotImplemented("This engine has no such aggregate function: ", call.function);
  }
  ARROW_ASSIGN_OR_RAISE(AccumulatorPtr accumulator, found->second(call));
  if (!call.distinct) return accumulator;
  return MakeDistinct(call, std::move(accumulator));
}

Status AggregateOverflow(const plan::AggregateCall& call) {
  const std::string message =
      fmt::format("{} passes the range of {}", call.function, pipeline::DdlOf(*call.type));
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
