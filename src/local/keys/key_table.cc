#include "local/keys/key_table.h"

#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>
#include <arrow/compute/api.h>
#include <arrow/util/bitmap_generate.h>
#include <arrow/util/bitmap_ops.h>
#include <arrow/util/byte_size.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "local/batch/encoding.h"
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

// The column of keys that are codes into a dictionary; null: they are not.
const arrow::DictionaryArray* CodesOf(const EncodedKeys& keys) {
  if (keys.columns().size() != 1) return nullptr;
  const arrow::Array& column = *keys.columns()[0];
  if (column.type_id() != arrow::Type::DICTIONARY) return nullptr;
  return static_cast<const arrow::DictionaryArray*>(&column);
}

class Codes {
 public:
  explicit Codes(const arrow::DictionaryArray& column)
      : codes_(column.data()->GetValues<int32_t>(1)),
        validity_(column.null_count() > 0 ? column.null_bitmap_data() : nullptr),
        offset_(column.offset()) {}
  int32_t operator[](int64_t row) const {
    const bool is_null = validity_ != nullptr && !arrow::bit_util::GetBit(validity_, offset_ + row);
    return is_null ? DictionaryNumbers::kNullCode : codes_[row];
  }

 private:
  const int32_t* const codes_;
  const uint8_t* const validity_;
  const int64_t offset_;
};

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

Result<EncodedKeys> EncodeKeys(arrow::ArrayVector columns, int64_t num_rows) {
  for (auto& column : columns) {
    ARROW_ASSIGN_OR_RAISE(column, NormalizeKey(column));
  }
  return EncodedKeys::Make(std::move(columns), num_rows);
}

Result<EncodedKeys> EncodeKeys(const std::vector<CompiledExpr>& keys,
                               const arrow::RecordBatch& batch) {
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, EvaluateAll(keys, batch));
  return EncodeKeys(std::move(columns), batch.num_rows());
}

KeyTable::KeyTable(const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys)
    : keeps_keys_(keeps_keys),
      num_keys_(types.empty() ? 1 : 0),
      types_(types),
      values_(types.size()) {
  if (!types.empty()) index_ = KeyIndex::Make(types);
  if (types.size() == 1 && types[0]->id() == arrow::Type::STRING) {
    by_code_ = std::make_unique<DictionaryNumbers>();
  }
}

Result<std::unique_ptr<KeyTable>> KeyTable::Make(
    const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys) {
  for (const auto& type : types) {
    if (IsGroupable(*type)) continue;
    return Status::NotImplemented("Rows can not be grouped or joined by a column of this type: ",
                                  *type);
  }
  return std::unique_ptr<KeyTable>(new KeyTable(types, keeps_keys));
}

