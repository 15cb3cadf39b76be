#include <arrow/compute/api.h>

#include <vector>

#include "local/batch/encoding.h"
#include "local/expr/expr_node_internal.h"

namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::RecordBatch;

// The different values of a column that has a dictionary, in the order in which rows first have
// them, and the number of each row's value. NULL is one of them.
struct Values {
  std::shared_ptr<arrow::Array> values;
  std::shared_ptr<arrow::Array> numbers;
};

Result<Values> ValuesOf(const arrow::Array& column) {
  constexpr int32_t kNew = -1;
  const std::shared_ptr<arrow::StringArray> dictionary = DictionaryOf(column);
  const std::shared_ptr<arrow::Int32Array> codes = CodesOf(column);
  const bool has_null = codes->null_count() > 0;
  const int64_t code_of_null = dictionary->length();
  std::vector<int32_t> number_of(static_cast<size_t>(code_of_null) + 1, kNew);  // by code
  std::vector<int32_t> numbers(static_cast<size_t>(codes->length()));
  arrow::Int32Builder met;  // codes, by number
  for (int64_t row = 0; row < codes->length(); ++row) {
    const bool is_null = has_null && codes->IsNull(row);
    const int64_t code = is_null ? code_of_null : codes->Value(row);
    int32_t& number = number_of[static_cast<size_t>(code)];
    if (number == kNew) {
      number = static_cast<int32_t>(met.length());
      ARROW_RETURN_NOT_OK(is_null ? met.AppendNull() : met.Append(static_cast<int32_t>(code)));
    }
    numbers[static_cast<size_t>(row)] = number;
  }
  Values result;
  ARROW_ASSIGN_OR_RAISE(auto met_codes, met.Finish());
  ARROW_ASSIGN_OR_RAISE(result.values, Flatten(WithCodes(column, met_codes)));
  result.numbers = std::make_shared<arrow::Int32Array>(
      codes->length(), arrow::Buffer::FromVector(std::move(numbers)));
  return result;
}

// Whether there are fewer values than rows.
bool IsWorthIt(const arrow::Array& column) {
  return IsDictionary(column) && DictionaryOf(column)->length() < column.length();
}

}  // namespace

Result<Datum> ExprNode::Evaluate(const RecordBatch& input) const {
  const bool is_column = expr_->kind == plan::Expr::Kind::kColumn;
  if (reads_ < 0 || is_column || !IsWorthIt(*input.column(reads_))) return Compute(input);
  return EvaluateByValue(input);
}

// Values are computed in the order of rows, and none that no row has: an error is the same one as
// row by row.
Result<Datum> ExprNode::EvaluateByValue(const RecordBatch& input) const {
  ARROW_ASSIGN_OR_RAISE(const Values column, ValuesOf(*input.column(reads_)));
  const int64_t num_values = column.values->length();
  arrow::ArrayVector columns(input.num_columns(), std::make_shared<arrow::NullArray>(num_values));
  columns[reads_] = column.values;
  ARROW_ASSIGN_OR_RAISE(const Datum values, Compute(*RecordBatch::Make(input.schema(), num_values,
                                                                       std::move(columns))));
  if (values.is_scalar()) return values;
  Result<Datum> result = arrow::compute::Take(values, Datum(column.numbers),
                                              arrow::compute::TakeOptions::NoBoundsCheck());
  if (!result.status().IsInvalid()) return result;
  return LocateCapacityError(*expr_, Status::CapacityError("more than 2 GiB of text"));
}

}  // namespace tarn::local
