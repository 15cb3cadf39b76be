#include "local/operators/window_values.h"

#include <arrow/array.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/util.h>
#include <arrow/compute/api.h>

#include <map>
#include <optional>
#include <utility>

#include "local/aggregates/accumulator.h"
#include "local/batch/encoding.h"
#include "plan/fold_literal.h"
#include "rows/take_rows.h"

namespace tarn::local {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

// What a function is computed from.
struct Scope {
  const WindowContext& context;
  const plan::WindowCall& call;
  const WindowInput::Call& columns;
  const WindowRows& rows;

  int64_t num_rows() const { return rows.num_rows(); }
  ArrayPtr column(size_t arg) const { return rows.rows->column(columns.args[arg]); }
  // Null: there is none.
  const arrow::BooleanArray* filter() const {
    if (columns.filter < 0) return nullptr;
    return static_cast<const arrow::BooleanArray*>(rows.rows->column(columns.filter).get());
  }
  Result<WindowFrames> frames() const {
    return FramesOf(*context.input, columns, call.frame, rows);
  }
  // The literal that says how many rows; `otherwise` where it is not written.
  int64_t count(size_t arg, int64_t otherwise) const {
    if (call.call.args.size() <= arg) return otherwise;
    return plan::IntegerOf(*call.call.args[arg]->literal).value_or(otherwise);
  }
};

using Values = Result<ArrayPtr> (*)(const Scope& scope);

template <class ArrayType, class T>
ArrayPtr ColumnOf(std::vector<T> values) {
  const auto length = static_cast<int64_t>(values.size());
  return std::make_shared<ArrayType>(length, arrow::Buffer::FromVector(std::move(values)));
}

template <class OfRow>
ArrayPtr Ints(const WindowRows& rows, const OfRow& of_row) {
  std::vector<int32_t> values(rows.num_rows());
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    values[row] = static_cast<int32_t>(of_row(row));
  }
  return ColumnOf<arrow::Int32Array>(std::move(values));
}

template <class OfRow>
ArrayPtr Doubles(const WindowRows& rows, const OfRow& of_row) {
  std::vector<double> values(rows.num_rows());
  for (int64_t row = 0; row < rows.num_rows(); ++row) values[row] = of_row(row);
  return ColumnOf<arrow::DoubleArray>(std::move(values));
}

Result<ArrayPtr> RowNumber(const Scope& scope) {
  const WindowRows& rows = scope.rows;
  return Ints(rows, [&](int64_t row) { return row - rows.partition_begin[row] + 1; });
}

Result<ArrayPtr> Rank(const Scope& scope) {
  const WindowRows& rows = scope.rows;
  return Ints(rows,
              [&](int64_t row) { return rows.peers_begin[row] - rows.partition_begin[row] + 1; });
}

Result<ArrayPtr> DenseRank(const Scope& scope) {
  const WindowRows& rows = scope.rows;
  int64_t rank = 0;
  return Ints(rows, [&](int64_t row) {
    if (rows.partition_begin[row] == row) rank = 0;
    if (rows.peers_begin[row] == row) ++rank;
    return rank;
  });
}

Result<ArrayPtr> PercentRank(const Scope& scope) {
  const WindowRows& rows = scope.rows;
  return Doubles(rows, [&](int64_t row) {
    const int64_t num_others = rows.partition_end[row] - rows.partition_begin[row] - 1;
    const int64_t num_before = rows.peers_begin[row] - rows.partition_begin[row];
    return num_others == 0 ? 0.0
                           : static_cast<double>(num_before) / static_cast<double>(num_others);
  });
}

Result<ArrayPtr> CumulativeShare(const Scope& scope) {
  const WindowRows& rows = scope.rows;
  return Doubles(rows, [&](int64_t row) {
    const int64_t first = rows.partition_begin[row];
    return static_cast<double>(rows.peers_end[row] - first) /
           static_cast<double>(rows.partition_end[row] - first);
  });
}

Result<ArrayPtr> Tile(const Scope& scope) {
  const WindowRows& rows = scope.rows;
  const int64_t num_tiles = scope.count(0, 1);
  return Ints(rows, [&](int64_t row) {
    const int64_t num_rows = rows.partition_end[row] - rows.partition_begin[row];
    const int64_t number = row - rows.partition_begin[row];
    const int64_t size = num_rows / num_tiles, num_larger = num_rows % num_tiles;
    const int64_t num_in_larger = num_larger * (size + 1);
    if (number < num_in_larger) return number / (size + 1) + 1;
    return num_larger + (number - num_in_larger) / size + 1;
  });
}

// The rows of a column that count: where NULLs are ignored, those that have a value.
class CountedRows {
 public:
  // `keep`: what a FILTER says of each row; may be null.
  CountedRows(const arrow::Array& column, bool ignores_nulls,
              const arrow::BooleanArray* keep = nullptr)
      : num_before_(column.length() + 1) {
    for (int64_t row = 0; row < column.length(); ++row) {
      num_before_[row] = std::ssize(rows_);
      const bool is_kept = keep == nullptr || (keep->IsValid(row) && keep->Value(row));
      if (is_kept && (!ignores_nulls || column.IsValid(row))) rows_.push_back(row);
    }
    num_before_.back() = std::ssize(rows_);
  }

