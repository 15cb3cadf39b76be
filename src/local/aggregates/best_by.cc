#include <arrow/compute/api.h>

#include "local/aggregates/accumulators_internal.h"
#include "local/batch/encoding.h"
#include "local/keys/best_rows.h"

namespace tarn::local {
namespace {

// The value of one row per group: the one whose key, made of the last argument, is the least.
class BestValue : public Accumulator {
 public:
  BestValue(const plan::AggregateCall& call, std::vector<KeyOrder> orders, BestRows::Ties ties)
      : schema_(arrow::schema({arrow::field("value", call.type)})),
        orders_(std::move(orders)),
        best_(schema_, ties) {}

  Status Consume(const GroupedRows& rows) override {
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum valid, arrow::compute::IsValid(rows.args.back()));
    ARROW_ASSIGN_OR_RAISE(
        const GroupedRows counted,
        SelectRows(rows, static_cast<const arrow::BooleanArray&>(*valid.make_array())));
    arrow::ArrayVector key_columns;
    if (!orders_.empty()) key_columns.push_back(counted.args.back());
    ARROW_ASSIGN_OR_RAISE(const RowKeys keys,
                          EncodeRowKeys(key_columns, orders_, counted.num_rows()));
    const BatchPtr batch =
        arrow::RecordBatch::Make(schema_, counted.num_rows(), {counted.args.front()});
    return best_.Consume(batch, keys, *counted.groups, counted.num_groups);
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, best_.Finish(num_groups));
    return Flatten(rows->column(0));
  }

  int64_t num_bytes() const override { return best_.num_bytes(); }

 private:
  const SchemaPtr schema_;
  const std::vector<KeyOrder> orders_;
  BestRows best_;
};

}  // namespace

Result<AccumulatorPtr> MakeBestBy(const plan::AggregateCall& call, Extremum extremum) {
  const KeyOrder order{.descending = extremum == Extremum::kGreatest, .nulls_first = false};
  return std::make_unique<BestValue>(call, std::vector<KeyOrder>{order}, BestRows::Ties::kLast);
}

Result<AccumulatorPtr> MakeAnyValue(const plan::AggregateCall& call) {
  return std::make_unique<BestValue>(call, std::vector<KeyOrder>{}, BestRows::Ties::kFirst);
}

}  // namespace tarn::local
