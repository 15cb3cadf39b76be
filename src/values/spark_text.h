#pragma once

#include <arrow/util/decimal.h>

#include <cstdint>
#include <string>

/// Values as Spark casts them to a string, time zone UTC.
namespace tarn {

/// \brief As Java's Double.toString: `1.0`, `0.001`, `1.0E-4`, `1.0E7`, `NaN`, `-Infinity`.
std::string SparkDoubleText(double value);
std::string SparkFloatText(float value);

/// \brief `2018-11-21`; years outside 0 to 9999 have a sign.
std::string SparkDateText(int32_t days_since_epoch);

/// \brief `2018-11-21 21:56:47.796`: no fraction, or one without trailing zeros.
std::string SparkTimestampText(int64_t microseconds_since_epoch);

/// \brief Plain digits with all `scale` decimals, never an exponent.
std::string SparkDecimalText(const arrow::Decimal128& value, int32_t scale);

}  // namespace tarn
