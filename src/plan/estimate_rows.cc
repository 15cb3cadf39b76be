#include "plan/estimate_rows.h"

#include <algorithm>

#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "plan/unique_rows.h"

namespace tarn::plan {
namespace {

// Shares of rows, as no value is known.
constexpr double kEqual = 0.05;
constexpr double kInListMost = 0.5;
constexpr double kRange = 0.3;
constexpr double kNull = 0.05;
constexpr double kOther = 0.25;
constexpr double kGroupsPerRow = 0.5;
constexpr double kElements = 4;   // of an ARRAY or a MAP
constexpr double kMatched = 0.5;  // by a semi or an anti join

// Of a value's text in JSON.
double TextBytes(const arrow::DataType& type) {
  if (type.id() == arrow::Type::STRUCT) {
    double bytes = 2;
    for (const auto& field : type.fields()) {
      bytes += static_cast<double>(field->name().size()) + 4 + TextBytes(*field->type());
    }
    return bytes;
  }
  double items = 0;
  for (const auto& field : type.fields()) items += 2 * TextBytes(*field->type());
  if (type.num_fields() > 0) return 2 + items;
  switch (type.id()) {
    case arrow::Type::BOOL:
      return 5;
    case arrow::Type::STRING:
      return 18;
    case arrow::Type::TIMESTAMP:
      return 22;
    case arrow::Type::DATE32:
      return 12;
    default:
      return 7;
  }
}

double RecordBytes(const arrow::Schema& schema) {
  return TextBytes(*arrow::struct_(schema.fields()));
}

RowEstimate AtLeastOne(double rows, double all_rows) {
  return {std::max(1.0, rows), std::max(1.0, all_rows)};
}

const SourceSample* SampleOf(const SourceSize& size) {
  return size.sample ? &*size.sample : nullptr;
}

// What no row of a sample has, some may have of the others.
double SampledShare(int64_t num_rows, int64_t num_sampled) {
  return std::max(0.5, static_cast<double>(num_rows)) / static_cast<double>(num_sampled);
}

RowEstimate EstimateSource(const SourcePlan& source, const SourceSize& size) {
  if (const SourceSample* const sample = SampleOf(size)) {
    const double rows = static_cast<double>(size.num_bytes) *
                        static_cast<double>(sample->num_records) /
                        static_cast<double>(sample->num_file_bytes);
    return AtLeastOne(rows * SampledShare(sample->num_rows, sample->num_records), rows);
  }
  const double rows =
      static_cast<double>(size.num_text_bytes) / RecordBytes(*source.source->schema);
  const double share = source.filter == nullptr ? 1 : SelectivityOf(*source.filter);
  return AtLeastOne(rows * share, rows);
}

RowEstimate Most(int64_t num_rows, const RowEstimate& of) {
  const auto most = static_cast<double>(num_rows);
  return AtLeastOne(std::min(of.rows, most), std::min(of.all_rows, most));
}

double JoinedRows(const Join& join, double left, double right) {
  if (join.kind == Join::Kind::kLeftMark || join.kind == Join::Kind::kLeftSingle) return left;
  if (join.is_existence()) return left * kMatched;
  if (join.is_right_existence()) return right * kMatched;
  const double matched = join.left_keys.empty() ? left * right : std::max(left, right);
  const double rows = join.residual == nullptr ? matched : matched * SelectivityOf(*join.residual);
  return std::max({rows, join.keeps_left() ? left : 1, join.keeps_right() ? right : 1});
}

}  // namespace

double SelectivityOf(const Expr& condition) {
  if (IsCall(condition, kAnd)) {
    double share = 1;
    for (const ExprPtr& arg : condition.args) share *= SelectivityOf(*arg);
    return share;
  }
  if (IsCall(condition, kOr)) {
    double none = 1;
    for (const ExprPtr& arg : condition.args) none *= 1 - SelectivityOf(*arg);
    return 1 - none;
  }
  if (IsCall(condition, kNot)) return 1 - SelectivityOf(*condition.args[0]);
  if (IsCall(condition, kEq) || IsCall(condition, kNullSafeEq)) return kEqual;
  if (IsCall(condition, kNe)) return 1 - kEqual;
  if (IsCall(condition, kIsNull)) return kNull;
  if (IsCall(condition, kIn)) {
    return std::min(kInListMost, kEqual * static_cast<double>(condition.args.size() - 1));
  }
  const bool is_range = IsCall(condition, kLt) || IsCall(condition, kLe) ||
                        IsCall(condition, kGt) || IsCall(condition, kGe);
  return is_range ? kRange : kOther;
}

RowEstimator::RowEstimator(const Plan& plan, const std::vector<SourceSize>& sizes)
    : plan_(plan), sizes_(sizes) {
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    sources_.push_back(EstimateSource(plan.sources[i], sizes[i]));
  }
  for (const TablePlan& table : plan.tables) tables_.push_back(Estimate(*table.root));
}

