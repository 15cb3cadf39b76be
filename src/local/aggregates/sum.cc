#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/visit_values_internal.h"
#include "local/kernels/int128.h"

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
    has_value_.resize(rows.num_groups, 0);
    bool overflows = false;
    VisitValues<Storage>(rows, [&, sums = sums_.data(), has_value = has_value_.data()](
                                   uint32_t group, Storage value) {
      overflows |= __builtin_add_overflow(sums[group], static_cast<Sum>(value), &sums[group]);
      has_value[group] = 1;
    });
    return overflows ? AggregateOverflow(call_) : Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    sums_.resize(num_groups, Sum{0});
    has_value_.resize(num_groups, 0);
    if (call_.type->id() == arrow::Type::DECIMAL128) {
      const auto& type = static_cast<const arrow::Decimal128Type&>(*call_.type);
      const Int128 limit = PowerOfTen(type.precision());
      for (const Sum sum : sums_) {
        if (sum >= limit || sum <= -limit) return AggregateOverflow(call_);
      }
    }
    return NullableArray(call_.type, std::move(sums_), has_value_);
  }

  int64_t num_bytes() const override { return BytesOf(sums_, has_value_); }

 private:
  const plan::AggregateCall& call_;
  std::vector<Sum> sums_;
  std::vector<uint8_t> has_value_;
};

template <typename Storage>
class FloatSum : public Accumulator {
 public:
  explicit FloatSum(const plan::AggregateCall& call) : call_(call) {}

  Status Consume(const GroupedRows& rows) override {
    sums_.resize(rows.num_groups, 0);
    has_value_.resize(rows.num_groups, 0);
    VisitValues<Storage>(
        rows, [sums = sums_.data(), has_value = has_value_.data()](uint32_t group, Storage value) {
          sums[group] += value;
          has_value[group] = 1;
        });
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    sums_.resize(num_groups, 0);
    has_value_.resize(num_groups, 0);
    return NullableArray(call_.type, std::move(sums_), has_value_);
  }

  int64_t num_bytes() const override { return BytesOf(sums_, has_value_); }

 private:
  const plan::AggregateCall& call_;
  std::vector<double> sums_;
  std::vector<uint8_t> has_value_;
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
