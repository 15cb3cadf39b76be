#include <arrow/array/builder_base.h>
#include <arrow/compute/api.h>

#include <string>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/rows_by_group.h"
#include "local/keys/key_table.h"

namespace tarn::local {
namespace {

class Mode : public Accumulator {
 public:
  Mode(const plan::AggregateCall& call, const AccumulatorContext& context)
      : type_(call.type),
        order_(call.order.empty() ? std::vector<KeyOrder>{KeyOrder()} : call.order),
        rows_(TypesOf(call.args), order_, context) {}

  Status Consume(const GroupedRows& rows) override {
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum valid, arrow::compute::IsValid(rows.args[0]));
    ARROW_ASSIGN_OR_RAISE(
        const GroupedRows counted,
        SelectRows(rows, static_cast<const arrow::BooleanArray&>(*valid.make_array())));
    return rows_.Add(counted);
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), type_, &builder_));
    ARROW_RETURN_NOT_OK(
        rows_.ForEach([this](const arrow::UInt32Array& groups, const arrow::ArrayVector& columns) {
          return AddSorted(groups, columns[0]);
        }));
    ARROW_RETURN_NOT_OK(EndGroup());
    ARROW_RETURN_NOT_OK(builder_->AppendNulls(num_groups - builder_->length()));
    return builder_->Finish();
  }

  int64_t num_bytes() const override { return 0; }

 private:
  // Equal values follow each other; of runs of the same length the first counts.
  Status AddSorted(const arrow::UInt32Array& groups, const std::shared_ptr<arrow::Array>& column) {
    // Of -0.0 and 0.0, Spark gives the second.
    ARROW_ASSIGN_OR_RAISE(const auto values, NormalizeKey(column));
    ARROW_ASSIGN_OR_RAISE(const RowKeys keys, EncodeRowKeys({values}, order_, values->length()));
    for (int64_t row = 0; row < groups.length(); ++row) {
      const uint32_t group = groups.Value(row);
      if (group != group_) {
        ARROW_RETURN_NOT_OK(EndGroup());
        group_ = group;
        best_length_ = 0;
        length_ = 0;
      }
      if (length_ == 0 || keys.row(row) != key_) {
        key_ = keys.row(row);
        length_ = 0;
      }
      if (++length_ <= best_length_) continue;
      best_length_ = length_;
      if (best_key_ == key_ && best_ != nullptr) continue;
      best_key_ = key_;
      best_ = values->Slice(row, 1);
    }
    return Status::OK();
  }

  Status EndGroup() {
    if (best_ == nullptr) return Status::OK();
    ARROW_RETURN_NOT_OK(builder_->AppendNulls(group_ - builder_->length()));
    ARROW_RETURN_NOT_OK(builder_->AppendArraySlice(*best_->data(), 0, 1));
    best_ = nullptr;
    return Status::OK();
  }

  static constexpr int64_t kNoGroup = -1;

  const std::shared_ptr<arrow::DataType> type_;
  const std::vector<KeyOrder> order_;
  RowsByGroup rows_;
  std::unique_ptr<arrow::ArrayBuilder> builder_;
  // Of the group that is visited.
  int64_t group_ = kNoGroup;
  std::string key_;     // of the run of equal values
  int64_t length_ = 0;  // of that run, so far
  std::string best_key_;
  int64_t best_length_ = 0;
  std::shared_ptr<arrow::Array> best_;  // the most frequent value; null: there is none
};

}  // namespace

Result<AccumulatorPtr> MakeMode(const plan::AggregateCall& call,
                                const AccumulatorContext& context) {
  return std::make_unique<Mode>(call, context);
}

}  // namespace tarn::local