// Keys of other types may be held otherwise.
Status KeyTable::CheckEncoding(const EncodedKeys& keys) const {
  if (keys.packed().num_words() == PackedKeys::NumWords(types_)) return Status::OK();
  return Status::TypeError("The keys are of other types than those of their table");
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::InsertRows(const EncodedKeys& keys,
                                                                 const RowSelection& rows) {
  std::vector<uint32_t> numbers(rows.size(), 0);
  if (index_ != nullptr) {
    ARROW_RETURN_NOT_OK(CheckEncoding(keys));
    std::vector<int64_t> new_rows;
    ARROW_RETURN_NOT_OK(InsertByCode(keys, rows, numbers.data(), &new_rows));
    num_keys_ = index_->num_keys();
    ARROW_RETURN_NOT_OK(KeepKeys(keys.columns(), std::move(new_rows)));
  }
  return std::make_shared<arrow::UInt32Array>(rows.size(),
                                              arrow::Buffer::FromVector(std::move(numbers)));
}

// A key that is a code looks for its number among those of codes first.
Status KeyTable::InsertByCode(const EncodedKeys& keys, const RowSelection& rows, uint32_t* numbers,
                              std::vector<int64_t>* new_rows) {
  const auto* column = by_code_ == nullptr ? nullptr : CodesOf(keys);
  const auto known = column == nullptr ? nullptr : by_code_->ForInsert(*column->dictionary());
  if (known == nullptr) return index_->Insert(keys, rows, numbers, new_rows);
  const Codes codes(*column);
  for (int64_t i = 0; i < rows.size(); ++i) {
    const int64_t row = rows[i];
    const int32_t code = codes[row];
    numbers[i] = known->Get(code);
    if (numbers[i] < DictionaryNumbers::kAbsent) continue;
    ARROW_RETURN_NOT_OK(
        index_->Insert(keys, RowSelection(std::span(&row, 1)), &numbers[i], new_rows));
    known->Set(code, numbers[i]);
  }
  return Status::OK();
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Insert(const EncodedKeys& keys) {
  return InsertRows(keys, RowSelection(keys.num_rows()));
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Insert(const EncodedKeys& keys,
                                                             std::span<const int64_t> rows) {
  return InsertRows(keys, RowSelection(rows));
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Insert(const arrow::ArrayVector& keys,
                                                             int64_t num_rows) {
  ARROW_ASSIGN_OR_RAISE(const EncodedKeys encoded, EncodedKeys::Make(keys, num_rows));
  return Insert(encoded);
}

// `rows` are the first that have keys which are new.
Status KeyTable::KeepKeys(const arrow::ArrayVector& keys, std::vector<int64_t> rows) {
  if (!keeps_keys_ || rows.empty()) return Status::OK();
  const auto num_rows = static_cast<int64_t>(rows.size());
  const arrow::Int64Array indices(num_rows, arrow::Buffer::FromVector(std::move(rows)));
  for (size_t i = 0; i < keys.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto values, arrow::compute::Take(*keys[i], indices));
    ARROW_ASSIGN_OR_RAISE(values, Flatten(values));
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, arrow::util::ReferencedBufferSize(*values));
    values_bytes_ += num_bytes;
    values_[i].push_back(std::move(values));
  }
  return Status::OK();
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::FindRows(const EncodedKeys& keys,
                                                               const RowSelection& rows) const {
  std::vector<uint32_t> numbers(rows.size(), 0);
  if (index_ != nullptr) {
    ARROW_RETURN_NOT_OK(CheckEncoding(keys));
    FindByCode(keys, rows, numbers.data());
  }
  std::shared_ptr<arrow::Buffer> validity;
  const int64_t num_missing = std::count(numbers.begin(), numbers.end(), KeyIndex::kNone);
  if (num_missing > 0) {
    std::vector<uint8_t> bits(arrow::bit_util::BytesForBits(rows.size()), 0);
    int64_t i = 0;
    arrow::internal::GenerateBitsUnrolled(bits.data(), 0, rows.size(),
                                          [&] { return numbers[i++] != KeyIndex::kNone; });
    validity = arrow::Buffer::FromVector(std::move(bits));
  }
  return std::make_shared<arrow::UInt32Array>(
      rows.size(), arrow::Buffer::FromVector(std::move(numbers)), std::move(validity), num_missing);
}

void KeyTable::FindByCode(const EncodedKeys& keys, const RowSelection& rows,
                          uint32_t* numbers) const {
  const auto* column = by_code_ == nullptr ? nullptr : CodesOf(keys);
  const auto known =
      column == nullptr ? nullptr : by_code_->ForFind(*column->dictionary(), num_keys_);
  if (known == nullptr) return index_->Find(keys, rows, numbers);
  const Codes codes(*column);
  for (int64_t i = 0; i < rows.size(); ++i) {
    const int64_t row = rows[i];
    const int32_t code = codes[row];
    uint32_t number = known->Get(code);
    if (number == DictionaryNumbers::kUnknown) {
      index_->Find(keys, RowSelection(std::span(&row, 1)), &number);
      known->Set(code, number == KeyIndex::kNone ? DictionaryNumbers::kAbsent : number);
    }
    numbers[i] = number == DictionaryNumbers::kAbsent ? KeyIndex::kNone : number;
  }
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Find(const EncodedKeys& keys) const {
  return FindRows(keys, RowSelection(keys.num_rows()));
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Find(const EncodedKeys& keys,
                                                           std::span<const int64_t> rows) const {
  return FindRows(keys, RowSelection(rows));
}

Result<arrow::ArrayVector> KeyTable::TakeKeys() {
  index_ = nullptr;
  by_code_ = nullptr;
  arrow::ArrayVector columns;
  for (size_t i = 0; i < types_.size(); ++i) {
    if (values_[i].empty()) {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), arrow::MakeEmptyArray(types_[i]));
    } else {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), arrow::Concatenate(values_[i]));
      values_[i].clear();
    }
  }
  return columns;
}

int64_t KeyTable::num_bytes() const {
  return values_bytes_ + (index_ == nullptr ? 0 : index_->num_bytes()) +
         (by_code_ == nullptr ? 0 : by_code_->num_bytes());
}

std::vector<std::shared_ptr<arrow::DataType>> TypesOf(const std::vector<plan::ExprPtr>& exprs) {
  std::vector<std::shared_ptr<arrow::DataType>> types;
  for (const plan::ExprPtr& expr : exprs) types.push_back(expr->type);
  return types;
}

}  // namespace tarn::local
