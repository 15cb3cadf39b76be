#include "lake/partition_type.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tarn::lake {
namespace {

enum class Kind { kNull, kInt, kBigint, kDouble, kDate, kTimestamp, kString };

const std::shared_ptr<arrow::DataType>& TimestampType() {
  static const auto kType = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return kType;
}

// The whole text as a number, with a sign that may be a plus.
template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  Number number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Whether `text` has a digit for each 0 of `shape`, and its other characters as they are.
bool HasShape(std::string_view text, std::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char got, char want) {
    return want == '0' ? got >= '0' && got <= '9' : got == want;
  });
}

bool IsDate(std::string_view text) {
  return HasShape(text, "0000-00-00") && arrow::Scalar::Parse(arrow::date32(), text).ok();
}

bool IsTimestamp(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00 00:00:00";
  if (!HasShape(text.substr(0, kShape.size()), kShape)) return false;
  return arrow::Scalar::Parse(arrow::timestamp(arrow::TimeUnit::MICRO), text).ok();
}

Kind KindOfText(const std::optional<std::string>& text) {
  if (!text) return Kind::kNull;
  if (ParseNumber<int32_t>(*text)) return Kind::kInt;
  if (ParseNumber<int64_t>(*text)) return Kind::kBigint;
  // from_chars would take "nan" and "inf" too; Java takes "NaN" and "Infinity".
  const bool has_digit = text->find_first_of("0123456789") != std::string::npos;
  if ((has_digit && ParseNumber<double>(*text)) || *text == "NaN" || *text == "Infinity" ||
      *text == "-Infinity") {
    return Kind::kDouble;
  }
  if (IsDate(*text)) return Kind::kDate;
  if (IsTimestamp(*text)) return Kind::kTimestamp;
  return Kind::kString;
}

Kind Wider(Kind left, Kind right) {
  const auto [low, high] = std::minmax(left, right);
  if (low == high || low == Kind::kNull) return high;
  if (low == Kind::kInt && (high == Kind::kBigint || high == Kind::kDouble)) return high;
  if (low == Kind::kDate && high == Kind::kTimestamp) return high;
  // BIGINT with DOUBLE too, which would lose digits.
  return Kind::kString;
}

}  // namespace

std::shared_ptr<arrow::DataType> InferPartitionType(
    std::span<const std::optional<std::string>> values) {
  Kind kind = Kind::kNull;
  for (const auto& value : values) kind = Wider(kind, KindOfText(value));
  switch (kind) {
    case Kind::kInt:
      return arrow::int32();
    case Kind::kBigint:
      return arrow::int64();
    case Kind::kDouble:
      return arrow::float64();
    case Kind::kDate:
      return arrow::date32();
    case Kind::kTimestamp:
      return TimestampType();
    case Kind::kNull:
    case Kind::kString:
      break;
  }
  return arrow::utf8();
}

Result<std::shared_ptr<arrow::Scalar>> PartitionScalar(
    const std::optional<std::string>& text, const std::shared_ptr<arrow::DataType>& type) {
  if (!text) return arrow::MakeNullScalar(type);
  if (type->id() == arrow::Type::STRING) return arrow::MakeScalar(*text);
  if (type->id() == arrow::Type::TIMESTAMP) {
    ARROW_ASSIGN_OR_RAISE(const auto local,
                          arrow::Scalar::Parse(arrow::timestamp(arrow::TimeUnit::MICRO), *text));
    const int64_t value = static_cast<const arrow::TimestampScalar&>(*local).value;
    return std::make_shared<arrow::TimestampScalar>(value, type);
  }
  if (type->id() == arrow::Type::INT32 || type->id() == arrow::Type::INT64) {
    const auto value = ParseNumber<int64_t>(*text);
    if (!value) return Status::Invalid("not an integer: ", *text);
    return arrow::MakeScalar(type, *value);
  }
  if (type->id() == arrow::Type::DOUBLE) {
    const auto value = ParseNumber<double>(*text);
    if (!value) return Status::Invalid("not a number: ", *text);
    return arrow::MakeScalar(*value);
  }
  return arrow::Scalar::Parse(type, *text);
}

}  // namespace tarn::lake
