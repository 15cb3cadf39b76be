#include "local/keys/key_table.h"

#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>
#include <arrow/compute/api.h>
#include <arrow/compute/exec.h>
#include <arrow/util/bitmap_ops.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "plan/coercion.h"
#include "rows/row_key.h"

namespace tarn::local {
namespace {

template <typename Float>
bool IsUniform(Float value) {
  if (std::isnan(value)) return false;
  return value != 0 || !std::signbit(value);
}

// Of a slice, for an array that has no offset.
Result<std::shared_ptr<arrow::Buffer>> ValidityOf(const arrow::Array& column) {
  if (column.null_count() == 0) return std::shared_ptr<arrow::Buffer>();
  return arrow::internal::CopyBitmap(arrow::default_memory_pool(), column.null_bitmap_data(),
                                     column.offset(), column.length());
}

template <typename Float>
Result<std::shared_ptr<arrow::Array>> NormalizeFloats(const std::shared_ptr<arrow::Array>& column) {
  const Float* values = column->data()->GetValues<Float>(1);
  const int64_t length = column->length();
  if (std::all_of(values, values + length, IsUniform<Float>)) return column;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(length * static_cast<int64_t>(sizeof(Float))));
  Float* out = reinterpret_cast<Float*>(buffer->mutable_data());
  for (int64_t i = 0; i < length; ++i) {
    // Adding 0.0 turns -0.0 into 0.0.
    out[i] = std::isnan(values[i]) ? std::numeric_limits<Float>::quiet_NaN() : values[i] + Float{0};
  }
  ARROW_ASSIGN_OR_RAISE(auto validity, ValidityOf(*column));
  return arrow::MakeArray(
      arrow::ArrayData::Make(column->type(), length, {std::move(validity), std::move(buffer)}));
}

// Values of one nested column as bytes that are equal where they are.
Result<std::shared_ptr<arrow::Array>> EncodeNested(const std::shared_ptr<arrow::Array>& column) {
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys,
                        EncodeRowKeys({column}, {KeyOrder{}}, column->length()));
  arrow::BinaryBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(column->length()));
  for (int64_t row = 0; row < keys.num_rows(); ++row) {
    ARROW_RETURN_NOT_OK(builder.Append(keys.row(row)));
  }
  return builder.Finish();
}

arrow::compute::ExecSpan SpanOf(const arrow::compute::ExecBatch& batch) {
  return arrow::compute::ExecSpan(batch);
}

std::shared_ptr<arrow::UInt32Array> GroupsOf(const arrow::Datum& datum) {
  return std::static_pointer_cast<arrow::UInt32Array>(datum.make_array());
}

Result<std::shared_ptr<arrow::UInt32Array>> AllZero(int64_t num_rows) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(num_rows * static_cast<int64_t>(sizeof(uint32_t))));
  std::memset(buffer->mutable_data(), 0, buffer->size());
  return std::make_shared<arrow::UInt32Array>(num_rows, std::move(buffer));
}

Result<std::shared_ptr<arrow::Array>> NormalizeList(const std::shared_ptr<arrow::Array>& column) {
  const auto& lists = static_cast<const arrow::ListArray&>(*column);
  if (column->length() == 0) return column;
  const int32_t base = lists.value_offset(0);
  const auto values = lists.values()->Slice(base, lists.value_offset(column->length()) - base);
  ARROW_ASSIGN_OR_RAISE(const auto uniform, NormalizeKey(values));
  if (uniform == values) return column;
  std::vector<int32_t> offsets;
  for (int64_t row = 0; row <= column->length(); ++row) {
    offsets.push_back(lists.value_offset(row) - base);
  }
  ARROW_ASSIGN_OR_RAISE(auto validity, ValidityOf(*column));
  return std::make_shared<arrow::ListArray>(column->type(), column->length(),
                                            arrow::Buffer::FromVector(std::move(offsets)), uniform,
                                            std::move(validity), column->null_count());
}

