#include <arrow/array/builder_primitive.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/rows_by_group.h"
#include "local/aggregates/shares_internal.h"
#include "local/keys/key_table.h"

namespace tarn::local {
namespace {

// A share's place among the values of a group: between two of them.
struct Position {
  double exact = 0;
  int64_t lower = 0;
  int64_t upper = 0;
  double lower_value = 0;
  double upper_value = 0;
};

class Percentile : public Accumulator {
 public:
  Percentile(const plan::AggregateCall& call, const AccumulatorContext& context, Shares shares,
             Distribution distribution)
      : call_(call),
        shares_(std::move(shares)),
        distribution_(distribution),
        rows_(TypesOfRows(call), OrderOf(call), context) {}

  Status Consume(const GroupedRows& rows) override {
    counts_.resize(rows.num_groups, 0);
    arrow::BooleanBuilder counts;
    ARROW_RETURN_NOT_OK(counts.Reserve(rows.num_rows()));
    const bool has_frequency = rows.args.size() > 1;
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      int64_t frequency = 0;
      if (rows.args[0]->IsValid(row)) frequency = FrequencyAt(rows, row);
      if (frequency < 0) {
        return AggregateError(
            call_, "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION",
            fmt::format("a frequency of {} is negative: {}", call_.function->name, frequency),
            "leave such rows out with FILTER (WHERE …)");
      }
      counts_[rows.groups->Value(row)] += frequency;
      counts.UnsafeAppend(frequency > 0);
    }
    ARROW_ASSIGN_OR_RAISE(const auto mask, counts.Finish());
    ARROW_ASSIGN_OR_RAISE(GroupedRows counted,
                          SelectRows(rows, static_cast<const arrow::BooleanArray&>(*mask)));
    // The order is of the last column.
    if (has_frequency) std::swap(counted.args[0], counted.args[1]);
    return rows_.Add(counted);
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    counts_.resize(num_groups, 0);
    values_.assign(static_cast<size_t>(num_groups) * shares_.values.size(), 0);
    ARROW_RETURN_NOT_OK(
        rows_.ForEach([this](const arrow::UInt32Array& groups, const arrow::ArrayVector& columns) {
          AddSorted(groups, columns);
          return Status::OK();
        }));
    EndGroup();
    return ArrayOfShares(call_.type, shares_, std::move(values_), HasValues());
  }

  int64_t num_bytes() const override { return BytesOf(counts_); }

 private:
  static std::vector<std::shared_ptr<arrow::DataType>> TypesOfRows(
      const plan::AggregateCall& call) {
    auto types = TypesOf(call.args);
    if (types.size() > 1) std::swap(types[0], types[1]);
    return types;
  }

  static std::vector<KeyOrder> OrderOf(const plan::AggregateCall& call) {
    return call.order.empty() ? std::vector<KeyOrder>{KeyOrder()} : call.order;
  }

  // How often a row counts; 0 where that is null.
  static int64_t FrequencyAt(const GroupedRows& rows, int64_t row) {
    if (rows.args.size() == 1) return 1;
    const auto& frequencies = static_cast<const arrow::Int64Array&>(*rows.args[1]);
    return frequencies.IsValid(row) ? frequencies.Value(row) : 0;
  }

  void AddSorted(const arrow::UInt32Array& groups, const arrow::ArrayVector& columns) {
    for (int64_t row = 0; row < groups.length(); ++row) {
      if (groups.Value(row) != group_) {
        EndGroup();
        BeginGroup(groups.Value(row));
      }
      const double value = DoubleAt(*columns.back(), row);
      const int64_t before = num_before_;
      num_before_ += columns.size() == 1
                         ? 1
                         : static_cast<const arrow::Int64Array&>(*columns.front()).Value(row);
      for (Position& position : positions_) {
        if (before <= position.lower && position.lower < num_before_) position.lower_value = value;
        if (before <= position.upper && position.upper < num_before_) position.upper_value = value;
      }
    }
  }

  void BeginGroup(uint32_t group) {
    group_ = group;
    num_before_ = 0;
    positions_.clear();
    for (const double share : shares_.values) {
      positions_.push_back(PositionOf(share, counts_[group]));
    }
  }

  Position PositionOf(double share, int64_t count) const {
    Position position;
    if (distribution_ == Distribution::kDiscrete) {
      const auto num_rows = static_cast<int64_t>(std::ceil(static_cast<double>(count) * share));
      position.lower = position.upper = std::max<int64_t>(num_rows, 1) - 1;
      return position;
    }
    position.exact = static_cast<double>(count - 1) * share;
    position.lower = static_cast<int64_t>(std::floor(position.exact));
    position.upper = static_cast<int64_t>(std::ceil(position.exact));
    return position;
  }

  void EndGroup() {
    for (size_t i = 0; i < positions_.size(); ++i) {
      values_[group_ * positions_.size() + i] = ValueOf(positions_[i]);
    }
    positions_.clear();
  }

  static double ValueOf(const Position& position) {
    const bool is_between =
        position.lower != position.upper && position.lower_value != position.upper_value;
    if (!is_between) return position.lower_value;
    const double share = position.exact - static_cast<double>(position.lower);
    return position.lower_value + share * (position.upper_value - position.lower_value);
  }

  std::vector<uint8_t> HasValues() const {
    std::vector<uint8_t> has_values;
    for (const int64_t count : counts_) has_values.push_back(count > 0);
    return has_values;
  }

  static constexpr int64_t kNoGroup = -1;

  const plan::AggregateCall& call_;
  const Shares shares_;
  const Distribution distribution_;
  RowsByGroup rows_;
  std::vector<int64_t> counts_;  // by group: of its values
  std::vector<double> values_;   // by group, then by share
  // Of the group that is visited.
  int64_t group_ = kNoGroup;
  int64_t num_before_ = 0;
  std::vector<Position> positions_;
};

}  // namespace

Result<AccumulatorPtr> MakePercentile(const plan::AggregateCall& call,
                                      const AccumulatorContext& context,
                                      Distribution distribution) {
  Shares shares{.values = {0.5}};
  if (!call.constants.empty()) {
    ARROW_ASSIGN_OR_RAISE(const arrow::ScalarVector constants, ConstantsOf(call));
    ARROW_ASSIGN_OR_RAISE(shares, SharesOf(call, *constants[0]));
  }
  return std::make_unique<Percentile>(call, context, std::move(shares), distribution);
}

}  // namespace tarn::local
