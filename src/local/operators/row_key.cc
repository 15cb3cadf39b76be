#include "local/operators/row_key.h"

#include <arrow/util/decimal.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "local/evaluate.h"

namespace tarn::local {
namespace {

template <typename Unsigned>
void StoreBigEndian(Unsigned value, uint8_t* out) {
  for (size_t i = 0; i < sizeof(Unsigned); ++i) {
    out[i] = static_cast<uint8_t>(value >> (8 * (sizeof(Unsigned) - 1 - i)));
  }
}

// Integers: the sign bit flipped, so that negative numbers come first.
template <typename Signed>
void StoreOrdered(Signed value, uint8_t* out) {
  using Unsigned = std::make_unsigned_t<Signed>;
  constexpr Unsigned kSign = static_cast<Unsigned>(Unsigned{1} << (8 * sizeof(Signed) - 1));
  StoreBigEndian<Unsigned>(static_cast<Unsigned>(static_cast<Unsigned>(value) ^ kSign), out);
}

// Floats: all bits of negative numbers flipped, the sign of the others.
template <typename Float, typename Unsigned>
void StoreOrderedFloat(Float value, uint8_t* out) {
  if (std::isnan(value)) {
    value = std::numeric_limits<Float>::quiet_NaN();
  } else if (value == 0) {
    value = 0;
  }
  constexpr Unsigned kSign = Unsigned{1} << (8 * sizeof(Unsigned) - 1);
  Unsigned bits = std::bit_cast<Unsigned>(value);
  bits = (bits & kSign) != 0 ? ~bits : bits | kSign;
  StoreBigEndian<Unsigned>(bits, out);
}

void Invert(uint8_t* begin, const uint8_t* end) {
  for (uint8_t* byte = begin; byte != end; ++byte) *byte = static_cast<uint8_t>(~*byte);
}

// Bytes of a text's key: each 0 is followed by 255, and the end is marked by two zeros.
int64_t TextLength(std::string_view text) {
  return static_cast<int64_t>(text.size()) + std::count(text.begin(), text.end(), '\0') + 2;
}

uint8_t* StoreText(std::string_view text, uint8_t* out) {
  for (char c : text) {
    *out++ = static_cast<uint8_t>(c);
    if (c == '\0') *out++ = 0xff;
  }
  *out++ = 0;
  *out++ = 0;
  return out;
}

}  // namespace

class RowKeyEncoder {
 public:
  RowKeyEncoder(const arrow::ArrayVector& columns, const std::vector<KeyOrder>& orders,
                int64_t num_rows)
      : columns_(columns), orders_(orders), cursors_(num_rows, 0) {}

  Result<RowKeys> Encode() {
    ARROW_RETURN_NOT_OK(Measure());
    for (size_t i = 0; i < columns_.size(); ++i) {
      ARROW_RETURN_NOT_OK(Visit(*columns_[i], orders_[i], /*measure=*/false));
    }
    return std::move(keys_);
  }

 private:
  // Gives every row its place; `cursors_` are where the next column's bytes go.
  Status Measure() {
    const auto num_rows = static_cast<int64_t>(cursors_.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      ARROW_RETURN_NOT_OK(Visit(*columns_[i], orders_[i], /*measure=*/true));
    }
    keys_.ends_.resize(num_rows);
    int64_t end = 0;
    for (int64_t row = 0; row < num_rows; ++row) {
      const int64_t length = cursors_[row];
      cursors_[row] = end;
      end += length;
      keys_.ends_[row] = end;
    }
    keys_.bytes_.resize(end);
    return Status::OK();
  }

