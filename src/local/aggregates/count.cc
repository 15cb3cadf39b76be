#include <arrow/util/bit_util.h>

#include "local/aggregates/accumulators_internal.h"

namespace tarn::local {
namespace {

// A bitmap of one bit per row.
struct Bits {
  const uint8_t* bytes = nullptr;
  int64_t offset = 0;

  bool operator[](int64_t row) const { return arrow::bit_util::GetBit(bytes, offset + row); }
};

class CountAccumulator : public Accumulator {
 public:
  explicit CountAccumulator(bool only_true) : only_true_(only_true) {}

  Status Consume(const GroupedRows& rows) override {
    counts_.resize(rows.num_groups, 0);
    const std::vector<Bits> conditions = ConditionsOf(rows);
    int64_t* counts = counts_.data();
    const uint32_t* groups = rows.groups->raw_values();
    const int64_t num_rows = rows.num_rows();
    if (conditions.empty()) {
      for (int64_t row = 0; row < num_rows; ++row) ++counts[groups[row]];
    } else if (conditions.size() == 1) {
      const Bits condition = conditions[0];
      for (int64_t row = 0; row < num_rows; ++row) counts[groups[row]] += condition[row];
    } else {
      for (int64_t row = 0; row < num_rows; ++row) {
        counts[groups[row]] += std::all_of(conditions.begin(), conditions.end(),
                                           [row](const Bits& condition) { return condition[row]; });
      }
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    counts_.resize(num_groups, 0);
    return std::make_shared<arrow::Int64Array>(num_groups,
                                               arrow::Buffer::FromVector(std::move(counts_)));
  }

  bool CopyGroup(uint32_t from, uint32_t to) override {
    CopyElement(from, to, &counts_);
    return true;
  }

  int64_t num_bytes() const override { return BytesOf(counts_); }

 private:
  // A row counts where all of them are set.
  std::vector<Bits> ConditionsOf(const GroupedRows& rows) const {
    std::vector<Bits> conditions;
    for (const auto& arg : rows.args) {
      if (arg->null_count() > 0) conditions.push_back({arg->null_bitmap_data(), arg->offset()});
      if (only_true_) conditions.push_back({arg->data()->buffers[1]->data(), arg->offset()});
    }
    return conditions;
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