Result<std::shared_ptr<arrow::Array>> NormalizeStruct(const std::shared_ptr<arrow::Array>& column) {
  const auto& structs = static_cast<const arrow::StructArray&>(*column);
  arrow::ArrayVector uniform;
  bool is_same = true;
  for (int i = 0; i < structs.num_fields(); ++i) {
    const auto field = structs.field(i);
    ARROW_ASSIGN_OR_RAISE(uniform.emplace_back(), NormalizeKey(field));
    is_same = is_same && uniform.back() == field;
  }
  if (is_same) return column;
  ARROW_ASSIGN_OR_RAISE(auto validity, ValidityOf(*column));
  return std::make_shared<arrow::StructArray>(column->type(), column->length(), std::move(uniform),
                                              std::move(validity), column->null_count());
}

}  // namespace

Result<std::shared_ptr<arrow::Array>> NormalizeKey(const std::shared_ptr<arrow::Array>& column) {
  switch (column->type_id()) {
    case arrow::Type::FLOAT:
      return NormalizeFloats<float>(column);
    case arrow::Type::DOUBLE:
      return NormalizeFloats<double>(column);
    case arrow::Type::LIST:
      return NormalizeList(column);
    case arrow::Type::STRUCT:
      return NormalizeStruct(column);
    default:
      return column;
  }
}

Result<arrow::ArrayVector> EvaluateKeys(const std::vector<CompiledExpr>& keys,
                                        const arrow::RecordBatch& batch) {
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, EvaluateAll(keys, batch));
  for (auto& column : columns) {
    ARROW_ASSIGN_OR_RAISE(column, NormalizeKey(column));
  }
  return columns;
}

Result<std::unique_ptr<KeyTable>> KeyTable::Make(
    const std::vector<std::shared_ptr<arrow::DataType>>& types) {
  if (types.empty()) return std::unique_ptr<KeyTable>(new KeyTable(nullptr, {}));
  std::vector<arrow::TypeHolder> holders;
  std::vector<bool> is_nested;
  for (const auto& type : types) {
    if (!IsOrderable(*type)) {
      return Status::NotImplemented("Rows can not be grouped or joined by a column of this type: ",
                                    *type);
    }
    is_nested.push_back(arrow::is_nested(type->id()));
    holders.emplace_back(is_nested.back() ? arrow::binary() : type);
  }
  ARROW_ASSIGN_OR_RAISE(auto grouper, arrow::compute::Grouper::Make(holders));
  return std::unique_ptr<KeyTable>(new KeyTable(std::move(grouper), std::move(is_nested)));
}

Result<arrow::compute::ExecBatch> KeyTable::BatchOf(const arrow::ArrayVector& keys,
                                                    int64_t num_rows) const {
  std::vector<arrow::Datum> columns(keys.begin(), keys.end());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!is_nested_[i]) continue;
    ARROW_ASSIGN_OR_RAISE(columns[i], EncodeNested(keys[i]));
  }
  return arrow::compute::ExecBatch(std::move(columns), num_rows);
}

// `rows` are the first that have keys which are new.
Status KeyTable::KeepNestedKeys(const arrow::ArrayVector& keys, const std::vector<int64_t>& rows) {
  const arrow::Int64Array indices(static_cast<int64_t>(rows.size()),
                                  arrow::Buffer::FromVector(rows));
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!is_nested_[i]) continue;
    ARROW_ASSIGN_OR_RAISE(auto values, arrow::compute::Take(*keys[i], indices));
    first_values_[i].push_back(std::move(values));
  }
  return Status::OK();
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Insert(const arrow::ArrayVector& keys,
                                                             int64_t num_rows) {
  if (grouper_ == nullptr) return AllZero(num_rows);
  ARROW_ASSIGN_OR_RAISE(const arrow::compute::ExecBatch batch, BatchOf(keys, num_rows));
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum datum, grouper_->Consume(SpanOf(batch)));
  const auto groups = GroupsOf(datum);
  if (group_of_number_.size() < grouper_->num_groups()) {
    constexpr uint32_t kNew = std::numeric_limits<uint32_t>::max();
    number_of_group_.resize(grouper_->num_groups(), kNew);
    std::vector<int64_t> first_rows;
    for (int64_t row = 0; row < num_rows; ++row) {
      const uint32_t group = groups->Value(row);
      if (number_of_group_[group] != kNew) continue;
      number_of_group_[group] = static_cast<uint32_t>(group_of_number_.size());
      group_of_number_.push_back(group);
      first_rows.push_back(row);
    }
    ARROW_RETURN_NOT_OK(KeepNestedKeys(keys, first_rows));
  }
  return NumbersOf(*groups);
}

