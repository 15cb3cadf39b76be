#include <cmath>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/visit_values_internal.h"

namespace tarn::local {
namespace {

// Arrow's kernels pass over NaN; here it is the greatest value. Of equal ones (-0.0 and 0.0), the
// first stays.
template <typename Float>
class FloatExtreme : public Accumulator {
 public:
  FloatExtreme(std::shared_ptr<arrow::DataType> type, bool greatest)
      : type_(std::move(type)), greatest_(greatest) {}

  Status Consume(const GroupedRows& rows) override {
    values_.resize(rows.num_groups, 0);
    has_value_.resize(rows.num_groups, false);
    return VisitValues<Float>(rows, [this](uint32_t group, Float value) {
      const bool better = greatest_ ? Less(values_[group], value) : Less(value, values_[group]);
      if (better || !has_value_[group]) values_[group] = value;
      has_value_[group] = true;
      return Status::OK();
    });
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    values_.resize(num_groups, 0);
    has_value_.resize(num_groups, false);
    return NullableArray(type_, std::move(values_), has_value_);
  }

 private:
  static bool Less(Float left, Float right) {
    if (std::isnan(left)) return false;
    return std::isnan(right) || left < right;
  }

  const std::shared_ptr<arrow::DataType> type_;
  const bool greatest_;
  std::vector<Float> values_;
  std::vector<bool> has_value_;
};

}  // namespace

Result<AccumulatorPtr> MakeExtreme(const plan::AggregateCall& call, Extremum extremum) {
  const bool greatest = extremum == Extremum::kGreatest;
  switch (call.args[0]->type->id()) {
    case arrow::Type::FLOAT:
      return std::make_unique<FloatExtreme<float>>(call.type, greatest);
    case arrow::Type::DOUBLE:
      return std::make_unique<FloatExtreme<double>>(call.type, greatest);
    case arrow::Type::LIST:
    case arrow::Type::STRUCT:
      return MakeBestBy(call, extremum);
    default:
      return MakeKernel(call, greatest ? "hash_max" : "hash_min");
  }
}

}  // namespace tarn::local
