#include <arrow/compute/api.h>
#include <arrow/util/decimal.h>

#include <optional>

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

  bool CopyGroup(uint32_t from, uint32_t to) override {
    CopyElement(from, to, &groups_);
    return true;
  }

  int64_t num_bytes() const override { return BytesOf(groups_); }

 private:
  std::vector<SumAndCount<double>> groups_;
};

// The sum of a group that has overflown, by its count.
constexpr int64_t kOverflown = -1;

// Decimals and intervals: `Sum` is as wide as Spark's, and notices when it is too narrow.
template <typename Storage, typename Sum, OnOverflow kOnOverflow>
class ExactAverage : public Accumulator {
 public:
  explicit ExactAverage(const plan::AggregateCall& call) : call_(call) {}

  Status Consume(const GroupedRows& rows) override {
    groups_.resize(rows.num_groups);
    bool overflows = false;
    VisitValues<Storage>(rows, [&, groups = groups_.data()](uint32_t group, Storage value) {
      auto& [sum, count] = groups[group];
      if constexpr (kOnOverflow == OnOverflow::kError) {
        overflows |= __builtin_add_overflow(sum, static_cast<Sum>(value), &sum);
        ++count;
      } else if (count != kOverflown) {
        const bool overflown = __builtin_add_overflow(sum, static_cast<Sum>(value), &sum);
        count = overflown ? kOverflown : count + 1;
      }
    });
    return overflows && kOnOverflow == OnOverflow::kError ? AggregateOverflow(call_) : Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    groups_.resize(num_groups);
    std::vector<Sum> averages;
    std::vector<uint8_t> has_value;
    for (const auto& [sum, count] : groups_) {
      const std::optional<Sum> average = count > 0 ? Divide(sum, count) : std::nullopt;
      if (!average && count > 0 && kOnOverflow == OnOverflow::kError) {
        return AggregateOverflow(call_);
      }
      averages.push_back(average.value_or(0));
      has_value.push_back(average.has_value());
    }
    return NullableArray(call_.type, std::move(averages), has_value);
  }

  bool CopyGroup(uint32_t from, uint32_t to) override {
    CopyElement(from, to, &groups_);
    return true;
  }

  int64_t num_bytes() const override { return BytesOf(groups_); }

 private:
  // None: the result's type can't hold it.
  std::optional<Sum> Divide(Sum sum, int64_t count) const {
    if constexpr (std::is_same_v<Sum, Int128>) {
      return DivideDecimal(sum, count);
    } else {
      return static_cast<Sum>(DivideHalfUp<Int128>(sum, count));
    }
  }

  // Sums have 128 bits, so 256 bits are enough for what follows.
  std::optional<Int128> DivideDecimal(Int128 sum, int64_t count) const {
    const auto& from = static_cast<const arrow::Decimal128Type&>(*call_.args[0]->type);
    const auto& to = static_cast<const arrow::Decimal128Type&>(*call_.type);
    const arrow::Decimal256 numerator =
        arrow::Decimal256(ToDecimal128(sum)).IncreaseScaleBy(to.scale() - from.scale());
    const auto parts = numerator.Divide(arrow::Decimal256(count));
    if (!parts.ok()) return std::nullopt;
    arrow::Decimal256 quotient = parts->first;
    arrow::Decimal256 rest = parts->second;
    const bool negative = numerator < arrow::Decimal256(0);
    if (negative) rest.Negate();
    if (rest + rest >= arrow::Decimal256(count)) quotient += arrow::Decimal256(negative ? -1 : 1);
    if (!quotient.FitsInPrecision(to.precision())) return std::nullopt;
    const auto& words = quotient.little_endian_array();
    return ToInt128(arrow::Decimal128(static_cast<int64_t>(words[1]), words[0]));
  }

  const plan::AggregateCall& call_;
  std::vector<SumAndCount<Sum>> groups_;
};

template <typename Storage, typename Sum>
AccumulatorPtr MakeExactAverage(const plan::AggregateCall& call, OnOverflow on_overflow) {
  if (on_overflow == OnOverflow::kNull) {
    return std::make_unique<ExactAverage<Storage, Sum, OnOverflow::kNull>>(call);
  }
  return std::make_unique<ExactAverage<Storage, Sum, OnOverflow::kError>>(call);
}

// Of one of two arguments.
class AverageOfPair : public Accumulator {
 public:
  static Result<AccumulatorPtr> Make(const plan::AggregateCall& call, int arg) {
    std::unique_ptr<AverageOfPair> pair(new AverageOfPair(call, arg));
    ARROW_ASSIGN_OR_RAISE(pair->average_, MakeAverage(pair->call_, OnOverflow::kError));
    return pair;
  }

  Status Consume(const GroupedRows& rows) override {
    GroupedRows pairs = rows;
    if (rows.args[1 - arg_]->null_count() > 0) {
      ARROW_ASSIGN_OR_RAISE(const arrow::Datum valid, arrow::compute::IsValid(rows.args[1 - arg_]));
      ARROW_ASSIGN_OR_RAISE(
          pairs, SelectRows(rows, static_cast<const arrow::BooleanArray&>(*valid.make_array())));
    }
    pairs.args = {pairs.args[arg_]};
    return average_->Consume(pairs);
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    return average_->Finish(num_groups);
  }

  bool CopyGroup(uint32_t from, uint32_t to) override { return average_->CopyGroup(from, to); }

  int64_t num_bytes() const override { return average_->num_bytes(); }

 private:
  AverageOfPair(const plan::AggregateCall& call, int arg) : call_(call), arg_(arg) {
    call_.args = {call.args[arg]};
  }

  plan::AggregateCall call_;  // of that argument
  const int arg_;
  AccumulatorPtr average_;
};

}  // namespace

Result<AccumulatorPtr> MakeAverage(const plan::AggregateCall& call, OnOverflow on_overflow) {
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
      return MakeExactAverage<Int128, Int128>(call, on_overflow);
    case arrow::Type::INTERVAL_MONTHS:
      return MakeExactAverage<int32_t, int32_t>(call, on_overflow);
    case arrow::Type::DURATION:
      return MakeExactAverage<int64_t, int64_t>(call, on_overflow);
    default:
      return Status::NotImplemented("avg of this type: ", *call.args[0]->type);
  }
}

Result<AccumulatorPtr> MakeAverageOfPair(const plan::AggregateCall& call, int arg) {
  return AverageOfPair::Make(call, arg);
}

}  // namespace tarn::local
