#include "plan/fold_literal.h"

#include <arrow/util/decimal.h>

#include <charconv>
#include <limits>

#include "plan/coercion.h"
#include "values/calendar.h"
#include "values/spark_datetime.h"

namespace tarn::plan {
namespace {

using ScalarPtr = std::shared_ptr<arrow::Scalar>;

template <typename ScalarType>
ScalarPtr FitInteger(int64_t value) {
  using Value = typename ScalarType::ValueType;
  if (value < std::numeric_limits<Value>::min() || value > std::numeric_limits<Value>::max()) {
    return nullptr;
  }
  return std::make_shared<ScalarType>(static_cast<Value>(value));
}

ScalarPtr FoldDecimal(const arrow::Decimal128& value, int scale, const arrow::DataType& type) {
  const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
  if (decimal.scale() < scale) return nullptr;
  auto rescaled = value.Rescale(scale, decimal.scale());
  if (!rescaled.ok() || !rescaled->FitsInPrecision(decimal.precision())) return nullptr;
  return std::make_shared<arrow::Decimal128Scalar>(
      *rescaled, arrow::decimal128(decimal.precision(), decimal.scale()));
}

ScalarPtr FoldInteger(int64_t value, const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::INT8:
      return FitInteger<arrow::Int8Scalar>(value);
    case arrow::Type::INT16:
      return FitInteger<arrow::Int16Scalar>(value);
    case arrow::Type::INT32:
      return FitInteger<arrow::Int32Scalar>(value);
    case arrow::Type::INT64:
      return FitInteger<arrow::Int64Scalar>(value);
    case arrow::Type::FLOAT:
      return std::make_shared<arrow::FloatScalar>(static_cast<float>(value));
    case arrow::Type::DOUBLE:
      return std::make_shared<arrow::DoubleScalar>(static_cast<double>(value));
    case arrow::Type::DECIMAL128:
      return FoldDecimal(arrow::Decimal128(value), 0, type);
    default:
      return nullptr;
  }
}

std::optional<int64_t> ParseInteger(std::string_view digits) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<double> ParseDouble(const std::string& text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

ScalarPtr FoldFromDecimal(const arrow::Decimal128Scalar& scalar, const arrow::DataType& type) {
  int scale = static_cast<const arrow::Decimal128Type&>(*scalar.type).scale();
  if (type.id() == arrow::Type::DECIMAL128) return FoldDecimal(scalar.value, scale, type);
  if (type.id() != arrow::Type::DOUBLE) return nullptr;
  // By way of the digits, so that 0.1 becomes the double nearest to 0.1.
  std::optional<double> value = ParseDouble(scalar.value.ToString(scale));
  return value ? std::make_shared<arrow::DoubleScalar>(*value) : nullptr;
}

ScalarPtr FoldText(std::string_view text, const std::shared_ptr<arrow::DataType>& type) {
  if (arrow::is_signed_integer(type->id())) {
    std::optional<int64_t> value = ParseInteger(text);
    return value ? FoldInteger(*value, *type) : nullptr;
  }
  if (type->id() == arrow::Type::DATE32) {
    int32_t days = 0;
    return ParseSparkDate(text, &days) ? std::make_shared<arrow::Date32Scalar>(days) : nullptr;
  }
  if (type->id() == arrow::Type::TIMESTAMP) {
    int64_t micros = 0;
    if (!ParseSparkTimestamp(text, &micros)) return nullptr;
    return std::make_shared<arrow::TimestampScalar>(micros, type);
  }
  return nullptr;
}

// Precision and scale as Spark: `0.05` is DECIMAL(2,2), `1.50` DECIMAL(3,2).
Result<ScalarPtr> MakeDecimal(const std::string& text) {
  arrow::Decimal128 value;
  int32_t precision = 0, scale = 0;
  Status parsed = arrow::Decimal128::FromString(text, &value, &precision, &scale);
  bool fits = parsed.ok() && precision <= kDecimalDigitsMax;
  if (fits && scale < 0) {
    fits = precision - scale <= kDecimalDigitsMax;
    if (fits) value = value.IncreaseScaleBy(-scale);
    scale = 0;
  }
  std::string digits = value.ToIntegerString();
  int num_digits = static_cast<int>(digits.size() - (digits[0] == '-' ? 1 : 0));
  precision = std::max(num_digits, scale);
  if (!fits || precision > kDecimalDigitsMax) {
    return MakeError(ErrorKind::kBadInput, "number has more than 38 digits: " + text,
                     "write it with an exponent, which makes it a DOUBLE");
  }
  return std::make_shared<arrow::Decimal128Scalar>(value, arrow::decimal128(precision, scale));
}

}  // namespace

std::optional<int64_t> IntegerOf(const arrow::Scalar& scalar) {
  if (!scalar.is_valid) return std::nullopt;
  switch (scalar.type->id()) {
    case arrow::Type::INT8:
      return static_cast<const arrow::Int8Scalar&>(scalar).value;
    case arrow::Type::INT16:
      return static_cast<const arrow::Int16Scalar&>(scalar).value;
    case arrow::Type::INT32:
      return static_cast<const arrow::Int32Scalar&>(scalar).value;
    case arrow::Type::INT64:
      return static_cast<const arrow::Int64Scalar&>(scalar).value;
    default:
      return std::nullopt;
  }
}

ScalarPtr FoldCast(const arrow::Scalar& literal, const std::shared_ptr<arrow::DataType>& type) {
  if (!literal.is_valid) return arrow::MakeNullScalar(type);
  if (std::optional<int64_t> integer = IntegerOf(literal)) return FoldInteger(*integer, *type);
  switch (literal.type->id()) {
    case arrow::Type::DECIMAL128:
      return FoldFromDecimal(static_cast<const arrow::Decimal128Scalar&>(literal), *type);
    case arrow::Type::STRING:
      return FoldText(static_cast<const arrow::StringScalar&>(literal).view(), type);
    case arrow::Type::DATE32:
      if (type->id() != arrow::Type::TIMESTAMP) return nullptr;
      return std::make_shared<arrow::TimestampScalar>(
          static_cast<const arrow::Date32Scalar&>(literal).value * kMicrosPerDay, type);
    default:
      return nullptr;
  }
}

Result<ScalarPtr> ParseIntegerLiteral(const std::string& digits) {
  std::optional<int64_t> value = ParseInteger(digits);
  if (!value) return MakeDecimal(digits);
  if (ScalarPtr fits = FitInteger<arrow::Int32Scalar>(*value)) return fits;
  return std::make_shared<arrow::Int64Scalar>(*value);
}

Result<ScalarPtr> ParseLiteralOf(const std::string& text,
                                 const std::shared_ptr<arrow::DataType>& type) {
  ScalarPtr value;
  if (arrow::is_signed_integer(type->id())) {
    std::optional<int64_t> integer = ParseInteger(text);
    if (integer) value = FoldInteger(*integer, *type);
  } else if (type->id() == arrow::Type::FLOAT) {
    float number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_read = error == std::errc() && end == text.data() + text.size();
    if (is_read) value = std::make_shared<arrow::FloatScalar>(number);
  } else {
    std::optional<double> number = ParseDouble(text);
    if (number) value = std::make_shared<arrow::DoubleScalar>(*number);
  }
  if (value != nullptr) return value;
  return MakeError(ErrorKind::kBadInput, "number is out of range for its letter's type: " + text);
}

Result<ScalarPtr> ParseBigDecimalLiteral(const std::string& text) { return MakeDecimal(text); }

Result<ScalarPtr> ParseDecimalLiteral(const std::string& text) {
  if (text.find_first_of("eE") == std::string::npos) return MakeDecimal(text);
  std::optional<double> value = ParseDouble(text);
  if (!value) return Status::Invalid("number is out of range for DOUBLE: ", text);
  return std::make_shared<arrow::DoubleScalar>(*value);
}

}  // namespace tarn::plan
