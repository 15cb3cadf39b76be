#include "local/aggregates/accumulator.h"

#include <arrow/compute/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "local/aggregates/accumulators_internal.h"
#include "pipeline/pipeline.h"
#include "plan/coercion.h"
#include "plan/functions.h"
#include "plan/node.h"
#include "values/interval.h"
#include "values/spark_text.h"

namespace tarn::local {
namespace {

using MakeFunction = Result<AccumulatorPtr> (*)(const plan::AggregateCall& call,
                                                const AccumulatorContext& context);

// A maker that needs nothing of the operator; with what it is told besides.
template <auto kMake, auto... kArgs>
Result<AccumulatorPtr> Of(const plan::AggregateCall& call, const AccumulatorContext&) {
  return kMake(call, kArgs...);
}

// One that does.
template <auto kMake, auto... kArgs>
Result<AccumulatorPtr> In(const plan::AggregateCall& call, const AccumulatorContext& context) {
  return kMake(call, context, kArgs...);
}

constexpr std::pair<std::string_view, MakeFunction> kMakers[] = {
    {"any_value", Of<MakeOneValue, Place::kFirst>},
    {"avg", Of<MakeAverage, OnOverflow::kError>},
    {"bit_and", Of<MakeBits, BitOperation::kAnd>},
    {"bit_or", Of<MakeBits, BitOperation::kOr>},
    {"bit_xor", Of<MakeBits, BitOperation::kXor>},
    {"bitmap_and_agg", Of<MakeBitmap, BitOperation::kAnd>},
    {"bitmap_construct_agg", Of<MakeConstructedBitmap>},
    {"bitmap_or_agg", Of<MakeBitmap, BitOperation::kOr>},
    {"bool_and", Of<MakeBoolAnd>},
    {"bool_or", Of<MakeBoolOr>},
    {"collect_list", In<MakeList>},
    {"collect_set", In<MakeSet>},
    {"collect_union", In<MakeUnion>},
    {"corr", Of<MakeStatistic>},
    {"count", Of<MakeCount>},
    {"count_if", Of<MakeCountIf>},
    {"covar_pop", Of<MakeStatistic>},
    {"covar_samp", Of<MakeStatistic>},
    {"first", Of<MakeOneValue, Place::kFirst>},
    {"histogram_numeric", Of<MakeHistogram>},
    {"kurtosis", Of<MakeStatistic>},
    {"last", Of<MakeOneValue, Place::kLast>},
    {"listagg", In<MakeJoinedText>},
    {"max", Of<MakeExtreme, Extremum::kGreatest>},
    {"max_by", In<MakeBestBy, Extremum::kGreatest>},
    {"median", In<MakePercentile, Distribution::kContinuous>},
    {"min", Of<MakeExtreme, Extremum::kLeast>},
    {"min_by", In<MakeBestBy, Extremum::kLeast>},
    {"mode", In<MakeMode>},
    {"percentile", In<MakePercentile, Distribution::kContinuous>},
    {"percentile_approx", Of<MakeApproximatePercentile>},
    {"percentile_cont", In<MakePercentile, Distribution::kContinuous>},
    {"percentile_disc", In<MakePercentile, Distribution::kDiscrete>},
    {"regr_avgx", Of<MakeAverageOfPair, 1>},
    {"regr_avgy", Of<MakeAverageOfPair, 0>},
    {"regr_count", Of<MakeCount>},
    {"regr_intercept", Of<MakeStatistic>},
    {"regr_r2", Of<MakeStatistic>},
    {"regr_slope", Of<MakeStatistic>},
    {"regr_sxx", Of<MakeStatistic>},
    {"regr_sxy", Of<MakeStatistic>},
    {"regr_syy", Of<MakeStatistic>},
    {"skewness", Of<MakeStatistic>},
    {"stddev_pop", Of<MakeStatistic>},
    {"stddev_samp", Of<MakeStatistic>},
    {"sum", Of<MakeSum, OnOverflow::kError>},
    {"try_avg", Of<MakeAverage, OnOverflow::kNull>},
    {"try_sum", Of<MakeSum, OnOverflow::kNull>},
    {"var_pop", Of<MakeStatistic>},
    {"var_samp", Of<MakeStatistic>},
};

const std::map<const plan::Function*, MakeFunction>& Makers() {
  static const auto* kByFunction = [] {
    auto* makers = new std::map<const plan::Function*, MakeFunction>();
    for (const auto& [name, make] : kMakers) makers->emplace(plan::FindFunction(name), make);
    return makers;
  }();
  return *kByFunction;
}

void CheckCall(const plan::AggregateCall& call, std::vector<Diagnostic>* errors, Status* failure) {
  if (call.constants.empty()) return;
  const Status status = Accumulator::Make(call, {}).status();
  for (const Diagnostic& error : DiagnosticsOf(status)) {
    const bool is_known = std::any_of(errors->begin(), errors->end(), [&](const auto& known) {
      return std::tie(known.file, known.line, known.column) ==
             std::tie(error.file, error.line, error.column);
    });
    if (!is_known) errors->push_back(error);
  }
  if (!status.ok() && DiagnosticsOf(status).empty()) *failure = status;
}

void CheckNode(const plan::Node& node, std::vector<Diagnostic>* errors, Status* failure) {
  for (const plan::NodePtr& input : node.inputs) CheckNode(*input, errors, failure);
  if (const auto* aggregate = std::get_if<plan::Aggregate>(&node.op)) {
    for (const plan::AggregateCall& call : aggregate->calls) CheckCall(call, errors, failure);
  }
  if (const auto* window = std::get_if<plan::Window>(&node.op)) {
    for (const plan::WindowCall& call : window->calls) CheckCall(call.call, errors, failure);
  }
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
  ARROW_ASSIGN_OR_RAISE(AccumulatorPtr accumulator, found->second(call, context));
  if (!call.distinct) return accumulator;
  return MakeDistinct(call, std::move(accumulator), context);
}

Status CheckAggregates(const plan::Plan& plan) {
  std::vector<Diagnostic> errors;
  Status failure;
  for (const plan::TablePlan& table : plan.tables) CheckNode(*table.root, &errors, &failure);
  ARROW_RETURN_NOT_OK(failure);
  return errors.empty() ? Status::OK() : MakeError(std::move(errors));
}

Status AggregateError(const plan::AggregateCall& call, std::string_view error_class,
                      std::string message, std::string hint) {
  message = fmt::format("{}: {}", error_class, message);
  if (call.args.empty() || call.args[0]->at.text == nullptr) {
    return MakeError(ErrorKind::kBadInput, hint.empty() ? message : message + "; " + hint);
  }
  return MakeError({sql::MakeDiagnostic(call.args[0]->at, message, hint)});
}

std::string SummandText(Int128 value, const arrow::DataType& type) {
  if (type.id() == arrow::Type::DECIMAL128) {
    return SparkDecimalText(ToDecimal128(value),
                            static_cast<const arrow::DecimalType&>(type).scale());
  }
  const auto number = static_cast<int64_t>(value);
  return IsInterval(type) ? SparkIntervalText(number, IntervalRangeOf(type))
                          : fmt::format("{}", number);
}

Status AggregateOverflow(const plan::AggregateCall& call, std::string_view example) {
  std::string message =
      fmt::format("{} exceeds the range of {}", call.function->name, pipeline::DdlOf(*call.type));
  if (!example.empty()) message += fmt::format(" ({})", example);
  if (IsInterval(*call.type)) {
    return AggregateError(call, "INTERVAL_ARITHMETIC_OVERFLOW", message,
                          fmt::format("try_{} gives NULL instead", call.function->name));
  }
  return AggregateError(call, "ARITHMETIC_OVERFLOW", message,
                        "cast its argument to DOUBLE or to a wider DECIMAL");
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
