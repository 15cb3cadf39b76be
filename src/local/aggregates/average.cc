#include <arrow/util/decimal.h>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/visit_values_internal.h"
#include "local/kernels/int128.h"

namespace tarn::local {
namespace {

// What an average is made of, one beside the other.
template <typename Sum>
struct SumAndCount {
  Sum sum = 0;
  int64_t count = 0;
};

template <typename Storage>
class DoubleAverage : public Accumulator {
 public:
  Status Consume(const GroupedRows& rows) override {
    groups_.resize(rows.num_groups);
    VisitValues<Storage>(rows, [groups = groups_.data()](uint32_t group, Storage value) {
      groups[group].sum += static_cast<double>(value);
      ++groups[group].count;
    });
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    groups_.resize(num_groups);
    std::vector<double> averages;
    std::vector<uint8_t> has_value;
    for (const auto& [sum, count] : groups_) {
      averages.push_back(count > 0 ? sum / static_cast<double>(count) : 0);
      has_value.push_back(count > 0);
    }
    return NullableArray(arrow::float64(), std::move(averages), has_value);
  }

  int64_t num_bytes() const override { return BytesOf(groups_); }

 private:
  std::vector<SumAndCount<double>> groups_;
};

// Sums have 128 bits, as in Spark, so 256 bits are enough for what follows.
class DecimalAverage : public Accumulator {
 public:
  explicit DecimalAverage(const plan::AggregateCall& call) : call_(call) {}

  Status Consume(const GroupedRows& rows) override {
    groups_.resize(rows.num_groups);
    bool overflows = false;
    VisitValues<Int128>(rows, [&, groups = groups_.data()](uint32_t group, Int128 value) {
      overflows |= __builtin_add_overflow(groups[group].sum, value, &groups[group].sum);
      ++groups[group].count;
    });
    return overflows ? AggregateOverflow(call_) : Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    groups_.resize(num_groups);
    arrow::Decimal128Builder builder(call_.type);
    for (const auto& [sum, count] : groups_) {
      if (count == 0) {
        ARROW_RETURN_NOT_OK(builder.AppendNull());
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(const arrow::Decimal128 average, Divide(sum, count));
      ARROW_RETURN_NOT_OK(builder.Append(average));
    }
    return builder.Finish();
  }

  int64_t num_bytes() const override { return BytesOf(groups_); }

 private:
  Result<arrow::Decimal128> Divide(Int128 sum, int64_t count) const {
    const auto& from = static_cast<const arrow::Decimal128Type&>(*call_.args[0]->type);
    const auto& to = static_cast<const arrow::Decimal128Type&>(*call_.type);
    const arrow::Decimal256 numerator =
        arrow::Decimal256(ToDecimal128(sum)).IncreaseScaleBy(to.scale() - from.scale());
    ARROW_ASSIGN_OR_RAISE(const auto parts, numerator.Divide(arrow::Decimal256(count)));
    arrow::Decimal256 quotient = parts.first;
    arrow::Decimal256 rest = parts.second;
    const bool negative = numerator < arrow::Decimal256(0);
    if (negative) rest.Negate();
    if (rest + rest >= arrow::Decimal256(count)) quotient += arrow::Decimal256(negative ? -1 : 1);
    if (!quotient.FitsInPrecision(to.precision())) return AggregateOverflow(call_);
    const auto& words = quotient.little_endian_array();
    return arrow::Decimal128(static_cast<int64_t>(words[1]), words[0]);
  }

  const plan::AggregateCall& call_;
  std::vector<SumAndCount<Int128>> groups_;
};

}  // namespace

Result<AccumulatorPtr> MakeAverage(const plan::AggregateCall& call) {
  switch (call.args[0]->type->id()) {
    case arrow::Type::INT8:
      return std::make_unique<DoubleAverage<int8_t>>();
    case arrow::Type::INT16:
      return std::make_unique<DoubleAverage<int16_t>>();
    case arrow::Type::INT32:
      return std::make_unique<DoubleAverage<int32_t>>();
    case arrow::Type::INT64:
      return std::make_unique<DoubleAverage<int64_t>>();
    case arrow::Type::FLOAT:
      return std::make_unique<DoubleAverage<float>>();
    case arrow::Type::DOUBLE:
      return std::make_unique<DoubleAverage<double>>();
    case arrow::Type::DECIMAL128:
      return std::make_unique<DecimalAverage>(call);
    default:
      return Status::NotImplemented("avg of this type: ", *call.args[0]->type);
  }
}

}  // namespace tarn::local
