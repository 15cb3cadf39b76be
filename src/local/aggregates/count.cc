#include "local/aggregates/accumulators_internal.h"

namespace tarn::local {
namespace {

class CountAccumulator : public Accumulator {
 public:
  explicit CountAccumulator(bool only_true) : only_true_(only_true) {}

  Status Consume(const GroupedRows& rows) override {
    counts_.resize(rows.num_groups, 0);
    const uint32_t* groups = rows.groups->raw_values();
    const bool all = !only_true_ && std::all_of(rows.args.begin(), rows.args.end(),
                                                [](auto& arg) { return arg->null_count() == 0; });
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (all || Counts(rows, row)) ++counts_[groups[row]];
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    counts_.resize(num_groups, 0);
    return std::make_shared<arrow::Int64Array>(num_groups,
                                               arrow::Buffer::FromVector(std::move(counts_)));
  }

 private:
  bool Counts(const GroupedRows& rows, int64_t row) const {
    for (const auto& arg : rows.args) {
      if (arg->IsNull(row)) return false;
      if (only_true_ && !static_cast<const arrow::BooleanArray&>(*arg).Value(row)) return false;
    }
    return true;
  }

  const bool only_true_;
  std::vector<int64_t> counts_;
};

}  // namespace

Result<AccumulatorPtr> MakeCount(const plan::AggregateCall& call) {
  return std::make_unique<CountAccumulator>(/*only_true=*/false);
}

Result<AccumulatorPtr> MakeCountIf(const plan::AggregateCall& call) {
  return std::make_unique<CountAccumulator>(/*only_true=*/true);
}

}  // namespace tarn::local