Result<std::vector<uint32_t>> KeyTable::InsertAll(const std::vector<CompiledExpr>& keys,
                                                  const BatchPtr& rows, const Poll& poll) {
  constexpr int64_t kRowsAtOnce = 128 * 1024;
  std::vector<uint32_t> numbers;
  numbers.reserve(static_cast<size_t>(rows->num_rows()));
  for (int64_t begin = 0; begin < rows->num_rows(); begin += kRowsAtOnce) {
    ARROW_RETURN_NOT_OK(poll());
    const BatchPtr some = rows->Slice(begin, kRowsAtOnce);
    ARROW_ASSIGN_OR_RAISE(const auto columns, EvaluateKeys(keys, *some));
    ARROW_ASSIGN_OR_RAISE(const auto found, Insert(columns, some->num_rows()));
    numbers.insert(numbers.end(), found->raw_values(), found->raw_values() + found->length());
  }
  return numbers;
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Find(const arrow::ArrayVector& keys,
                                                           int64_t num_rows) const {
  if (grouper_ == nullptr) return AllZero(num_rows);
  ARROW_ASSIGN_OR_RAISE(const arrow::compute::ExecBatch batch, BatchOf(keys, num_rows));
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum groups, grouper_->Lookup(SpanOf(batch)));
  return NumbersOf(*GroupsOf(groups));
}

// Where `groups` is null, its values mean nothing.
Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::NumbersOf(
    const arrow::UInt32Array& groups) const {
  const int64_t num_rows = groups.length();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(num_rows * static_cast<int64_t>(sizeof(uint32_t))));
  auto* numbers = reinterpret_cast<uint32_t*>(buffer->mutable_data());
  const bool all_valid = groups.null_count() == 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    numbers[row] = all_valid || groups.IsValid(row) ? number_of_group_[groups.Value(row)] : 0;
  }
  return std::make_shared<arrow::UInt32Array>(num_rows, std::move(buffer), groups.null_bitmap(),
                                              groups.null_count());
}

Result<arrow::ArrayVector> KeyTable::Keys() const {
  arrow::ArrayVector columns;
  if (grouper_ == nullptr) return columns;
  ARROW_ASSIGN_OR_RAISE(const arrow::compute::ExecBatch uniques, grouper_->GetUniques());
  const arrow::UInt32Array order(static_cast<int64_t>(group_of_number_.size()),
                                 arrow::Buffer::FromVector(group_of_number_));
  for (size_t i = 0; i < uniques.values.size(); ++i) {
    std::shared_ptr<arrow::Array> keys;
    if (first_values_[i].empty()) {
      ARROW_ASSIGN_OR_RAISE(keys, arrow::compute::Take(*uniques.values[i].make_array(), order));
    } else {
      ARROW_ASSIGN_OR_RAISE(keys, arrow::Concatenate(first_values_[i]));
    }
    columns.push_back(std::move(keys));
  }
  return columns;
}

std::vector<std::shared_ptr<arrow::DataType>> TypesOf(const std::vector<plan::ExprPtr>& exprs) {
  std::vector<std::shared_ptr<arrow::DataType>> types;
  for (const plan::ExprPtr& expr : exprs) types.push_back(expr->type);
  return types;
}

}  // namespace tarn::local
