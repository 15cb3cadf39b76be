#include <arrow/type_traits.h>

#include <cstring>
#include <limits>

#include "json/buffer_internal.h"
#include "json/column_internal.h"
#include "json/convert_internal.h"
#include "json/nullable_column_internal.h"
#include "json/record/unescape.h"

namespace tarn::json {
namespace {

constexpr int64_t kOffsetMax = std::numeric_limits<int32_t>::max();

/// Values of one width; Convert(const Value&, T*) is false for a misfit.
template <class T, class Convert>
class FixedColumn final : public NullableColumn {
 public:
  FixedColumn(const arrow::Field& field, arrow::MemoryPool* pool, Convert convert)
      : NullableColumn(field, pool), values_(pool), convert_(convert) {}

  Status Append(ValueRun run, std::vector<Misfit>* misfits) override {
    ARROW_RETURN_NOT_OK(ReserveRows(run.count));
    ARROW_RETURN_NOT_OK(values_.Reserve((num_rows_ + run.count) * static_cast<int64_t>(sizeof(T))));
    T* const out = reinterpret_cast<T*>(values_.data()) + num_rows_;
    for (int i = 0; i < run.count; ++i) {
      T converted{};
      if (run[i].is_null()) {
        validity_.SetNull(num_rows_ + i);
      } else if (!convert_(run[i], &converted)) {
        AddMisfit(run, i, misfits);
      }
      out[i] = converted;
    }
    num_rows_ += run.count;
    return Status::OK();
  }

  void Rewind() override { RewindRows(); }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    ARROW_ASSIGN_OR_RAISE(auto values, values_.Finish(num_rows_ * static_cast<int64_t>(sizeof(T))));
    return FinishWith({nullptr, std::move(values)});
  }

 private:
  GrowingBuffer values_;
  Convert convert_;
};

class BoolColumn final : public NullableColumn {
 public:
  BoolColumn(const arrow::Field& field, arrow::MemoryPool* pool)
      : NullableColumn(field, pool), bits_(pool) {}

  Status Append(ValueRun run, std::vector<Misfit>* misfits) override {
    ARROW_RETURN_NOT_OK(ReserveRows(run.count));
    ARROW_RETURN_NOT_OK(bits_.Reserve(arrow::bit_util::BytesForBits(num_rows_ + run.count)));
    for (int i = 0; i < run.count; ++i) {
      bool converted = false;
      if (run[i].is_null()) {
        validity_.SetNull(num_rows_ + i);
      } else if (!ConvertToBool(run[i], &converted)) {
        AddMisfit(run, i, misfits);
      }
      arrow::bit_util::SetBitTo(bits_.data(), num_rows_ + i, converted);
    }
    num_rows_ += run.count;
    return Status::OK();
  }

  void Rewind() override { RewindRows(); }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    ARROW_ASSIGN_OR_RAISE(auto bits, bits_.Finish(arrow::bit_util::BytesForBits(num_rows_)));
    return FinishWith({nullptr, std::move(bits)});
  }

 private:
  GrowingBuffer bits_;
};

// Copy in steps of 32 bytes; both sides have kPaddingBytes to spare.
inline void CopyPadded(char* out, const char* from, int64_t num_bytes) {
  constexpr int64_t kStep = 32;
  static_assert(kStep <= kPaddingBytes);
  do {
    std::memcpy(out, from, kStep);
    out += kStep;
    from += kStep;
    num_bytes -= kStep;
  } while (num_bytes > 0);
}

/// UTF-8 or bytes, with 32-bit offsets.
class StringColumn final : public NullableColumn {
 public:
  StringColumn(const arrow::Field& field, arrow::MemoryPool* pool)
      : NullableColumn(field, pool),
        binary_(field.type()->id() == arrow::Type::BINARY),
        offsets_(pool),
        bytes_(pool) {}

  Status Append(ValueRun run, std::vector<Misfit>* misfits) override {
    ARROW_RETURN_NOT_OK(ReserveRows(run.count));
    ARROW_RETURN_NOT_OK(
        offsets_.Reserve((num_rows_ + run.count + 1) * static_cast<int64_t>(sizeof(int32_t))));
    num_bytes_before_run_ = num_bytes_;
    int32_t* const offsets = reinterpret_cast<int32_t*>(offsets_.data()) + num_rows_;
    offsets[0] = static_cast<int32_t>(num_bytes_);
    for (int i = 0; i < run.count; ++i) {
      const Value& value = run[i];
      if (value.is_null()) {
        validity_.SetNull(num_rows_ + i);
      } else if (binary_) {
        ARROW_RETURN_NOT_OK(AppendBinary(run, i, misfits));
      } else {
        ARROW_RETURN_NOT_OK(AppendText(value));
      }
      offsets[i + 1] = static_cast<int32_t>(num_bytes_);
    }
    num_rows_ += run.count;
    return Status::OK();
  }