  // How many there are before `row`.
  int64_t num_before(int64_t row) const { return num_before_[row]; }

  // The one with this number if it is in [begin, end), else -1.
  int64_t Within(int64_t number, int64_t begin, int64_t end) const {
    if (number < 0 || number >= std::ssize(rows_)) return -1;
    const int64_t row = rows_[number];
    return row >= begin && row < end ? row : -1;
  }

 private:
  std::vector<int64_t> rows_;
  std::vector<int64_t> num_before_;
};

// The column's values at `rows`; `defaults` of the current row where it is -1.
Result<ArrayPtr> ValuesAt(const ArrayPtr& column, const std::vector<int64_t>& rows,
                          const ArrayPtr& defaults) {
  std::vector<RowPlace> places(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool is_found = rows[i] >= 0;
    const int64_t own = defaults->length() == 1 ? 0 : static_cast<int64_t>(i);
    places[i] = {is_found ? 0 : 1, static_cast<int32_t>(is_found ? rows[i] : own)};
  }
  return TakeValues({column, defaults}, places);
}

Result<ArrayPtr> NullOf(const ArrayPtr& column) {
  return arrow::MakeArrayOfNull(column->type(), 1);
}

// The value of the row of the frame that `choose` gives: its number among those that count.
template <class Choose>
Result<ArrayPtr> ValueOfFrame(const Scope& scope, const Choose& choose) {
  ARROW_ASSIGN_OR_RAISE(const WindowFrames frames, scope.frames());
  const ArrayPtr column = scope.column(0);
  const CountedRows counted(*column, scope.call.call.ignore_nulls, scope.filter());
  std::vector<int64_t> chosen(scope.num_rows());
  for (int64_t row = 0; row < scope.num_rows(); ++row) {
    const int64_t begin = frames.begin[row], end = frames.end[row];
    const int64_t number = choose(counted.num_before(begin), counted.num_before(end));
    chosen[row] = counted.Within(number, begin, end);
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr null, NullOf(column));
  return ValuesAt(column, chosen, null);
}

Result<ArrayPtr> First(const Scope& scope) {
  return ValueOfFrame(scope, [](int64_t begin, int64_t) { return begin; });
}

Result<ArrayPtr> Last(const Scope& scope) {
  return ValueOfFrame(scope, [](int64_t, int64_t end) { return end - 1; });
}

Result<ArrayPtr> Nth(const Scope& scope) {
  const int64_t offset = scope.count(1, 1) - 1;
  return ValueOfFrame(scope, [offset](int64_t begin, int64_t end) {
    return offset < end - begin ? begin + offset : -1;
  });
}

// What stands where there is no such row: one value for all rows, or one for each.
Result<ArrayPtr> DefaultsOf(const Scope& scope, bool is_needed) {
  if (scope.call.call.args.size() < 3 || !is_needed) return NullOf(scope.column(0));
  if (scope.columns.args[2] >= 0) return scope.column(2);
  const arrow::ArrayVector no_columns;
  const auto row = arrow::RecordBatch::Make(arrow::schema(arrow::FieldVector()), 1, no_columns);
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr value,
                        CompiledExpr(scope.call.call.args[2], scope.context.exprs).Evaluate(*row));
  return Flatten(value);
}

// The value of the row `distance` rows after the current one.
Result<ArrayPtr> Neighbour(const Scope& scope, int64_t distance) {
  const WindowRows& rows = scope.rows;
  const ArrayPtr column = scope.column(0);
  const bool ignores_nulls = scope.call.call.ignore_nulls && distance != 0;
  const CountedRows counted(*column, ignores_nulls);
  std::vector<int64_t> chosen(rows.num_rows());
  bool is_default_needed = false;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    // Of those that count after this row the first is number 1, of those before it the last is -1.
    const int64_t number = distance > 0 ? counted.num_before(row + 1) + distance - 1
                                        : counted.num_before(row) + distance;
    chosen[row] = counted.Within(number, rows.partition_begin[row], rows.partition_end[row]);
    is_default_needed = is_default_needed || chosen[row] < 0;
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr defaults, DefaultsOf(scope, is_default_needed));
  return ValuesAt(column, chosen, defaults);
}

Result<ArrayPtr> Lead(const Scope& scope) { return Neighbour(scope, scope.count(1, 1)); }

Result<ArrayPtr> Lag(const Scope& scope) { return Neighbour(scope, -scope.count(1, 1)); }

// The row before each one of its partition that has a value; -1: there is none.
std::vector<int64_t> RowsBefore(const Scope& scope) {
  const WindowRows& rows = scope.rows;
  const CountedRows counted(*scope.column(0), /*ignores_nulls=*/true);
  std::vector<int64_t> before(rows.num_rows());
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    before[row] = counted.Within(counted.num_before(row) - 1, rows.partition_begin[row], row);
  }
  return before;
}

