#include <arrow/type_traits.h>

#include "json/buffer_internal.h"
#include "json/column_internal.h"
#include "json/convert.h"
#include "json/nullable_column_internal.h"

namespace tarn::json {
namespace {

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
      return MakeFixed<int64_t>(
          field, pool,
          [formats, convert = TimestampConverterOf(*field.type())](
              const Value& value, int64_t* out) { return convert(value, formats, out); });
    case arrow::Type::TIME64:
      return MakeFixed<int64_t>(field, pool, ConvertToTime);
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return MakeStringColumn(field, pool);
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
