#include "rows/row_key.h"

#include <arrow/array.h>
#include <arrow/util/decimal.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace tarn {
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
      : columns_(columns), orders_(orders), cursors_(num_rows, 0), parts_(columns.size()) {}

  Result<RowKeys> Encode() {
    ARROW_RETURN_NOT_OK(Measure());
    for (size_t i = 0; i < columns_.size(); ++i) {
      ARROW_RETURN_NOT_OK(Visit(i, /*measure=*/false));
    }
    return std::move(keys_);
  }

 private:
  // Gives every row its place; `cursors_` are where the next column's bytes go.
  Status Measure() {
    const auto num_rows = static_cast<int64_t>(cursors_.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      ARROW_RETURN_NOT_OK(Visit(i, /*measure=*/true));
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

  Status Visit(size_t index, bool measure) {
    const arrow::Array& column = *columns_[index];
    const KeyOrder order = orders_[index];
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
      case arrow::Type::INTERVAL_MONTHS:
        return Integers<int32_t>(column, order, measure);
      case arrow::Type::INT64:
      case arrow::Type::TIME64:
      case arrow::Type::TIMESTAMP:
      case arrow::Type::DURATION:
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
      case arrow::Type::INTERVAL_MONTH_DAY_NANO: {
        const auto& values = static_cast<const arrow::MonthDayNanoIntervalArray&>(column);
        return Fixed<16>(column, order, measure, [&](int64_t row, uint8_t* out) {
          const auto interval = values.GetValue(row);
          StoreOrdered<int32_t>(interval.months, out);
          StoreOrdered<int32_t>(interval.days, out + 4);
          StoreOrdered<int64_t>(interval.nanoseconds, out + 8);
        });
      }
      case arrow::Type::STRING:
      case arrow::Type::BINARY:
        return Texts(static_cast<const arrow::BinaryArray&>(column), order, measure);
      case arrow::Type::STRUCT:
        return Struct(index, static_cast<const arrow::StructArray&>(column), measure);
      case arrow::Type::LIST:
        return List(index, static_cast<const arrow::ListArray&>(column), measure);
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

  // Values of various lengths: length(row), and store(row, out), which returns the end.
  template <typename Length, typename Store>
  Status Variable(const arrow::Array& column, KeyOrder order, bool measure, Length length,
                  Store store) {
    for (int64_t row = 0; row < column.length(); ++row) {
      const bool valid = column.IsValid(row);
      if (measure) {
        cursors_[row] += 1 + (valid ? length(row) : 0);
        continue;
      }
      uint8_t* out = keys_.bytes_.data() + cursors_[row];
      *out++ = RankOf(valid, order);
      uint8_t* const begin = out;
      if (valid) out = store(row, out);
      if (order.descending) Invert(begin, out);
      cursors_[row] = out - keys_.bytes_.data();
    }
    return Status::OK();
  }

  Status Texts(const arrow::BinaryArray& column, KeyOrder order, bool measure) {
    return Variable(
        column, order, measure, [&](int64_t row) { return TextLength(column.GetView(row)); },
        [&](int64_t row, uint8_t* out) { return StoreText(column.GetView(row), out); });
  }

  static uint8_t* StorePart(std::string_view part, uint8_t* out) {
    return std::copy(part.begin(), part.end(), out);
  }

  // The parts of a nested column's values are encoded by themselves, once.
  Result<const RowKeys*> PartsOf(size_t index, const arrow::ArrayVector& parts, int64_t num_parts) {
    std::optional<RowKeys>& keys = parts_[index];
    if (!keys.has_value()) {
      const std::vector<KeyOrder> orders(parts.size());
      ARROW_ASSIGN_OR_RAISE(keys, RowKeyEncoder(parts, orders, num_parts).Encode());
    }
    return &*keys;
  }

  Status Struct(size_t index, const arrow::StructArray& column, bool measure) {
    ARROW_ASSIGN_OR_RAISE(const RowKeys* parts, PartsOf(index, column.fields(), column.length()));
    return Variable(
        column, orders_[index], measure,
        [&](int64_t row) { return static_cast<int64_t>(parts->row(row).size()); },
        [&](int64_t row, uint8_t* out) { return StorePart(parts->row(row), out); });
  }

  // A 1 before each element, and a 0 at the end: what begins like a longer array comes before it.
  Status List(size_t index, const arrow::ListArray& column, bool measure) {
    if (column.length() == 0) return Status::OK();
    const int64_t base = column.value_offset(0);
    const int64_t num_elements = column.value_offset(column.length()) - base;
    ARROW_ASSIGN_OR_RAISE(
        const RowKeys* parts,
        PartsOf(index, {column.values()->Slice(base, num_elements)}, num_elements));
    const auto visit = [&](int64_t row, auto element) {
      const int64_t end = column.value_offset(row + 1) - base;
      for (int64_t i = column.value_offset(row) - base; i < end; ++i) element(parts->row(i));
    };
    return Variable(
        column, orders_[index], measure,
        [&](int64_t row) {
          int64_t length = 1;
          visit(row, [&](auto part) { length += 1 + static_cast<int64_t>(part.size()); });
          return length;
        },
        [&](int64_t row, uint8_t* out) {
          visit(row, [&](auto part) {
            *out++ = 1;
            out = StorePart(part, out);
          });
          *out++ = 0;
          return out;
        });
  }

  static uint8_t RankOf(bool valid, KeyOrder order) { return valid == order.nulls_first ? 1 : 0; }

  const arrow::ArrayVector& columns_;
  const std::vector<KeyOrder>& orders_;
  std::vector<int64_t> cursors_;
  std::vector<std::optional<RowKeys>> parts_;  // by column, of nested ones
  RowKeys keys_;
};

bool IsGroupable(const arrow::DataType& type) {
  return type.id() != arrow::Type::MAP &&
         std::all_of(type.fields().begin(), type.fields().end(),
                     [](const auto& field) { return IsGroupable(*field->type()); });
}

bool IsOrderable(const arrow::DataType& type) {
  return type.id() != arrow::Type::MAP && type.id() != arrow::Type::INTERVAL_MONTH_DAY_NANO &&
         std::all_of(type.fields().begin(), type.fields().end(),
                     [](const auto& field) { return IsOrderable(*field->type()); });
}

RowKeys RowKeys::Take(const std::vector<int64_t>& rows) const {
  RowKeys taken;
  taken.ends_.reserve(rows.size());
  for (const int64_t taken_row : rows) {
    const std::string_view key = row(taken_row);
    taken.bytes_.insert(taken.bytes_.end(), key.begin(), key.end());
    taken.ends_.push_back(static_cast<int64_t>(taken.bytes_.size()));
  }
  return taken;
}

Result<RowKeys> EncodeRowKeys(const arrow::ArrayVector& columns,
                              const std::vector<KeyOrder>& orders, int64_t num_rows) {
  return RowKeyEncoder(columns, orders, num_rows).Encode();
}

}  // namespace tarn
