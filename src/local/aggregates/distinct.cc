#include <arrow/compute/api.h>

#include <utility>

#include "local/aggregates/accumulators_internal.h"
#include "local/keys/spilling_keys.h"
#include "local/spill/order_key.h"
#include "local/spill/spill_merge.h"

namespace tarn::local {
namespace {

using Types = std::vector<std::shared_ptr<arrow::DataType>>;

// The rows whose key is the first of those numbered from `num_known`.
Result<std::shared_ptr<arrow::BooleanArray>> AreNew(const arrow::UInt32Array& numbers,
                                                    uint32_t num_known, uint32_t num_keys) {
  std::vector<bool> added(num_keys - num_known, false);
  arrow::BooleanBuilder are_new;
  ARROW_RETURN_NOT_OK(are_new.Reserve(numbers.length()));
  for (int64_t row = 0; row < numbers.length(); ++row) {
    const uint32_t number = numbers.Value(row);
    const bool is_new = numbers.IsValid(row) && number >= num_known && !added[number - num_known];
    if (is_new) added[number - num_known] = true;
    are_new.UnsafeAppend(is_new);
  }
  std::shared_ptr<arrow::BooleanArray> result;
  ARROW_RETURN_NOT_OK(are_new.Finish(&result));
  return result;
}

// A row's group and arguments, made the same where they are held to be equal.
Result<EncodedKeys> PairsOf(const GroupedRows& rows) {
  arrow::ArrayVector keys = {rows.groups};
  keys.insert(keys.end(), rows.args.begin(), rows.args.end());
  return EncodeKeys(std::move(keys), rows.num_rows());
}

// Pairs of a group and arguments are known by number as long as memory holds them. The others are
// made distinct at the end: all of them were first seen after those that are known.
class DistinctAccumulator : public Accumulator {
 public:
  DistinctAccumulator(Types types, std::unique_ptr<SpillingKeys> seen, AccumulatorPtr accumulator,
                      const AccumulatorContext& context)
      : types_(std::move(types)),
        schema_(SchemaOf(types_)),
        context_(context),
        seen_(std::move(seen)),
        accumulator_(std::move(accumulator)),
        grant_(context.memory) {}

  Status Consume(const GroupedRows& rows) override {
    ARROW_ASSIGN_OR_RAISE(const EncodedKeys pairs, PairsOf(rows));
    const uint32_t num_known = seen_->num_keys();
    // Spark hands on 0.0 also where -0.0 comes first.
    GroupedRows uniform = rows;
    uniform.args = {pairs.columns().begin() + 1, pairs.columns().end()};
    ARROW_ASSIGN_OR_RAISE(const auto numbers,
                          seen_->Insert(pairs, [&] { return Numbered(uniform); }));
    ++num_batches_;
    ARROW_ASSIGN_OR_RAISE(const auto are_new, AreNew(*numbers, num_known, seen_->num_keys()));
    ARROW_ASSIGN_OR_RAISE(const GroupedRows distinct, SelectRows(uniform, *are_new));
    ARROW_RETURN_NOT_OK(accumulator_->Consume(distinct));
    grant_.Set(seen_->num_bytes());
    if (grant_.has_to_shrink()) seen_->Freeze();
    return Status::OK();
  }

  Status ConsumeRest(uint32_t num_groups, int64_t* num_consumed) override {
    if (!seen_->has_spilled()) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(auto parts, seen_->TakeSpilled());
    grant_.Set(0);
    std::vector<SpilledRows> runs;
    ARROW_RETURN_NOT_OK(
        ProcessParts(std::move(parts), context_.poll, &grant_, [&](const SpilledPart& part) {
          return MakeDistinct(part, &runs.emplace_back(WithOrderKey(schema_), context_.spill));
        }));
    ARROW_ASSIGN_OR_RAISE(const auto merge, SpillMerge::Make(schema_, std::move(runs),
                                                             context_.spill, context_.poll));
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, merge->Next());
      if (batch == nullptr) return Status::OK();
      for (const BatchPtr& rows : SliceByBatch(batch)) {
        *num_consumed = BatchAt(*rows, 0);
        ARROW_RETURN_NOT_OK(accumulator_->Consume(Grouped(rows, num_groups)));
      }
    }
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    seen_ = nullptr;
    grant_.Set(0);
    return accumulator_->Finish(num_groups);
  }

