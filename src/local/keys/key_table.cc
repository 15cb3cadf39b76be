#include "local/keys/key_table.h"

#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>
#include <arrow/compute/api.h>
#include <arrow/util/bitmap_ops.h>
#include <arrow/util/byte_size.h>

#include <cmath>
#include <limits>
#include <ranges>

#include "plan/coercion.h"
#include "rows/row_key.h"

namespace tarn::local {
namespace {

constexpr size_t kSlotsMin = 64;

// Whose slots are fetched before they are needed.
constexpr int64_t kRowsAhead = 16;

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
    : has_columns_(!types.empty()),
      keeps_keys_(keeps_keys),
      types_(types),
      slots_(kSlotsMin, {0, kFree}),
      begins_(1, 0),
      values_(types.size()) {}

Result<std::unique_ptr<KeyTable>> KeyTable::Make(
    const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys) {
  for (const auto& type : types) {
    if (IsOrderable(*type)) continue;
    return Status::NotImplemented("Rows can not be grouped or joined by a column of this type: ",
                                  *type);
  }
  return std::unique_ptr<KeyTable>(new KeyTable(types, keeps_keys));
}

// Where the row's key is, or is to be.
size_t KeyTable::FindSlot(const EncodedKeys& keys, int64_t row) const {
  const uint64_t hash = keys.hash(row);
  const auto tag = static_cast<uint32_t>(hash >> 32);
  const size_t mask = slots_.size() - 1;
  for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const Slot& found = slots_[slot];
    if (found.number == kFree) return slot;
    if (found.tag == tag && KeyOf(found.number) == keys.row(row)) return slot;
  }
}

Status KeyTable::Add(const EncodedKeys& keys, int64_t row, size_t slot) {
  if (num_keys_ + 1 == kFree) {
    return Status::CapacityError("There are more than 4,294,967,294 distinct keys");
  }
  slots_[slot] = {static_cast<uint32_t>(keys.hash(row) >> 32), num_keys_++};
  hashes_.push_back(keys.hash(row));
  bytes_.append(keys.row(row));
  begins_.push_back(bytes_.size());
  if (2 * static_cast<size_t>(num_keys_) > slots_.size()) Grow();
  return Status::OK();
}

void KeyTable::Grow() {
  slots_.assign(2 * slots_.size(), {0, kFree});
  const size_t mask = slots_.size() - 1;
  for (uint32_t number = 0; number < num_keys_; ++number) {
    size_t slot = hashes_[number] & mask;
    while (slots_[slot].number != kFree) slot = (slot + 1) & mask;
    slots_[slot] = {static_cast<uint32_t>(hashes_[number] >> 32), number};
  }
}

// `rows` are the first that have keys which are new.
Status KeyTable::KeepKeys(const arrow::ArrayVector& keys, const std::vector<int64_t>& rows) {
  if (!keeps_keys_ || rows.empty()) return Status::OK();
  const arrow::Int64Array indices(static_cast<int64_t>(rows.size()),
                                  arrow::Buffer::FromVector(rows));
  for (size_t i = 0; i < keys.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto values, arrow::compute::Take(*keys[i], indices));
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, arrow::util::ReferencedBufferSize(*values));
    values_bytes_ += num_bytes;
    values_[i].push_back(std::move(values));
  }
  return Status::OK();
}

template <class Rows>
Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::InsertRows(const EncodedKeys& keys,
                                                                 const Rows& rows) {
  const auto num_rows = static_cast<int64_t>(rows.size());
  std::vector<uint32_t> numbers(num_rows, 0);
  if (has_columns_) {
    std::vector<int64_t> new_rows;
    for (int64_t i = 0; i < num_rows; ++i) {
      if (i + kRowsAhead < num_rows) {
        __builtin_prefetch(&slots_[keys.hash(rows[i + kRowsAhead]) & (slots_.size() - 1)]);
      }
      const int64_t row = rows[i];
      const size_t slot = FindSlot(keys, row);
      numbers[i] = slots_[slot].number;
      if (numbers[i] != kFree) continue;
      numbers[i] = num_keys_;
      new_rows.push_back(row);
      ARROW_RETURN_NOT_OK(Add(keys, row, slot));
    }
    ARROW_RETURN_NOT_OK(KeepKeys(keys.columns(), new_rows));
  }
  return std::make_shared<arrow::UInt32Array>(num_rows,
                                              arrow::Buffer::FromVector(std::move(numbers)));
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Insert(const EncodedKeys& keys) {
  return InsertRows(keys, std::views::iota(int64_t{0}, keys.num_rows()));
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Insert(const EncodedKeys& keys,
                                                             std::span<const int64_t> rows) {
  return InsertRows(keys, rows);
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Insert(const arrow::ArrayVector& keys,
                                                             int64_t num_rows) {
  ARROW_ASSIGN_OR_RAISE(const EncodedKeys encoded, EncodedKeys::Make(keys, num_rows));
  return Insert(encoded);
}

template <class Rows>
Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::FindRows(const EncodedKeys& keys,
                                                               const Rows& rows) const {
  const auto num_rows = static_cast<int64_t>(rows.size());
  std::vector<uint32_t> numbers(num_rows, 0);
  std::vector<uint8_t> validity(arrow::bit_util::BytesForBits(num_rows), 0xff);
  int64_t num_missing = 0;
  for (int64_t i = 0; has_columns_ && i < num_rows; ++i) {
    if (i + kRowsAhead < num_rows) {
      __builtin_prefetch(&slots_[keys.hash(rows[i + kRowsAhead]) & (slots_.size() - 1)]);
    }
    numbers[i] = slots_[FindSlot(keys, rows[i])].number;
    if (numbers[i] != kFree) continue;
    arrow::bit_util::ClearBit(validity.data(), i);
    ++num_missing;
  }
  return std::make_shared<arrow::UInt32Array>(
      num_rows, arrow::Buffer::FromVector(std::move(numbers)),
      num_missing == 0 ? nullptr : arrow::Buffer::FromVector(std::move(validity)), num_missing);
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Find(const EncodedKeys& keys) const {
  return FindRows(keys, std::views::iota(int64_t{0}, keys.num_rows()));
}

Result<std::shared_ptr<arrow::UInt32Array>> KeyTable::Find(const EncodedKeys& keys,
                                                           std::span<const int64_t> rows) const {
  return FindRows(keys, rows);
}

Result<arrow::ArrayVector> KeyTable::TakeKeys() {
  slots_ = std::vector<Slot>();
  hashes_ = std::vector<uint64_t>();
  begins_ = std::vector<size_t>();
  bytes_.clear();
  bytes_.shrink_to_fit();
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
  return static_cast<int64_t>(slots_.capacity() * sizeof(Slot) +
                              hashes_.capacity() * sizeof(uint64_t) + bytes_.capacity() +
                              begins_.capacity() * sizeof(size_t)) +
         values_bytes_;
}

std::vector<std::shared_ptr<arrow::DataType>> TypesOf(const std::vector<plan::ExprPtr>& exprs) {
  std::vector<std::shared_ptr<arrow::DataType>> types;
  for (const plan::ExprPtr& expr : exprs) types.push_back(expr->type);
  return types;
}

}  // namespace tarn::local
