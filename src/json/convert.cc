#include "json/convert.h"

#include <arrow/type.h>
#include <fmt/format.h>

#include <algorithm>

#include "json/record/shorten.h"
#include "json/record/unescape.h"
#include "values/ddl_text.h"
#include "values/spark_datetime.h"
#include "values/time_of_day.h"

namespace tarn::json {
namespace {

// Six bits of a character in base64, -1 for any other.
int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// Groups of four characters, each of which may end in padding; white space only between them.
bool DecodeBase64(std::string_view text, std::string* out) {
  out->clear();
  size_t i = 0;
  while (true) {
    while (i < text.size() && text[i] >= 0 && text[i] <= ' ') ++i;
    if (i == text.size()) return true;
    if (text.size() - i < 4) return false;
    const std::string_view group = text.substr(i, 4);
    i += 4;
    const size_t num_padding = group.ends_with("==") ? 2 : (group.ends_with('=') ? 1 : 0);
    uint32_t bits = 0;
    for (size_t k = 0; k < 4; ++k) {
      const int digit = k < 4 - num_padding ? Base64Digit(group[k]) : 0;
      if (digit < 0) return false;
      bits = bits << 6 | static_cast<uint32_t>(digit);
    }
    const char bytes[] = {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8),
                          static_cast<char>(bits)};
    out->append(bytes, 3 - num_padding);
  }
}

// Spark tries a text that is no date once more without its first GMT.
bool RemoveGmt(std::string* text) {
  constexpr std::string_view kGmt = "GMT";
  const size_t begin = text->find(kGmt);
  if (begin == std::string::npos) return false;
  text->erase(begin, kGmt.size());
  return true;
}

std::string TextOf(const Value& value) {
  std::string text;
  AssignText(value, &text);
  return text;
}

bool ConvertToDecimal(std::string_view text, int32_t precision, int32_t scale,
                      arrow::Decimal128* out) {
  Int128 unscaled = 0;
  if (!ParseDecimal(text, precision, scale, &unscaled)) return false;
  *out = arrow::Decimal128(static_cast<int64_t>(unscaled >> 64), static_cast<uint64_t>(unscaled));
  return true;
}

}  // namespace

bool ConvertNameToDouble(const Value& value, double* out) {
  if (!value.is_string()) return false;
  const std::string name = TextOf(value);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (name == "NaN") {
    *out = std::numeric_limits<double>::quiet_NaN();
  } else if (name == "Infinity" || name == "+Infinity" || name == "+INF") {
    *out = kInfinity;
  } else if (name == "-Infinity" || name == "-INF") {
    *out = -kInfinity;
  } else {
    return false;
  }
  return true;
}

bool ConvertToFloat(const Value& value, float* out) {
  if (value.kind == ValueKind::kInteger || value.kind == ValueKind::kDecimal) {
    *out = ParseFloat(value);
    return true;
  }
  double wide = 0;
  if (!ConvertNameToDouble(value, &wide)) return false;
  *out = static_cast<float>(wide);
  return true;
}

bool ConvertToDecimal(const Value& value, int32_t precision, int32_t scale,
                      arrow::Decimal128* out) {
  if (value.kind == ValueKind::kInteger || value.kind == ValueKind::kDecimal) {
    return ConvertToDecimal(value.text(), precision, scale, out);
  }
  if (!value.is_string()) return false;
  std::string text = TextOf(value);
  std::erase(text, ',');
  return ConvertToDecimal(text, precision, scale, out);
}

bool ConvertToDate(const Value& value, const DatetimePattern* pattern, int32_t* days) {
  if (!value.is_string() || value.length == 0) return false;
  std::string text = TextOf(value);
  if (pattern != nullptr) return pattern->ParseDate(text, days);
  return ParseSparkDate(text, days) || (RemoveGmt(&text) && ParseSparkDate(text, days));
}

bool ConvertToTimestampNtz(const Value& value, const DatetimeFormats&, int64_t* microseconds) {
  if (!value.is_string() || value.length == 0) return false;
  return ParseSparkTimestampNtz(TextOf(value), microseconds, /*zone_allowed=*/false);
}

bool ParseTimestampText(std::string text, const DatetimePattern* pattern, const SparkClock& clock,
                        int64_t* microseconds) {
  if (pattern != nullptr) {
    const TimeZone& zone = clock.zone == nullptr ? TimeZone::Utc() : *clock.zone;
    return pattern->ParseTimestamp(text, microseconds, zone);
  }
  return ParseSparkTimestamp(text, clock, microseconds) ||
         (RemoveGmt(&text) && ParseSparkTimestamp(text, clock, microseconds));
}

bool ConvertToTimestamp(const Value& value, const DatetimeFormats& formats, int64_t* microseconds) {
  if (value.kind == ValueKind::kInteger) {
    int64_t seconds = 0;
    return ParseInteger(value, &seconds) &&
           !__builtin_mul_overflow(seconds, int64_t{1'000'000}, microseconds);
  }
  if (!value.is_string() || value.length == 0) return false;
  return ParseTimestampText(TextOf(value), formats.timestamp.get(), {formats.zone}, microseconds);
}

bool ConvertToTime(const Value& value, int64_t* microseconds) {
  return value.is_string() && ParseSparkTime(TextOf(value), microseconds);
}

bool ConvertToBinary(const Value& value, std::string* out) {
  return value.is_string() && DecodeBase64(TextOf(value), out);
}

std::string DescribeMisfit(const std::string& field, const Value& value,
                           const arrow::DataType& type) {
  const char* const quote = value.is_string() ? "'" : "";
  return fmt::format("field {}: {}{}{} is not {}", field, quote,
                     Shorten(TextOf(value), kShownBytesMax), quote, DdlOf(type));
}

}  // namespace tarn::json