  int64_t num_bytes() const override { return accumulator_->num_bytes(); }

 private:
  static SchemaPtr SchemaOf(const Types& types) {
    arrow::FieldVector fields;
    for (const auto& type : types) fields.push_back(arrow::field("", type));
    return arrow::schema(std::move(fields));
  }

  // The rows and their numbers, as they go to disk.
  Result<BatchPtr> Numbered(const GroupedRows& rows) const {
    ARROW_ASSIGN_OR_RAISE(auto keys, OrderKeysOfBatch(num_batches_, rows.num_rows()));
    arrow::ArrayVector columns = {rows.groups};
    columns.insert(columns.end(), rows.args.begin(), rows.args.end());
    return AddOrderKey(arrow::RecordBatch::Make(schema_, rows.num_rows(), std::move(columns)),
                       std::move(keys));
  }

  static GroupedRows Grouped(const BatchPtr& batch, uint32_t num_groups) {
    GroupedRows rows;
    rows.groups = std::static_pointer_cast<arrow::UInt32Array>(batch->column(0));
    rows.args = {batch->columns().begin() + 1, batch->columns().end() - 1};
    rows.num_groups = num_groups;
    return rows;
  }

  // Add the first row of each pair to `distinct`.
  Result<std::vector<SpilledPart>> MakeDistinct(const SpilledPart& part, SpilledRows* distinct) {
    ARROW_ASSIGN_OR_RAISE(
        auto seen, SpillingKeys::Make(types_, /*keeps_keys=*/false, part.level, context_.spill));
    for (size_t i = 0; i < part.rows.num_batches(); ++i) {
      ARROW_RETURN_NOT_OK(context_.poll());
      ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, part.rows.Read(i));
      ARROW_ASSIGN_OR_RAISE(const EncodedKeys pairs, PairsOf(Grouped(batch, 0)));
      const uint32_t num_known = seen->num_keys();
      ARROW_ASSIGN_OR_RAISE(const auto numbers, seen->Insert(pairs, [&] { return batch; }));
      ARROW_ASSIGN_OR_RAISE(const auto are_new, AreNew(*numbers, num_known, seen->num_keys()));
      ARROW_ASSIGN_OR_RAISE(const arrow::Datum rows, arrow::compute::Filter(batch, are_new));
      ARROW_RETURN_NOT_OK(distinct->Append(rows.record_batch()));
      grant_.Set(seen->num_bytes() + distinct->pending_bytes());
      if (grant_.has_to_shrink()) seen->Freeze();
    }
    ARROW_RETURN_NOT_OK(distinct->Flush());
    return seen->TakeSpilled();
  }

  const Types types_;
  const SchemaPtr schema_;  // of a row: its group and its arguments
  const AccumulatorContext context_;
  std::unique_ptr<SpillingKeys> seen_;
  const AccumulatorPtr accumulator_;
  MemoryGrant grant_;
  int64_t num_batches_ = 0;
};

}  // namespace

Result<AccumulatorPtr> MakeDistinct(const plan::AggregateCall& call, AccumulatorPtr accumulator,
                                    const AccumulatorContext& context) {
  Types types = {arrow::uint32()};
  for (const plan::ExprPtr& arg : call.args) types.push_back(arg->type);
  // All parts together hold no more than one would.
  const int64_t batch_bytes = SpilledRows::kBatchBytes / context.num_parts;
  ARROW_ASSIGN_OR_RAISE(auto seen, SpillingKeys::Make(types, /*keeps_keys=*/false, /*level=*/0,
                                                      context.spill, batch_bytes));
  return std::make_unique<DistinctAccumulator>(std::move(types), std::move(seen),
                                               std::move(accumulator), context);
}

}  // namespace tarn::local
