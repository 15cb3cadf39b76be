#pragma once

#include <arrow/type_fwd.h>
#include <arrow/util/decimal.h>

#include <cstdint>
#include <limits>
#include <string>

#include "json/record/number.h"
#include "json/record/value.h"
#include "values/datetime_pattern.h"
#include "values/spark_datetime.h"

namespace tarn::json {

// Each converts a value that is not null as Spark 4's JSON reader does; false when it does not fit
// the type.

inline bool ConvertToBool(const Value& value, bool* out) {
  *out = value.kind == ValueKind::kTrue;
  return *out || value.kind == ValueKind::kFalse;
}

/// Integers only: `1.0` is none.
template <class T>
bool ConvertToInteger(const Value& value, T* out) {
  int64_t wide = 0;
  if (value.kind != ValueKind::kInteger || !ParseInteger(value, &wide)) return false;
  *out = static_cast<T>(wide);
  return *out == wide;
}

/// "NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF".
bool ConvertNameToDouble(const Value& value, double* out);

/// Numbers and names.
inline bool ConvertToDouble(const Value& value, double* out) {
  if (value.kind != ValueKind::kInteger && value.kind != ValueKind::kDecimal) {
    return ConvertNameToDouble(value, out);
  }
  *out = ParseDouble(value);
  return true;
}

bool ConvertToFloat(const Value& value, float* out);

/// Numbers, and strings that hold one (`"1,234.50"` too), rounded half up to the scale.
bool ConvertToDecimal(const Value& value, int32_t precision, int32_t scale, arrow::Decimal128* out);

/// Strings only, by a pattern if there is one.
bool ConvertToDate(const Value& value, const DatetimePattern* pattern, int32_t* days);

/// Strings, by a pattern if there is one, and integers that count seconds since 1970.
bool ConvertToTimestamp(const Value& value, const DatetimeFormats& formats, int64_t* microseconds);

/// \brief What a string means as TIMESTAMP: by the pattern, or as Spark casts it, if need be
/// without its first GMT. \param[in] clock its zone is that of a text without one
bool ParseTimestampText(std::string text, const DatetimePattern* pattern, const SparkClock& clock,
                        int64_t* microseconds);

/// \brief A string that says no zone, on a clock of none. The formats are of other timestamps.
bool ConvertToTimestampNtz(const Value& value, const DatetimeFormats& formats,
                           int64_t* microseconds);

/// \brief ConvertToTimestamp or ConvertToTimestampNtz, as the type is.
inline auto TimestampConverterOf(const arrow::DataType& type) {
  const bool is_ntz = static_cast<const arrow::TimestampType&>(type).timezone().empty();
  return is_ntz ? &ConvertToTimestampNtz : &ConvertToTimestamp;
}

/// Strings only. As Spark's, digits beyond those of the type stay.
bool ConvertToTime(const Value& value, int64_t* microseconds);

/// Strings in base64, padded, white space between groups of four allowed.
bool ConvertToBinary(const Value& value, std::string* out);

/// \brief `field ts: 'abc' is not BIGINT`, the value shortened.
std::string DescribeMisfit(const std::string& field, const Value& value,
                           const arrow::DataType& type);

}  // namespace tarn::json
