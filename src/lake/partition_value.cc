#include "lake/partition_value.h"

#include <arrow/util/decimal.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/ascii.h"
#include "base/parse_number.h"
#include "values/spark_datetime.h"
#include "values/time_of_day.h"

namespace tarn::lake {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

constexpr size_t kDecimalDigitsMax = 38;
constexpr size_t kDateBytes = 10;

bool IsInt(const arrow::DataType& type) { return type.id() == arrow::Type::INT32; }

bool IsMoment(const arrow::DataType& type) {
  return type.id() == arrow::Type::DATE32 || type.id() == arrow::Type::TIMESTAMP;
}

// `12:30:00`, with a fraction or without.
bool ParseTimeOfFolder(std::string_view text, int64_t* micros) {
  constexpr std::string_view kSeconds = "hh:mm:ss";
  const bool has_fraction = text.size() > kSeconds.size() && text[kSeconds.size()] == '.';
  return (text.size() == kSeconds.size() || has_fraction) && IsDigit(text.back()) &&
         ParseSparkTime(text, micros);
}

TypePtr TypeOfText(const std::string& text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  if (ParseNumber<int32_t>(digits)) return arrow::int32();
  if (ParseNumber<int64_t>(digits)) return arrow::int64();
  if (digits.starts_with('-')) digits.remove_prefix(1);
  const bool is_number = !digits.empty() && (IsDigit(digits[0]) || digits[0] == '.');
  if (is_number && std::all_of(digits.begin(), digits.end(), IsDigit) &&
      digits.size() <= kDecimalDigitsMax) {
    return arrow::decimal128(static_cast<int32_t>(digits.size()), 0);
  }
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  if (is_number && end == text.c_str() + text.size()) return arrow::float64();
  int32_t days = 0;
  if (text.size() == kDateBytes && ParseSparkDate(text, &days)) return arrow::date32();
  int64_t micros = 0;
  if (ParseTimeOfFolder(text, &micros)) return TimeType();
  if (text.size() < kDateBytes || text[kDateBytes] != ' ' ||
      !ParseSparkDate(std::string_view(text).substr(0, kDateBytes), &days) ||
      !ParseTimeOfFolder(std::string_view(text).substr(kDateBytes + 1), &micros)) {
    return arrow::utf8();
  }
  return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
}

// Numbers that would lose digits are STRING, and so is what is of no common kind.
TypePtr Wider(const TypePtr& left, const TypePtr& right) {
  if (left == nullptr || left->Equals(*right)) return right;
  if (IsMoment(*left) && IsMoment(*right)) return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  const auto are = [&](arrow::Type::type one, arrow::Type::type other) {
    return (left->id() == one && right->id() == other) ||
           (left->id() == other && right->id() == one);
  };
  if (are(arrow::Type::INT32, arrow::Type::INT64)) return arrow::int64();
  if (are(arrow::Type::INT32, arrow::Type::DOUBLE)) return arrow::float64();
  const bool has_decimal =
      left->id() == arrow::Type::DECIMAL128 || right->id() == arrow::Type::DECIMAL128;
  const auto is_whole = [](const arrow::DataType& type) {
    return IsInt(type) || type.id() == arrow::Type::INT64 || type.id() == arrow::Type::DECIMAL128;
  };
  if (!has_decimal || !is_whole(*left) || !is_whole(*right)) return arrow::utf8();
  const auto precision = [](const arrow::DataType& type) {
    if (type.id() != arrow::Type::DECIMAL128) return IsInt(type) ? 10 : 20;
    return static_cast<const arrow::Decimal128Type&>(type).precision();
  };
  return arrow::decimal128(std::max(precision(*left), precision(*right)), 0);
}

}  // namespace

std::shared_ptr<arrow::DataType> InferPartitionType(
    const std::vector<std::optional<std::string>>& values) {
  TypePtr type;
  for (const std::optional<std::string>& value : values) {
    if (value) type = Wider(type, TypeOfText(*value));
  }
  return type == nullptr ? arrow::utf8() : type;
}

Result<std::shared_ptr<arrow::Scalar>> PartitionScalar(const std::optional<std::string>& text,
                                                       const std::shared_ptr<arrow::DataType>& type,
                                                       const TimeZone& zone) {
  if (!text) return arrow::MakeNullScalar(type);
  switch (type->id()) {
    case arrow::Type::STRING:
      return arrow::MakeScalar(*text);
    case arrow::Type::DATE32: {
      int32_t days = 0;
      if (!ParseSparkDate(*text, &days)) return Status::Invalid("not a DATE: ", *text);
      return std::make_shared<arrow::Date32Scalar>(days);
    }
    case arrow::Type::TIMESTAMP: {
      int64_t micros = 0;
      const bool has_zone = !static_cast<const arrow::TimestampType&>(*type).timezone().empty();
      const SparkClock clock{has_zone ? &zone : nullptr};
      if (!ParseSparkTimestamp(*text, clock, &micros))
        return Status::Invalid("not a TIMESTAMP: ", *text);
      return std::make_shared<arrow::TimestampScalar>(micros, type);
    }
    case arrow::Type::TIME64: {
      int64_t micros = 0;
      if (!ParseSparkTime(*text, &micros)) return Status::Invalid("not a TIME: ", *text);
      return std::make_shared<arrow::Time64Scalar>(TruncateTime(micros, TimeDigitsOf(*type)), type);
    }
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(*type);
      arrow::Decimal128 value;
      int32_t precision = 0, scale = 0;
      ARROW_RETURN_NOT_OK(arrow::Decimal128::FromString(*text, &value, &precision, &scale));
      ARROW_ASSIGN_OR_RAISE(value, value.Rescale(scale, decimal.scale()));
      return std::make_shared<arrow::Decimal128Scalar>(value, type);
    }
    default:
      return arrow::Scalar::Parse(type, *text);
  }
}

}  // namespace tarn::lake