double RowEstimator::ShareOf(const Filter& filter, const Node& input) const {
  const auto* scan = As<Scan>(input);
  const SourceSample* const sample = scan == nullptr ? nullptr : SampleOf(sizes_[scan->source]);
  if (sample != nullptr && sample->num_rows > 0 && sample->count) {
    const std::optional<int64_t> count = sample->count(*scan, filter.predicate);
    if (count) return SampledShare(*count, sample->num_rows);
  }
  return SelectivityOf(*filter.predicate);
}

RowEstimate RowEstimator::Estimate(const Node& node) const {
  if (const auto* scan = As<Scan>(node)) return sources_[scan->source];
  if (const auto* table = As<TableInput>(node)) return tables_[table->table];
  if (As<OneRow>(node) != nullptr) return {};
  if (const auto* range = As<Range>(node)) {
    const auto num_rows = static_cast<double>(range->num_rows);
    return AtLeastOne(num_rows, num_rows);
  }
  std::vector<RowEstimate> inputs;
  for (const NodePtr& input : node.inputs) inputs.push_back(Estimate(*input));
  const auto& [rows, all_rows] = inputs[0];
  if (const auto* filter = As<Filter>(node)) {
    return AtLeastOne(rows * ShareOf(*filter, *node.inputs[0]), all_rows);
  }
  if (As<Generate>(node) != nullptr) return {rows * kElements, all_rows * kElements};
  if (const auto* join = As<Join>(node)) {
    return AtLeastOne(JoinedRows(*join, rows, inputs[1].rows),
                      JoinedRows(*join, all_rows, inputs[1].all_rows));
  }
  if (const auto* limit = As<Limit>(node)) {
    const auto offset = static_cast<double>(limit->offset);
    return Most(limit->num_rows, AtLeastOne(rows - offset, all_rows - offset));
  }
  if (const auto* sort = As<Sort>(node)) {
    return sort->limit ? Most(*sort->limit, inputs[0]) : inputs[0];
  }
  if (const auto* numbered = As<RowNumber>(node); numbered != nullptr && numbered->limit) {
    const double num_partitions = numbered->partition_by.empty() ? 1 : rows * kGroupsPerRow;
    const double most = static_cast<double>(*numbered->limit) * num_partitions;
    return AtLeastOne(std::min(rows, most), std::min(all_rows, most));
  }
  if (As<UnionAll>(node) != nullptr) {
    RowEstimate sum{0, 0};
    for (const RowEstimate& input : inputs) {
      sum.rows += input.rows;
      sum.all_rows += input.all_rows;
    }
    return sum;
  }
  const auto* aggregate = As<Aggregate>(node);
  const auto* top = As<TopRow>(node);
  const bool is_one_group = (aggregate != nullptr && aggregate->keys.empty()) ||
                            (top != nullptr && top->partition_by.empty());
  if (is_one_group) return {};
  if (aggregate != nullptr || top != nullptr) {
    return AtLeastOne(rows * kGroupsPerRow, all_rows * kGroupsPerRow);
  }
  return inputs[0];
}

bool RowEstimator::IsUnique(const Node& node, int column) const {
  return plan::IsUnique(node, {column}, &plan_);
}

}  // namespace tarn::plan
