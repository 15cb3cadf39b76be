#include <arrow/array/array_nested.h>
#include <arrow/array/concatenate.h>
#include <arrow/compute/api.h>
#include <fmt/format.h>

#include <limits>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/rows_by_group.h"
#include "local/batch/encoding.h"
#include "local/keys/key_table.h"

namespace tarn::local {
namespace {

// The number of values of k that Spark allows.
constexpr int32_t kRowsMax = 100'000;

// Values of consecutive groups on their way into an array of lists.
class Lists {
 public:
  // `max_length` of a list: more values are left out.
  Lists(uint32_t num_groups, int64_t max_length)
      : max_length_(max_length), lengths_(num_groups, 0) {}

  Status Add(const arrow::UInt32Array& groups, const std::shared_ptr<arrow::Array>& values) {
    arrow::BooleanBuilder keep;
    ARROW_RETURN_NOT_OK(keep.Reserve(groups.length()));
    for (int64_t row = 0; row < groups.length(); ++row) {
      int64_t& length = lengths_[groups.Value(row)];
      const bool has_room = length < max_length_;
      keep.UnsafeAppend(has_room);
      length += has_room;
    }
    ARROW_ASSIGN_OR_RAISE(const auto kept, keep.Finish());
    const auto& mask = static_cast<const arrow::BooleanArray&>(*kept);
    if (mask.true_count() == values->length()) {
      chunks_.push_back(values);
      return Status::OK();
    }
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum some, arrow::compute::Filter(values, mask));
    chunks_.push_back(some.make_array());
    return Status::OK();
  }

  // `empty_is_null`: a group without values has NULL.
  Result<std::shared_ptr<arrow::Array>> Finish(const std::shared_ptr<arrow::DataType>& type,
                                               bool empty_is_null) {
    std::vector<int32_t> offsets = {0};
    std::vector<uint8_t> validity(arrow::bit_util::BytesForBits(lengths_.size()), 0);
    int64_t end = 0;
    for (size_t group = 0; group < lengths_.size(); ++group) {
      end += lengths_[group];
      if (end > std::numeric_limits<int32_t>::max()) {
        return Status::CapacityError("lists of more than 2147483647 values: group by more keys");
      }
      offsets.push_back(static_cast<int32_t>(end));
      arrow::bit_util::SetBitTo(validity.data(), group, !empty_is_null || lengths_[group] > 0);
    }
    ARROW_ASSIGN_OR_RAISE(const auto values, Values(*type));
    const auto length = static_cast<int64_t>(lengths_.size());
    return std::make_shared<arrow::ListArray>(type, length,
                                              arrow::Buffer::FromVector(std::move(offsets)), values,
                                              arrow::Buffer::FromVector(std::move(validity)));
  }

 private:
  Result<std::shared_ptr<arrow::Array>> Values(const arrow::DataType& type) {
    if (chunks_.empty()) {
      return arrow::MakeEmptyArray(static_cast<const arrow::ListType&>(type).value_type());
    }
    ARROW_ASSIGN_OR_RAISE(auto values, arrow::Concatenate(chunks_));
    chunks_.clear();
    return values;
  }

  const int64_t max_length_;
  std::vector<int64_t> lengths_;  // by group
  arrow::ArrayVector chunks_;
};

// The first arguments of rows as a list; of those whose last one is not null, but for RESPECT
// NULLS.
class Collected : public Accumulator {
 public:
  Collected(const plan::AggregateCall& call, const AccumulatorContext& context,
            std::vector<KeyOrder> order, int64_t max_length, bool empty_is_null)
      : type_(call.type),
        keeps_nulls_(call.respect_nulls),
        max_length_(max_length),
        empty_is_null_(empty_is_null),
        rows_(TypesOf(call.args), std::move(order), context) {}

  Status Consume(const GroupedRows& rows) override {
    GroupedRows counted = rows;
    if (!keeps_nulls_) {
      ARROW_ASSIGN_OR_RAISE(const arrow::Datum valid, arrow::compute::IsValid(rows.args.back()));
      ARROW_ASSIGN_OR_RAISE(
          counted, SelectRows(rows, static_cast<const arrow::BooleanArray&>(*valid.make_array())));
    }
    num_groups_ = rows.num_groups;
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, ColumnBytes(*counted.args.front()));
    value_bytes_ += num_bytes;
    return rows_.Add(counted);
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    Lists lists(num_groups, max_length_);
    ARROW_RETURN_NOT_OK(
        rows_.ForEach([&](const arrow::UInt32Array& groups, const arrow::ArrayVector& columns) {
          return lists.Add(groups, columns.front());
        }));
    return lists.Finish(type_, empty_is_null_);
  }

  // The lists, which have to be in memory in the end; their values are there twice for a moment.
  int64_t num_bytes() const override {
    return 2 * value_bytes_ + num_groups_ * static_cast<int64_t>(sizeof(int64_t));
  }

 private:
  const std::shared_ptr<arrow::DataType> type_;
  const bool keeps_nulls_;
  const int64_t max_length_;
  const bool empty_is_null_;
  RowsByGroup rows_;
  int64_t value_bytes_ = 0;
  uint32_t num_groups_ = 0;
};

}  // namespace

Result<AccumulatorPtr> MakeList(const plan::AggregateCall& call,
                                const AccumulatorContext& context) {
  return std::make_unique<Collected>(call, context, std::vector<KeyOrder>{},
                                     std::numeric_limits<int64_t>::max(),
                                     /*empty_is_null=*/false);
}

Result<AccumulatorPtr> MakeSet(const plan::AggregateCall& call, const AccumulatorContext& context) {
  ARROW_ASSIGN_OR_RAISE(AccumulatorPtr list, MakeList(call, context));
  return MakeDistinct(call, std::move(list), context);
}

Result<AccumulatorPtr> MakeBestList(const plan::AggregateCall& call,
                                    const AccumulatorContext& context, Extremum extremum) {
  ARROW_ASSIGN_OR_RAISE(const arrow::ScalarVector constants, ConstantsOf(call));
  const auto& k = static_cast<const arrow::Int32Scalar&>(*constants[0]);
  if (!k.is_valid || k.value < 1 || k.value > kRowsMax) {
    return AggregateError(
        call, "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
        fmt::format("k of {} is {}, not 1 to {}", call.function->name, k.ToString(), kRowsMax));
  }
  const KeyOrder order{.descending = extremum == Extremum::kGreatest, .nulls_first = false};
  return std::make_unique<Collected>(call, context, std::vector<KeyOrder>{order}, k.value,
                                     /*empty_is_null=*/true);
}

}  // namespace tarn::local