  void Rewind() override {
    RewindRows();
    num_bytes_ = num_bytes_before_run_;
  }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    const int64_t num_offset_bytes = (num_rows_ + 1) * static_cast<int64_t>(sizeof(int32_t));
    ARROW_RETURN_NOT_OK(offsets_.Reserve(num_offset_bytes));
    if (num_rows_ == 0) std::memset(offsets_.data(), 0, sizeof(int32_t));
    ARROW_ASSIGN_OR_RAISE(auto offsets, offsets_.Finish(num_offset_bytes));
    ARROW_ASSIGN_OR_RAISE(auto bytes, bytes_.Finish(num_bytes_));
    num_bytes_ = 0;
    num_bytes_before_run_ = 0;
    return FinishWith({nullptr, std::move(offsets), std::move(bytes)});
  }

 private:
  Status ReserveBytes(int64_t num_bytes) {
    if (num_bytes_ + num_bytes > kOffsetMax) {
      return Status::CapacityError(
          "A string column of one block exceeds 2 GiB; use smaller blocks: field ", name_);
    }
    return bytes_.Reserve(num_bytes_ + num_bytes + kPaddingBytes);
  }

  Status AppendText(const Value& value) {
    ARROW_RETURN_NOT_OK(ReserveBytes(value.length));
    char* const out = reinterpret_cast<char*>(bytes_.data()) + num_bytes_;
    if (value.kind == ValueKind::kEscapedString) {
      num_bytes_ += Unescape(value, out) - out;
    } else {
      CopyPadded(out, value.begin, value.length);
      num_bytes_ += value.length;
    }
    return Status::OK();
  }

  Status AppendBinary(ValueRun run, int index, std::vector<Misfit>* misfits) {
    if (!ConvertToBinary(run[index], &decoded_)) {
      AddMisfit(run, index, misfits);
      return Status::OK();
    }
    ARROW_RETURN_NOT_OK(ReserveBytes(static_cast<int64_t>(decoded_.size())));
    std::memcpy(bytes_.data() + num_bytes_, decoded_.data(), decoded_.size());
    num_bytes_ += static_cast<int64_t>(decoded_.size());
    return Status::OK();
  }

  bool binary_;
  GrowingBuffer offsets_;
  GrowingBuffer bytes_;
  int64_t num_bytes_ = 0;
  int64_t num_bytes_before_run_ = 0;
  std::string decoded_;
};

template <class T, class Convert>
std::unique_ptr<Column> MakeFixed(const arrow::Field& field, arrow::MemoryPool* pool,
                                  Convert convert) {
  return std::make_unique<FixedColumn<T, Convert>>(field, pool, convert);
}

template <class T>
std::unique_ptr<Column> MakeInteger(const arrow::Field& field, arrow::MemoryPool* pool) {
  return MakeFixed<T>(field, pool,
                      [](const Value& value, T* out) { return ConvertToInteger(value, out); });
}

std::unique_ptr<Column> MakeDecimal(const arrow::Field& field, arrow::MemoryPool* pool) {
  const auto& type = static_cast<const arrow::Decimal128Type&>(*field.type());
  return MakeFixed<arrow::Decimal128>(field, pool,
                                      [precision = type.precision(), scale = type.scale()](
                                          const Value& value, arrow::Decimal128* out) {
                                        return ConvertToDecimal(value, precision, scale, out);
                                      });
}

bool IsReadable(const arrow::TimestampType& type) {
  return type.unit() == arrow::TimeUnit::MICRO &&
         (type.timezone() == "UTC" || type.timezone().empty());
}

}  // namespace

Result<std::unique_ptr<Column>> Column::Make(const arrow::Field& field,
                                             const DatetimeFormats& formats,
                                             const ValueTree* inside, arrow::MemoryPool* pool) {
  switch (field.type()->id()) {
    case arrow::Type::BOOL:
      return std::make_unique<BoolColumn>(field, pool);
    case arrow::Type::INT8:
      return MakeInteger<int8_t>(field, pool);
    case arrow::Type::INT16:
      return MakeInteger<int16_t>(field, pool);
    case arrow::Type::INT32:
      return MakeInteger<int32_t>(field, pool);
    case arrow::Type::INT64:
      return MakeInteger<int64_t>(field, pool);
    case arrow::Type::FLOAT:
      return MakeFixed<float>(
          field, pool, [](const Value& value, float* out) { return ConvertToFloat(value, out); });
    case arrow::Type::DOUBLE:
      return MakeFixed<double>(
          field, pool, [](const Value& value, double* out) { return ConvertToDouble(value, out); });
    case arrow::Type::DECIMAL128:
      return MakeDecimal(field, pool);
    case arrow::Type::DATE32:
      return MakeFixed<int32_t>(field, pool,
                                [pattern = formats.date](const Value& value, int32_t* out) {
                                  return ConvertToDate(value, pattern.get(), out);
                                });
    case arrow::Type::TIMESTAMP:
      if (!IsReadable(static_cast<const arrow::TimestampType&>(*field.type()))) break;
      return MakeFixed<int64_t>(field, pool,
                                [pattern = formats.timestamp](const Value& value, int64_t* out) {
                                  return ConvertToTimestamp(value, pattern.get(), out);
                                });
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return std::make_unique<StringColumn>(field, pool);
    case arrow::Type::LIST:
    case arrow::Type::STRUCT:
    case arrow::Type::MAP:
      return MakeNestedColumn(field, formats, inside, pool);
    default:
      break;
  }
  return Status::NotImplemented("JSON can't be read as this type; choose another one: field ",
                                field.name(), ": ", field.type()->ToString());
}

}  // namespace tarn::json
