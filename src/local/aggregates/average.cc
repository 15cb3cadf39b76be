#include <arrow/util/decimal.h>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/visit_values_internal.h"

namespace tarn::local {
namespace {

template <typename Storage>
class DoubleAverage : public Accumulator {
 public:
  Status Consume(const GroupedRows& rows) override {
    sums_.resize(rows.num_groups, 0);
    counts_.resize(rows.num_groups, 0);
    return VisitValues<Storage>(rows, [this](uint32_t group, Storage value) {
      sums_[group] += static_cast<double>(value);
      ++counts_[group];
      return Status::OK();
    });
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    sums_.resize(num_groups, 0);
    counts_.resize(num_groups, 0);
    std::vector<bool> has_value(num_groups);
    for (uint32_t group = 0; group < num_groups; ++group) {
      has_value[group] = counts_[group] > 0;
      if (has_value[group]) sums_[group] /= static_cast<double>(counts_[group]);
    }
    return NullableArray(arrow::float64(), std::move(sums_), has_value);
  }

 private:
  std::vector<double> sums_;
  std::vector<int64_t> counts_;
};

// Sums have 128 bits, as in Spark, so 256 bits are enough for what follows.
class DecimalAverage : public Accumulator {
 public:
  explicit DecimalAverage(const plan::AggregateCall& call) : call_(call) {}

  Status Consume(const GroupedRows& rows) override {
    sums_.resize(rows.num_groups, 0);
    counts_.resize(rows.num_groups, 0);
    return VisitValues<Int128>(rows, [this](uint32_t group, Int128 value) {
      ++counts_[group];
      if (__builtin_add_overflow(sums_[group], value, &sums_[group])) {
        return AggregateOverflow(call_);
      }
      return Status::OK();
    });
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    sums_.resize(num_groups, 0);
    counts_.resize(num_groups, 0);
    arrow::Decimal128Builder builder(call_.type);
    for (uint32_t group = 0; group < num_groups; ++group) {
      if (counts_[group] == 0) {
        ARROW_RETURN_NOT_OK(builder.AppendNull());
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(const arrow::Decimal128 average, Divide(sums_[group], counts_[group]));
      ARROW_RETURN_NOT_OK(builder.Append(average));
    }
    return builder.Finish();
  }

 private:
  Result<arrow::Decimal128> Divide(Int128 sum, int64_t count) const {
    const auto& from = static_cast<const arrow::Decimal128Type&>(*call_.args[0]->type);
    const auto& to = static_cast<const arrow::Decimal128Type&>(*call_.type);
    const arrow::Decimal128 narrow(static_cast<int64_t>(sum >> 64), static_cast<uint64_t>(sum));
    const arrow::Decimal256 numerator =
        arrow::Decimal256(narrow).IncreaseScaleBy(to.scale() - from.scale());
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
  std::vector<Int128> sums_;
  std::vector<int64_t> counts_;
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
