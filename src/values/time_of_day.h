#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// Spark's type TIME(digits): microseconds since midnight. Source: Spark's TimeType and
/// DateTimeUtils.
namespace tarn {

/// \brief Digits of a second's fraction that a TIME can have; those of TIME without a number.
inline constexpr int kTimeDigitsMax = 6;

/// \brief The Arrow type of TIME(digits), time64[us]. Types that differ in nothing but their digits
/// are Equals() in Arrow; SameType tells them apart.
std::shared_ptr<arrow::DataType> TimeType(int digits = kTimeDigitsMax);

bool IsTime(const arrow::DataType& type);

/// \brief The digits of a TIME; kTimeDigitsMax for a type that TimeType did not make.
int TimeDigitsOf(const arrow::DataType& type);

/// \brief Microseconds of one unit of the last of so many digits: 1000 for 3.
int64_t MicrosOfTimeDigit(int digits);

/// \brief Microseconds since midnight, cut to so many digits.
int64_t TruncateTime(int64_t micros, int digits);

/// \brief As Spark casts it to a string: `06:30:45.887`, no fraction, or one without trailing
/// zeros.
std::string SparkTimeText(int64_t micros);

/// \brief Microseconds since midnight of a time as Spark casts it from a string: `6:30`,
/// `T06:30:45.887`, `6:30 PM`, blanks around it; further digits are cut off.
/// \return false for what is none, such as one with a date or a zone
bool ParseSparkTime(std::string_view text, int64_t* micros);

}  // namespace tarn
