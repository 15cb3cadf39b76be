#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/visit_values_internal.h"
#include "local/kernels/int128.h"

namespace tarn::local {
namespace {

// Integers and decimals: `Sum` is wide enough for any two values, and notices when it is not for
// all.
template <typename Storage, typename Sum, OnOverflow kOnOverflow>
class ExactSum : public Accumulator {
 public:
  explicit ExactSum(const plan::AggregateCall& call) : call_(call) {}

  Status Consume(const GroupedRows& rows) override {
    Resize(rows.num_groups);
    bool overflows = false;
    VisitValues<Storage>(
        rows, [&, sums = sums_.data(), states = states_.data()](uint32_t group, Storage value) {
          const bool overflown =
              __builtin_add_overflow(sums[group], static_cast<Sum>(value), &sums[group]);
          overflows |= overflown;
          if constexpr (kOnOverflow == OnOverflow::kError) {
            states[group] = kHasValue;
          } else if (states[group] != kOverflown) {
            states[group] = overflown ? kOverflown : kHasValue;
          }
        });
    return overflows && kOnOverflow == OnOverflow::kError ? Overflow(rows) : Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    Resize(num_groups);
    if (call_.type->id() == arrow::Type::DECIMAL128) {
      const auto& type = static_cast<const arrow::Decimal128Type&>(*call_.type);
      const Int128 limit = PowerOfTen(type.precision());
      for (size_t group = 0; group < sums_.size(); ++group) {
        if (sums_[group] < limit && sums_[group] > -limit) continue;
        if (kOnOverflow == OnOverflow::kError) {
          return AggregateOverflow(call_, SummandText(sums_[group], *call_.type));
        }
        states_[group] = kOverflown;
      }
    }
    for (uint8_t& state : states_) state = state == kHasValue;
    return NullableArray(call_.type, std::move(sums_), states_);
  }

  bool CopyGroup(uint32_t from, uint32_t to) override {
    CopyElement(from, to, &sums_, &states_);
    return true;
  }

  int64_t num_bytes() const override { return BytesOf(sums_, states_); }

 private:
  // Of a group; one that has overflown stays so.
  static constexpr uint8_t kEmpty = 0, kHasValue = 1, kOverflown = 2;

  void Resize(uint32_t num_groups) {
    sums_.resize(num_groups, Sum{0});
    states_.resize(num_groups, kEmpty);
  }

  // Of the first row at which a sum leaves its range. These rows are added already; as what leaves
  // the range wraps around, they can be taken away again.
  Status Overflow(const GroupedRows& rows) {
    VisitValues<Storage>(rows, [&](uint32_t group, Storage value) {
      (void)__builtin_sub_overflow(sums_[group], static_cast<Sum>(value), &sums_[group]);
    });
    std::string example;
    VisitValues<Storage>(rows, [&](uint32_t group, Storage value) {
      const Sum before = sums_[group];
      const bool overflown = __builtin_add_overflow(before, static_cast<Sum>(value), &sums_[group]);
      if (!overflown || !example.empty()) return;
      example = SummandText(before, *call_.type) + " + " + SummandText(value, *call_.type);
    });
    return AggregateOverflow(call_, example);
  }

  const plan::AggregateCall& call_;
  std::vector<Sum> sums_;
  std::vector<uint8_t> states_;
};

template <typename Storage, typename Sum>
AccumulatorPtr MakeExactSum(const plan::AggregateCall& call, OnOverflow on_overflow) {
  if (on_overflow == OnOverflow::kNull) {
    return std::make_unique<ExactSum<Storage, Sum, OnOverflow::kNull>>(call);
  }
  return std::make_unique<ExactSum<Storage, Sum, OnOverflow::kError>>(call);
}

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

  bool CopyGroup(uint32_t from, uint32_t to) override {
    CopyElement(from, to, &sums_, &has_value_);
    return true;
  }

  int64_t num_bytes() const override { return BytesOf(sums_, has_value_); }

 private:
  const plan::AggregateCall& call_;
  std::vector<double> sums_;
  std::vector<uint8_t> has_value_;
};

}  // namespace

Result<AccumulatorPtr> MakeSum(const plan::AggregateCall& call, OnOverflow on_overflow) {
  switch (call.args[0]->type->id()) {
    case arrow::Type::INT8:
      return MakeExactSum<int8_t, int64_t>(call, on_overflow);
    case arrow::Type::INT16:
      return MakeExactSum<int16_t, int64_t>(call, on_overflow);
    case arrow::Type::INT32:
      return MakeExactSum<int32_t, int64_t>(call, on_overflow);
    case arrow::Type::INT64:
      return MakeExactSum<int64_t, int64_t>(call, on_overflow);
    case arrow::Type::FLOAT:
      return std::make_unique<FloatSum<float>>(call);
    case arrow::Type::DOUBLE:
      return std::make_unique<FloatSum<double>>(call);
    case arrow::Type::DECIMAL128:
      return MakeExactSum<Int128, Int128>(call, on_overflow);
    case arrow::Type::INTERVAL_MONTHS:
      return MakeExactSum<int32_t, int32_t>(call, on_overflow);
    case arrow::Type::DURATION:
      return MakeExactSum<int64_t, int64_t>(call, on_overflow);
    default:
      return Status::NotImplemented("sum of this type: ", *call.args[0]->type);
  }
}

}  // namespace tarn::local