Status CounterError(const Scope& scope, const std::string& error_class,
                    const std::string& message) {
  const std::string text = error_class + ": " + message;
  const sql::Location& at = scope.call.call.args[0]->at;
  if (at.text == nullptr) return MakeError(ErrorKind::kBadInput, text);
  return MakeError({sql::MakeDiagnostic(at, text, "leave such rows out")});
}

Result<bool> HasNegative(const ArrayPtr& counters) {
  if (counters->type_id() == arrow::Type::DECIMAL128) {
    const auto& decimals = static_cast<const arrow::Decimal128Array&>(*counters);
    for (int64_t row = 0; row < decimals.length(); ++row) {
      if (decimals.IsNull(row)) continue;
      if (arrow::Decimal128(decimals.GetValue(row)).IsNegative()) return true;
    }
    return false;
  }
  ARROW_ASSIGN_OR_RAISE(const auto zero, arrow::MakeScalar(counters->type(), 0));
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum is_less,
                        arrow::compute::CallFunction("less", {counters, zero}));
  return static_cast<const arrow::BooleanArray&>(*is_less.make_array()).true_count() > 0;
}

// Of values that are as large as those that they are taken from, or larger.
Result<ArrayPtr> Differences(const ArrayPtr& values, const ArrayPtr& smaller) {
  if (values->type_id() != arrow::Type::DECIMAL128) {
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum difference, arrow::compute::Subtract(values, smaller));
    return difference.make_array();
  }
  const auto& left = static_cast<const arrow::Decimal128Array&>(*values);
  const auto& right = static_cast<const arrow::Decimal128Array&>(*smaller);
  arrow::Decimal128Builder builder(values->type());
  for (int64_t row = 0; row < left.length(); ++row) {
    if (left.IsNull(row) || right.IsNull(row)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    ARROW_RETURN_NOT_OK(builder.Append(arrow::Decimal128(left.GetValue(row)) -
                                       arrow::Decimal128(right.GetValue(row))));
  }
  return builder.Finish();
}

// A counter that is less than before, or has another start, began anew.
Result<ArrayPtr> CounterDifference(const Scope& scope) {
  const ArrayPtr counters = scope.column(0);
  ARROW_ASSIGN_OR_RAISE(const bool has_negative, HasNegative(counters));
  if (has_negative) {
    return CounterError(scope, "COUNTER_DIFF_NEGATIVE_COUNTER_VALUE", "a counter is negative");
  }
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys,
                        EncodeRowKeys({counters}, {KeyOrder{}}, scope.num_rows()));
  const bool has_starts = scope.columns.args.size() > 1;
  const auto* starts =
      has_starts ? static_cast<const arrow::TimestampArray*>(scope.column(1).get()) : nullptr;
  arrow::Int64Builder rows;
  const std::vector<int64_t> all_before = RowsBefore(scope);
  for (int64_t row = 0; row < scope.num_rows(); ++row) {
    const int64_t before = all_before[row];
    bool goes_on = before >= 0 && counters->IsValid(row);
    if (goes_on && has_starts && starts->IsValid(row) && starts->IsValid(before)) {
      if (starts->Value(row) < starts->Value(before)) {
        return CounterError(scope, "COUNTER_DIFF_START_TIME_DECREASED",
                            "a start is before another");
      }
      goes_on = starts->Value(row) == starts->Value(before);
    }
    goes_on = goes_on && keys.row(row) >= keys.row(before);
    ARROW_RETURN_NOT_OK(goes_on ? rows.Append(before) : rows.AppendNull());
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr chosen, rows.Finish());
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr before, arrow::compute::Take(*counters, *chosen));
  return Differences(counters, before);
}

Values FindValues(const plan::Function& function) {
  static const auto* kByName = new std::map<std::string_view, Values>{
      {"any_value", First},
      {"counter_diff", CounterDifference},
      {"cume_dist", CumulativeShare},
      {"dense_rank", DenseRank},
      {"first", First},
      {"lag", Lag},
      {"last", Last},
      {"lead", Lead},
      {"nth_value", Nth},
      {"ntile", Tile},
      {"percent_rank", PercentRank},
      {"rank", Rank},
      {"row_number", RowNumber},
  };
  const auto found = kByName->find(function.name);
  return found == kByName->end() ? nullptr : found->second;
}

}  // namespace

bool KnowsWindowFunction(const plan::Function& function) { return FindValues(function) != nullptr; }

Result<ArrayPtr> WindowValues(const WindowContext& context, const plan::Window& window, size_t call,
                              const WindowRows& rows) {
  const Scope scope{context, window.calls[call], context.input->calls()[call], rows};
  const plan::Function& function = *scope.call.call.function;
  const Values values = FindValues(function);
  if (values != nullptr) return values(scope);
  if (!Accumulator::Knows(function)) {
    return Status::NotImplemented("This engine has no such window function: ", function.name);
  }
  ARROW_ASSIGN_OR_RAISE(const WindowFrames frames, scope.frames());
  return WindowAggregate(context, scope.call, scope.columns, rows, frames);
}

}  // namespace tarn::local
