#include <cmath>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/visit_values_internal.h"
#include "local/kernels/int128.h"

namespace tarn::local {
namespace {

// NaN is the greatest number. Of equal values (-0.0 and 0.0), the first stays.
template <typename Storage, Extremum kExtremum>
class FixedWidthExtreme : public Accumulator {
 public:
  explicit FixedWidthExtreme(std::shared_ptr<arrow::DataType> type) : type_(std::move(type)) {}

  Status Consume(const GroupedRows& rows) override {
    values_.resize(rows.num_groups, 0);
    has_value_.resize(rows.num_groups, 0);
    VisitValues<Storage>(rows, [values = values_.data(), has_value = has_value_.data()](
                                   uint32_t group, Storage value) {
      if (has_value[group] == 0 || IsBetter(value, values[group])) values[group] = value;
      has_value[group] = 1;
    });
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    values_.resize(num_groups, 0);
    has_value_.resize(num_groups, 0);
    return NullableArray(type_, std::move(values_), has_value_);
  }

  bool CopyGroup(uint32_t from, uint32_t to) override {
    CopyElement(from, to, &values_, &has_value_);
    return true;
  }

  int64_t num_bytes() const override { return BytesOf(values_, has_value_); }

 private:
  static bool IsBetter(Storage value, Storage best) {
    return kExtremum == Extremum::kGreatest ? Less(best, value) : Less(value, best);
  }

  static bool Less(Storage left, Storage right) {
    if constexpr (std::is_floating_point_v<Storage>) {
      if (std::isnan(left)) return false;
      return std::isnan(right) || left < right;
    } else {
      return left < right;
    }
  }

  const std::shared_ptr<arrow::DataType> type_;
  std::vector<Storage> values_;
  std::vector<uint8_t> has_value_;
};

template <Extremum kExtremum>
Result<AccumulatorPtr> Make(const plan::AggregateCall& call) {
  switch (call.args[0]->type->id()) {
    case arrow::Type::INT8:
      return std::make_unique<FixedWidthExtreme<int8_t, kExtremum>>(call.type);
    case arrow::Type::INT16:
      return std::make_unique<FixedWidthExtreme<int16_t, kExtremum>>(call.type);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
    case arrow::Type::INTERVAL_MONTHS:
      return std::make_unique<FixedWidthExtreme<int32_t, kExtremum>>(call.type);
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DURATION:
      return std::make_unique<FixedWidthExtreme<int64_t, kExtremum>>(call.type);
    case arrow::Type::FLOAT:
      return std::make_unique<FixedWidthExtreme<float, kExtremum>>(call.type);
    case arrow::Type::DOUBLE:
      return std::make_unique<FixedWidthExtreme<double, kExtremum>>(call.type);
    case arrow::Type::DECIMAL128:
      return std::make_unique<FixedWidthExtreme<Int128, kExtremum>>(call.type);
    case arrow::Type::BOOL:
      return MakeBoolExtreme(kExtremum);
    case arrow::Type::LIST:
    case arrow::Type::STRUCT:
      return MakeNestedExtreme(call, kExtremum);
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return MakeTextExtreme(call, kExtremum);
    default:
      return MakeKernel(call, kExtremum == Extremum::kGreatest ? "hash_max" : "hash_min");
  }
}

}  // namespace

Result<AccumulatorPtr> MakeExtreme(const plan::AggregateCall& call, Extremum extremum) {
  return extremum == Extremum::kGreatest ? Make<Extremum::kGreatest>(call)
                                         : Make<Extremum::kLeast>(call);
}

}  // namespace tarn::local
