#include "plan/fold_literal.h"

#include <arrow/util/decimal.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/parse_number.h"
#include "plan/coercion.h"
#include "values/calendar.h"
#include "values/interval.h"
#include "values/spark_datetime.h"
#include "values/time_of_day.h"

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

// A number too small for the type is 0; one too large is none.
template <typename Float>
std::optional<Float> ParseFloat(const std::string& text) {
  Float value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    const double nearest = std::strtod(text.c_str(), nullptr);
    return std::fabs(nearest) < 1 ? std::optional<Float>(static_cast<Float>(nearest))
                                  : std::nullopt;
  }
  return error == std::errc() ? std::optional<Float>(value) : std::nullopt;
}

ScalarPtr FoldFromDecimal(const arrow::Decimal128Scalar& scalar, const arrow::DataType& type) {
  int scale = static_cast<const arrow::Decimal128Type&>(*scalar.type).scale();
  if (type.id() == arrow::Type::DECIMAL128) return FoldDecimal(scalar.value, scale, type);
  if (type.id() != arrow::Type::DOUBLE) return nullptr;
  // By way of the digits, so that 0.1 becomes the double nearest to 0.1.
  std::optional<double> value = ParseFloat<double>(scalar.value.ToString(scale));
  return value ? std::make_shared<arrow::DoubleScalar>(*value) : nullptr;
}

ScalarPtr MakeInterval(int64_t value, const std::shared_ptr<arrow::DataType>& type) {
  if (IsDayTimeInterval(*type)) return std::make_shared<arrow::DurationScalar>(value, type);
  return std::make_shared<arrow::MonthIntervalScalar>(static_cast<int32_t>(value), type);
}

ScalarPtr FoldToTimestamp(std::string_view text, const std::shared_ptr<arrow::DataType>& type,
                          const TimeZone* zone) {
  int64_t micros = 0;
  const bool is_one = IsTimestampNtz(*type)
                          ? ParseSparkTimestampNtz(text, &micros)
                          : zone != nullptr && ParseSparkTimestamp(text, SparkClock{zone}, &micros);
  return is_one ? std::make_shared<arrow::TimestampScalar>(micros, type) : nullptr;
}

ScalarPtr FoldDate(int32_t days, const std::shared_ptr<arrow::DataType>& type,
                   const TimeZone* zone) {
  if (type->id() != arrow::Type::TIMESTAMP) return nullptr;
  const int64_t local = days * kMicrosPerDay;
  if (IsTimestampNtz(*type)) return std::make_shared<arrow::TimestampScalar>(local, type);
  if (zone == nullptr) return nullptr;
  return std::make_shared<arrow::TimestampScalar>(zone->ToUtc(local), type);
}

ScalarPtr FoldText(std::string_view text, const std::shared_ptr<arrow::DataType>& type,
                   const TimeZone* zone) {
  if (arrow::is_signed_integer(type->id())) {
    std::optional<int64_t> value = ParseNumber<int64_t>(text);
    return value ? FoldInteger(*value, *type) : nullptr;
  }
  if (type->id() == arrow::Type::DATE32) {
    int32_t days = 0;
    return ParseSparkDate(text, &days) ? std::make_shared<arrow::Date32Scalar>(days) : nullptr;
  }
  if (type->id() == arrow::Type::TIMESTAMP) return FoldToTimestamp(text, type, zone);
  if (IsTime(*type)) {
    int64_t micros = 0;
    if (!ParseSparkTime(text, &micros)) return nullptr;
    return std::make_shared<arrow::Time64Scalar>(TruncateTime(micros, TimeDigitsOf(*type)), type);
  }
  if (IsInterval(*type)) {
    int64_t value = 0;
    const bool is_one = ParseSparkInterval(text, IntervalRangeOf(*type), &value);
    return is_one ? MakeInterval(value, type) : nullptr;
  }
  return nullptr;
}

