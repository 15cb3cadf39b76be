#include <arrow/util/decimal.h>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/visit_values_internal.h"

namespace tarn::local {
namespace {

// Integers and decimals: `Sum` is wide enough for any two values, and notices when it is not for
// all.
template <typename Storage, typename Sum>
class ExactSum : public Accumulator {
 public:
  explicit ExactSum(const plan::AggregateCall& call) : call_(call) {}

  Status Consume(const GroupedRows& rows) override {
    sums_.resize(rows.num_groups, Sum{0});
    has_value_.resize(rows.num_groups, false);
    return VisitValues<Storage>(rows, [this](uint32_t group, Storage value) {
      has_value_[group] = true;
      if (__builtin_add_overflow(sums_[group], static_cast<Sum>(value), &sums_[group])) {
        return AggregateOverflow(call_);
      }
      return Status::OK();
    });
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    sums_.resize(num_groups, Sum{0});
    has_value_.resize(num_groups, false);
    if (call_.type->id() == arrow::Type::DECIMAL128) {
      const auto& type = static_cast<const arrow::Decimal128Type&>(*call_.type);
      for (const Sum sum : sums_) {
        const arrow::Decimal128 value(static_cast<int64_t>(static_cast<Int128>(sum) >> 64),
                                      static_cast<uint64_t>(sum));
        if (!value.FitsInPrecision(type.precision())) return AggregateOverflow(call_);
      }
    }
    return NullableArray(call_.type, std::move(sums_), has_value_);
  }

 private:
  const plan::AggregateCall& call_;
  std::vector<Sum> sums_;
  std::vector<bool> has_value_;
};

template <typename Storage>
class FloatSum : public Accumulator {
 public:
  explicit FloatSum(const plan::AggregateCall& call) : call_(call) {}

  Status Consume(const GroupedRows& rows) override {
    sums_.resize(rows.num_groups, 0);
    has_value_.resize(rows.num_groups, false);
    return VisitValues<Storage>(rows, [this](uint32_t group, Storage value) {
      sums_[group] += value;
      has_value_[group] = true;
      return Status::OK();
    });
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    sums_.resize(num_groups, 0);
    has_value_.resize(num_groups, false);
    return NullableArray(call_.type, std::move(sums_), has_value_);
  }

 private:
  const plan::AggregateCall& call_;
  std::vector<double> sums_;
  std::vector<bool> has_value_;
};

}  // namespace

Result<AccumulatorPtr> MakeSum(const plan::AggregateCall& call) {
  switch (call.args[0]->type->id()) {
    case arrow::Type::INT8:
      return std::make_unique<ExactSum<int8_t, int64_t>>(call);
    case arrow::Type::INT16:
      return std::make_unique<ExactSum<int16_t, int64_t>>(call);
    case arrow::Type::INT32:
      return std::make_unique<ExactSum<int32_t, int64_t>>(call);
    case arrow::Type::INT64:
      return std::make_unique<ExactSum<int64_t, int64_t>>(call);
    case arrow::Type::FLOAT:
      return std::make_unique<FloatSum<float>>(call);
    case arrow::Type::DOUBLE:
      return std::make_unique<FloatSum<double>>(call);
    case arrow::Type::DECIMAL128:
      return std::make_unique<ExactSum<Int128, Int128>>(call);
    default:
      return Status::NotImplemented("sum of this type: ", *call.args[0]->type);
  }
}

}  // namespace tarn::local
