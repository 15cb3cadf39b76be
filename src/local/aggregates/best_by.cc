#include <arrow/compute/api.h>

#include "local/aggregates/accumulators_internal.h"
#include "local/batch/encoding.h"
#include "local/keys/best_rows.h"

namespace tarn::local {
namespace {

// Which rows count: all, or those whose last argument is not null.
enum class Counts { kAll, kNotNull };

// The value of one row per group: the one whose key, made of the last argument, is the least.
class BestValue : public Accumulator {
 public:
  BestValue(const plan::AggregateCall& call, std::vector<KeyOrder> orders, BestRows::Ties ties,
            Counts counts = Counts::kNotNull)
      : schema_(arrow::schema({arrow::field("value", call.type)})),
        counts_(counts),
        orders_(std::move(orders)),
        best_(schema_, ties) {}

  Status Consume(const GroupedRows& rows) override {
    GroupedRows counted = rows;
    if (counts_ == Counts::kNotNull) {
      ARROW_ASSIGN_OR_RAISE(const arrow::Datum valid, arrow::compute::IsValid(rows.args.back()));
      ARROW_ASSIGN_OR_RAISE(
          counted, SelectRows(rows, static_cast<const arrow::BooleanArray&>(*valid.make_array())));
    }
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

  bool CopyGroup(uint32_t from, uint32_t to) override {
    best_.CopyGroup(from, to);
    return true;
  }

  int64_t num_bytes() const override { return best_.num_bytes(); }

 private:
  const SchemaPtr schema_;
  const Counts counts_;
  const std::vector<KeyOrder> orders_;
  BestRows best_;
};

}  // namespace

Result<AccumulatorPtr> MakeNestedExtreme(const plan::AggregateCall& call, Extremum extremum) {
  const KeyOrder order{.descending = extremum == Extremum::kGreatest, .nulls_first = false};
  return std::make_unique<BestValue>(call, std::vector<KeyOrder>{order}, BestRows::Ties::kLast);
}

Result<AccumulatorPtr> MakeBestBy(const plan::AggregateCall& call,
                                  const AccumulatorContext& context, Extremum extremum) {
  if (call.constants.empty()) return MakeNestedExtreme(call, extremum);
  return MakeBestList(call, context, extremum);
}

Result<AccumulatorPtr> MakeOneValue(const plan::AggregateCall& call, Place place) {
  bool ignores_nulls = call.ignore_nulls;
  if (!call.constants.empty() && !ignores_nulls && !call.respect_nulls) {
    ARROW_ASSIGN_OR_RAISE(const arrow::ScalarVector constants, ConstantsOf(call));
    ignores_nulls =
        constants[0]->is_valid && static_cast<const arrow::BooleanScalar&>(*constants[0]).value;
  }
  return std::make_unique<BestValue>(
      call, std::vector<KeyOrder>{},
      place == Place::kFirst ? BestRows::Ties::kFirst : BestRows::Ties::kLast,
      ignores_nulls ? Counts::kNotNull : Counts::kAll);
}

}  // namespace tarn::local
