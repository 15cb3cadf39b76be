#include "local/aggregates/accumulators_internal.h"
#include "local/keys/key_table.h"

namespace tarn::local {
namespace {

class DistinctAccumulator : public Accumulator {
 public:
  DistinctAccumulator(std::unique_ptr<KeyTable> seen, AccumulatorPtr accumulator)
      : seen_(std::move(seen)), accumulator_(std::move(accumulator)) {}

  Status Consume(const GroupedRows& rows) override {
    arrow::ArrayVector keys = {rows.groups};
    for (const auto& arg : rows.args) {
      ARROW_ASSIGN_OR_RAISE(auto key, NormalizeKey(arg));
      keys.push_back(std::move(key));
    }
    const uint32_t num_known = seen_->num_keys();
    ARROW_ASSIGN_OR_RAISE(const auto numbers, seen_->Insert(keys, rows.num_rows()));
    std::vector<bool> added(seen_->num_keys() - num_known, false);
    arrow::BooleanBuilder is_new;
    ARROW_RETURN_NOT_OK(is_new.Reserve(rows.num_rows()));
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      const uint32_t number = numbers->Value(row);
      const bool first = number >= num_known && !added[number - num_known];
      if (first) added[number - num_known] = true;
      is_new.UnsafeAppend(first);
    }
    std::shared_ptr<arrow::BooleanArray> keep;
    ARROW_RETURN_NOT_OK(is_new.Finish(&keep));
    ARROW_ASSIGN_OR_RAISE(const GroupedRows distinct, SelectRows(rows, *keep));
    return accumulator_->Consume(distinct);
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    return accumulator_->Finish(num_groups);
  }

 private:
  const std::unique_ptr<KeyTable> seen_;
  const AccumulatorPtr accumulator_;
};

}  // namespace

Result<AccumulatorPtr> MakeDistinct(const plan::AggregateCall& call, AccumulatorPtr accumulator) {
  std::vector<std::shared_ptr<arrow::DataType>> types = {arrow::uint32()};
  for (const plan::ExprPtr& arg : call.args) types.push_back(arg->type);
  ARROW_ASSIGN_OR_RAISE(auto seen, KeyTable::Make(types));
  return std::make_unique<DistinctAccumulator>(std::move(seen), std::move(accumulator));
}

}  // namespace tarn::local
