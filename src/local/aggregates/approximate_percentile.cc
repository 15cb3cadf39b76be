#include <fmt/format.h>

#include <limits>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/quantile_summary.h"
#include "local/aggregates/shares_internal.h"

namespace tarn::local {
namespace {

constexpr int64_t kDefaultAccuracy = 10'000;

class ApproximatePercentile : public Accumulator {
 public:
  ApproximatePercentile(const plan::AggregateCall& call, Shares shares, int64_t accuracy)
      : type_(call.type), shares_(std::move(shares)), accuracy_(accuracy) {}

  Status Consume(const GroupedRows& rows) override {
    Resize(rows.num_groups);
    const arrow::Array& values = *rows.args[0];
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (values.IsNull(row)) continue;
      QuantileSummary& summary = summaries_[rows.groups->Value(row)];
      summary_bytes_ -= summary.num_bytes();
      summary.Add(DoubleAt(values, row));
      summary_bytes_ += summary.num_bytes();
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    Resize(num_groups);
    std::vector<double> values;
    std::vector<uint8_t> has_values;
    for (QuantileSummary& summary : summaries_) {
      has_values.push_back(!summary.empty());
      for (const double share : shares_.values) {
        values.push_back(summary.empty() ? 0 : summary.At(share));
      }
    }
    return ArrayOfShares(type_, shares_, std::move(values), has_values);
  }

  int64_t num_bytes() const override { return BytesOf(summaries_) + summary_bytes_; }

 private:
  void Resize(uint32_t num_groups) {
    summaries_.resize(num_groups, QuantileSummary(1.0 / static_cast<double>(accuracy_)));
  }

  const std::shared_ptr<arrow::DataType> type_;
  const Shares shares_;
  const int64_t accuracy_;
  std::vector<QuantileSummary> summaries_;
  int64_t summary_bytes_ = 0;
};

}  // namespace

Result<AccumulatorPtr> MakeApproximatePercentile(const plan::AggregateCall& call) {
  ARROW_ASSIGN_OR_RAISE(const arrow::ScalarVector constants, ConstantsOf(call));
  ARROW_ASSIGN_OR_RAISE(Shares shares, SharesOf(call, *constants[0]));
  int64_t accuracy = kDefaultAccuracy;
  if (constants.size() > 1) {
    const auto& written = static_cast<const arrow::Int64Scalar&>(*constants[1]);
    accuracy = written.is_valid ? written.value : 0;
    if (accuracy < 1 || accuracy > std::numeric_limits<int32_t>::max()) {
      return AggregateError(
          call, "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
          fmt::format("the accuracy of {} is {}", call.function->name, written.ToString()),
          "it is a number from 1 to 2147483647");
    }
  }
  return std::make_unique<ApproximatePercentile>(call, std::move(shares), accuracy);
}

}  // namespace tarn::local
