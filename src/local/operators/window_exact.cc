#include "local/operators/window_exact.h"

#include <arrow/array.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/compute/api.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>

#include "local/kernels/int128.h"

namespace tarn::local {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

// Of the rows before each row, and of all at the end: how many count.
template <class Counts>
std::vector<int64_t> CountsBefore(int64_t num_rows, const Counts& counts) {
  std::vector<int64_t> before(num_rows + 1, 0);
  for (int64_t row = 0; row < num_rows; ++row)
    before[row + 1] = before[row] + (counts(row) ? 1 : 0);
  return before;
}

template <class Counts>
ArrayPtr CountOf(const WindowFrames& frames, int64_t num_rows, const Counts& counts) {
  const std::vector<int64_t> before = CountsBefore(num_rows, counts);
  std::vector<int64_t> values(frames.begin.size());
  for (size_t row = 0; row < values.size(); ++row) {
    values[row] = before[frames.end[row]] - before[frames.begin[row]];
  }
  const auto length = static_cast<int64_t>(values.size());
  return std::make_shared<arrow::Int64Array>(length, arrow::Buffer::FromVector(std::move(values)));
}

ArrayPtr Count(const arrow::ArrayVector& args, const WindowFrames& frames) {
  if (args.empty()) {
    std::vector<int64_t> values(frames.begin.size());
    for (size_t row = 0; row < values.size(); ++row) {
      values[row] = frames.end[row] - frames.begin[row];
    }
    const auto length = static_cast<int64_t>(values.size());
    return std::make_shared<arrow::Int64Array>(length,
                                               arrow::Buffer::FromVector(std::move(values)));
  }
  return CountOf(frames, args[0]->length(), [&](int64_t row) {
    return std::all_of(args.begin(), args.end(),
                       [row](const ArrayPtr& arg) { return arg->IsValid(row); });
  });
}

ArrayPtr CountIf(const arrow::ArrayVector& args, const WindowFrames& frames) {
  const auto& conditions = static_cast<const arrow::BooleanArray&>(*args[0]);
  return CountOf(frames, conditions.length(),
                 [&](int64_t row) { return conditions.IsValid(row) && conditions.Value(row); });
}

// The row of each frame that has the least key, the first of several; frames only move forward.
class LeastOfFrames {
 public:
  LeastOfFrames(const arrow::Array& column, const RowKeys& keys) : column_(column), keys_(keys) {}

  // -1: the frame has no value.
  int64_t Next(int64_t begin, int64_t end) {
    for (next_ = std::max(next_, begin); next_ < end; ++next_) {
      if (column_.IsNull(next_)) continue;
      while (!candidates_.empty() && keys_.row(next_) < keys_.row(candidates_.back())) {
        candidates_.pop_back();
      }
      candidates_.push_back(next_);
    }
    while (!candidates_.empty() && candidates_.front() < begin) candidates_.pop_front();
    return candidates_.empty() ? -1 : candidates_.front();
  }

 private:
  const arrow::Array& column_;
  const RowKeys& keys_;
  std::deque<int64_t> candidates_;  // in order; each the least of those from it on
  int64_t next_ = 0;                // row that has not been looked at
};

Result<ArrayPtr> Extreme(const arrow::ArrayVector& args, const WindowFrames& frames,
                         bool is_greatest) {
  const ArrayPtr& column = args[0];
  ARROW_ASSIGN_OR_RAISE(
      const RowKeys keys,
      EncodeRowKeys({column}, {KeyOrder{is_greatest, !is_greatest}}, column->length()));
  LeastOfFrames least(*column, keys);
  arrow::Int64Builder rows;
  for (size_t i = 0; i < frames.begin.size(); ++i) {
    const int64_t row = least.Next(frames.begin[i], frames.end[i]);
    ARROW_RETURN_NOT_OK(row >= 0 ? rows.Append(row) : rows.AppendNull());
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr chosen, rows.Finish());
  return arrow::compute::Take(*column, *chosen, arrow::compute::TakeOptions::NoBoundsCheck());
}

// Sums of the rows before each row.
struct SumsBefore {
  std::vector<Int128> sums = {0};
  std::vector<Int128> magnitudes = {0};  // sums of what the values are without their signs
  std::vector<int64_t> counts = {0};     // of values
  bool overflows = false;