  Status Visit(const arrow::Array& column, KeyOrder order, bool measure) {
    switch (column.type_id()) {
      case arrow::Type::NA:
        return Fixed<0>(column, order, measure, [](int64_t, uint8_t*) {});
      case arrow::Type::BOOL: {
        const auto& values = static_cast<const arrow::BooleanArray&>(column);
        return Fixed<1>(column, order, measure,
                        [&](int64_t row, uint8_t* out) { *out = values.Value(row) ? 1 : 0; });
      }
      case arrow::Type::INT8:
        return Integers<int8_t>(column, order, measure);
      case arrow::Type::INT16:
        return Integers<int16_t>(column, order, measure);
      case arrow::Type::INT32:
      case arrow::Type::DATE32:
        return Integers<int32_t>(column, order, measure);
      case arrow::Type::INT64:
      case arrow::Type::TIMESTAMP:
        return Integers<int64_t>(column, order, measure);
      case arrow::Type::FLOAT:
        return Floats<float, uint32_t>(column, order, measure);
      case arrow::Type::DOUBLE:
        return Floats<double, uint64_t>(column, order, measure);
      case arrow::Type::DECIMAL128: {
        const auto& values = static_cast<const arrow::Decimal128Array&>(column);
        return Fixed<16>(column, order, measure, [&](int64_t row, uint8_t* out) {
          const arrow::Decimal128 value(values.GetValue(row));
          StoreOrdered<int64_t>(value.high_bits(), out);
          StoreBigEndian<uint64_t>(value.low_bits(), out + 8);
        });
      }
      case arrow::Type::STRING:
      case arrow::Type::BINARY:
        return Texts(static_cast<const arrow::BinaryArray&>(column), order, measure);
      default:
        return Status::NotImplemented("Rows can not be ordered by a column of this type: ",
                                      *column.type());
    }
  }

  template <typename Signed>
  Status Integers(const arrow::Array& column, KeyOrder order, bool measure) {
    const Signed* values = column.data()->GetValues<Signed>(1);
    return Fixed<sizeof(Signed)>(column, order, measure, [values](int64_t row, uint8_t* out) {
      StoreOrdered<Signed>(values[row], out);
    });
  }

  template <typename Float, typename Unsigned>
  Status Floats(const arrow::Array& column, KeyOrder order, bool measure) {
    const Float* values = column.data()->GetValues<Float>(1);
    return Fixed<sizeof(Float)>(column, order, measure, [values](int64_t row, uint8_t* out) {
      StoreOrderedFloat<Float, Unsigned>(values[row], out);
    });
  }

  template <int kWidth, typename Store>
  Status Fixed(const arrow::Array& column, KeyOrder order, bool measure, Store store) {
    if (measure) {
      for (int64_t& cursor : cursors_) cursor += 1 + kWidth;
      return Status::OK();
    }
    for (int64_t row = 0; row < column.length(); ++row) {
      uint8_t* out = keys_.bytes_.data() + cursors_[row];
      cursors_[row] += 1 + kWidth;
      const bool valid = column.IsValid(row);
      *out++ = RankOf(valid, order);
      if (!valid) {
        std::memset(out, 0, kWidth);
        continue;
      }
      store(row, out);
      if (order.descending) Invert(out, out + kWidth);
    }
    return Status::OK();
  }

  Status Texts(const arrow::BinaryArray& column, KeyOrder order, bool measure) {
    for (int64_t row = 0; row < column.length(); ++row) {
      const bool valid = column.IsValid(row);
      if (measure) {
        cursors_[row] += 1 + (valid ? TextLength(column.GetView(row)) : 0);
        continue;
      }
      uint8_t* out = keys_.bytes_.data() + cursors_[row];
      *out++ = RankOf(valid, order);
      uint8_t* const begin = out;
      if (valid) out = StoreText(column.GetView(row), out);
      if (order.descending) Invert(begin, out);
      cursors_[row] = out - keys_.bytes_.data();
    }
    return Status::OK();
  }

  static uint8_t RankOf(bool valid, KeyOrder order) { return valid == order.nulls_first ? 1 : 0; }

  const arrow::ArrayVector& columns_;
  const std::vector<KeyOrder>& orders_;
  std::vector<int64_t> cursors_;
  RowKeys keys_;
};

Result<RowKeys> EncodeRowKeys(const arrow::ArrayVector& columns,
                              const std::vector<KeyOrder>& orders, int64_t num_rows) {
  return RowKeyEncoder(columns, orders, num_rows).Encode();
}

Result<RowKeys> EncodeSortKeys(const std::vector<plan::SortKey>& keys,
                               const arrow::RecordBatch& batch) {
  arrow::ArrayVector columns;
  std::vector<KeyOrder> orders;
  for (const plan::SortKey& key : keys) {
    ARROW_ASSIGN_OR_RAISE(auto column, EvaluateToArray(*key.expr, batch));
    columns.push_back(std::move(column));
    orders.push_back({key.descending, key.nulls_first});
  }
  return EncodeRowKeys(columns, orders, batch.num_rows());
}

}  // namespace tarn::local
