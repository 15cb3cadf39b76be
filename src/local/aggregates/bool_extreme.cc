#include <arrow/array.h>
#include <arrow/array/builder_primitive.h>

#include "local/aggregates/accumulators_internal.h"

namespace tarn::local {
namespace {

// The least or greatest of booleans, false before true: whether all are true, or one is.
class BoolExtreme : public Accumulator {
 public:
  explicit BoolExtreme(Extremum extremum) : better_(extremum == Extremum::kGreatest) {}

  Status Consume(const GroupedRows& rows) override {
    is_better_.resize(rows.num_groups, 0);
    has_value_.resize(rows.num_groups, 0);
    const auto& column = static_cast<const arrow::BooleanArray&>(*rows.args[0]);
    const uint32_t* groups = rows.groups->raw_values();
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (column.IsNull(row)) continue;
      has_value_[groups[row]] = 1;
      if (column.Value(row) == better_) is_better_[groups[row]] = 1;
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    is_better_.resize(num_groups, 0);
    has_value_.resize(num_groups, 0);
    arrow::BooleanBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Reserve(num_groups));
    for (uint32_t group = 0; group < num_groups; ++group) {
      if (has_value_[group] == 0) {
        builder.UnsafeAppendNull();
      } else {
        builder.UnsafeAppend((is_better_[group] != 0) == better_);
      }
    }
    return builder.Finish();
  }

  bool CopyGroup(uint32_t from, uint32_t to) override {
    CopyElement(from, to, &is_better_, &has_value_);
    return true;
  }

  int64_t num_bytes() const override { return BytesOf(is_better_, has_value_); }

 private:
  const bool better_;  // the value that is taken where there are both
  std::vector<uint8_t> is_better_;
  std::vector<uint8_t> has_value_;
};

}  // namespace

Result<AccumulatorPtr> MakeBoolExtreme(Extremum extremum) {
  return std::make_unique<BoolExtreme>(extremum);
}

Result<AccumulatorPtr> MakeBoolAnd(const plan::AggregateCall& call) {
  return MakeBoolExtreme(Extremum::kLeast);
}

Result<AccumulatorPtr> MakeBoolOr(const plan::AggregateCall& call) {
  return MakeBoolExtreme(Extremum::kGreatest);
}

}  // namespace tarn::local