// An interval with the fields of another type of its kind.
ScalarPtr FoldInterval(const arrow::Scalar& literal, const std::shared_ptr<arrow::DataType>& type) {
  if (literal.type->id() != type->id()) return nullptr;
  const int64_t value = IsYearMonthInterval(*type)
                            ? static_cast<const arrow::MonthIntervalScalar&>(literal).value
                            : static_cast<const arrow::DurationScalar&>(literal).value;
  return MakeInterval(TruncateInterval(value, IntervalRangeOf(*type).end), type);
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

// `1 day -2 hours`, without the fields that it has.
Result<ScalarPtr> ParseUnitsLiteral(const std::string& text) {
  UnitInterval interval;
  switch (ParseUnitInterval(text, &interval)) {
    case UnitIntervalFault::kNone:
      return MakeInterval(interval.value, IntervalType(interval.range));
    case UnitIntervalFault::kFormat:
      return MakeError(ErrorKind::kBadInput, fmt::format("not an interval: '{}'", text),
                       "write it as INTERVAL '2' DAY, or INTERVAL '2 days 3 hours'");
    case UnitIntervalFault::kFraction:
      return MakeError(ErrorKind::kBadInput,
                       fmt::format("only seconds of an interval may have a fraction: '{}'", text),
                       "use a smaller unit");
    case UnitIntervalFault::kMixed:
      return MakeError(
          ErrorKind::kBadInput,
          fmt::format("an interval has years and months, or days and less: '{}'", text),
          "add two intervals, one after the other");
    case UnitIntervalFault::kRange:
      break;
  }
  return MakeError(ErrorKind::kBadInput, fmt::format("the interval is too long: '{}'", text));
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

ScalarPtr FoldCast(const arrow::Scalar& literal, const std::shared_ptr<arrow::DataType>& type,
                   const TimeZone* zone) {
  if (!literal.is_valid) return arrow::MakeNullScalar(type);
  if (std::optional<int64_t> integer = IntegerOf(literal)) return FoldInteger(*integer, *type);
  switch (literal.type->id()) {
    case arrow::Type::DECIMAL128:
      return FoldFromDecimal(static_cast<const arrow::Decimal128Scalar&>(literal), *type);
    case arrow::Type::STRING:
      return FoldText(static_cast<const arrow::StringScalar&>(literal).view(), type, zone);
    case arrow::Type::DATE32:
      return FoldDate(static_cast<const arrow::Date32Scalar&>(literal).value, type, zone);
    case arrow::Type::INTERVAL_MONTHS:
    case arrow::Type::DURATION:
      return FoldInterval(literal, type);
    default:
      return nullptr;
  }
}

Result<ScalarPtr> ParseIntervalLiteral(const std::string& text, std::string_view unit,
                                       std::string_view to_unit) {
  if (to_unit.empty())
    return ParseUnitsLiteral(text + (unit.empty() ? "" : " ") + std::string(unit));
  const std::optional<IntervalField> start = IntervalFieldOf(unit), end = IntervalFieldOf(to_unit);
  const bool is_range = start && end && *start < *end &&
                        (*start <= IntervalField::kMonth) == (*end <= IntervalField::kMonth);
  if (!is_range) {
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("there is no interval from {} to {}", unit, to_unit),
                     "write YEAR TO MONTH, DAY TO SECOND, or a part of that");
  }
  const IntervalRange range = {*start, *end};
  int64_t value = 0;
  if (ParseIntervalFields(text, range, &value)) return MakeInterval(value, IntervalType(range));
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("not an interval {}: '{}'", IntervalRangeText(range), text),
                   *end == IntervalField::kMonth ? "write it as '1-11', with months up to 11"
                                                 : "write it as '1 23:59:59.999' DAY TO SECOND");
}

Result<ScalarPtr> ParseIntegerLiteral(const std::string& digits) {
  std::optional<int64_t> value = ParseNumber<int64_t>(digits);
  if (!value) return MakeDecimal(digits);
  if (ScalarPtr fits = FitInteger<arrow::Int32Scalar>(*value)) return fits;
  return std::make_shared<arrow::Int64Scalar>(*value);
}

Result<ScalarPtr> ParseLiteralOf(const std::string& text,
                                 const std::shared_ptr<arrow::DataType>& type) {
  ScalarPtr value;
  if (arrow::is_signed_integer(type->id())) {
    std::optional<int64_t> integer = ParseNumber<int64_t>(text);
    if (integer) value = FoldInteger(*integer, *type);
  } else if (type->id() == arrow::Type::FLOAT) {
    // Spark compares the digits with those of the greatest FLOAT as a DOUBLE, and so refuses
    // 3.4028235E38F, which is that FLOAT's shortest text.
    const std::optional<double> written = ParseFloat<double>(text);
    const std::optional<float> number = ParseFloat<float>(text);
    if (number && std::fabs(*written) <= std::numeric_limits<float>::max())
      value = std::make_shared<arrow::FloatScalar>(*number);
  } else {
    std::optional<double> number = ParseFloat<double>(text);
    if (number) value = std::make_shared<arrow::DoubleScalar>(*number);
  }
  if (value != nullptr) return value;
  return MakeError(ErrorKind::kBadInput, "number is out of range for its letter's type: " + text);
}

Result<ScalarPtr> ParseBigDecimalLiteral(const std::string& text) { return MakeDecimal(text); }

Result<ScalarPtr> ParseDecimalLiteral(const std::string& text) {
  if (text.find_first_of("eE") == std::string::npos) return MakeDecimal(text);
  std::optional<double> value = ParseFloat<double>(text);
  if (!value) return Status::Invalid("number is out of range for DOUBLE: ", text);
  return std::make_shared<arrow::DoubleScalar>(*value);
}

}  // namespace tarn::plan