  void Add(bool has_value, Int128 value) {
    const Int128 magnitude = value < 0 ? -value : value;
    Int128 all = 0;
    overflows |= __builtin_add_overflow(magnitudes.back(), has_value ? magnitude : 0, &all);
    magnitudes.push_back(all);
    sums.push_back(sums.back() + (has_value && !overflows ? value : 0));
    counts.push_back(counts.back() + (has_value ? 1 : 0));
  }
};

template <class ArrayType>
SumsBefore SumIntegers(const arrow::Array& column) {
  const auto& values = static_cast<const ArrayType&>(column);
  SumsBefore before;
  for (int64_t row = 0; row < values.length(); ++row) {
    before.Add(values.IsValid(row), values.Value(row));
  }
  return before;
}

SumsBefore SumDecimals(const arrow::Array& column) {
  const auto& values = static_cast<const arrow::Decimal128Array&>(column);
  SumsBefore before;
  for (int64_t row = 0; row < values.length(); ++row) {
    const bool has_value = values.IsValid(row);
    before.Add(has_value,
               has_value ? ToInt128(arrow::Decimal128(values.GetValue(row))) : Int128{0});
  }
  return before;
}

std::optional<SumsBefore> SumsBeforeOf(const arrow::Array& column) {
  switch (column.type_id()) {
    case arrow::Type::INT8:
      return SumIntegers<arrow::Int8Array>(column);
    case arrow::Type::INT16:
      return SumIntegers<arrow::Int16Array>(column);
    case arrow::Type::INT32:
      return SumIntegers<arrow::Int32Array>(column);
    case arrow::Type::INT64:
      return SumIntegers<arrow::Int64Array>(column);
    case arrow::Type::DECIMAL128:
      return SumDecimals(column);
    default:
      return std::nullopt;
  }
}

Result<ArrayPtr> Sum(const plan::AggregateCall& call, const arrow::ArrayVector& args,
                     const WindowFrames& frames) {
  const std::optional<SumsBefore> before = SumsBeforeOf(*args[0]);
  if (!before || before->overflows) return nullptr;
  const bool is_decimal = call.type->id() == arrow::Type::DECIMAL128;
  const Int128 most =
      is_decimal ? PowerOfTen(static_cast<const arrow::Decimal128Type&>(*call.type).precision()) - 1
                 : Int128{std::numeric_limits<int64_t>::max()};
  arrow::Int64Builder integers;
  arrow::Decimal128Builder decimals(is_decimal ? call.type : arrow::decimal128(38, 0));
  for (size_t row = 0; row < frames.begin.size(); ++row) {
    const int64_t begin = frames.begin[row], end = frames.end[row];
    if (before->magnitudes[end] - before->magnitudes[begin] > most) return nullptr;
    const Int128 sum = before->sums[end] - before->sums[begin];
    const bool has_value = before->counts[end] > before->counts[begin];
    if (is_decimal) {
      ARROW_RETURN_NOT_OK(has_value ? decimals.Append(ToDecimal128(sum)) : decimals.AppendNull());
    } else {
      ARROW_RETURN_NOT_OK(has_value ? integers.Append(static_cast<int64_t>(sum))
                                    : integers.AppendNull());
    }
  }
  return is_decimal ? decimals.Finish() : integers.Finish();
}

bool MoveForward(const WindowFrames& frames) {
  return std::is_sorted(frames.begin.begin(), frames.begin.end()) &&
         std::is_sorted(frames.end.begin(), frames.end.end());
}

}  // namespace

Result<ArrayPtr> ExactWindowAggregate(const plan::AggregateCall& call,
                                      const arrow::ArrayVector& args, const WindowFrames& frames) {
  const std::string_view name = call.function->name;
  if (name == "count") return Count(args, frames);
  if (name == "count_if") return CountIf(args, frames);
  if (name == "sum") return Sum(call, args, frames);
  const bool is_extreme = (name == "min" || name == "max") &&
                          args[0]->type_id() != arrow::Type::NA && MoveForward(frames);
  if (is_extreme) return Extreme(args, frames, name == "max");
  return nullptr;
}

}  // namespace tarn::local
