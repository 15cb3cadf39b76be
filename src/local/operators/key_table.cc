#include "local/operators/key_table.h"

#include <arrow/buffer.h>
#include <arrow/compute/api.h>
#include <arrow/compute/exec.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "local/evaluate.h"

namespace tarn::local {
namespace {

template <typename Float>
bool IsUniform(Float value) {
  if (std::isnan(value)) return false;
  return value != 0 || !std::signbit(value);
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
  std::shared_ptr<arrow::Buffer> validity;
  if (column->null_count() > 0) {
    ARROW_ASSIGN_OR_RAISE(validity, arrow::AllocateEmptyBitmap(length));
    for (int64_t i = 0; i < length; ++i) {
      arrow::bit_util::SetBitTo(validity->mutable_data(), i, column->IsValid(i));
    }
  }
  return arrow::MakeArray(
      arrow::ArrayData::Make(column->type(), length, {std::move(validity), std::move(buffer)}));
}

bool CanBeKey(const arrow::DataType& type) {
  return !arrow::is_nested(type.id()) && type.id() != arrow::Type::EXTENSION;
}

arrow::compute::ExecSpan SpanOf(const arrow::compute::ExecBatch& batch) {
  return arrow::compute::ExecSpan(batch);
}

arrow::compute::ExecBatch BatchOf(const arrow::ArrayVector& keys, int64_t num_rows) {
  return arrow::compute::ExecBatch({keys.begin(), keys.end()}, num_rows);
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

}  // namespace

Result<std::shared_ptr<arrow::Array>> NormalizeKey(const std::shared_ptr<arrow::Array>& column) {
  switch (column->type_id()) {
    case arrow::Type::FLOAT:
      return NormalizeFloats<float>(column);
    case arrow::Type::DOUBLE:
      return NormalizeFloats<double>(column);
    default:
      return column;
  }
}

Result<arrow::ArrayVector> EvaluateKeys(const std::vector<plan::ExprPtr>& keys,
                                        const arrow::RecordBatch& batch) {
  arrow::ArrayVector columns;
  for (const plan::ExprPtr& key : keys) {
    ARROW_ASSIGN_OR_RAISE(auto column, EvaluateToArray(*key, batch));
    ARROW_ASSIGN_OR_RAISE(column, NormalizeKey(column));
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<std::unique_ptr<KeyTable>> KeyTable::Make(
    const std::vector<std::shared_ptr<arrow::DataType>>& types) {
  if (types.empty()) return std::unique_ptr<KeyTable>(new KeyTable(nullptr));
  std::vector<arrow::TypeHolder> holders;
  for (const auto& type : types) {
    if (!CanBeKey(*type)) {
      return Status::NotImplemented("Rows can not be grouped or joined by a column of this type: ",
                                    *type);
    }
    holders.emplace_back(type);
  }
  ARROW_ASSIGN_OR_RAISE(auto grouper, arrow::compute::Grouper::Make(holders));
  return std::unique_ptr<KeyTable>(new KeyTable(std::move(grouper)));
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Insert(const arrow::ArrayVector& keys,
                                                             int64_t num_rows) {
  if (grouper_ == nullptr) return AllZero(num_rows);
  const arrow::compute::ExecBatch batch = BatchOf(keys, num_rows);
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum datum, grouper_->Consume(SpanOf(batch)));
  const auto groups = GroupsOf(datum);
  if (group_of_number_.size() < grouper_->num_groups()) {
    constexpr uint32_t kNew = std::numeric_limits<uint32_t>::max();
    number_of_group_.resize(grouper_->num_groups(), kNew);
    for (int64_t row = 0; row < num_rows; ++row) {
      const uint32_t group = groups->Value(row);
      if (number_of_group_[group] != kNew) continue;
      number_of_group_[group] = static_cast<uint32_t>(group_of_number_.size());
      group_of_number_.push_back(group);
    }
  }
  return NumbersOf(*groups);
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Find(const arrow::ArrayVector& keys,
                                                           int64_t num_rows) const {
  if (grouper_ == nullptr) return AllZero(num_rows);
  const arrow::compute::ExecBatch batch = BatchOf(keys, num_rows);
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
  for (const arrow::Datum& column : uniques.values) {
    ARROW_ASSIGN_OR_RAISE(auto keys, arrow::compute::Take(*column.make_array(), order));
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
